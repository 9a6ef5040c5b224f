//! Accounts and sessions, as other rooms see them.

use crate::call::Call;
use crate::event::AggregateVersion;
use crate::id::AccountId;
use crate::refusal::ApiResult;
#[cfg(feature = "openapi")]
use crate::text::{DisplayName, Email, Password};
use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// What a person gives to open an account.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewAccount {
    /// E-mail address; not shown to others.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required, value_type = Email))]
    pub email: String,
    /// Password in the clear.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required, value_type = Password))]
    pub password: String,
    /// The name shown to others.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required, value_type = DisplayName))]
    pub display_name: String,
}

/// What a person gives to sign in.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Credentials {
    /// E-mail address.
    pub email: String,
    /// Password in the clear.
    pub password: String,
}

/// A change of password.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordChange {
    /// The one that holds until now, in the clear.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub current_password: String,
    /// The one that holds from now on, in the clear.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required, value_type = Password))]
    pub new_password: String,
}

/// What a person gives to close the account.
#[derive(Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Closing {
    /// Password in the clear.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub password: String,
}

/// An account as its registration answers: the same words whether the address was known or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RegisteredAccount {
    /// The account.
    pub id: AccountId,
    /// The name shown to others.
    pub display_name: String,
}

/// An account as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// The account.
    pub id: AccountId,
    /// E-mail address.
    pub email: String,
    /// The name shown to others.
    pub display_name: String,
}

/// A session just opened. The token is told once, here; only its hash is kept.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OpenedSession {
    /// Opaque token; goes into `Authorization: Bearer` or the session cookie.
    pub token: String,
    /// When the session ends by itself.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: Timestamp,
}

/// Accounts and sessions.
#[async_trait]
pub trait IdentityApi: Send + Sync {
    /// Opens an account. An address that is known already gets the same answer and changes nothing.
    ///
    /// # Errors
    /// `Invalid` names the fields.
    async fn register(&self, call: &Call, account: NewAccount) -> ApiResult<RegisteredAccount>;

    /// Opens a session.
    ///
    /// # Errors
    /// `WrongCredentials`, the same and as slow for an unknown address as for a wrong password.
    async fn sign_in(&self, call: &Call, credentials: Credentials) -> ApiResult<OpenedSession>;

    /// Ends the session of `token`; one that has ended already is fine.
    ///
    /// # Errors
    /// Only when storage can't be reached.
    async fn sign_out(&self, call: &Call, token: &str) -> ApiResult<()>;

    /// Ends all sessions of the signed-in person, this one too.
    ///
    /// # Errors
    /// `NotSignedIn`.
    async fn sign_out_everywhere(&self, call: &Call) -> ApiResult<()>;

    /// Changes the signed-in person's password and ends all sessions but that of `token`.
    ///
    /// # Errors
    /// `NotSignedIn`; `Invalid` names `current_password` when it is wrong (`mismatch`), `new_password` when it can't be one.
    async fn change_password(&self, call: &Call, token: &str, change: PasswordChange) -> ApiResult<()>;

    /// Closes the signed-in person's account: ends all sessions at once, and has every service erase what it holds of the person.
    /// Answers with the closing.
    ///
    /// # Errors
    /// `NotSignedIn`; `Invalid` names `password` when it is wrong (`mismatch`).
    async fn close(&self, call: &Call, password: &str) -> ApiResult<AggregateVersion>;

    /// Which of `tokens` belong to sessions that have not ended: open streams end with their session.
    ///
    /// # Errors
    /// Only when storage can't be reached.
    async fn alive(&self, tokens: &[String]) -> ApiResult<HashSet<String>>;

    /// Whose session `token` is; `None` for an unknown or ended one.
    ///
    /// # Errors
    /// Only when storage can't be reached.
    async fn authenticate(&self, token: &str) -> ApiResult<Option<Account>>;
}

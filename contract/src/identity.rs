//! Accounts and sessions, as other rooms see them.

use crate::call::Call;
use crate::id::AccountId;
use crate::refusal::ApiResult;
use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a person gives to open an account.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewAccount {
    /// E-mail address; not shown to others.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub email: String,
    /// Password in the clear.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub password: String,
    /// The name shown to others.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required))]
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

    /// Whose session `token` is; `None` for an unknown or ended one.
    ///
    /// # Errors
    /// Only when storage can't be reached.
    async fn authenticate(&self, token: &str) -> ApiResult<Option<Account>>;
}

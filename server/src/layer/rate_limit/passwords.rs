//! Limits on trying passwords, around the identity service: whose password is tried stands in the body, which only the service's caller
//! has read. Tries are counted before any work, for unknown addresses as for known ones, so that a refusal tells nothing.

use super::RateLimits;
use async_trait::async_trait;
use contract::event::AggregateVersion;
use contract::identity::{Account, Credentials, NewAccount, OpenedSession, PasswordChange, RegisteredAccount};
use contract::text::Email;
use contract::{ApiResult, Call, IdentityApi};
use std::collections::HashSet;
use std::sync::Arc;

/// The identity service with a limit on tries.
pub struct LimitedPasswords {
    identity: Arc<dyn IdentityApi>,
    limits: Arc<RateLimits>,
}

impl LimitedPasswords {
    /// `identity`, within `limits`.
    #[must_use]
    pub const fn new(identity: Arc<dyn IdentityApi>, limits: Arc<RateLimits>) -> Self {
        Self { identity, limits }
    }

    /// An account has tries of its own for when its owner is signed in: others who try its address don't use them up.
    fn try_own(&self, call: &Call) -> ApiResult<()> {
        Ok(self.limits.password_of.take(&call.signed_in()?)?)
    }
}

#[async_trait]
impl IdentityApi for LimitedPasswords {
    async fn register(&self, call: &Call, account: NewAccount) -> ApiResult<RegisteredAccount> {
        self.identity.register(call, account).await
    }

    async fn sign_in(&self, call: &Call, credentials: Credentials) -> ApiResult<OpenedSession> {
        // However it was typed, it is one address. What is none is refused without work.
        if let Ok(address) = Email::parse("email", &credentials.email) {
            self.limits.sign_in_to.take(&address)?;
        }
        self.identity.sign_in(call, credentials).await
    }

    async fn sign_out(&self, call: &Call, token: &str) -> ApiResult<()> {
        self.identity.sign_out(call, token).await
    }

    async fn sign_out_everywhere(&self, call: &Call) -> ApiResult<()> {
        self.identity.sign_out_everywhere(call).await
    }

    async fn change_password(&self, call: &Call, token: &str, change: PasswordChange) -> ApiResult<()> {
        self.try_own(call)?;
        self.identity.change_password(call, token, change).await
    }

    async fn close(&self, call: &Call, password: &str) -> ApiResult<AggregateVersion> {
        self.try_own(call)?;
        self.identity.close(call, password).await
    }

    async fn alive(&self, tokens: &[String]) -> ApiResult<HashSet<String>> {
        self.identity.alive(tokens).await
    }

    async fn authenticate(&self, token: &str) -> ApiResult<Option<Account>> {
        self.identity.authenticate(token).await
    }
}

//! Who someone is: accounts, passwords and sessions.
//!
//! Knows `contract` and `platform`, never another service. Owns the Postgres schema `identity`. Passwords and session tokens are
//! kept as hashes only, and nothing here tells whether an address has an account.

mod command;
pub mod http;
mod model;
mod password;
mod query;
mod saga;
mod store;

use async_trait::async_trait;
use contract::event::AggregateVersion;
use contract::identity::{Account, Credentials, IdentityApi, NewAccount, OpenedSession, PasswordChange, RegisteredAccount};
use contract::{ApiResult, Call};
use password::Passwords;
use platform::Database;
use platform::coalesced::Coalesced;
use platform::migrate::Migrations;
use std::collections::HashSet;

pub use saga::SagaPolicy;

/// The identity service.
#[derive(Clone, Debug)]
pub struct Identity {
    database: Database,
    passwords: Passwords,
    /// Asked on every request.
    sessions: Coalesced<[u8; 32], Account>,
}

impl Identity {
    /// The service on `database`. Takes as long as one hash: what unknown addresses are checked against is made here.
    #[must_use]
    pub fn new(database: Database) -> Self {
        let sessions = {
            let database = database.clone();
            Coalesced::new(move |hashes| {
                let database = database.clone();
                Box::pin(async move { store::session_accounts(database.pool(), &hashes, database.clock().now()).await })
            })
        };
        Self { database, passwords: Passwords::new(), sessions }
    }

    /// How many passwords were checked against a hash since the start. Every try to sign in with a well-formed address and
    /// password is one, whether the address is known or not.
    #[must_use]
    pub fn password_checks(&self) -> u64 {
        self.passwords.checks()
    }
}

/// The migrations of the schema `identity`.
#[must_use]
pub fn migrations() -> Migrations {
    Migrations::new("identity", sqlx::migrate!())
}

#[async_trait]
impl IdentityApi for Identity {
    async fn register(&self, call: &Call, account: NewAccount) -> ApiResult<RegisteredAccount> {
        Ok(self.register_account(call, account).await?)
    }

    async fn sign_in(&self, call: &Call, credentials: Credentials) -> ApiResult<OpenedSession> {
        Ok(self.open_session(call, credentials).await?)
    }

    async fn sign_out(&self, call: &Call, token: &str) -> ApiResult<()> {
        Ok(self.close_session(call, token).await?)
    }

    async fn sign_out_everywhere(&self, call: &Call) -> ApiResult<()> {
        Ok(self.close_all_sessions(call).await?)
    }

    async fn change_password(&self, call: &Call, token: &str, change: PasswordChange) -> ApiResult<()> {
        Ok(self.change_own_password(call, token, change).await?)
    }

    async fn close(&self, call: &Call, password: &str) -> ApiResult<AggregateVersion> {
        Ok(self.close_account(call, password).await?)
    }

    async fn alive(&self, tokens: &[String]) -> ApiResult<HashSet<String>> {
        Ok(self.alive_of(tokens).await?)
    }

    async fn authenticate(&self, token: &str) -> ApiResult<Option<Account>> {
        self.account_of(token).await
    }
}

//! Who someone is: accounts, passwords and sessions.
//!
//! Knows `contract` and `platform`, never another service. Owns the Postgres schema `identity`. Passwords and session tokens are
//! kept as hashes only, and nothing here tells whether an address has an account.

mod command;
pub mod http;
mod model;
mod password;
mod query;
mod store;

use async_trait::async_trait;
use contract::identity::{Account, Credentials, IdentityApi, NewAccount, OpenedSession, RegisteredAccount};
use contract::{ApiResult, Call};
use password::Passwords;
use platform::Database;
use platform::migrate::Migrations;

/// The identity service.
#[derive(Clone, Debug)]
pub struct Identity {
    database: Database,
    passwords: Passwords,
}

impl Identity {
    /// The service on `database`. Takes as long as one hash: what unknown addresses are checked against is made here.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database, passwords: Passwords::new() }
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

    async fn authenticate(&self, token: &str) -> ApiResult<Option<Account>> {
        Ok(self.account_of(token).await?)
    }
}

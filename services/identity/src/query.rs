//! What reads accounts and sessions.

use crate::model::Token;
use crate::{Identity, store};
use contract::identity::Account;
use platform::Result;

impl Identity {
    /// Whose session this is. Asked on every request: one look-up, and nothing is written.
    pub(crate) async fn account_of(&self, token: &str) -> Result<Option<Account>> {
        let Some(token) = Token::parse(token) else { return Ok(None) };
        store::session_account(self.database.pool(), &token.hash(), self.database.clock().now()).await
    }
}

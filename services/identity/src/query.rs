//! What reads accounts and sessions.

use crate::model::Token;
use crate::{Identity, store};
use contract::ApiResult;
use contract::identity::Account;
use platform::Result;
use std::collections::HashSet;

impl Identity {
    /// Whose session this is. Nothing is written.
    pub(crate) async fn account_of(&self, token: &str) -> ApiResult<Option<Account>> {
        let Some(token) = Token::parse(token) else { return Ok(None) };
        self.sessions.get(token.hash()).await
    }

    /// Which of these tokens belong to sessions that have not ended: one look-up for all of them.
    pub(crate) async fn alive_of(&self, tokens: &[String]) -> Result<HashSet<String>> {
        let hashed: Vec<(&String, Vec<u8>)> =
            tokens.iter().filter_map(|text| Token::parse(text).map(|token| (text, token.hash().to_vec()))).collect();
        let hashes: Vec<Vec<u8>> = hashed.iter().map(|(_, hash)| hash.clone()).collect();
        let open = store::open_sessions(self.database.pool(), &hashes, self.database.clock().now()).await?;
        Ok(hashed.into_iter().filter(|(_, hash)| open.contains(hash)).map(|(text, _)| text.clone()).collect())
    }
}

//! What reads messages.

use crate::{Messages, store};
use contract::course::Language;
use contract::message::{Inbox, MessageSettings};
use contract::{Call, PageRequest};
use platform::Result;
use platform::cursor::Place;

impl Messages {
    pub(crate) async fn own_inbox(&self, call: &Call, language: Language, page: PageRequest) -> Result<Inbox> {
        let owner = call.signed_in()?;
        let after = Place::before(&page)?;
        let limit = page.limit as usize;
        let unread = store::unread(self.database.pool(), owner).await?;
        // One more than asked for tells whether there is a page after this one.
        let mut items = store::read::messages(self.database.pool(), owner, language, after, i64::from(page.limit) + 1).await?;
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|last| Place { at: last.created_at, id: last.id.as_uuid() }.to_string());
        Ok(Inbox { items, unread, next })
    }

    pub(crate) async fn own_settings(&self, call: &Call) -> Result<MessageSettings> {
        let owner = call.signed_in()?;
        Ok(store::read::settings(self.database.pool(), owner).await?.unwrap_or_default())
    }
}

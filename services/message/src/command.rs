//! What people do with their messages: read them, and say what they want to be told.

use crate::{Messages, store};
use contract::event::{Aggregate, Event, MessageRead};
use contract::message::{MessageSettings, ReadOutcome};
use contract::{Call, MessageId, Refusal};
use platform::Result;

impl Messages {
    pub(crate) async fn read_message(&self, call: &Call, id: MessageId) -> Result<ReadOutcome> {
        self.mark_read(call, Some(id)).await
    }

    pub(crate) async fn read_all_messages(&self, call: &Call) -> Result<ReadOutcome> {
        self.mark_read(call, None).await
    }

    /// Marks one message as read, or all of them.
    async fn mark_read(&self, call: &Call, id: Option<MessageId>) -> Result<ReadOutcome> {
        let owner = call.signed_in()?;
        self.database
            .command(call, move |unit| {
                Box::pin(async move {
                    unit.lock(Aggregate::inbox(owner)).await?;
                    let newly = match id {
                        Some(id) => store::mark_one(unit.connection(), owner, id).await?.ok_or(Refusal::NotFound)?,
                        None => store::mark_all(unit.connection(), owner).await?,
                    };
                    if newly == 0 {
                        return Ok(ReadOutcome { unread: store::unread(unit.connection(), owner).await?, change: None });
                    }
                    let (version, unread) = store::count_down(unit.connection(), owner, newly).await?;
                    let event = Event::MessageRead(MessageRead { recipient_id: owner, message_id: id, unread });
                    Ok(ReadOutcome { unread, change: Some(unit.append(&event, version).await?) })
                })
            })
            .await
    }

    pub(crate) async fn change_own_settings(&self, call: &Call, settings: MessageSettings) -> Result<MessageSettings> {
        let owner = call.signed_in()?;
        self.database
            .command(call, move |unit| {
                Box::pin(async move {
                    // Against the account's closing, after which nothing of its owner may be kept.
                    unit.lock(Aggregate::inbox(owner)).await?;
                    if store::is_closed(unit.connection(), owner).await? {
                        return Err(Refusal::NotSignedIn.into());
                    }
                    store::set_settings(unit.connection(), owner, settings).await?;
                    Ok(settings)
                })
            })
            .await
    }
}

//! Putting messages into inboxes. Whoever does so holds the locks of these inboxes, from before the transaction's first write.

use crate::model::{Cause, Letter, Standing};
use crate::store;
use contract::event::{AccountErased, Delivery, Event, MessageDelivered, MessageRead, Participant};
use contract::{AccountId, MessageId};
use platform::{Clock, Error, Result, event_log};
use sqlx::postgres::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

/// Inboxes whose locks are held, as they stand in this transaction. Written back by [`Inboxes::write`].
pub(crate) struct Inboxes {
    clock: Clock,
    standing: BTreeMap<AccountId, Standing>,
    changed: BTreeSet<AccountId>,
}

impl Inboxes {
    /// Reads where the inboxes of `owners` stand.
    pub(crate) async fn read(connection: &mut PgConnection, clock: Clock, owners: &BTreeSet<AccountId>) -> Result<Self> {
        Ok(Self { clock, standing: store::standing(connection, owners).await?, changed: BTreeSet::new() })
    }

    pub(crate) fn is_closed(&self, owner: AccountId) -> bool {
        self.standing.get(&owner).is_some_and(|standing| standing.closed)
    }

    /// Tells `letter` because of `cause`, unless that was done before. Answers whether it was done now.
    pub(crate) async fn deliver(&mut self, connection: &mut PgConnection, cause: Cause, letter: &Letter) -> Result<bool> {
        if !store::first_delivery(connection, cause, letter).await? {
            return Ok(false);
        }
        let now = self.clock.now();
        let mut standing = self.of(letter.recipient_id)?;
        let (outcome, message_id) = if !standing.wants(letter.kind) {
            (Delivery::Muted, None)
        } else if let Some((id, was_read)) = store::fold(connection, letter, now).await? {
            standing.unread += u64::from(was_read);
            (Delivery::Folded, Some(id))
        } else {
            let id = MessageId::new(self.clock.uuid());
            store::add(connection, id, letter, now).await?;
            standing.unread += 1;
            (Delivery::New, Some(id))
        };
        let Letter { recipient_id, kind, course_id, .. } = *letter;
        let event =
            Event::MessageDelivered(MessageDelivered { message_id, recipient_id, kind, course_id, outcome, unread: standing.unread });
        self.append(connection, cause, recipient_id, standing, &event).await?;
        Ok(true)
    }

    /// Erases all that is held of `owner`, whose account is closed, and says so once.
    pub(crate) async fn erase(&mut self, connection: &mut PgConnection, cause: Cause, owner: AccountId) -> Result<()> {
        let mut standing = self.of(owner)?;
        if standing.closed {
            return Ok(());
        }
        store::erase(connection, owner).await?;
        standing.closed = true;
        if standing.unread > 0 {
            standing.unread = 0;
            let event = Event::MessageRead(MessageRead { recipient_id: owner, message_id: None, unread: 0 });
            self.append(connection, cause, owner, standing, &event).await?;
        } else {
            self.set(owner, standing);
        }
        let event = Event::AccountErased(AccountErased { account_id: owner, service: Participant::Message });
        event_log::append(connection, &self.clock, &cause.call(), &event, 1).await?;
        Ok(())
    }

    /// Writes where the inboxes stand now.
    pub(crate) async fn write(self, connection: &mut PgConnection) -> Result<()> {
        let changed = self.standing.into_iter().filter(|(owner, _)| self.changed.contains(owner)).collect();
        store::set_standing(connection, &changed).await
    }

    async fn append(
        &mut self,
        connection: &mut PgConnection,
        cause: Cause,
        owner: AccountId,
        mut standing: Standing,
        event: &Event,
    ) -> Result<()> {
        standing.version += 1;
        event_log::append(connection, &self.clock, &cause.call(), event, standing.version).await?;
        self.set(owner, standing);
        Ok(())
    }

    fn of(&self, owner: AccountId) -> Result<Standing> {
        self.standing.get(&owner).copied().ok_or(Error::Defect("an inbox that was not locked"))
    }

    fn set(&mut self, owner: AccountId, standing: Standing) {
        self.standing.insert(owner, standing);
        self.changed.insert(owner);
    }
}

//! What reads messages.

use crate::{Messages, store};
use contract::message::{Inbox, Message, MessageSettings};
use contract::{Call, PageRequest, Refusal};
use jiff::Timestamp;
use platform::Result;
use uuid::Uuid;

impl Messages {
    pub(crate) async fn own_inbox(&self, call: &Call, page: PageRequest) -> Result<Inbox> {
        let owner = call.signed_in()?;
        let after = page.cursor.as_deref().map_or(Ok(Place::START), |cursor| Place::parse(cursor).ok_or(Refusal::Malformed))?;
        let limit = page.limit as usize;
        let unread = store::unread(self.database.pool(), owner).await?;
        // One more than asked for tells whether there is a page after this one.
        let mut items = store::read::messages(self.database.pool(), owner, after, i64::from(page.limit) + 1).await?;
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|last| Place::of(last).to_string());
        Ok(Inbox { items, unread, next })
    }

    pub(crate) async fn own_settings(&self, call: &Call) -> Result<MessageSettings> {
        let owner = call.signed_in()?;
        Ok(store::read::settings(self.database.pool(), owner).await?.unwrap_or_default())
    }
}

/// A place in an inbox. As a cursor it is 48 hexadecimal digits, which mean nothing to anyone else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub created_at: Timestamp,
    pub id: Uuid,
}

impl Place {
    /// Before the first: later than anything was delivered.
    const START: Self = Self { created_at: Timestamp::MAX, id: Uuid::max() };

    fn of(message: &Message) -> Self {
        Self { created_at: message.created_at, id: message.id.as_uuid() }
    }

    fn parse(cursor: &str) -> Option<Self> {
        let hexadecimal = cursor.len() == 48 && cursor.bytes().all(|c| c.is_ascii_hexdigit());
        let (time, id) = hexadecimal.then(|| cursor.split_at(16))?;
        let microsecond = u64::from_str_radix(time, 16).ok()?.cast_signed();
        Some(Self { created_at: Timestamp::from_microsecond(microsecond).ok()?, id: Uuid::try_parse(id).ok()? })
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}{}", self.created_at.as_microsecond(), self.id.simple())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_as_it_was_written() {
        for microsecond in [-1, 0, 1_795_000_000_123_456] {
            let place = Place { created_at: Timestamp::from_microsecond(microsecond).expect("in range"), id: Uuid::from_u128(7) };
            assert_eq!(Place::parse(&place.to_string()), Some(place));
        }
    }

    #[test]
    fn what_is_no_cursor_is_not_read_as_one() {
        let beyond_time = format!("7{}", "f".repeat(47));
        let signed = format!("+{}", "0".repeat(47));
        for none in ["", "x", &"g".repeat(48), &"0".repeat(47), &"0".repeat(49), &"é".repeat(24), &beyond_time, &signed] {
            assert_eq!(Place::parse(none), None, "{none}");
        }
    }
}

//! All SQL on the schema `message`: here what changes inboxes.

pub(crate) mod course;
pub(crate) mod pending;
pub(crate) mod read;

use crate::model::{Cause, Letter, Standing, folded_since};
use contract::message::{MessageKind, MessageSettings};
use contract::{AccountId, MessageId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use platform::{Error, Result};
use sqlx::PgExecutor;
use sqlx::postgres::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Where the inboxes of `owners` stand, whether anything was ever delivered to them or not.
pub(crate) async fn standing(connection: &mut PgConnection, owners: &BTreeSet<AccountId>) -> Result<BTreeMap<AccountId, Standing>> {
    let owners: Vec<Uuid> = owners.iter().map(|owner| owner.as_uuid()).collect();
    let rows = sqlx::query!(
        r#"SELECT owner.id AS "id!", COALESCE(inbox.version, 0) AS "version!", COALESCE(inbox.unread, 0) AS "unread!",
                  COALESCE(inbox.closed, false) AS "closed!",
                  COALESCE(wanted.receipts, true) AS "receipts!", COALESCE(wanted.bookmarks, true) AS "bookmarks!",
                  COALESCE(wanted.reviews, true) AS "reviews!", COALESCE(wanted.replies, true) AS "replies!",
                  COALESCE(wanted.comments, true) AS "comments!"
           FROM unnest($1::uuid[]) AS owner (id)
           LEFT JOIN message.inboxes AS inbox ON inbox.recipient_id = owner.id
           LEFT JOIN message.settings AS wanted ON wanted.account_id = owner.id"#,
        &owners
    )
    .fetch_all(connection)
    .await?;
    let standing = rows.into_iter().map(|row| {
        let settings = MessageSettings {
            receipts: row.receipts,
            bookmarks: row.bookmarks,
            reviews: row.reviews,
            replies: row.replies,
            comments: row.comments,
        };
        let (version, unread) = (row.version.unsigned_abs(), row.unread.unsigned_abs());
        (AccountId::new(row.id), Standing { version, unread, closed: row.closed, settings })
    });
    Ok(standing.collect())
}

pub(crate) async fn set_standing(connection: &mut PgConnection, inboxes: &BTreeMap<AccountId, Standing>) -> Result<()> {
    let owners: Vec<Uuid> = inboxes.keys().map(|owner| owner.as_uuid()).collect();
    let versions: Vec<i64> = inboxes.values().map(|inbox| number(inbox.version)).collect::<Result<_>>()?;
    let unread: Vec<i64> = inboxes.values().map(|inbox| number(inbox.unread)).collect::<Result<_>>()?;
    let closed: Vec<bool> = inboxes.values().map(|inbox| inbox.closed).collect();
    sqlx::query!(
        "INSERT INTO message.inboxes (recipient_id, version, unread, closed)
         SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::boolean[])
         ON CONFLICT (recipient_id) DO UPDATE SET version = excluded.version, unread = excluded.unread, closed = excluded.closed",
        &owners,
        &versions,
        &unread,
        &closed,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes that the recipient of `letter` is told because of `cause`; of an answer, also what it was that was answered, beside the events.
/// Answers whether all of that is so for the first time.
pub(crate) async fn first_delivery(connection: &mut PgConnection, cause: Cause, letter: &Letter) -> Result<bool> {
    let causes: Vec<Uuid> = std::iter::once(cause.event_id.as_uuid()).chain(letter.answered_id).collect();
    let noted = sqlx::query!(
        "INSERT INTO message.deliveries (cause_id, recipient_id) SELECT cause_id, $2 FROM unnest($1::uuid[]) AS causes (cause_id)
         ON CONFLICT DO NOTHING",
        &causes,
        letter.recipient_id.as_uuid()
    )
    .execute(connection)
    .await?;
    Ok(usize::try_from(noted.rows_affected()) == Ok(causes.len()))
}

/// Brings the message about the same bookmark up to date, if there is one of the last hour. Answers which, and whether it had been read.
pub(crate) async fn fold(connection: &mut PgConnection, letter: &Letter, now: Timestamp) -> Result<Option<(MessageId, bool)>> {
    let Some(bookmark) = letter.bookmark_id else { return Ok(None) };
    let row = sqlx::query!(
        r#"UPDATE message.messages SET kind = $3, created_at = $4, read = false
           FROM (SELECT id, read AS was_read FROM message.messages
                 WHERE recipient_id = $1 AND bookmark_id = $2 AND first_delivered_at > $5
                 ORDER BY first_delivered_at DESC LIMIT 1) AS earlier
           WHERE messages.id = earlier.id
           RETURNING messages.id, was_read AS "was_read!""#,
        letter.recipient_id.as_uuid(),
        bookmark,
        letter.kind.code(),
        now.to_sqlx() as _,
        folded_since(now).to_sqlx() as _,
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (MessageId::new(row.id), row.was_read)))
}

/// Adds a message that was not read.
pub(crate) async fn add(connection: &mut PgConnection, id: MessageId, letter: &Letter, now: Timestamp) -> Result<()> {
    sqlx::query!(
        "INSERT INTO message.messages (id, recipient_id, kind, course_id, bookmark_id, first_delivered_at, created_at, read)
         VALUES ($1, $2, $3, $4, $5, $6, $6, false)",
        id.as_uuid(),
        letter.recipient_id.as_uuid(),
        letter.kind.code(),
        letter.course_id.as_uuid(),
        letter.bookmark_id,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Marks a message of `owner` as read. Answers how many that changed; `None` when there is no such message of theirs.
pub(crate) async fn mark_one(connection: &mut PgConnection, owner: AccountId, id: MessageId) -> Result<Option<u64>> {
    let was_read =
        sqlx::query_scalar!("SELECT read FROM message.messages WHERE id = $1 AND recipient_id = $2", id.as_uuid(), owner.as_uuid())
            .fetch_optional(&mut *connection)
            .await?;
    if was_read == Some(false) {
        sqlx::query!("UPDATE message.messages SET read = true WHERE id = $1", id.as_uuid()).execute(connection).await?;
    }
    Ok(was_read.map(|was_read| u64::from(!was_read)))
}

/// Marks all messages of `owner` as read. Answers how many that changed.
pub(crate) async fn mark_all(connection: &mut PgConnection, owner: AccountId) -> Result<u64> {
    let marked = sqlx::query!("UPDATE message.messages SET read = true WHERE recipient_id = $1 AND NOT read", owner.as_uuid())
        .execute(connection)
        .await?;
    Ok(marked.rows_affected())
}

/// Takes `read` off what `owner` has not read. Answers the inbox's new version, and how many are left.
pub(crate) async fn count_down(connection: &mut PgConnection, owner: AccountId, read: u64) -> Result<(u64, u64)> {
    let row = sqlx::query!(
        "UPDATE message.inboxes SET version = version + 1, unread = unread - $2 WHERE recipient_id = $1 RETURNING version, unread",
        owner.as_uuid(),
        number(read)?
    )
    .fetch_one(connection)
    .await?;
    Ok((row.version.unsigned_abs(), row.unread.unsigned_abs()))
}

/// How many messages `owner` has not read.
pub(crate) async fn unread(executor: impl PgExecutor<'_>, owner: AccountId) -> Result<u64> {
    let unread =
        sqlx::query_scalar!("SELECT unread FROM message.inboxes WHERE recipient_id = $1", owner.as_uuid()).fetch_optional(executor).await?;
    Ok(unread.unwrap_or(0).unsigned_abs())
}

/// Whether the account of `owner` is closed.
pub(crate) async fn is_closed(connection: &mut PgConnection, owner: AccountId) -> Result<bool> {
    let closed = sqlx::query_scalar!("SELECT closed FROM message.inboxes WHERE recipient_id = $1", owner.as_uuid())
        .fetch_optional(connection)
        .await?;
    Ok(closed.unwrap_or(false))
}

pub(crate) async fn set_settings(connection: &mut PgConnection, owner: AccountId, settings: MessageSettings) -> Result<()> {
    sqlx::query!(
        "INSERT INTO message.settings (account_id, receipts, bookmarks, reviews, replies, comments) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (account_id) DO UPDATE
             SET receipts = excluded.receipts, bookmarks = excluded.bookmarks, reviews = excluded.reviews,
                 replies = excluded.replies, comments = excluded.comments",
        owner.as_uuid(),
        settings.receipts,
        settings.bookmarks,
        settings.reviews,
        settings.replies,
        settings.comments,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Erases all that is kept of `owner`; where the inbox stands is for [`set_standing`].
pub(crate) async fn erase(connection: &mut PgConnection, owner: AccountId) -> Result<()> {
    let owner = owner.as_uuid();
    sqlx::query!("DELETE FROM message.messages WHERE recipient_id = $1", owner).execute(&mut *connection).await?;
    sqlx::query!("DELETE FROM message.settings WHERE account_id = $1", owner).execute(&mut *connection).await?;
    sqlx::query!("DELETE FROM message.bookmarks WHERE customer_id = $1", owner).execute(&mut *connection).await?;
    sqlx::query!("UPDATE message.pending SET doer_id = NULL WHERE doer_id = $1", owner).execute(connection).await?;
    Ok(())
}

/// A kind as it was written.
fn kind(code: &str) -> Result<MessageKind> {
    MessageKind::from_code(code).ok_or(Error::Defect("a stored kind of message that this release does not know"))
}

fn number(value: u64) -> Result<i64> {
    i64::try_from(value).map_err(|_| Error::Defect("a number beyond 63 bits"))
}

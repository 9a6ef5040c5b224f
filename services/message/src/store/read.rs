//! What answers questions.

use super::kind;
use contract::course::Language;
use contract::message::{Message, MessageSettings};
use contract::{AccountId, CourseId, MessageId};
use jiff_sqlx::{Timestamp, ToSqlx};
use platform::Result;
use platform::cursor::Place;
use sqlx::postgres::PgPool;
use uuid::Uuid;

/// Up to `limit` messages of `owner` that come after `place`, newest first, with titles in `language`.
pub(crate) async fn messages(pool: &PgPool, owner: AccountId, language: Language, place: Place, limit: i64) -> Result<Vec<Message>> {
    struct Row {
        id: Uuid,
        kind: String,
        course_id: Uuid,
        title: String,
        created_at: Timestamp,
        read: bool,
    }
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT messages.id, kind, course_id, COALESCE(CASE WHEN $5 THEN courses.title_en ELSE courses.title_ko END, '') AS "title!",
               created_at AS "created_at: Timestamp", read
           FROM message.messages LEFT JOIN message.courses ON courses.id = messages.course_id
           WHERE recipient_id = $1 AND (created_at, messages.id) < ($2, $3)
           ORDER BY created_at DESC, messages.id DESC LIMIT $4"#,
        owner.as_uuid(),
        place.at.to_sqlx() as _,
        place.id,
        limit,
        language == Language::En,
    )
    .fetch_all(pool)
    .await?;
    let message = |row: Row| {
        Ok(Message {
            id: MessageId::new(row.id),
            kind: kind(&row.kind)?,
            course_id: CourseId::new(row.course_id),
            course_title: row.title,
            created_at: row.created_at.to_jiff(),
            read: row.read,
        })
    };
    rows.into_iter().map(message).collect()
}

pub(crate) async fn settings(pool: &PgPool, owner: AccountId) -> Result<Option<MessageSettings>> {
    Ok(sqlx::query_as!(
        MessageSettings,
        "SELECT receipts, bookmarks, reviews, replies, comments FROM message.settings WHERE account_id = $1",
        owner.as_uuid()
    )
    .fetch_optional(pool)
    .await?)
}

/// How many messages each person has not read, of those who have any such, counted from the messages: for the audit.
///
/// # Errors
/// When the database can't be reached.
pub async fn count_unread(pool: &PgPool) -> Result<Vec<(AccountId, u64)>> {
    let rows = sqlx::query!(
        r#"SELECT recipient_id, count(*) AS "unread!" FROM message.messages WHERE NOT read GROUP BY recipient_id ORDER BY recipient_id"#
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (AccountId::new(row.recipient_id), row.unread.unsigned_abs())).collect())
}

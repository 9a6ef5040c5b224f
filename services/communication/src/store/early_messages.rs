//! Messages that were heard of before what they tell: events of two aggregates come in any order.

use contract::EventId;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use platform::Result;
use sqlx::postgres::PgConnection;

/// Remembers that the message about `event` was delivered.
pub(crate) async fn keep(connection: &mut PgConnection, event: EventId, now: Timestamp) -> Result<()> {
    sqlx::query!(
        "INSERT INTO communication.early_messages (event_id, heard_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        event.as_uuid(),
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether the message about `event` was delivered; forgets it.
pub(crate) async fn take(connection: &mut PgConnection, event: EventId) -> Result<bool> {
    let taken = sqlx::query!("DELETE FROM communication.early_messages WHERE event_id = $1", event.as_uuid()).execute(connection).await?;
    Ok(taken.rows_affected() == 1)
}

//! Events as they stand in the log, in the envelope of docs/events.md: for whoever passes them on, or follows from outside. An event that
//! this release doesn't know is told, too.

use super::Cursor;
use crate::error::Result;
use jiff_sqlx::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgConnection;
use uuid::Uuid;

/// An event as it travels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its id.
    pub id: Uuid,
    /// Where it stands in the log of who tells it.
    pub position: i64,
    /// What it happened to.
    pub aggregate: Aggregate,
    /// Which version it made.
    pub version: i64,
    /// The case it belongs to.
    pub correlation_id: Uuid,
    /// The event that caused it.
    pub causation_id: Option<Uuid>,
    /// Who did it.
    pub actor: Option<Uuid>,
    /// When.
    pub occurred_at: jiff::Timestamp,
    /// Its name.
    pub name: String,
    /// What is told of it.
    pub payload: serde_json::Value,
}

/// What an event happened to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Aggregate {
    /// Its kind.
    pub kind: String,
    /// Its id.
    pub id: Uuid,
}

/// Whether `place` is one of this log: its beginning, or where an event stands, since none is ever taken out. Another is from the log of
/// another database, or from this one before it came into another cluster (see [`super::adopt`]): what is after it says nothing. Two logs that
/// were both adopted can't be told apart by it.
///
/// # Errors
/// When the database can't be reached.
pub async fn has(connection: &mut PgConnection, place: Cursor) -> Result<bool> {
    if place == Cursor::default() {
        return Ok(true);
    }
    let has = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM event_log.events
                          WHERE transaction_id = $1::bigint::text::xid8 AND position = $2) AS "has!""#,
        place.transaction_id,
        place.position,
    )
    .fetch_one(connection)
    .await?;
    Ok(has)
}

/// Reads up to `limit` events after `after`, in order, each with where it stands. Stays behind the horizon as [`super::read`] does.
///
/// # Errors
/// When the database can't be reached.
pub async fn read(connection: &mut PgConnection, after: Cursor, limit: i64) -> Result<Vec<(Cursor, Event)>> {
    let rows = sqlx::query!(
        r#"SELECT position, transaction_id::text::bigint AS "transaction_id!", id, name, aggregate_kind, aggregate_id, aggregate_version,
                      correlation_id, causation_id, actor, occurred_at AS "occurred_at: Timestamp", payload
               FROM event_log.events
               WHERE (transaction_id, position) > ($1::bigint::text::xid8, $2)
                 AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())
               ORDER BY event_log.events.transaction_id, position
               LIMIT $3"#,
        after.transaction_id,
        after.position,
        limit,
    )
    .fetch_all(connection)
    .await?;
    let told = rows.into_iter().map(|row| {
        let event = Event {
            id: row.id,
            position: row.position,
            aggregate: Aggregate { kind: row.aggregate_kind, id: row.aggregate_id },
            version: row.aggregate_version,
            correlation_id: row.correlation_id,
            causation_id: row.causation_id,
            actor: row.actor,
            occurred_at: row.occurred_at.to_jiff(),
            name: row.name,
            payload: row.payload,
        };
        (Cursor { transaction_id: row.transaction_id, position: row.position }, event)
    });
    Ok(told.collect())
}

//! Where a case that crosses services stands: one row for each, moved in the transaction that takes the step. So a step is taken
//! wholly or not at all, a program that ends anywhere goes on from there, and a step that is asked for twice is taken once.
//!
//! What the steps are, and what takes each back, is said by the service that watches over the case, in a file of its own.

use crate::error::{Error, Result};
use contract::event::Envelope;
use contract::{CorrelationId, EventId};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::PgExecutor;
use sqlx::postgres::PgConnection;
use std::marker::PhantomData;

/// A kind of saga, with what its steps need to know.
#[derive(Debug)]
pub struct Sagas<D> {
    kind: &'static str,
    lasts: SignedDuration,
    data: PhantomData<fn() -> D>,
}

/// A saga that has not ended.
#[derive(Debug)]
pub struct Running<D> {
    /// That of the event that began it.
    pub id: EventId,
    /// The case.
    pub correlation_id: CorrelationId,
    /// The step that comes next.
    pub step: String,
    /// What the steps need to know.
    pub data: D,
}

/// How a saga ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Every step was taken.
    Completed,
    /// What had been done was taken back.
    Compensated,
}

impl End {
    const fn code(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Compensated => "compensated",
        }
    }
}

impl<D: Serialize + DeserializeOwned> Sagas<D> {
    /// The sagas of `kind`, which should come to their end within `lasts`.
    #[must_use]
    pub const fn new(kind: &'static str, lasts: SignedDuration) -> Self {
        Self { kind, lasts, data: PhantomData }
    }

    /// Begins one with `event`, unless that has been done.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn begin(&self, connection: &mut PgConnection, event: &Envelope, step: &str, data: &D) -> Result<()> {
        let deadline = event.occurred_at.saturating_add(self.lasts).unwrap_or(Timestamp::MAX);
        sqlx::query!(
            "INSERT INTO event_log.sagas (kind, id, correlation_id, step, state, data, started_at, updated_at, deadline)
             VALUES ($1, $2, $3, $4, 'running', $5, $6, $6, $7) ON CONFLICT DO NOTHING",
            self.kind,
            event.id.as_uuid(),
            event.correlation_id.as_uuid(),
            step,
            json(data)?,
            event.occurred_at.to_sqlx() as _,
            deadline.to_sqlx() as _,
        )
        .execute(connection)
        .await?;
        Ok(())
    }

    /// One that has not ended, for this transaction alone.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn running(&self, connection: &mut PgConnection, id: EventId) -> Result<Option<Running<D>>> {
        sqlx::query_as!(
            Row,
            "SELECT id, correlation_id, step, data FROM event_log.sagas WHERE kind = $1 AND id = $2 AND state = 'running' FOR UPDATE",
            self.kind,
            id.as_uuid()
        )
        .fetch_optional(connection)
        .await?
        .map(Row::running)
        .transpose()
    }

    /// Up to `limit` that wait for `step`, the oldest first.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn waiting(&self, executor: impl PgExecutor<'_>, step: &str, limit: i64) -> Result<Vec<Running<D>>> {
        sqlx::query_as!(
            Row,
            "SELECT id, correlation_id, step, data FROM event_log.sagas
             WHERE kind = $1 AND state = 'running' AND step = $2 ORDER BY deadline, id LIMIT $3",
            self.kind,
            step,
            limit
        )
        .fetch_all(executor)
        .await?
        .into_iter()
        .map(Row::running)
        .collect()
    }

    /// Up to `limit` that have not ended by their deadline, the oldest first.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn overdue(&self, executor: impl PgExecutor<'_>, now: Timestamp, limit: i64) -> Result<Vec<Running<D>>> {
        sqlx::query_as!(
            Row,
            "SELECT id, correlation_id, step, data FROM event_log.sagas
             WHERE kind = $1 AND state = 'running' AND deadline <= $2 ORDER BY deadline, id LIMIT $3",
            self.kind,
            now.to_sqlx() as _,
            limit
        )
        .fetch_all(executor)
        .await?
        .into_iter()
        .map(Row::running)
        .collect()
    }

    /// Those that have not ended and whose data has all that `part`, a JSON object, has; the oldest first.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn holding(&self, executor: impl PgExecutor<'_>, part: &serde_json::Value) -> Result<Vec<Running<D>>> {
        sqlx::query_as!(
            Row,
            "SELECT id, correlation_id, step, data FROM event_log.sagas
             WHERE kind = $1 AND state = 'running' AND data @> $2 ORDER BY deadline, id",
            self.kind,
            part
        )
        .fetch_all(executor)
        .await?
        .into_iter()
        .map(Row::running)
        .collect()
    }

    /// Says which step comes next, and what the steps know now.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn move_to(&self, connection: &mut PgConnection, id: EventId, step: &str, data: &D, now: Timestamp) -> Result<()> {
        sqlx::query!(
            "UPDATE event_log.sagas SET step = $3, data = $4, updated_at = $5 WHERE kind = $1 AND id = $2 AND state = 'running'",
            self.kind,
            id.as_uuid(),
            step,
            json(data)?,
            now.to_sqlx() as _,
        )
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Ends one.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn end(&self, connection: &mut PgConnection, id: EventId, end: End, now: Timestamp) -> Result<()> {
        sqlx::query!(
            "UPDATE event_log.sagas SET state = $3, updated_at = $4 WHERE kind = $1 AND id = $2 AND state = 'running'",
            self.kind,
            id.as_uuid(),
            end.code(),
            now.to_sqlx() as _,
        )
        .execute(connection)
        .await?;
        metrics::counter!("dulle_sagas_ended_total", "kind" => self.kind, "state" => end.code()).increment(1);
        Ok(())
    }
}

/// How many sagas of each kind have not ended, and how long the oldest of them has been under way, in seconds: for the metrics.
///
/// # Errors
/// When the database can't be reached.
pub async fn under_way(executor: impl PgExecutor<'_>, now: Timestamp) -> Result<Vec<(String, u64, f64)>> {
    let rows = sqlx::query!(
        r#"SELECT kind, count(*) AS "running!", EXTRACT(EPOCH FROM $1 - min(started_at))::float8 AS "age!"
           FROM event_log.sagas WHERE state = 'running' GROUP BY kind ORDER BY kind"#,
        now.to_sqlx() as _,
    )
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().map(|row| (row.kind, row.running.unsigned_abs(), row.age)).collect())
}

struct Row {
    id: uuid::Uuid,
    correlation_id: uuid::Uuid,
    step: String,
    data: serde_json::Value,
}

impl Row {
    fn running<D: DeserializeOwned>(self) -> Result<Running<D>> {
        let data = serde_json::from_value(self.data).map_err(|_| Error::Defect("a saga with data of another form"))?;
        Ok(Running { id: EventId::new(self.id), correlation_id: CorrelationId::new(self.correlation_id), step: self.step, data })
    }
}

fn json(data: &impl Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(data).map_err(|_| Error::Defect("a saga's data is no JSON"))
}

//! The event log: written in the writer's transaction, read behind the snapshot horizon.

pub mod plain;

use crate::clock::Clock;
use crate::error::{Error, Result};
use contract::event::{Aggregate, AggregateKind, AggregateVersion, Envelope, Event};
use contract::{AccountId, Call, CorrelationId, EventId};
use jiff_sqlx::{Timestamp, ToSqlx};
use sqlx::postgres::{PgConnection, PgPool};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// Where a reader stands. Ordered as events are delivered: by the transaction that wrote them, then by position.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// The 64-bit id of the transaction that wrote the event.
    pub transaction_id: i64,
    /// The event's position.
    pub position: i64,
}

impl Cursor {
    /// Behind everything.
    pub(crate) const MAX: Self = Self { transaction_id: i64::MAX, position: i64::MAX };
}

/// `TRANSACTION,POSITION`, as those are told who follow from outside.
impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.transaction_id, self.position)
    }
}

/// A text that is no place in a log.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("no place in a log")]
pub struct NoCursor;

impl FromStr for Cursor {
    type Err = NoCursor;

    fn from_str(text: &str) -> std::result::Result<Self, NoCursor> {
        let number = |text: &str| text.parse().ok().filter(|number: &i64| *number >= 0 && text.bytes().all(|byte| byte.is_ascii_digit()));
        let (transaction_id, position) = text.split_once(',').ok_or(NoCursor)?;
        Ok(Self { transaction_id: number(transaction_id).ok_or(NoCursor)?, position: number(position).ok_or(NoCursor)? })
    }
}

/// An event as it was read: one that this release does not know is told, not dropped.
#[derive(Debug)]
pub struct Recorded {
    /// Where it stands.
    pub cursor: Cursor,
    /// Its id.
    pub id: EventId,
    /// What it happened to, as far as this release knows such things.
    pub kind: String,
    /// Which one.
    pub aggregate_id: Uuid,
    /// Which version it made.
    pub version: u64,
    /// The event, or why it can't be read. Of kinds that were not asked for it isn't.
    pub envelope: std::result::Result<Envelope, String>,
}

/// Waits for whoever else changes this aggregate, until the end of the transaction. Commands lock through [`crate::UnitOfWork::lock`];
/// this is for the [`crate::consumer::Handler::concerns`] of a handler that must lock one aggregate before it can name the others.
///
/// # Errors
/// When the database can't be reached.
pub async fn lock(connection: &mut PgConnection, aggregate: Aggregate) -> Result<()> {
    sqlx::query!(
        "SELECT pg_advisory_xact_lock(hashtextextended($1, 0)) AS \"lock: ()\"",
        format!("{}:{}", aggregate.kind.code(), aggregate.id)
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// An event that is not in the log yet: what `event_log.append` takes, apart from the version. For a statement that changes an
/// aggregate and appends at once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Draft {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: &'static str,
    /// What it happens to.
    pub aggregate: Aggregate,
    /// The case it belongs to.
    pub correlation_id: Uuid,
    /// The event that caused it.
    pub causation_id: Option<Uuid>,
    /// Who did it.
    pub actor: Option<Uuid>,
    /// When.
    pub occurred_at: jiff::Timestamp,
    /// What is told of it.
    pub payload: serde_json::Value,
}

impl Draft {
    /// `event`, as it happens now in `call`.
    ///
    /// # Errors
    /// None that isn't a defect.
    pub fn new(clock: &Clock, call: &Call, event: &Event) -> Result<Self> {
        let payload = match serde_json::to_value(event) {
            Ok(serde_json::Value::Object(mut tagged)) => tagged.remove("payload").ok_or(Error::Defect("an event without payload"))?,
            _ => return Err(Error::Defect("an event that is no object")),
        };
        Ok(Self {
            id: clock.uuid(),
            name: event.name(),
            aggregate: event.aggregate(),
            correlation_id: call.correlation_id.as_uuid(),
            causation_id: call.causation_id.map(EventId::as_uuid),
            actor: call.actor.map(AccountId::as_uuid),
            occurred_at: clock.now(),
            payload,
        })
    }
}

/// Appends an event as `version` of its aggregate, in the transaction that the connection is in. Commands append through
/// [`crate::UnitOfWork::append`]; this is for handlers of a consumer, who have named the aggregate among their
/// [`crate::consumer::Handler::concerns`].
///
/// # Errors
/// When the database can't be reached, or the aggregate has this version already: a defect, since the aggregate is locked.
pub async fn append(connection: &mut PgConnection, clock: &Clock, call: &Call, event: &Event, version: u64) -> Result<AggregateVersion> {
    let draft = Draft::new(clock, call, event)?;
    let aggregate = draft.aggregate;
    sqlx::query!(
        "INSERT INTO event_log.events
             (id, name, aggregate_kind, aggregate_id, aggregate_version, correlation_id, causation_id, actor, occurred_at, payload)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        draft.id,
        draft.name,
        aggregate.kind.code(),
        aggregate.id,
        i64::try_from(version).map_err(|_| Error::Defect("a version beyond 63 bits"))?,
        draft.correlation_id,
        draft.causation_id,
        draft.actor,
        draft.occurred_at.to_sqlx() as _,
        draft.payload,
    )
    .execute(connection)
    .await?;
    Ok(AggregateVersion { aggregate, version })
}

/// Reads up to `limit` events after `cursor`, in order, of whatever kind: a reader that passes over what isn't for it moves on, and
/// does not search the same stretch again; what is not of `kinds` comes without its payload. Stays behind the oldest transaction that is still running: what
/// it returns is final, nothing can appear before it later.
///
/// # Errors
/// When the database can't be reached.
pub async fn read(connection: &mut PgConnection, after: Cursor, limit: i64, kinds: &[AggregateKind]) -> Result<Vec<Recorded>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT position, transaction_id::text::bigint AS "transaction_id!", id, name, aggregate_kind, aggregate_id, aggregate_version,
                  correlation_id, causation_id, actor, occurred_at AS "occurred_at: Timestamp",
                  CASE WHEN aggregate_kind = ANY ($4) THEN payload END AS "payload?"
           FROM event_log.events
           WHERE (transaction_id, position) > ($1::bigint::text::xid8, $2)
             AND transaction_id < pg_snapshot_xmin(pg_current_snapshot())
           ORDER BY event_log.events.transaction_id, position
           LIMIT $3"#,
        after.transaction_id,
        after.position,
        limit,
        &codes(kinds),
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Row::recorded).collect())
}

/// Where the last committed event of `kinds` stands, whether behind the horizon or not.
pub(crate) async fn last(connection: &mut PgConnection, kinds: &[AggregateKind]) -> Result<Cursor> {
    let last = sqlx::query_as!(
        Cursor,
        r#"SELECT transaction_id::text::bigint AS "transaction_id!", position FROM event_log.events WHERE aggregate_kind = ANY ($1)
           ORDER BY event_log.events.transaction_id DESC, position DESC LIMIT 1"#,
        &codes(kinds)
    )
    .fetch_optional(connection)
    .await?;
    Ok(last.unwrap_or_default())
}

/// Where the last committed event stands, whether behind the horizon or not.
///
/// # Errors
/// When the database can't be reached.
pub async fn end(pool: &PgPool) -> Result<Cursor> {
    let last = sqlx::query_as!(
        Cursor,
        r#"SELECT transaction_id::text::bigint AS "transaction_id!", position FROM event_log.events
           ORDER BY event_log.events.transaction_id DESC, position DESC LIMIT 1"#
    )
    .fetch_optional(pool)
    .await?;
    Ok(last.unwrap_or_default())
}

/// Reads the events of one aggregate after `version`, up to and including `until`, in order.
///
/// # Errors
/// When the database can't be reached.
pub async fn read_aggregate(connection: &mut PgConnection, kind: &str, id: Uuid, version: u64, until: Cursor) -> Result<Vec<Recorded>> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT position, transaction_id::text::bigint AS "transaction_id!", id, name, aggregate_kind, aggregate_id, aggregate_version,
                  correlation_id, causation_id, actor, occurred_at AS "occurred_at: Timestamp", payload AS "payload?"
           FROM event_log.events
           WHERE aggregate_kind = $1 AND aggregate_id = $2 AND aggregate_version > $3
             AND (transaction_id, position) <= ($4::bigint::text::xid8, $5)
           ORDER BY aggregate_version"#,
        kind,
        id,
        i64::try_from(version).map_err(|_| Error::Defect("a version beyond 63 bits"))?,
        until.transaction_id,
        until.position,
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Row::recorded).collect())
}

/// Makes a log readable that was written in another Postgres cluster (restored from a dump, or replicated into this one). Its
/// transaction ids mean nothing here, and readers would wait for transactions that this cluster begins in years. They become the
/// oldest there is, so that the positions alone say the order, which is each aggregate's own since writers lock it; consumers begin at
/// the beginning, and pass over what they have handled. Answers whether the log was foreign.
///
/// # Errors
/// When the database can't be reached.
pub async fn adopt(pool: &PgPool) -> Result<bool> {
    let pool = pool.clone();
    let adoption = async move {
        let mut transaction = pool.begin().await?;
        // Nobody writes from here on, and whoever wrote has committed: an id at or beyond the next one was not given out by this cluster.
        sqlx::query!("LOCK TABLE event_log.events IN SHARE ROW EXCLUSIVE MODE").execute(&mut *transaction).await?;
        let foreign = sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT FROM event_log.events WHERE transaction_id >= pg_snapshot_xmax(pg_current_snapshot())) AS "foreign!""#
        )
        .fetch_one(&mut *transaction)
        .await?;
        if foreign {
            // 3 is the first id that Postgres gives to a transaction (FirstNormalTransactionId).
            sqlx::query!("UPDATE event_log.events SET transaction_id = '3'").execute(&mut *transaction).await?;
            sqlx::query!("UPDATE event_log.checkpoints SET transaction_id = '0', position = 0").execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(foreign)
    };
    tokio::spawn(adoption).await.unwrap_or(Err(Error::Defect("adopting the log panicked")))
}

/// Empties a text in the payloads of an aggregate's events: what is personal goes, that something happened stays. The one thing that is
/// ever changed in the log, so the text must be one that every reader may find empty. Whoever has read it before is told by an event.
///
/// # Errors
/// When the database can't be reached.
pub async fn redact(connection: &mut PgConnection, aggregate: Aggregate, field: &str) -> Result<()> {
    sqlx::query!(
        "UPDATE event_log.events SET payload = payload || jsonb_build_object($3::text, '')
         WHERE aggregate_kind = $1 AND aggregate_id = $2 AND jsonb_typeof(payload -> $3::text) = 'string'",
        aggregate.kind.code(),
        aggregate.id,
        field,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) fn codes(kinds: &[AggregateKind]) -> Vec<String> {
    kinds.iter().map(|kind| kind.code().to_owned()).collect()
}

struct Row {
    position: i64,
    transaction_id: i64,
    id: Uuid,
    name: String,
    aggregate_kind: String,
    aggregate_id: Uuid,
    aggregate_version: i64,
    correlation_id: Uuid,
    causation_id: Option<Uuid>,
    actor: Option<Uuid>,
    occurred_at: Timestamp,
    payload: Option<serde_json::Value>,
}

impl Row {
    fn recorded(self) -> Recorded {
        Recorded {
            cursor: Cursor { transaction_id: self.transaction_id, position: self.position },
            id: EventId::new(self.id),
            kind: self.aggregate_kind.clone(),
            aggregate_id: self.aggregate_id,
            version: self.aggregate_version.unsigned_abs(),
            envelope: self.envelope(),
        }
    }

    fn envelope(self) -> std::result::Result<Envelope, String> {
        let kind =
            AggregateKind::from_code(&self.aggregate_kind).ok_or_else(|| format!("unknown kind of aggregate {}", self.aggregate_kind))?;
        let payload = self.payload.ok_or_else(|| "nobody asked for its kind".to_owned())?;
        let event: Event = serde_json::from_value(serde_json::json!({ "name": self.name, "payload": payload }))
            .map_err(|error| format!("{}: {error}", self.name))?;
        Ok(Envelope {
            id: EventId::new(self.id),
            position: self.position,
            aggregate: Aggregate { kind, id: self.aggregate_id },
            version: self.aggregate_version.unsigned_abs(),
            correlation_id: CorrelationId::new(self.correlation_id),
            causation_id: self.causation_id.map(EventId::new),
            actor: self.actor.map(AccountId::new),
            occurred_at: self.occurred_at.to_jiff(),
            event,
        })
    }
}

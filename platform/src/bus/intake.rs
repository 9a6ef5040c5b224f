//! Takes in what services on other databases have done: into the local log, each event once and each aggregate's in order.
//!
//! How far it has come is kept in the transaction that holds the events, and not by the bus: a database that is restored as of yesterday
//! goes on from yesterday. An event whose predecessor has not come yet waits beside the log; where the predecessor doesn't come, it is
//! asked for, and published again.

mod sorting;

use super::wire::Event;
use super::{Bus, Followed, Place};
use crate::database::Database;
use crate::error::{Error, Result};
use crate::lead::{Led, Seat, keep_leading};
use async_trait::async_trait;
use contract::event::AggregateKind;
use jiff_sqlx::ToSqlx;
use sorting::{Sorting, Version};
use sqlx::Connection;
use sqlx::postgres::PgConnection;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How many events are taken in in one transaction at the most.
const BATCH: usize = 500;
/// How long the bus is waited for before something else is looked after.
const WAIT: Duration = Duration::from_secs(1);
/// How long a predecessor is waited for before it is asked for.
const PATIENCE: Duration = Duration::from_secs(10);
const NAME: &str = "bus.intake";

/// The intake of one database.
#[derive(Clone, Debug)]
pub struct Intake {
    database: Database,
    bus: Arc<dyn Bus>,
    own: Vec<&'static str>,
}

impl Intake {
    /// The intake of `database`, on which the services `own` are: what they did is in its log already, or lost with it.
    #[must_use]
    pub const fn new(database: Database, bus: Arc<dyn Bus>, own: Vec<&'static str>) -> Self {
        Self { database, bus, own }
    }

    /// Runs until `stop`. Survives the absence of the bus, and of the database.
    pub async fn run(self, stop: CancellationToken) {
        keep_leading(&self, &stop).await;
    }

    /// Takes in everything that is on the bus now, then returns.
    ///
    /// # Errors
    /// When the database or the bus can't be reached or another process leads.
    pub async fn catch_up(&self) -> Result<()> {
        let mut seat = Seat::take_alone(&self.database, NAME).await?;
        let caught_up = self.follow(&mut seat, Some(Duration::from_millis(250))).await;
        seat.leave().await;
        caught_up
    }

    /// Follows the bus; until nothing comes for a while, where that is said.
    async fn follow(&self, seat: &mut Seat, until_quiet: Option<Duration>) -> Result<()> {
        let place = self.place(seat).await?;
        let mut following = self.bus.follow(place.as_ref()).await?;
        let mut look_again = Instant::now() + PATIENCE;
        loop {
            let followed = following.next(BATCH, until_quiet.unwrap_or(WAIT)).await?;
            // Before the place moves past the gap.
            if followed.missed || Instant::now() >= look_again {
                look_again = Instant::now() + PATIENCE;
                if followed.missed || self.has_waited(seat).await? {
                    tracing::warn!("events are missing that the bus doesn't keep any more: they are asked for");
                    self.bus.ask_again().await?;
                }
            }
            let quiet = followed.bodies.is_empty();
            if !quiet || followed.missed {
                self.take_in(seat, followed).await?;
            }
            if quiet && until_quiet.is_some() {
                return Ok(());
            }
        }
    }

    async fn place(&self, seat: &mut Seat) -> Result<Option<Place>> {
        let row =
            sqlx::query!(r#"SELECT history, place AS "place!" FROM event_log.bus_places WHERE consumer = $1 AND place IS NOT NULL"#, NAME)
                .fetch_optional(&mut seat.connection)
                .await?;
        Ok(row.and_then(|row| Some(Place { life: row.history, number: row.place.parse().ok()? })))
    }

    /// Whether an event has been waiting for its predecessor for too long.
    async fn has_waited(&self, seat: &mut Seat) -> Result<bool> {
        let patience = self.database.clock().now().saturating_sub(PATIENCE).unwrap_or(jiff::Timestamp::MIN);
        let waited =
            sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM event_log.early WHERE came_at < $1) AS "waited!""#, patience.to_sqlx() as _)
                .fetch_one(&mut seat.connection)
                .await?;
        Ok(waited)
    }

    async fn take_in(&self, seat: &mut Seat, followed: Followed) -> Result<()> {
        let Seat { connection, epoch } = seat;
        let events: Vec<Event> = followed.bodies.iter().filter_map(|body| read(body)).filter(|event| !self.is_own(event)).collect();
        let mut transaction = connection.begin().await?;
        // Before anything else is written: whoever leads next waits for it, so that transaction ids are in the order of what is taken in.
        let here = sqlx::query_scalar!("SELECT epoch FROM event_log.checkpoints WHERE consumer = $1 FOR UPDATE", NAME)
            .fetch_optional(&mut *transaction)
            .await?;
        if here != Some(*epoch) {
            let _gone = transaction.rollback().await;
            return Err(Error::Replaced);
        }
        let mut sorting = self.known(&mut transaction, &events).await?;
        for event in events {
            sorting.hear(event);
        }
        let sorted = sorting.sorted();
        self.append(&mut transaction, &sorted.ready).await?;
        self.redact(&mut transaction, &sorted.ready).await?;
        self.keep_early(&mut transaction, &sorted.early, &sorted.no_longer_early).await?;
        keep_place(&mut transaction, &followed.place).await?;
        transaction.commit().await?;
        self.tell(&sorted.ready);
        Ok(())
    }

    fn is_own(&self, event: &Event) -> bool {
        self.own.contains(&event.service())
    }

    /// What the log and those that wait tell of the aggregates of `events`.
    async fn known(&self, connection: &mut PgConnection, events: &[Event]) -> Result<Sorting> {
        let (kinds, ids): (Vec<String>, Vec<Uuid>) =
            events.iter().map(|event| (event.aggregate.kind.clone(), event.aggregate.id)).collect::<BTreeSet<_>>().into_iter().unzip();
        let mut sorting = Sorting::default();
        let last = sqlx::query!(
            r#"SELECT asked.kind AS "kind!", asked.id AS "id!", max(aggregate_version) AS "version!"
               FROM unnest($1::text[], $2::uuid[]) AS asked (kind, id)
                   JOIN event_log.events ON aggregate_kind = asked.kind AND aggregate_id = asked.id
               GROUP BY asked.kind, asked.id"#,
            &kinds,
            &ids,
        )
        .fetch_all(&mut *connection)
        .await?;
        for row in last {
            sorting.has(row.kind, row.id, row.version);
        }
        let early = sqlx::query_scalar!(
            r#"SELECT early.event FROM unnest($1::text[], $2::uuid[]) AS asked (kind, id)
                   JOIN event_log.early ON aggregate_kind = asked.kind AND aggregate_id = asked.id"#,
            &kinds,
            &ids,
        )
        .fetch_all(&mut *connection)
        .await?;
        for event in early {
            sorting.waits(serde_json::from_value(event).map_err(|_| Error::Defect("an event that waits is none"))?);
        }
        self.contradicted(connection, events).await?;
        Ok(sorting)
    }

    /// Says which of `events` are not what the log has as that version. The first that was taken in stays.
    async fn contradicted(&self, connection: &mut PgConnection, events: &[Event]) -> Result<()> {
        let columns = Columns::of(events);
        let contradicted = sqlx::query!(
            r#"SELECT here.id AS "here!", asked.id AS "there!", here.name
               FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::bigint[]) AS asked (id, kind, aggregate, version)
                   JOIN event_log.events here
                   ON aggregate_kind = asked.kind AND aggregate_id = asked.aggregate AND aggregate_version = asked.version
               WHERE here.id <> asked.id"#,
            &columns.ids,
            &columns.kinds,
            &columns.aggregates,
            &columns.versions,
        )
        .fetch_all(connection)
        .await?;
        for row in contradicted {
            metrics::counter!("dulle_bus_contradictions_total").increment(1);
            tracing::error!(here = %row.here, there = %row.there, name = row.name, "two events claim to be the same version of an aggregate");
        }
        Ok(())
    }

    async fn append(&self, connection: &mut PgConnection, events: &[Event]) -> Result<()> {
        if events.is_empty() {
            return Ok(());
        }
        let Columns { ids, kinds, aggregates, versions } = Columns::of(events);
        let names: Vec<String> = events.iter().map(|event| event.name.clone()).collect();
        let correlations: Vec<Uuid> = events.iter().map(|event| event.correlation_id).collect();
        let causations: Vec<Option<Uuid>> = events.iter().map(|event| event.causation_id).collect();
        let actors: Vec<Option<Uuid>> = events.iter().map(|event| event.actor).collect();
        let times: Vec<_> = events.iter().map(|event| event.occurred_at.to_sqlx()).collect();
        let payloads: Vec<serde_json::Value> = events.iter().map(|event| event.payload.clone()).collect();
        // In the order given, which positions follow.
        sqlx::query!(
            "INSERT INTO event_log.events
                 (id, name, aggregate_kind, aggregate_id, aggregate_version, correlation_id, causation_id, actor, occurred_at, payload)
             SELECT id, name, kind, aggregate, version, correlation, causation, actor, at, payload
             FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::bigint[], $6::uuid[], $7::uuid[], $8::uuid[], $9::timestamptz[],
                         $10::jsonb[]) WITH ORDINALITY
                 AS heard (id, name, kind, aggregate, version, correlation, causation, actor, at, payload, place)
             ORDER BY place",
            &ids,
            &names,
            &kinds,
            &aggregates,
            &versions,
            &correlations,
            &causations as _,
            &actors as _,
            &times as _,
            &payloads,
        )
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Empties in the copies what is, or will be, emptied where it was written.
    async fn redact(&self, connection: &mut PgConnection, events: &[Event]) -> Result<()> {
        for event in events {
            if let (Some(field), Some(kind)) = (event.empties(), event.kind()) {
                let aggregate = contract::event::Aggregate { kind, id: event.aggregate.id };
                crate::event_log::redact(connection, aggregate, field).await?;
            }
        }
        Ok(())
    }

    async fn keep_early(&self, connection: &mut PgConnection, early: &[Event], no_longer: &[Version]) -> Result<()> {
        for Version { kind, id, number } in no_longer {
            sqlx::query!(
                "DELETE FROM event_log.early WHERE aggregate_kind = $1 AND aggregate_id = $2 AND aggregate_version = $3",
                kind,
                id,
                number
            )
            .execute(&mut *connection)
            .await?;
        }
        for event in early {
            sqlx::query!(
                "INSERT INTO event_log.early (aggregate_kind, aggregate_id, aggregate_version, event, came_at) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT DO NOTHING",
                event.aggregate.kind,
                event.aggregate.id,
                event.version,
                serde_json::to_value(event).map_err(|_| Error::Defect("an event that is no JSON"))?,
                self.database.clock().now().to_sqlx() as _,
            )
            .execute(&mut *connection)
            .await?;
        }
        Ok(())
    }

    /// Wakes whoever reads the log here.
    fn tell(&self, events: &[Event]) {
        let Some(newest) = events.last() else { return };
        let lag = self.database.clock().now().duration_since(newest.occurred_at).as_secs_f64().max(0.0);
        metrics::histogram!("dulle_bus_lag_seconds").record(lag);
        metrics::counter!("dulle_bus_taken_in_total").increment(events.len() as u64);
        self.database.wake().signal_of(events.iter().filter_map(Event::kind).collect::<BTreeSet<AggregateKind>>());
    }
}

#[async_trait]
impl Led for Intake {
    fn name(&self) -> &str {
        NAME
    }

    async fn lead(&self, _stop: &CancellationToken) -> Result<()> {
        let Some(mut seat) = Seat::take(&self.database, NAME).await? else { return Ok(()) };
        let followed = self.follow(&mut seat, None).await;
        if matches!(followed, Err(Error::Bus(_))) {
            metrics::counter!("dulle_bus_failures_total", "consumer" => NAME).increment(1);
        }
        followed
    }
}

/// What identifies events, a column each.
struct Columns {
    ids: Vec<Uuid>,
    kinds: Vec<String>,
    aggregates: Vec<Uuid>,
    versions: Vec<i64>,
}

impl Columns {
    fn of(events: &[Event]) -> Self {
        Self {
            ids: events.iter().map(|event| event.id).collect(),
            kinds: events.iter().map(|event| event.aggregate.kind.clone()).collect(),
            aggregates: events.iter().map(|event| event.aggregate.id).collect(),
            versions: events.iter().map(|event| event.version).collect(),
        }
    }
}

/// An event of ours; whatever else somebody puts on the bus is passed over.
fn read(body: &[u8]) -> Option<Event> {
    serde_json::from_slice(body).inspect_err(|error| tracing::error!(%error, "what came from the bus is no event")).ok()
}

async fn keep_place(connection: &mut PgConnection, place: &Place) -> Result<()> {
    sqlx::query!(
        "INSERT INTO event_log.bus_places (consumer, history, place) VALUES ($1, $2, $3)
         ON CONFLICT (consumer) DO UPDATE SET history = excluded.history, place = excluded.place",
        NAME,
        place.life,
        place.number.to_string()
    )
    .execute(connection)
    .await?;
    Ok(())
}

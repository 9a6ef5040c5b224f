//! Publishes what a service has written, in the order of its log.

use super::Bus;
use crate::database::Database;
use crate::error::{Error, Result};
use crate::event_log::Cursor;
use crate::event_log::plain::{self, Event};
use crate::lead::{Led, Seat, keep_leading};
use async_trait::async_trait;
use contract::event::AggregateKind;
use jiff_sqlx::{Timestamp, ToSqlx};
use sqlx::Connection;
use sqlx::postgres::PgConnection;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How long it sleeps at the most before it looks again.
const POLL: Duration = Duration::from_millis(200);
/// How many events are read at the most before what is among them is published.
const BATCH: i64 = 500;
/// How often it looks whether the bus has lost what it was given.
const LOOK: Duration = Duration::from_secs(1);
/// How many events of others are passed over before that is noted.
const PASSED: usize = 10_000;

/// Publishes the events of one service.
#[derive(Clone, Debug)]
pub struct Relay {
    database: Database,
    bus: Arc<dyn Bus>,
    service: &'static str,
    kinds: &'static [AggregateKind],
    name: String,
}

/// How far a relay has come.
struct Standing {
    after: Cursor,
    /// The history of the bus in which that was published; empty before the first.
    history: String,
    /// When it began to publish for that.
    since: jiff::Timestamp,
    looked: Option<Instant>,
    /// Events passed over since `after` was noted.
    passed: usize,
}

impl Relay {
    /// A relay of what `service` writes into the log of `database`, which it does to aggregates of `kinds`.
    #[must_use]
    pub fn new(database: Database, bus: Arc<dyn Bus>, service: &'static str, kinds: &'static [AggregateKind]) -> Self {
        Self { database, bus, service, kinds, name: format!("bus.relay.{service}") }
    }

    /// Runs until `stop`. Survives the absence of the bus, and of the database.
    pub async fn run(self, stop: CancellationToken) {
        keep_leading(&self, &stop).await;
    }

    /// Publishes everything that is behind the horizon now, then returns.
    ///
    /// # Errors
    /// When the database or the bus can't be reached or another process leads.
    pub async fn catch_up(&self) -> Result<()> {
        let mut seat = Seat::take_alone(&self.database, &self.name).await?;
        let caught_up = self.catch_up_with(&mut seat).await;
        seat.leave().await;
        caught_up
    }

    async fn catch_up_with(&self, seat: &mut Seat) -> Result<()> {
        let mut standing = self.standing(seat).await?;
        while self.step(seat, &mut standing).await? > 0 {}
        Ok(())
    }

    async fn standing(&self, seat: &mut Seat) -> Result<Standing> {
        let row = sqlx::query!(
            r#"SELECT transaction_id::text::bigint AS "transaction_id!", position, history AS "history?",
                      since AS "since: Timestamp"
               FROM event_log.checkpoints LEFT JOIN event_log.bus_places USING (consumer) WHERE consumer = $1"#,
            self.name
        )
        .fetch_one(&mut seat.connection)
        .await?;
        let after = Cursor { transaction_id: row.transaction_id, position: row.position };
        let since = row.since.map_or(jiff::Timestamp::UNIX_EPOCH, Timestamp::to_jiff);
        Ok(Standing { after, history: row.history.unwrap_or_default(), since, looked: None, passed: 0 })
    }

    /// Publishes the next batch. Answers how many events it has moved past, or at least one when it begins anew.
    async fn step(&self, seat: &mut Seat, standing: &mut Standing) -> Result<usize> {
        let rows = plain::read(&mut seat.connection, standing.after, BATCH).await?;
        let mine: Vec<&Event> = rows.iter().map(|(_, event)| event).filter(|event| event.service() == self.service).collect();
        self.tell_age(mine.first().map(|event| event.occurred_at.max(standing.since)));
        let stepped = self.step_with(seat, standing, &rows, &mine).await;
        if stepped.is_err() {
            metrics::counter!("dulle_bus_failures_total", "consumer" => self.name.clone()).increment(1);
        }
        stepped
    }

    async fn step_with(&self, seat: &mut Seat, standing: &mut Standing, rows: &[(Cursor, Event)], mine: &[&Event]) -> Result<usize> {
        if standing.looked.is_none_or(|looked| looked.elapsed() >= LOOK) {
            let history = self.bus.history().await?;
            standing.looked = Some(Instant::now());
            if standing.history != history {
                tracing::info!(service = self.service, history, "the bus has another history: the log is published from its beginning");
                let since = self.database.clock().now();
                self.begin(seat, &history, since).await?;
                *standing = Standing { after: Cursor::default(), history, since, passed: 0, ..*standing };
                return Ok(1);
            }
        }
        let Some((last, _)) = rows.last() else { return Ok(0) };
        if !mine.is_empty() {
            let messages: Vec<_> = mine
                .iter()
                .map(|event| event.message())
                .collect::<std::result::Result<_, _>>()
                .map_err(|_| Error::Defect("an event that is no JSON"))?;
            self.bus.publish(&standing.history, &messages).await?;
            self.tell_age(None);
        }
        standing.after = *last;
        standing.passed += rows.len();
        if !mine.is_empty() || standing.passed > PASSED {
            move_to(&mut seat.connection, &self.name, seat.epoch, *last).await?;
            standing.passed = 0;
        }
        metrics::counter!("dulle_bus_relayed_total", "service" => self.service).increment(mine.len() as u64);
        Ok(rows.len())
    }

    /// Since when the oldest event has been waiting to be published; what is published again, since it is.
    fn tell_age(&self, since: Option<jiff::Timestamp>) {
        let age = since.map_or(0.0, |since| self.database.clock().now().duration_since(since).as_secs_f64().max(0.0));
        metrics::gauge!("dulle_bus_oldest_age", "service" => self.service).set(age);
    }

    /// Goes back to the beginning of the log, for another history of the bus.
    async fn begin(&self, seat: &mut Seat, history: &str, since: jiff::Timestamp) -> Result<()> {
        let mut transaction = seat.connection.begin().await?;
        move_to(&mut transaction, &self.name, seat.epoch, Cursor::default()).await?;
        sqlx::query!(
            "INSERT INTO event_log.bus_places (consumer, history, since) VALUES ($1, $2, $3)
             ON CONFLICT (consumer) DO UPDATE SET history = excluded.history, since = excluded.since",
            self.name,
            history,
            since.to_sqlx() as _
        )
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }
}

#[async_trait]
impl Led for Relay {
    fn name(&self) -> &str {
        &self.name
    }

    async fn lead(&self, _stop: &CancellationToken) -> Result<()> {
        let Some(mut seat) = Seat::take(&self.database, &self.name).await? else {
            // Whoever leads tells what waits.
            self.tell_age(None);
            return Ok(());
        };
        let mut waiter = self.database.wake().waiter_of(self.kinds);
        let mut standing = self.standing(&mut seat).await?;
        loop {
            if self.step(&mut seat, &mut standing).await? == 0 {
                waiter.wait(POLL).await;
            }
        }
    }
}

/// Moves the checkpoint, unless another leads by now.
async fn move_to(connection: &mut PgConnection, name: &str, epoch: i64, to: Cursor) -> Result<()> {
    let moved = sqlx::query!(
        "UPDATE event_log.checkpoints SET transaction_id = $3::bigint::text::xid8, position = $4 WHERE consumer = $1 AND epoch = $2",
        name,
        epoch,
        to.transaction_id,
        to.position,
    )
    .execute(connection)
    .await?;
    if moved.rows_affected() == 0 { Err(Error::Replaced) } else { Ok(()) }
}

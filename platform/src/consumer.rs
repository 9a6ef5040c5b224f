//! The consumer loop: follows the event log and keeps one reader's effects in step with it.
//!
//! - One process leads a consumer, and the others wait to (`lead.rs`).
//! - Effect and checkpoint commit together, with the last version handled of each aggregate: what comes twice is known, and a gap
//!   is never passed over.
//! - Woken in-process after a commit; polling is the truth.
//! - What fails in passing is tried again with back-off; what can't be handled is parked with its aggregate, and all others go on.

mod batch;
mod parked;

use crate::database::Database;
use crate::error::Result;
use crate::event_log::{self, Cursor};
use crate::lead::{Led, Seat, keep_leading};
use crate::progress::Progress;
use async_trait::async_trait;
use contract::event::{Aggregate, AggregateKind, AggregateVersion, Envelope};
use sqlx::Connection;
use sqlx::postgres::PgConnection;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long a loop sleeps at the most before it looks again.
const POLL: Duration = Duration::from_millis(200);
/// How many events are folded in one transaction at the most.
const BATCH: i64 = 500;
/// How often an event that fails by itself is tried before it is parked.
const TRIES: u32 = 4;
/// How often a leader tries its parked aggregates again.
const PARKED_AGAIN: Duration = Duration::from_secs(60);

/// What a consumer does with the events it hears.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// The consumer's name: the key of its checkpoint. Never changes.
    fn name(&self) -> &'static str;

    /// The kinds of aggregates it hears of.
    fn kinds(&self) -> &'static [AggregateKind];

    /// The schema that unqualified names mean while it handles, if it uses any: one of the program's own names.
    fn schema(&self) -> Option<&'static str> {
        None
    }

    /// The kinds whose events are handled at once. Of the others it hears within a fifth of a second, many at a time.
    fn urgent(&self) -> &'static [AggregateKind] {
        self.kinds()
    }

    /// What the handler will append events to, where it publishes any. These are locked before the transaction writes anything: only then
    /// is the order of transaction ids the order of their versions (see [`crate::UnitOfWork::lock`]). May read, and name too many.
    ///
    /// # Errors
    /// When the database can't be reached.
    async fn concerns(&self, _connection: &mut PgConnection, _events: &[&Envelope]) -> Result<Vec<Aggregate>> {
        Ok(Vec::new())
    }

    /// Applies events on a connection that is inside a transaction. They come in the order of each aggregate, each once.
    ///
    /// # Errors
    /// Then nothing of the batch is kept; see [`crate::Error::is_of_an_event`] for what is parked, and what is tried as often as it takes.
    async fn handle(&self, connection: &mut PgConnection, events: &[Envelope]) -> Result<()>;

    /// Called after the transaction has been committed.
    async fn committed(&self) {}
}

/// A consumer and what it needs to run.
#[derive(Clone)]
pub struct Consumer {
    database: Database,
    handler: Arc<dyn Handler>,
    progress: Progress,
}

impl std::fmt::Debug for Consumer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Consumer").field("name", &self.handler.name()).finish_non_exhaustive()
    }
}

impl Consumer {
    /// A consumer of the log in `database`.
    #[must_use]
    pub fn new(database: Database, handler: Arc<dyn Handler>) -> Self {
        let progress = Progress::new(handler.name(), database.pool().clone());
        Self { database, handler, progress }
    }

    /// How far it has come.
    #[must_use]
    pub const fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Runs until `stop`. Survives the database's absence.
    pub async fn run(self, stop: CancellationToken) {
        keep_leading(&self, &stop).await;
    }

    /// Handles everything that is behind the horizon now, then returns.
    ///
    /// # Errors
    /// When the database can't be reached or another process leads.
    pub async fn catch_up(&self) -> Result<()> {
        let mut lead = self.lead_alone().await?;
        let caught_up = lead.catch_up().await;
        lead.end().await;
        caught_up
    }

    /// Handles everything that is committed now, then returns. Waits for transactions that are still open, on the whole server:
    /// the horizon is one for all its databases.
    ///
    /// # Errors
    /// When the database can't be reached or another process leads.
    pub async fn settle(&self) -> Result<()> {
        let mut lead = self.lead_alone().await?;
        let settled = self.settle_with(&mut lead).await;
        lead.end().await;
        settled
    }

    async fn settle_with(&self, lead: &mut Lead<'_>) -> Result<()> {
        let last = event_log::last(lead.connection(), self.handler.kinds()).await?;
        loop {
            lead.catch_up().await?;
            if self.checkpoint(lead.connection()).await? >= last {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Leads without following: whoever holds the answer says when to catch up.
    ///
    /// # Errors
    /// When the database can't be reached or another process leads.
    pub async fn lead_alone(&self) -> Result<Lead<'_>> {
        Ok(Lead { consumer: self, seat: Seat::take_alone(&self.database, self.handler.name()).await? })
    }

    /// Begins at the beginning again where somebody has thrown away what was derived, and the checkpoint with it.
    async fn begin(&self, seat: &mut Seat) -> Result<()> {
        sqlx::query!(
            "INSERT INTO event_log.checkpoints (consumer, epoch) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            self.handler.name(),
            seat.epoch
        )
        .execute(&mut seat.connection)
        .await?;
        Ok(())
    }

    /// Handles the next batch. Answers how many events it has moved past. `here` is where the checkpoint was left; if somebody else has
    /// moved it meanwhile, folding will tell.
    async fn step(&self, seat: &mut Seat, here: &mut Option<Cursor>) -> Result<usize> {
        let after = match here.take() {
            Some(after) => after,
            None => self.checkpoint(&mut seat.connection).await?,
        };
        let events = event_log::read(&mut seat.connection, after, BATCH, self.handler.kinds()).await?;
        let Some(last) = events.last() else {
            // Nothing new there; but a rebuilt read model may have put the checkpoint elsewhere.
            *here = None;
            return Ok(0);
        };
        if !events.iter().any(|event| self.hears_of(event)) {
            self.pass(seat, after, &events).await?;
            return Ok(events.len());
        }
        match self.fold(seat, after, &events).await {
            Ok(folded) => *here = folded.then_some(last.cursor),
            Err(error) if !error.is_of_an_event() => return Err(error),
            Err(error) => {
                tracing::warn!(consumer = self.handler.name(), %error, "a batch failed: its events go one by one");
                let mut after = after;
                for event in &events {
                    self.fold_or_park(seat, after, event).await?;
                    after = event.cursor;
                }
            }
        }
        Ok(events.len())
    }

    async fn checkpoint(&self, connection: &mut PgConnection) -> Result<Cursor> {
        Ok(sqlx::query_as!(
            Cursor,
            r#"SELECT transaction_id::text::bigint AS "transaction_id!", position FROM event_log.checkpoints WHERE consumer = $1"#,
            self.handler.name()
        )
        .fetch_one(connection)
        .await?)
    }

    fn tell(&self, handled: Vec<AggregateVersion>, newest: Option<&Envelope>) {
        if let Some(envelope) = newest {
            let lag = self.database.clock().now().duration_since(envelope.occurred_at).as_secs_f64().max(0.0);
            metrics::histogram!("dulle_consumer_lag_seconds", "consumer" => self.handler.name()).record(lag);
        }
        metrics::counter!("dulle_consumer_events_total", "consumer" => self.handler.name()).increment(handled.len() as u64);
        self.progress.moved(handled);
    }
}

#[async_trait]
impl Led for Consumer {
    fn name(&self) -> &str {
        self.handler.name()
    }

    async fn lead(&self, stop: &CancellationToken) -> Result<()> {
        let Some(mut seat) = Seat::take(&self.database, self.handler.name()).await? else { return Ok(()) };
        let mut waiter = self.database.wake().waiter_of(self.handler.urgent());
        let mut parked_again = tokio::time::Instant::now();
        let mut here = None;
        loop {
            if tokio::time::Instant::now() >= parked_again {
                self.retry_parked(&mut seat).await?;
                parked_again = tokio::time::Instant::now() + PARKED_AGAIN;
            }
            if self.step(&mut seat, &mut here).await? == 0 {
                tokio::select! {
                    () = stop.cancelled() => {
                        seat.connection.close().await?;
                        return Ok(());
                    }
                    () = waiter.wait(POLL) => {}
                }
            }
        }
    }
}

/// The lead of a consumer, for as long as it is held.
#[derive(Debug)]
pub struct Lead<'a> {
    consumer: &'a Consumer,
    seat: Seat,
}

impl Lead<'_> {
    /// The connection that holds the lead.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.seat.connection
    }

    /// Handles everything that is behind the horizon now.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn catch_up(&mut self) -> Result<()> {
        self.consumer.begin(&mut self.seat).await?;
        let mut here = None;
        while self.consumer.step(&mut self.seat, &mut here).await? > 0 {}
        Ok(())
    }

    /// Gives the lead back. Whoever leads next can do so at once; a lead that is only dropped ends when Postgres notices.
    pub async fn end(self) {
        self.seat.leave().await;
    }
}

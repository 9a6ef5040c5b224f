//! Takes in what services on other databases have done: into the local log, each event once and each aggregate's in order.
//!
//! How far it has come is kept in the transaction that holds the events, and not by the bus: a database that is restored as of yesterday
//! goes on from yesterday. An event whose predecessor has not come yet waits beside the log; where the predecessor doesn't come, it is
//! asked for, and published again.

mod sorting;
mod store;

use super::{Bus, Followed, Place};
use crate::database::Database;
use crate::error::{Error, Result};
use crate::event_log::plain::Event;
use crate::lead::{Led, Seat, keep_leading};
use async_trait::async_trait;
use contract::event::AggregateKind;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::{Timestamp as ToJiff, ToSqlx};
use sqlx::Connection;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How many events are taken in in one transaction at the most.
const BATCH: usize = 500;
/// How long the bus is waited for before something else is looked after.
const WAIT: Duration = Duration::from_secs(1);
/// How long a predecessor is waited for before it is asked for.
const PATIENCE: Duration = Duration::from_secs(10);
/// What comes so late is from a log that is being published again. When nothing such has come for as long, all have been.
const ANSWERED: SignedDuration = SignedDuration::from_mins(5);
const NAME: &str = "bus.intake";

/// The intake of one database.
#[derive(Clone, Debug)]
pub struct Intake {
    database: Database,
    bus: Arc<dyn Bus>,
    /// What the database is called, for those who watch.
    called: String,
}

/// What an intake goes by while it follows.
struct Standing {
    /// The services that live on this database: what they did is in its log already, or lost with it.
    own: Vec<String>,
    /// When it last asked for what is missing.
    asked: Timestamp,
    /// When something last came that had happened long before, or it asked.
    answered: Timestamp,
}

impl Intake {
    /// The intake of `database`. What the services did that have a schema there is not taken in.
    #[must_use]
    pub fn new(database: Database, bus: Arc<dyn Bus>) -> Self {
        let called = database.connect_options().get_database().unwrap_or_default().to_owned();
        Self { database, bus, called }
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
        let (place, mut standing) = self.standing(seat).await?;
        let mut following = self.bus.follow(place.as_ref()).await?;
        let mut look_again = Instant::now() + PATIENCE;
        loop {
            let followed = following.next(BATCH, until_quiet.unwrap_or(WAIT)).await?;
            let (quiet, unread) = (followed.bodies.is_empty(), followed.unread);
            self.tell_unread(unread + followed.bodies.len() as u64);
            if followed.missed {
                // Before the place moves past the gap.
                self.ask_again(seat, &mut standing, &followed.place).await?;
            }
            if !quiet || followed.missed {
                self.take_in(seat, &mut standing, &followed).await?;
            }
            self.tell_unread(unread);
            if quiet || Instant::now() >= look_again {
                look_again = Instant::now() + PATIENCE;
                if self.has_to_ask(seat, &standing).await? {
                    self.ask_again(seat, &mut standing, &followed.place).await?;
                }
            }
            if quiet && until_quiet.is_some() {
                return Ok(());
            }
        }
    }

    async fn standing(&self, seat: &mut Seat) -> Result<(Option<Place>, Standing)> {
        let row = sqlx::query!(r#"SELECT history, place, since AS "since: ToJiff" FROM event_log.bus_places WHERE consumer = $1"#, NAME)
            .fetch_optional(&mut seat.connection)
            .await?;
        let asked = row.as_ref().and_then(|row| row.since).map_or(Timestamp::UNIX_EPOCH, ToJiff::to_jiff);
        let place = row.and_then(|row| Some(Place { life: row.history, number: row.place?.parse().ok()? }));
        let own = sqlx::query_scalar!(r#"SELECT nspname::text AS "schema!" FROM pg_namespace"#).fetch_all(&mut seat.connection).await?;
        Ok((place, Standing { own, asked, answered: asked }))
    }

    /// Whether an event has been waiting for its predecessor for too long: for the first time, or again for as long as when that was asked
    /// for, in vain.
    async fn has_to_ask(&self, seat: &mut Seat, standing: &Standing) -> Result<bool> {
        let now = self.database.clock().now();
        let patience = now.saturating_sub(PATIENCE).unwrap_or(now);
        let doubled = standing.asked.saturating_sub(now.duration_since(standing.asked)).unwrap_or(standing.asked);
        let early = sqlx::query!(
            r#"SELECT min(came_at) AS "oldest: ToJiff", COALESCE(bool_or(came_at < $1 AND came_at > $2), false) AS "too_long!"
               FROM event_log.early"#,
            patience.to_sqlx() as _,
            doubled.to_sqlx() as _,
        )
        .fetch_one(&mut seat.connection)
        .await?;
        self.tell_early(early.oldest.map_or(0.0, |oldest| now.duration_since(oldest.to_jiff()).as_secs_f64()));
        Ok(early.too_long && now.duration_since(standing.answered) > ANSWERED)
    }

    /// Asks for everything again, which is published from the beginning then.
    async fn ask_again(&self, seat: &mut Seat, standing: &mut Standing, place: &Place) -> Result<()> {
        tracing::warn!("events are missing that the bus doesn't keep any more: they are asked for");
        self.bus.ask_again().await?;
        metrics::counter!("dulle_bus_asked_total", "database" => self.called.clone()).increment(1);
        standing.asked = self.database.clock().now();
        standing.answered = standing.asked;
        sqlx::query!(
            "INSERT INTO event_log.bus_places (consumer, history, since) VALUES ($1, $2, $3)
             ON CONFLICT (consumer) DO UPDATE SET since = excluded.since",
            NAME,
            place.life,
            standing.asked.to_sqlx() as _,
        )
        .execute(&mut seat.connection)
        .await?;
        Ok(())
    }

    async fn take_in(&self, seat: &mut Seat, standing: &mut Standing, followed: &Followed) -> Result<()> {
        let Seat { connection, epoch } = seat;
        let now = self.database.clock().now();
        let came = followed.bodies.iter().filter_map(|body| read(body)).inspect(|event| {
            if now.duration_since(event.occurred_at) > ANSWERED {
                standing.answered = now;
            }
        });
        let (own, events): (Vec<Event>, Vec<Event>) = came.partition(|event| standing.own.iter().any(|own| own == event.service()));
        let mut transaction = connection.begin().await?;
        // Before anything else is written: whoever leads next waits for it, so that transaction ids are in the order of what is taken in.
        let here = sqlx::query_scalar!("SELECT epoch FROM event_log.checkpoints WHERE consumer = $1 FOR UPDATE", NAME)
            .fetch_optional(&mut *transaction)
            .await?;
        if here != Some(*epoch) {
            let _gone = transaction.rollback().await;
            return Err(Error::Replaced);
        }
        store::look_for_lost(&mut transaction, &own).await?;
        let mut sorting = store::known(&mut transaction, &events).await?;
        for event in events {
            sorting.hear(event);
        }
        let sorted = sorting.sorted();
        store::append(&mut transaction, &sorted.ready).await?;
        store::redact(&mut transaction, &sorted.ready).await?;
        store::keep_early(&mut transaction, &sorted.early, &sorted.no_longer_early, now).await?;
        store::keep_place(&mut transaction, NAME, &followed.place).await?;
        transaction.commit().await?;
        self.tell(&sorted.ready);
        Ok(())
    }

    /// How many messages are on the bus that are not taken in.
    #[expect(clippy::cast_precision_loss, reason = "a number to look at")]
    fn tell_unread(&self, messages: u64) {
        metrics::gauge!("dulle_bus_unread", "database" => self.called.clone()).set(messages as f64);
    }

    /// For how many seconds the first of the events that came early has been waiting.
    fn tell_early(&self, age: f64) {
        metrics::gauge!("dulle_bus_early_age", "database" => self.called.clone()).set(age);
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
        let Some(mut seat) = Seat::take(&self.database, NAME).await? else {
            // Whoever leads tells what waits.
            self.tell_unread(0);
            self.tell_early(0.0);
            return Ok(());
        };
        let followed = self.follow(&mut seat, None).await;
        if followed.is_err() {
            metrics::counter!("dulle_bus_failures_total", "consumer" => NAME).increment(1);
        }
        followed
    }
}

/// An event of ours; whatever else somebody puts on the bus is passed over.
fn read(body: &[u8]) -> Option<Event> {
    let read = serde_json::from_slice(body).inspect_err(|error| {
        metrics::counter!("dulle_bus_unreadable_total").increment(1);
        tracing::error!(%error, "what came from the bus is no event");
    });
    read.ok()
}

//! Who leads a consumer, and who has led it.
#![expect(clippy::unwrap_used, reason = "a test")]

use async_trait::async_trait;
use contract::event::{AggregateKind, CourseAndCustomer, Envelope, Event};
use contract::{AccountId, CourseId};
use platform::consumer::{Consumer, Handler, Lead};
use platform::testing::{call, database};
use platform::{Database, Error, Result};
use sqlx::postgres::PgConnection;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Long enough for a slow machine.
const LIMIT: Duration = Duration::from_secs(120);

/// Counts what it hears.
#[derive(Default)]
struct Counter(AtomicUsize);

impl Counter {
    fn heard(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    async fn has_heard(&self, events: usize) {
        let heard = async {
            while self.heard() < events {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(LIMIT, heard).await.expect("it hears of it");
    }
}

#[async_trait]
impl Handler for Counter {
    fn name(&self) -> &'static str {
        "counter"
    }

    fn kinds(&self) -> &'static [AggregateKind] {
        &[AggregateKind::Like]
    }

    async fn handle(&self, _: &mut PgConnection, events: &[Envelope]) -> Result<()> {
        self.0.fetch_add(events.len(), Ordering::Relaxed);
        Ok(())
    }
}

fn consumer(database: &Database) -> (Arc<Counter>, Consumer) {
    let counter = Arc::new(Counter::default());
    (counter.clone(), Consumer::new(database.clone(), counter))
}

/// The first event of an aggregate of its own.
async fn happens(database: &Database, number: u128, bookmark: bool) {
    let what = CourseAndCustomer { course_id: CourseId::new(Uuid::from_u128(7)), customer_id: AccountId::new(Uuid::from_u128(number)) };
    let event = if bookmark { Event::BookmarkRegistered(what) } else { Event::LikeRegistered(what) };
    database.command(&call(None), move |unit| Box::pin(async move { unit.append(&event, 1).await.map(drop) })).await.unwrap();
}

/// What happens to a leader behind a pooler, or one of a server whose standby was promoted: the lock is gone, the connection isn't.
async fn lose_lock(lead: &mut Lead<'_>) {
    sqlx::query("SELECT pg_advisory_unlock_all()").execute(lead.connection()).await.unwrap();
}

async fn checkpoint(database: &Database) -> (String, i64, i64) {
    let query = "SELECT transaction_id::text, position, epoch FROM event_log.checkpoints WHERE consumer = 'counter'";
    sqlx::query_as(query).fetch_one(database.pool()).await.unwrap()
}

#[tokio::test]
async fn whoever_has_been_replaced_writes_nothing_more() {
    let database = database(&[]).await;
    let ((old_counter, old), (new_counter, new)) = (consumer(&database), consumer(&database));
    let mut old = old.lead_alone().await.unwrap();
    happens(&database, 1, false).await;
    // Other tests' transactions may hold back what can be read.
    while old_counter.heard() < 1 {
        old.catch_up().await.unwrap();
    }

    lose_lock(&mut old).await;
    let mut new = new.lead_alone().await.unwrap();
    // Of its kind, which would be folded; then one that would only be passed.
    for bookmark in [false, true] {
        let before = checkpoint(&database).await;
        happens(&database, 2, bookmark).await;
        let refused = loop {
            if let Err(error) = old.catch_up().await {
                break error;
            }
        };
        assert!(matches!(refused, Error::Replaced), "{refused}, bookmark: {bookmark}");
        assert_eq!((old_counter.heard(), checkpoint(&database).await), (1, before.clone()));
        while checkpoint(&database).await == before {
            new.catch_up().await.unwrap();
        }
    }
    assert_eq!(new_counter.heard(), 1);
}

#[tokio::test]
async fn every_leader_has_a_number_of_its_own() {
    let database = database(&[]).await;
    let (_, consumer) = consumer(&database);
    for epoch in 1..=3 {
        let lead = consumer.lead_alone().await.unwrap();
        assert_eq!(checkpoint(&database).await.2, epoch);
        lead.end().await;
    }
}

/// As by `kill -9` of the process: its connections end, and nothing was said.
#[tokio::test]
async fn a_leader_whose_connection_breaks_is_replaced() {
    let database = database(&[]).await;
    let ((first, leading), (second, waiting)) = (consumer(&database), consumer(&database));
    let [stop, also] = [(); 2].map(|()| CancellationToken::new());
    let leader = tokio::spawn(leading.run(stop.clone()));
    happens(&database, 1, false).await;
    first.has_heard(1).await;
    // Heard is not yet committed.
    let committed = async { while checkpoint(&database).await.1 == 0 {} };
    tokio::time::timeout(LIMIT, committed).await.expect("it is committed");

    let follower = tokio::spawn(waiting.run(also.clone()));
    leader.abort();
    assert!(leader.await.unwrap_err().is_cancelled());
    happens(&database, 2, false).await;
    second.has_heard(1).await;
    also.cancel();
    follower.await.unwrap();
    assert_eq!((first.heard(), second.heard()), (1, 1), "each event was handled by one of them");
}

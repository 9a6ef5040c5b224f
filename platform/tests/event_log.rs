//! The log and the loop on a real Postgres.
#![expect(clippy::unwrap_used, reason = "a test")]

use async_trait::async_trait;
use contract::event::{Aggregate, AggregateKind, CourseAndCustomer, Envelope, Event};
use contract::{AccountId, CourseId};
use platform::consumer::{Consumer, Handler};
use platform::testing::{call, database, someone};
use platform::{Database, Error, Result};
use sqlx::postgres::PgConnection;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const WRITERS: u64 = 16;
const EVENTS: u64 = 10_000;
const AGGREGATES: u64 = 40;

/// Writes down what it hears, in memory: what a rolled-back transaction told must not have been told for good, so the tests that
/// count let no transaction fail.
#[derive(Default)]
struct Recorder {
    heard: Mutex<Vec<Envelope>>,
    refuse: AtomicBool,
}

#[async_trait]
impl Handler for Recorder {
    fn name(&self) -> &'static str {
        "recorder"
    }

    fn kinds(&self) -> &'static [AggregateKind] {
        &[AggregateKind::Like]
    }

    async fn handle(&self, _: &mut PgConnection, events: &[Envelope]) -> Result<()> {
        if self.refuse.load(Ordering::Relaxed) && events.iter().any(|event| event.aggregate == aggregate(0)) {
            return Err(Error::Defect("refused by the test"));
        }
        self.heard.lock().unwrap().extend_from_slice(events);
        Ok(())
    }
}

fn course() -> CourseId {
    CourseId::new(Uuid::from_u128(7))
}

fn customer(number: u64) -> AccountId {
    AccountId::new(Uuid::from_u128(u128::from(number) + 1_000))
}

fn aggregate(number: u64) -> Aggregate {
    Aggregate::like(course(), customer(number))
}

/// Appends the next version of one aggregate, and dawdles before the commit.
async fn write(database: &Database, number: u64, dawdle: Duration) -> Result<()> {
    database
        .command(&call(Some(someone())), move |unit| {
            Box::pin(async move {
                let aggregate = aggregate(number);
                unit.lock(aggregate).await?;
                let version: i64 = sqlx::query_scalar(
                    "SELECT COALESCE(max(aggregate_version), 0) FROM event_log.events WHERE aggregate_kind = 'like' AND aggregate_id = $1",
                )
                .bind(aggregate.id)
                .fetch_one(unit.connection())
                .await?;
                let event = Event::LikeRegistered(CourseAndCustomer { course_id: course(), customer_id: customer(number) });
                unit.append(&event, version.unsigned_abs() + 1).await?;
                tokio::time::sleep(dawdle).await;
                Ok(())
            })
        })
        .await
}

/// Each once, and each aggregate's in order without a gap.
fn assert_whole(heard: &[Envelope], expected: u64) {
    assert_eq!(heard.len() as u64, expected);
    assert_eq!(heard.iter().map(|event| event.id).collect::<HashSet<_>>().len() as u64, expected, "each once");
    let mut versions: HashMap<Aggregate, u64> = HashMap::new();
    for event in heard {
        let last = versions.entry(event.aggregate).or_default();
        assert_eq!(event.version, *last + 1, "{:?} in order", event.aggregate);
        *last = event.version;
    }
}

async fn until(mut condition: impl FnMut() -> bool) {
    tokio::time::timeout(Duration::from_secs(120), async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("the condition comes true");
}

/// Until all that was written has been handled for good: what is heard is committed a moment later.
async fn until_kept(database: &Database) {
    let kept = "SELECT EXISTS (SELECT FROM event_log.checkpoints WHERE position = (SELECT max(position) FROM event_log.events))";
    let kept = async { while !sqlx::query_scalar::<_, bool>(kept).fetch_one(database.pool()).await.unwrap() {} };
    tokio::time::timeout(Duration::from_secs(120), kept).await.expect("it is committed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_writers_that_dawdle_and_one_reader_that_sees_each_event_once_in_order() {
    let database = database(&[]).await;
    let recorder = Arc::new(Recorder::default());
    let stop = CancellationToken::new();
    let reader = tokio::spawn(Consumer::new(database.clone(), recorder.clone()).run(stop.clone()));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let database = database.clone();
            tokio::spawn(async move {
                for event in 0..EVENTS / WRITERS {
                    // A different dawdling for each, the same in every run.
                    let noise = (writer * 7_919 + event * 104_729) % 31;
                    write(&database, noise * event % AGGREGATES, Duration::from_micros(noise * 150)).await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    until(|| recorder.heard.lock().unwrap().len() as u64 >= EVENTS).await;
    stop.cancel();
    reader.await.unwrap();
    assert_whole(&recorder.heard.lock().unwrap(), EVENTS);
}

#[tokio::test]
async fn a_transaction_held_open_is_waited_for_and_not_skipped() {
    let database = database(&[]).await;
    let recorder = Arc::new(Recorder::default());
    let consumer = Consumer::new(database.clone(), recorder.clone());

    // Written first, not committed yet.
    let mut held = database.pool().begin().await.unwrap();
    sqlx::query(
        "INSERT INTO event_log.events (id, name, aggregate_kind, aggregate_id, aggregate_version, correlation_id, occurred_at, payload)
         SELECT gen_random_uuid(), 'communication.like_registered.v1', 'like', $1, 1, gen_random_uuid(), now(),
                jsonb_build_object('course_id', $2::uuid, 'customer_id', $3::uuid)",
    )
    .bind(aggregate(1).id)
    .bind(course().as_uuid())
    .bind(customer(1).as_uuid())
    .execute(&mut *held)
    .await
    .unwrap();
    write(&database, 2, Duration::ZERO).await.unwrap();

    consumer.catch_up().await.unwrap();
    assert!(recorder.heard.lock().unwrap().is_empty(), "nothing passes an open transaction");

    held.commit().await.unwrap();
    consumer.settle().await.unwrap();
    let heard: Vec<_> = recorder.heard.lock().unwrap().iter().map(|event| event.aggregate).collect();
    assert_eq!(heard, [aggregate(1), aggregate(2)]);
}

#[tokio::test]
async fn what_is_delivered_again_is_not_handled_again() {
    let database = database(&[]).await;
    let recorder = Arc::new(Recorder::default());
    let consumer = Consumer::new(database.clone(), recorder.clone());
    for _ in 0..3 {
        write(&database, 1, Duration::ZERO).await.unwrap();
    }
    consumer.settle().await.unwrap();
    sqlx::query("UPDATE event_log.checkpoints SET transaction_id = '0', position = 0").execute(database.pool()).await.unwrap();
    consumer.settle().await.unwrap();
    assert_whole(&recorder.heard.lock().unwrap(), 3);
}

#[tokio::test]
async fn an_event_that_fails_again_and_again_is_parked_with_its_aggregate_and_others_go_on() {
    let database = database(&[]).await;
    let recorder = Arc::new(Recorder::default());
    let consumer = Consumer::new(database.clone(), recorder.clone());
    recorder.refuse.store(true, Ordering::Relaxed);
    for number in [0, 1, 0, 2] {
        write(&database, number, Duration::ZERO).await.unwrap();
    }
    consumer.settle().await.unwrap();
    let heard =
        |recorder: &Recorder| recorder.heard.lock().unwrap().iter().map(|event| (event.aggregate, event.version)).collect::<Vec<_>>();
    assert_eq!(heard(&recorder), [(aggregate(1), 1), (aggregate(2), 1)]);

    // When its cause is gone, a new leader takes up what was parked, in order.
    recorder.refuse.store(false, Ordering::Relaxed);
    let stop = CancellationToken::new();
    let reader = tokio::spawn(consumer.run(stop.clone()));
    until(|| recorder.heard.lock().unwrap().len() == 4).await;
    // Heard is not yet committed.
    let parked = async || -> i64 { sqlx::query_scalar("SELECT count(*) FROM event_log.parked").fetch_one(database.pool()).await.unwrap() };
    tokio::time::timeout(Duration::from_secs(120), async { while parked().await > 0 {} }).await.expect("nothing stays parked");
    stop.cancel();
    reader.await.unwrap();
    assert_eq!(heard(&recorder)[2..], [(aggregate(0), 1), (aggregate(0), 2)]);
}

#[tokio::test]
async fn an_event_of_a_later_release_is_parked_and_not_dropped() {
    let database = database(&[]).await;
    let recorder = Arc::new(Recorder::default());
    sqlx::query(
        "INSERT INTO event_log.events (id, name, aggregate_kind, aggregate_id, aggregate_version, correlation_id, occurred_at, payload)
         VALUES (gen_random_uuid(), 'communication.like_framed.v9', 'like', gen_random_uuid(), 1, gen_random_uuid(), now(), '{}')",
    )
    .execute(database.pool())
    .await
    .unwrap();
    write(&database, 1, Duration::ZERO).await.unwrap();
    Consumer::new(database.clone(), recorder.clone()).settle().await.unwrap();
    assert_eq!(recorder.heard.lock().unwrap().len(), 1, "others go on");
    let reason: String = sqlx::query_scalar("SELECT reason FROM event_log.parked").fetch_one(database.pool()).await.unwrap();
    assert!(reason.contains("like_framed"), "{reason}");
}

#[tokio::test]
async fn a_gap_is_never_passed_over() {
    let database = database(&[]).await;
    let recorder = Arc::new(Recorder::default());
    for _ in 0..2 {
        write(&database, 1, Duration::ZERO).await.unwrap();
    }
    sqlx::query("DELETE FROM event_log.events WHERE aggregate_version = 1").execute(database.pool()).await.unwrap();
    Consumer::new(database.clone(), recorder.clone()).settle().await.unwrap();
    assert!(recorder.heard.lock().unwrap().is_empty());
    let reason: String = sqlx::query_scalar("SELECT reason FROM event_log.parked").fetch_one(database.pool()).await.unwrap();
    assert!(reason.contains("version 2 comes after 0"), "{reason}");
}

#[tokio::test]
async fn a_command_that_is_refused_leaves_nothing() {
    let database = database(&[]).await;
    let refused: Result<()> = database
        .command(&call(None), |unit| {
            Box::pin(async move {
                let event = Event::LikeRegistered(CourseAndCustomer { course_id: course(), customer_id: customer(1) });
                unit.append(&event, 1).await?;
                Err(Error::Defect("changed its mind"))
            })
        })
        .await;
    assert!(refused.is_err());
    let events: i64 = sqlx::query_scalar("SELECT count(*) FROM event_log.events").fetch_one(database.pool()).await.unwrap();
    assert_eq!(events, 0);
}

#[tokio::test]
async fn a_second_process_takes_over_when_the_leader_is_gone() {
    let database = database(&[]).await;
    let [one, two] = [(); 2].map(|()| Arc::new(Recorder::default()));
    let [stop_one, stop_two] = [(); 2].map(|()| CancellationToken::new());
    let first = tokio::spawn(Consumer::new(database.clone(), one.clone()).run(stop_one.clone()));
    write(&database, 1, Duration::ZERO).await.unwrap();
    until(|| one.heard.lock().unwrap().len() == 1).await;
    let second = tokio::spawn(Consumer::new(database.clone(), two.clone()).run(stop_two.clone()));
    write(&database, 1, Duration::ZERO).await.unwrap();
    until(|| one.heard.lock().unwrap().len() == 2).await;
    until_kept(&database).await;

    stop_one.cancel();
    first.await.unwrap();
    write(&database, 1, Duration::ZERO).await.unwrap();
    until(|| two.heard.lock().unwrap().len() == 1).await;
    stop_two.cancel();
    second.await.unwrap();
    assert_eq!(one.heard.lock().unwrap().len(), 2, "each event was handled by one of them");
}

#[tokio::test]
async fn a_log_from_another_cluster_is_read_on_in_order_and_each_event_once() {
    let database = database(&[]).await;
    let recorder = Arc::new(Recorder::default());
    let consumer = Consumer::new(database.clone(), recorder.clone());
    for number in [1, 2, 1] {
        write(&database, number, Duration::ZERO).await.unwrap();
    }
    consumer.settle().await.unwrap();
    write(&database, 2, Duration::ZERO).await.unwrap();
    assert!(!platform::event_log::adopt(database.pool()).await.unwrap(), "a log of this cluster stays as it is");

    // As a dump brings it: ids that this cluster will give out in a long time.
    for table in ["events", "checkpoints"] {
        let shift = format!("UPDATE event_log.{table} SET transaction_id = (transaction_id::text::bigint + 1000000000)::text::xid8");
        sqlx::query(sqlx::AssertSqlSafe(shift)).execute(database.pool()).await.unwrap();
    }
    consumer.catch_up().await.unwrap();
    assert_eq!(recorder.heard.lock().unwrap().len(), 3, "the horizon is far below what was restored");

    assert!(platform::event_log::adopt(database.pool()).await.unwrap());
    write(&database, 1, Duration::ZERO).await.unwrap();
    consumer.settle().await.unwrap();
    assert_whole(&recorder.heard.lock().unwrap(), 5);
    assert!(!platform::event_log::adopt(database.pool()).await.unwrap(), "once is enough");
}

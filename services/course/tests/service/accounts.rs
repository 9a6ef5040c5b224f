//! What becomes of the courses of an account that is closed.

use crate::given::{World, refused, walk};
use async_trait::async_trait;
use contract::event::{AccountClosed, Aggregate, AggregateKind, Envelope, Event};
use contract::{AccountId, Call, CourseApi, Refusal};
use course::AccountPolicy;
use platform::consumer::{Consumer, Handler};
use platform::testing::{call, someone};
use platform::{Error, Result};
use serde_json::json;
use sqlx::postgres::PgConnection;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn policy(world: &World) -> Consumer {
    Consumer::new(world.database.clone(), Arc::new(AccountPolicy::new(world.database.clone())))
}

/// As identity tells it; the registration before it is of no concern here.
async fn close(world: &World, account: AccountId) -> Call {
    let call = call(Some(account));
    world
        .database
        .command(&call, move |unit| {
            Box::pin(async move {
                unit.lock(Aggregate::account(account)).await?;
                unit.append(&Event::AccountClosed(AccountClosed { account_id: account }), 1).await
            })
        })
        .await
        .expect("closes");
    call
}

/// Name, aggregate's version and payload of all but the first `known` events.
async fn events_after(world: &World, known: usize) -> Vec<(String, i64, serde_json::Value)> {
    let mut events: Vec<_> = sqlx::query_as("SELECT name, aggregate_version, payload FROM event_log.events ORDER BY position")
        .fetch_all(world.database.pool())
        .await
        .expect("reads the log");
    events.split_off(known)
}

#[tokio::test]
async fn every_course_of_a_closed_account_is_deleted_and_then_the_erasure_is_told() {
    let world = World::new().await;
    let host = call(Some(world.host));
    let (draft, shown) = (world.draft().await, world.published().await);
    let withdrawn = world.courses.unpublish(&host, world.published().await.id).await.expect("unpublishes");
    let gone = world.draft().await;
    world.courses.delete(&host, gone.id).await.expect("deletes");
    let other = world.courses.register(&call(Some(someone())), walk()).await.expect("registers");
    let closing = close(&world, world.host).await;
    let before = world.events().await.len();

    policy(&world).settle().await.expect("settles");
    let mut told = events_after(&world, before).await;
    assert_eq!(told.last().expect("told").0, "identity.account_erased.v1", "when all are deleted");
    told.sort_by_key(|(name, version, _)| (name.clone(), *version));
    let deleted = |id, version| ("course.deleted.v1".to_owned(), version, json!({ "course_id": id, "host_id": world.host }));
    assert_eq!(
        told,
        [
            deleted(draft.id, 2),
            deleted(shown.id, 3),
            deleted(withdrawn.id, 4),
            ("identity.account_erased.v1".to_owned(), 1, json!({ "account_id": world.host, "service": "course" })),
        ]
    );
    let cases: Vec<(uuid::Uuid, Option<uuid::Uuid>)> =
        sqlx::query_as("SELECT DISTINCT correlation_id, actor FROM event_log.events WHERE causation_id IS NOT NULL")
            .fetch_all(world.database.pool())
            .await
            .expect("reads the log");
    assert_eq!(cases, [(closing.correlation_id.as_uuid(), None)], "all in the case of the closing, in nobody's name");
    for id in [draft.id, shown.id, withdrawn.id] {
        assert_eq!(world.courses.course(&host, id).await, refused(Refusal::NotFound));
        assert_eq!(world.courses.standing(&host, id).await, Ok(None));
    }
    assert_eq!(world.courses.course(&call(Some(other.host_id)), other.id).await, Ok(other));
}

#[tokio::test]
async fn an_account_without_courses_is_erased_too_and_twice_is_once() {
    let world = World::new().await;
    close(&world, world.host).await;
    policy(&world).settle().await.expect("settles");
    assert_eq!(world.events().await.len(), 2);
    // A log that is told anew from its beginning.
    for forget in ["DELETE FROM event_log.handled", "UPDATE event_log.checkpoints SET transaction_id = '0', position = 0"] {
        sqlx::query(forget).execute(world.database.pool()).await.expect("forgets");
    }
    policy(&world).settle().await.expect("settles");
    assert_eq!(world.events().await.len(), 2);
}

#[tokio::test]
async fn what_a_closed_account_asks_for_too_late_is_refused() {
    let world = World::new().await;
    let host = call(Some(world.host));
    let draft = world.draft().await;
    close(&world, world.host).await;
    policy(&world).settle().await.expect("settles");
    let before = world.events().await;
    assert_eq!(world.courses.register(&host, walk()).await, refused(Refusal::NotSignedIn));
    assert_eq!(world.courses.publish(&host, draft.id).await, refused(Refusal::NotFound));
    assert_eq!(world.events().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_course_survives_that_is_registered_while_its_host_is_closed() {
    for _ in 0..4 {
        let world = World::new().await;
        let host = call(Some(world.host));
        let writing: Vec<_> = (0..16)
            .map(|_| {
                let (courses, host) = (world.courses.clone(), host.clone());
                tokio::spawn(async move {
                    if let Ok(draft) = courses.register(&host, walk()).await {
                        // Each of these may come before the deletion or after it.
                        let _too_late = courses.publish(&host, draft.id).await;
                    }
                })
            })
            .collect();
        close(&world, world.host).await;
        policy(&world).settle().await.expect("settles");
        for written in writing {
            written.await.expect("runs");
        }
        let left: i64 = sqlx::query_scalar("SELECT count(*) FROM course.courses WHERE state <> 'deleted'")
            .fetch_one(world.database.pool())
            .await
            .expect("answers");
        assert_eq!(left, 0);
        let parked: i64 =
            sqlx::query_scalar("SELECT count(*) FROM event_log.parked").fetch_one(world.database.pool()).await.expect("answers");
        assert_eq!(parked, 0);
        let out_of_order: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM event_log.events AS early JOIN event_log.events AS late USING (aggregate_kind, aggregate_id)
             WHERE early.aggregate_version < late.aggregate_version
               AND (early.transaction_id, early.position) > (late.transaction_id, late.position)",
        )
        .fetch_one(world.database.pool())
        .await
        .expect("answers");
        assert_eq!(out_of_order, 0, "readers get the versions of each course in order");
    }
}

#[tokio::test]
async fn photos_of_a_closed_account_are_gone_at_once() {
    let world = World::new().await;
    let photo = crate::photos::taken(&world, world.host).await;
    close(&world, world.host).await;
    policy(&world).settle().await.expect("settles");
    assert!(!crate::photos::is_there(&world, photo).await);
    let late = world.courses.add_photo(&call(Some(world.host)), crate::photos::picture()).await;
    assert_eq!(late, refused(Refusal::NotSignedIn));
}

/// A policy whose process ends before the first commit.
struct Killed(AccountPolicy, AtomicBool);

#[async_trait]
impl Handler for Killed {
    fn name(&self) -> &'static str {
        self.0.name()
    }
    fn kinds(&self) -> &'static [AggregateKind] {
        self.0.kinds()
    }
    async fn concerns(&self, connection: &mut PgConnection, events: &[&Envelope]) -> Result<Vec<Aggregate>> {
        self.0.concerns(connection, events).await
    }
    async fn handle(&self, connection: &mut PgConnection, events: &[Envelope]) -> Result<()> {
        self.0.handle(connection, events).await?;
        if self.1.swap(true, Ordering::Relaxed) { Ok(()) } else { Err(Error::Database(sqlx::Error::WorkerCrashed)) }
    }
}

#[tokio::test]
async fn killed_before_the_commit_nothing_is_half_done_and_the_next_start_does_it() {
    let world = World::new().await;
    let course = world.published().await;
    close(&world, world.host).await;
    let before = world.events().await;
    let handler = Killed(AccountPolicy::new(world.database.clone()), AtomicBool::default());
    let consumer = Consumer::new(world.database.clone(), Arc::new(handler));
    consumer.settle().await.expect_err("killed");
    assert_eq!(world.events().await, before);
    assert_eq!(world.read(course.id).await, course);
    // The lock of the lead goes with the connection, which Postgres notices in its own time.
    while consumer.settle().await.is_err() {}
    assert_eq!(world.events().await.len(), before.len() + 2);
}

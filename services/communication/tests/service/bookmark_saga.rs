//! The saga of a bookmark: it ends whatever happens, and what is refused is taken back and told.

use crate::given::{World, is};
use contract::communication::BookmarkOutcome;
use contract::course::CourseState;
use contract::event::{Aggregate, AggregateKind};
use contract::message::MessageKind::{BookmarkRefused, BookmarkRegistered, CourseBookmarked};
use contract::{AccountId, CommunicationApi, EventId};
use jiff::SignedDuration;
use platform::consumer::Handler;
use platform::event_log::{self, Cursor};
use platform::testing::{call, someone};
use sqlx::Connection;
use sqlx::postgres::PgConnection;
use std::sync::atomic::Ordering;
use uuid::Uuid;

async fn bookmark(world: &World, customer: AccountId) -> BookmarkOutcome {
    world.communication.bookmark(&call(Some(customer)), world.course).await.unwrap()
}

/// A bookmark that this service has taken for possible while its course was withdrawn already.
async fn late_bookmark(world: &World) -> AccountId {
    let customer = someone();
    world.unpublish().await;
    bookmark(world, customer).await;
    customer
}

/// Handles everything that was not handled yet, and ends before the commit.
async fn die_before_commit(world: &World) {
    let policy = world.policy();
    let mut connection = PgConnection::connect_with(&world.database.connect_options()).await.unwrap();
    let after: (i64, i64) =
        sqlx::query_as("SELECT coalesce(max(transaction_id::text::bigint), 0), coalesce(max(position), 0) FROM event_log.checkpoints")
            .fetch_one(&mut connection)
            .await
            .unwrap();
    let after = Cursor { transaction_id: after.0, position: after.1 };
    let mut transaction = connection.begin().await.unwrap();
    let events: Vec<_> = event_log::read(&mut transaction, after, 500, &AggregateKind::ALL)
        .await
        .unwrap()
        .into_iter()
        .map(|event| event.envelope.unwrap())
        .collect();
    policy.concerns(&mut transaction, &events.iter().collect::<Vec<_>>()).await.unwrap();
    policy.handle(&mut transaction, &events).await.unwrap();
    transaction.rollback().await.unwrap();
}

/// Settles after a death at the same place, and then hears everything again: that changes nothing.
async fn settle_badly(world: &World) {
    die_before_commit(world).await;
    world.settle().await;
    let settled = (world.sagas().await, world.published().await);
    world.deliver_twice().await;
    assert_eq!((world.sagas().await, world.published().await), settled);
}

#[tokio::test]
async fn a_bookmark_is_confirmed_and_ends_when_its_customer_is_told() {
    let world = World::with_course().await;
    let customer = someone();
    bookmark(&world, customer).await;
    settle_badly(&world).await;
    assert_eq!(world.saga().await, is("running", "deliver"));
    let registered = world.event("bookmark_registered").await;
    world.deliver(registered, CourseBookmarked, world.host).await;
    world.deliver(EventId::new(Uuid::from_u128(1)), BookmarkRegistered, customer).await;
    settle_badly(&world).await;
    assert_eq!(world.saga().await, is("running", "deliver"), "the host's message and another's are not the receipt");
    world.deliver(registered, BookmarkRegistered, customer).await;
    settle_badly(&world).await;
    assert_eq!(world.saga().await, is("completed", "deliver"));
    assert_eq!(world.bookmarks().await, 1);
    assert_eq!(world.published().await, ["bookmark_registered"]);
}

#[tokio::test]
async fn a_bookmark_that_came_after_its_course_was_withdrawn_is_refused_and_its_customer_told() {
    let world = World::with_course().await;
    let customer = late_bookmark(&world).await;
    settle_badly(&world).await;
    assert_eq!(world.saga().await, is("running", "tell"));
    assert_eq!(world.bookmarks().await, 0);
    assert_eq!(world.published().await, ["bookmark_registered", "bookmark_refused"]);
    let [registered, refused] = [world.event("bookmark_registered").await, world.event("bookmark_refused").await];
    let cases: Vec<(Uuid, Option<Uuid>, i64)> = sqlx::query_as(
        "SELECT correlation_id, causation_id, aggregate_version FROM event_log.events WHERE aggregate_kind = 'bookmark' ORDER BY position",
    )
    .fetch_all(world.database.pool())
    .await
    .unwrap();
    assert_eq!(cases[1], (cases[0].0, Some(registered.as_uuid()), 2), "the same case, caused by the registration");
    world.deliver(registered, BookmarkRegistered, customer).await;
    settle_badly(&world).await;
    assert_eq!(world.saga().await, is("running", "tell"), "the receipt is not what is waited for");
    world.deliver(refused, BookmarkRefused, customer).await;
    settle_badly(&world).await;
    assert_eq!(world.saga().await, is("compensated", "tell"));
    world.expect_no_gaps().await;
}

#[tokio::test]
async fn a_bookmark_from_before_the_withdrawal_stays() {
    let world = World::with_course().await;
    bookmark(&world, someone()).await;
    world.unpublish().await;
    settle_badly(&world).await;
    assert_eq!(world.saga().await, is("running", "deliver"));
    assert_eq!(world.bookmarks().await, 1);
}

#[tokio::test]
async fn a_course_that_was_not_heard_of_is_waited_for() {
    for published in [true, false] {
        let world = World::new().await;
        let customer = someone();
        bookmark(&world, customer).await;
        settle_badly(&world).await;
        assert_eq!(world.saga().await, is("running", "confirm"));
        if published {
            world.publish().await;
        } else {
            world.unpublish().await;
        }
        settle_badly(&world).await;
        assert_eq!(world.saga().await, is("running", if published { "deliver" } else { "tell" }));
        assert_eq!(world.bookmarks().await, u64::from(published));
        world.expect_no_gaps().await;
    }
}

#[tokio::test]
async fn bookmark_and_course_heard_in_one_batch_are_decided_in_their_order() {
    let world = World::new().await;
    world.publish().await;
    bookmark(&world, someone()).await;
    world.unpublish().await;
    let late = someone();
    bookmark(&world, late).await;
    settle_badly(&world).await;
    let mut sagas = world.sagas().await;
    sagas.sort();
    assert_eq!(sagas, [is("running", "deliver"), is("running", "tell")]);
    assert_eq!(world.bookmarks().await, 1);
    world.expect_no_gaps().await;
}

#[tokio::test]
async fn past_the_deadline_the_course_service_is_asked() {
    for (state, step) in [(Some(CourseState::Published), "deliver"), (Some(CourseState::Unpublished), "tell"), (None, "tell")] {
        let world = World::new().await;
        bookmark(&world, someone()).await;
        world.settle().await;
        match state {
            Some(state) => world.stands(state),
            None => world.courses.standings.lock().unwrap().clear(),
        }
        assert_eq!(world.communication.decide_overdue().await.unwrap(), 0, "not yet");
        world.pass(SignedDuration::from_secs(30));
        world.courses.gone.store(true, Ordering::Relaxed);
        assert!(world.communication.decide_overdue().await.is_err());
        assert_eq!(world.saga().await, is("running", "confirm"), "it is asked again");
        world.courses.gone.store(false, Ordering::Relaxed);
        assert_eq!(world.communication.decide_overdue().await.unwrap(), 1);
        assert_eq!(world.communication.decide_overdue().await.unwrap(), 0);
        assert_eq!(world.saga().await, is("running", step));
        settle_badly(&world).await;
        world.publish().await;
        settle_badly(&world).await;
        assert_eq!(world.saga().await, is("running", step), "what was decided stays so");
        world.expect_no_gaps().await;
    }
}

#[tokio::test]
async fn a_refusal_by_the_course_service_ends_as_any_other() {
    let world = World::new().await;
    let customer = someone();
    bookmark(&world, customer).await;
    world.settle().await;
    world.stands(CourseState::Unpublished);
    world.pass(SignedDuration::from_secs(31));
    world.communication.decide_overdue().await.unwrap();
    let refused = world.event("bookmark_refused").await;
    world.deliver(refused, BookmarkRefused, customer).await;
    settle_badly(&world).await;
    assert_eq!(world.saga().await, is("compensated", "tell"));
}

#[tokio::test]
async fn a_customer_who_cancels_before_the_confirmation_gets_both_messages_and_the_case_ends() {
    let world = World::new().await;
    let customer = someone();
    bookmark(&world, customer).await;
    world.communication.unbookmark(&call(Some(customer)), world.course).await.unwrap();
    world.publish().await;
    settle_badly(&world).await;
    world.deliver(world.event("bookmark_registered").await, BookmarkRegistered, customer).await;
    settle_badly(&world).await;
    assert_eq!(world.saga().await, is("completed", "deliver"));
    assert_eq!(world.published().await, ["bookmark_registered", "bookmark_canceled"]);
}

#[tokio::test]
async fn what_a_late_customer_has_taken_back_already_is_not_refused_and_one_set_again_is_a_case_of_its_own() {
    let world = World::with_course().await;
    let customer = late_bookmark(&world).await;
    world.communication.unbookmark(&call(Some(customer)), world.course).await.unwrap();
    bookmark(&world, customer).await;
    settle_badly(&world).await;
    let mut sagas = world.sagas().await;
    sagas.sort();
    assert_eq!(sagas, [is("compensated", "confirm"), is("running", "tell")]);
    let published = world.published().await;
    assert_eq!(published, ["bookmark_registered", "bookmark_canceled", "bookmark_registered", "bookmark_refused"]);
    world.expect_no_gaps().await;
}

#[tokio::test]
async fn a_receipt_that_is_heard_of_first_ends_the_case_when_it_begins() {
    let world = World::with_course().await;
    let [customer, waiting] = [someone(), someone()];
    let call = call(Some(customer));
    // The events of two aggregates come in any order: the receipt's is handled before the registration is there to be read.
    let mut events = Vec::new();
    bookmark(&world, waiting).await;
    world.settle().await;
    world.communication.bookmark(&call, world.course).await.unwrap();
    let registered: Uuid = sqlx::query_scalar("SELECT id FROM event_log.events WHERE actor = $1")
        .bind(customer.as_uuid())
        .fetch_one(world.database.pool())
        .await
        .unwrap();
    world.deliver(EventId::new(registered), BookmarkRegistered, customer).await;
    let mut connection = PgConnection::connect_with(&world.database.connect_options()).await.unwrap();
    for kind in ["inbox", "bookmark"] {
        let of_kind: Vec<Uuid> =
            sqlx::query_scalar("SELECT aggregate_id FROM event_log.events WHERE aggregate_kind = $1 AND (actor = $2 OR causation_id = $3)")
                .bind(kind)
                .bind(customer.as_uuid())
                .bind(registered)
                .fetch_all(&mut connection)
                .await
                .unwrap();
        let everything = Cursor { transaction_id: i64::MAX, position: i64::MAX };
        events.extend(event_log::read_aggregate(&mut connection, kind, of_kind[0], 0, everything).await.unwrap());
    }
    let policy = world.policy();
    for event in events {
        let envelope = event.envelope.unwrap();
        let mut transaction = connection.begin().await.unwrap();
        policy.concerns(&mut transaction, &[&envelope]).await.unwrap();
        policy.handle(&mut transaction, &[envelope]).await.unwrap();
        transaction.commit().await.unwrap();
    }
    let mut sagas = world.sagas().await;
    sagas.sort();
    assert_eq!(sagas, [is("completed", "confirm"), is("running", "deliver")]);
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM communication.early_messages").fetch_one(world.database.pool()).await.unwrap();
    assert_eq!(kept, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn customers_toggle_while_the_course_comes_and_goes_and_what_is_left_agrees_with_the_log() {
    let world = World::with_course().await;
    let customers: Vec<_> = (0..6).map(|_| someone()).collect();
    for round in 0..4 {
        let toggles: Vec<_> = customers
            .iter()
            .enumerate()
            .map(|(number, customer)| {
                let (service, course, call) = (world.communication.clone(), world.course, call(Some(*customer)));
                tokio::spawn(async move {
                    service.bookmark(&call, course).await.unwrap();
                    if number % 2 == 0 {
                        service.unbookmark(&call, course).await.unwrap();
                    }
                    service.bookmark(&call, course).await.unwrap();
                })
            })
            .collect();
        if round % 2 == 0 {
            world.unpublish().await;
        } else {
            world.publish().await;
        }
        world.settle().await;
        for toggle in toggles {
            toggle.await.unwrap();
        }
    }
    world.settle().await;
    world.expect_no_gaps().await;
    let balance: i64 = sqlx::query_scalar(
        "SELECT coalesce(sum(CASE WHEN name LIKE '%registered%' THEN 1 ELSE -1 END), 0) FROM event_log.events WHERE aggregate_kind = 'bookmark'",
    )
    .fetch_one(world.database.pool())
    .await
    .unwrap();
    assert_eq!(world.bookmarks().await, balance.unsigned_abs());
    assert!(world.sagas().await.iter().all(|(state, step)| state == "compensated" || step != "confirm"), "all are decided");
}

#[tokio::test]
async fn what_may_be_taken_back_is_named_and_nothing_else() {
    let world = World::with_course().await;
    let [early, late] = [someone(), someone()];
    let concerned = async || {
        let mut connection = PgConnection::connect_with(&world.database.connect_options()).await.unwrap();
        let events: Vec<_> = event_log::read(&mut connection, Cursor::default(), 500, &AggregateKind::ALL).await.unwrap();
        let events: Vec<_> = events.into_iter().map(|event| event.envelope.unwrap()).filter(|event| event.actor.is_some()).collect();
        world.policy().concerns(&mut connection, &events.iter().collect::<Vec<_>>()).await.unwrap()
    };
    for customer in [early, late] {
        world.communication.like(&call(Some(customer)), world.course).await.unwrap();
        bookmark(&world, customer).await;
    }
    world.settle().await;
    assert_eq!(concerned().await, []);
    world.unpublish().await;
    world.settle().await;
    let marks = [early, late].map(|customer| [Aggregate::like(world.course, customer), Aggregate::bookmark(world.course, customer)]);
    assert_eq!(concerned().await, marks.concat());
}

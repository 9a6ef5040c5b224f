//! What is remembered of courses, and what is answered for closed accounts.

use crate::given::World;
use contract::ReviewApi;
use contract::event::{Aggregate, Participant};
use platform::testing::call;
use serde_json::json;

type Heard = (uuid::Uuid, Option<bool>, Option<bool>);

async fn heard(world: &World) -> Option<Heard> {
    sqlx::query_as("SELECT host_id, published, reviews_open FROM review.courses WHERE course_id = $1")
        .bind(world.course.as_uuid())
        .fetch_optional(world.database.pool())
        .await
        .expect("reads")
}

#[tokio::test]
async fn how_a_course_stands_is_remembered_as_it_was_last_heard() {
    let world = World::new().await;
    let host = world.host.as_uuid();
    assert_eq!(heard(&world).await, None);
    for (version, name, published, open) in [
        (1, "registered", None, true),
        (2, "published", Some(true), true),
        (3, "closed", Some(true), false),
        (4, "unpublished", Some(false), false),
        (5, "published", Some(true), false),
        (6, "deleted", Some(false), false),
    ] {
        world.tell_course(version, &[name]).await;
        for _ in 0..2 {
            world.settle().await;
            assert_eq!(heard(&world).await, Some((host, published, Some(open))), "{name}");
            world.rewind().await;
        }
    }
    let all_at_once = World::new().await;
    all_at_once.tell_course(1, &["registered", "published", "closed", "unpublished", "published", "deleted"]).await;
    all_at_once.settle().await;
    assert_eq!(heard(&all_at_once).await, Some((all_at_once.host.as_uuid(), Some(false), Some(false))));
}

#[tokio::test]
async fn a_closed_account_is_answered_for_once_and_its_reviews_stay() {
    let world = World::new().await;
    let review = world.review().await;
    world.tell_closed(world.customer).await;
    for forget in [false, false, true] {
        if forget {
            sqlx::query("TRUNCATE event_log.handled").execute(world.database.pool()).await.expect("forgets");
        }
        world.rewind().await;
        world.settle().await;
    }
    let events = world.events().await;
    assert_eq!(events.iter().map(|event| event.name.as_str()).collect::<Vec<_>>(), ["review.registered.v1", "identity.account_erased.v1"]);
    let erased = &events[1];
    assert_eq!((erased.aggregate_version, &erased.payload), (1, &json!({ "account_id": world.customer, "service": "review" })));
    let aggregate: uuid::Uuid = sqlx::query_scalar("SELECT aggregate_id FROM event_log.events WHERE aggregate_kind = 'erasure'")
        .fetch_one(world.database.pool())
        .await
        .expect("reads");
    assert_eq!(aggregate, Aggregate::erasure(world.customer, Participant::Review).id);
    let closed: (uuid::Uuid, uuid::Uuid) =
        sqlx::query_as("SELECT id, correlation_id FROM event_log.events WHERE name = 'identity.account_closed.v1'")
            .fetch_one(world.database.pool())
            .await
            .expect("reads");
    assert_eq!((erased.causation_id, erased.correlation_id), (Some(closed.0), closed.1));
    assert_eq!(world.counted().await, [(world.course, 1, 4)]);
    let host = call(Some(world.host));
    world.reviews.reply(&host, review.id, crate::write::answer("고마워요")).await.expect("is still there");
}

#[tokio::test]
async fn those_who_read_the_log_are_woken_by_what_the_policy_writes() {
    let world = World::new().await;
    world.tell_closed(world.customer).await;
    let mut waiter = world.database.wake().waiter();
    world.settle().await;
    let begun = std::time::Instant::now();
    waiter.wait(std::time::Duration::from_secs(60)).await;
    assert!(begun.elapsed() < std::time::Duration::from_secs(30), "the signal was given");
}

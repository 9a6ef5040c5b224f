//! A closed account: its marks go, its comments stay, and whoever waits is told.

use crate::given::{World, is};
use contract::communication::CommentInput;
use contract::event::{AccountClosed, Aggregate, Event, Participant};
use contract::{AccountId, CommunicationApi};
use platform::testing::{call, someone};
use uuid::Uuid;

async fn close(world: &World, account: AccountId) {
    world.append(&call(Some(account)), Event::AccountClosed(AccountClosed { account_id: account }), 1).await;
}

async fn counts(world: &World) -> (u64, u64) {
    (world.likes().await, world.bookmarks().await)
}

#[tokio::test]
async fn its_marks_are_taken_back_its_comments_stay_and_that_is_told_once() {
    let world = World::with_course().await;
    let [gone, stays] = [someone(), someone()];
    for customer in [gone, stays] {
        world.communication.like(&call(Some(customer)), world.course).await.unwrap();
        world.communication.bookmark(&call(Some(customer)), world.course).await.unwrap();
    }
    let input = CommentInput { body: "좋았어요".into() };
    let comment = world.communication.comment(&call(Some(gone)), world.course, input).await.unwrap();
    close(&world, gone).await;
    world.settle().await;
    world.deliver_twice().await;
    assert_eq!(counts(&world).await, (1, 1));
    world.expect_no_gaps().await;
    let body: String = sqlx::query_scalar("SELECT body FROM communication.comments WHERE id = $1 AND NOT deleted")
        .bind(comment.id.as_uuid())
        .fetch_one(world.database.pool())
        .await
        .unwrap();
    assert_eq!(body, "좋았어요");
    let caused: Vec<(String, Uuid, i64)> = sqlx::query_as(
        "SELECT name, aggregate_id, aggregate_version FROM event_log.events
         WHERE causation_id = (SELECT id FROM event_log.events WHERE name = 'identity.account_closed.v1') ORDER BY name",
    )
    .fetch_all(world.database.pool())
    .await
    .unwrap();
    let expected = [
        ("communication.bookmark_canceled.v1", Aggregate::bookmark(world.course, gone), 2),
        ("communication.like_canceled.v1", Aggregate::like(world.course, gone), 2),
        ("identity.account_erased.v1", Aggregate::erasure(gone, Participant::Communication), 1),
    ];
    assert_eq!(caused, expected.map(|(name, aggregate, version)| (name.to_owned(), aggregate.id, version)));
    let mut sagas = world.sagas().await;
    sagas.sort();
    assert_eq!(sagas, [is("compensated", "deliver"), is("running", "deliver")], "nobody is left to be told");
}

#[tokio::test]
async fn what_was_on_its_way_is_taken_back_when_it_is_heard() {
    let world = World::with_course().await;
    let gone = someone();
    close(&world, gone).await;
    world.settle().await;
    // A request that was let in before the session ended.
    world.communication.like(&call(Some(gone)), world.course).await.unwrap();
    world.communication.bookmark(&call(Some(gone)), world.course).await.unwrap();
    assert_eq!(counts(&world).await, (1, 1));
    world.settle().await;
    world.deliver_twice().await;
    assert_eq!(counts(&world).await, (0, 0));
    let mut published = world.published().await;
    published.sort();
    assert_eq!(published, ["account_erased", "bookmark_canceled", "bookmark_registered", "like_canceled", "like_registered"]);
    assert!(world.sagas().await.is_empty(), "nobody is left to be told");
    world.expect_no_gaps().await;
}

#[tokio::test]
async fn closing_and_marks_heard_in_one_batch_leave_nothing() {
    let world = World::with_course().await;
    let gone = someone();
    world.communication.like(&call(Some(gone)), world.course).await.unwrap();
    close(&world, gone).await;
    world.communication.bookmark(&call(Some(gone)), world.course).await.unwrap();
    world.settle().await;
    world.settle().await;
    assert_eq!(counts(&world).await, (0, 0));
    world.expect_no_gaps().await;
}

#[tokio::test]
async fn who_had_nothing_is_told_of_as_well() {
    let world = World::new().await;
    close(&world, someone()).await;
    world.settle().await;
    assert_eq!(world.published().await, ["account_erased"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_account_that_is_closed_while_it_toggles_ends_with_nothing() {
    let world = World::with_course().await;
    let gone = someone();
    let toggles: Vec<_> = (0..20)
        .map(|number| {
            let (service, course, call) = (world.communication.clone(), world.course, call(Some(gone)));
            tokio::spawn(
                async move { if number % 3 == 0 { service.unlike(&call, course).await } else { service.like(&call, course).await } },
            )
        })
        .collect();
    close(&world, gone).await;
    world.settle().await;
    for toggle in toggles {
        toggle.await.unwrap().ok();
    }
    world.settle().await;
    assert_eq!(counts(&world).await, (0, 0));
    world.expect_no_gaps().await;
}

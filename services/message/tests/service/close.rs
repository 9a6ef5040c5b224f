//! A closed account keeps nothing, and gets nothing any more.

use crate::given::{World, a_course, a_review, comments, keeps, lets_go, published, replies, unpublished};
use contract::event::Delivery::{Muted, New};
use contract::event::{AccountClosed, Aggregate, Event, Participant};
use contract::message::MessageKind::{BookmarkCanceled, BookmarkRegistered, CourseBookmarked, CourseUnbookmarked, ReviewReplied};
use contract::message::MessageSettings;
use contract::{AccountId, MessageApi, Refusal};
use platform::testing::{call, someone};
use uuid::Uuid;

fn closed(account: AccountId) -> Event {
    Event::AccountClosed(AccountClosed { account_id: account })
}

async fn erasures(world: &World) -> Vec<(Uuid, i64, String, Uuid)> {
    sqlx::query_as(
        "SELECT aggregate_id, aggregate_version, payload ->> 'service', correlation_id FROM event_log.events
         WHERE name = 'identity.account_erased.v1'",
    )
    .fetch_all(world.database.pool())
    .await
    .unwrap()
}

#[tokio::test]
async fn all_that_is_kept_of_a_closed_account_is_erased_and_told_once() {
    let world = World::new().await;
    let (course, customer) = (world.course().await, someone());
    world.mute(customer, MessageSettings { comments: false, ..MessageSettings::default() }).await;
    world.happen([keeps(course, customer)]).await;
    world.happen([keeps(a_course(), customer)]).await;
    world.happen([closed(customer)]).await;

    let inbox = world.inbox(customer).await;
    assert_eq!((inbox.items.len(), inbox.unread), (0, 0));
    for rows in ["messages WHERE recipient_id", "settings WHERE account_id", "bookmarks WHERE customer_id", "pending WHERE doer_id"] {
        let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("SELECT count(*) FROM message.{rows} = $1")))
            .bind(customer.as_uuid())
            .fetch_one(world.database.pool())
            .await
            .unwrap();
        assert_eq!(count, 0, "{rows}");
    }
    let case: Uuid = sqlx::query_scalar("SELECT correlation_id FROM event_log.events WHERE name = 'identity.account_closed.v1'")
        .fetch_one(world.database.pool())
        .await
        .unwrap();
    let erasure = Aggregate::erasure(customer, Participant::Message).id;
    assert_eq!(erasures(&world).await, [(erasure, 1, "message".to_owned(), case)]);
    assert_eq!(world.kinds(world.host).await, [CourseBookmarked], "others keep theirs");
    world.expect_exact().await;
}

#[tokio::test]
async fn an_account_that_never_had_a_message_is_erased_too() {
    let world = World::new().await;
    let nobody = someone();
    world.happen([closed(nobody)]).await;
    assert_eq!(erasures(&world).await.len(), 1);
    assert_eq!(world.count("SELECT count(*) FROM event_log.events WHERE aggregate_kind = 'inbox'").await, 0, "nothing was unread");
}

#[tokio::test]
async fn nothing_is_delivered_to_a_closed_account_and_whoever_waits_goes_on() {
    let world = World::new().await;
    let (course, customer, review) = (world.course().await, someone(), a_review());
    world.happen([keeps(course, customer)]).await;
    world.happen([closed(customer)]).await;
    world.happen([lets_go(course, customer), replies(review, course, customer, world.host)]).await;
    world.happen([keeps(course, customer), unpublished(course, world.host)]).await;
    world.tell().await;
    assert_eq!(
        world.told(customer).await,
        [(BookmarkRegistered, New, 1), (BookmarkCanceled, Muted, 0), (ReviewReplied, Muted, 0), (BookmarkRegistered, Muted, 0)]
    );
    assert_eq!(world.inbox(customer).await.items, []);
    assert_eq!(world.count("SELECT count(*) FROM message.bookmarks").await, 0);
    world.expect_exact().await;
}

#[tokio::test]
async fn a_closed_account_says_no_more_what_it_wants() {
    let world = World::new().await;
    let customer = someone();
    world.happen([closed(customer)]).await;
    let answer = world.messages.change_settings(&call(Some(customer)), MessageSettings::default()).await;
    assert_eq!(answer, Err(Refusal::NotSignedIn.into()));
    assert_eq!(world.count("SELECT count(*) FROM message.settings").await, 0);
}

#[tokio::test]
async fn hosts_are_told_of_what_a_closed_account_did_and_folding_goes_on() {
    let world = World::new().await;
    let (course, unheard, customer) = (world.course().await, a_course(), someone());
    world.happen([keeps(course, customer), comments(unheard, customer)]).await;
    world.happen([closed(customer), lets_go(course, customer)]).await;
    assert_eq!(world.kinds(world.host).await, [CourseUnbookmarked]);
    world.happen(published(unheard, world.host, "늦게 들은 길")).await;
    assert_eq!(world.inbox(world.host).await.items.len(), 2, "the comment as well");
}

#[tokio::test]
async fn a_closed_host_is_told_nothing() {
    let world = World::new().await;
    let course = world.course().await;
    world.happen([closed(world.host), comments(course, someone())]).await;
    assert_eq!(world.inbox(world.host).await.items, []);
    assert_eq!(world.told(world.host).await.iter().map(|told| told.1).collect::<Vec<_>>(), [Muted]);
}

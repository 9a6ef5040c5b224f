//! Quick toggling makes at most one message an hour.

use crate::given::{World, a_course, keeps, lets_go, published};
use contract::MessageApi;
use contract::event::Delivery::{Folded, New};
use contract::message::MessageKind::{BookmarkCanceled, BookmarkRegistered, CourseBookmarked, CourseUnbookmarked};
use jiff::SignedDuration;
use platform::testing::{call, someone};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

#[tokio::test]
async fn toggling_within_the_hour_brings_one_message_up_to_date() {
    let world = World::new().await;
    let (course, customer) = (world.course().await, someone());
    world.happen([keeps(course, customer)]).await;
    let first = world.inbox(customer).await.items.remove(0);
    world.pass(MINUTE * 59);
    world.happen([lets_go(course, customer)]).await;
    let folded = world.inbox(customer).await;
    assert_eq!((folded.items.len(), folded.unread), (1, 1));
    assert_eq!((folded.items[0].id, folded.items[0].kind, folded.items[0].created_at), (first.id, BookmarkCanceled, world.now()));
    assert_eq!(world.told(customer).await, [(BookmarkRegistered, New, 1), (BookmarkCanceled, Folded, 1)]);
    assert_eq!(world.told(world.host).await, [(CourseBookmarked, New, 1), (CourseUnbookmarked, Folded, 1)]);
    assert_eq!(world.delivered(customer).await[1].message_id, Some(first.id));
    world.expect_exact().await;
}

#[tokio::test]
async fn the_hour_counts_from_the_first_delivery() {
    let world = World::new().await;
    let (course, customer) = (world.course().await, someone());
    world.happen([keeps(course, customer)]).await;
    for _ in 0..3 {
        world.pass(MINUTE * 20 - SignedDuration::from_micros(1));
        world.happen([lets_go(course, customer), keeps(course, customer)]).await;
    }
    assert_eq!(world.kinds(customer).await, [BookmarkRegistered], "59 minutes and more");
    world.pass(SignedDuration::from_micros(3));
    world.happen([lets_go(course, customer)]).await;
    assert_eq!(world.kinds(customer).await, [BookmarkRegistered, BookmarkCanceled], "an hour");
    world.pass(MINUTE * 59);
    world.happen([keeps(course, customer)]).await;
    assert_eq!(world.kinds(customer).await, [BookmarkRegistered, BookmarkRegistered], "within the hour of the second");
    world.expect_exact().await;
}

#[tokio::test]
async fn a_message_that_was_read_is_unread_again_when_it_is_brought_up_to_date() {
    let world = World::new().await;
    let (course, customer) = (world.course().await, someone());
    world.happen([keeps(course, customer)]).await;
    assert_eq!(world.messages.read_all(&call(Some(customer))).await.unwrap().unread, 0);
    world.happen([lets_go(course, customer)]).await;
    let inbox = world.inbox(customer).await;
    assert_eq!((inbox.unread, inbox.items.len(), inbox.items[0].read), (1, 1, false));
    assert_eq!(world.told(customer).await[1], (BookmarkCanceled, Folded, 1));
    world.expect_exact().await;
}

#[tokio::test]
async fn others_bookmarks_and_those_of_other_courses_are_messages_of_their_own() {
    let world = World::new().await;
    let (course, other, customers) = (world.course().await, a_course(), [someone(), someone()]);
    world.happen(published(other, world.host, "다른 길")).await;
    for customer in customers {
        world.happen([keeps(course, customer), keeps(other, customer), lets_go(course, customer)]).await;
        assert_eq!(world.kinds(customer).await, [BookmarkRegistered, BookmarkCanceled]);
    }
    assert_eq!(world.kinds(world.host).await, [CourseBookmarked, CourseBookmarked, CourseUnbookmarked, CourseUnbookmarked]);
    world.expect_exact().await;
}

//! What each event tells, to whom.

use crate::given::{World, a_comment, a_course, a_review, answers, comments, keeps, lets_go, published, refused, replies, reviews};
use contract::MessageApi;
use contract::event::Delivery::{Muted, New};
use contract::event::Event;
use contract::message::MessageKind::{
    BookmarkCanceled, BookmarkRefused, BookmarkRegistered, CommentAnswered, CommentReceived, CourseBookmarked, CourseUnbookmarked,
    CourseWithdrawn, ReviewReceived, ReviewReplied,
};
use contract::message::MessageSettings;
use jiff::SignedDuration;
use platform::testing::{call, someone};
use uuid::Uuid;

const LATER: SignedDuration = SignedDuration::from_hours(2);

#[tokio::test]
async fn a_bookmark_is_told_to_the_customer_and_without_a_name_to_the_host() {
    let world = World::new().await;
    let (course, customer) = (world.course().await, someone());
    world.happen([keeps(course, customer)]).await;
    assert_eq!(world.told(customer).await, [(BookmarkRegistered, New, 1)]);
    assert_eq!(world.told(world.host).await, [(CourseBookmarked, New, 1)]);
    world.pass(LATER);
    world.happen([lets_go(course, customer)]).await;
    assert_eq!(world.kinds(customer).await, [BookmarkRegistered, BookmarkCanceled]);
    assert_eq!(world.kinds(world.host).await, [CourseBookmarked, CourseUnbookmarked]);
    world.expect_exact().await;
    // Neither in what the host can read, nor in what is told to others of the host's inbox.
    let seen = serde_json::to_string(&world.inbox(world.host).await).unwrap() + &format!("{:?}", world.delivered(world.host).await);
    assert!(!seen.contains(&customer.to_string()), "{seen}");
}

#[tokio::test]
async fn a_message_carries_its_course_its_time_and_its_case() {
    let world = World::new().await;
    let (course, customer) = (world.course().await, someone());
    world.pass(LATER);
    world.happen([keeps(course, customer)]).await;
    let message = world.inbox(customer).await.items.remove(0);
    assert_eq!((message.course_id, message.course_title.as_str(), message.created_at), (course, "서울숲 산책", world.now()));
    assert!(!message.read);
    let told = world.delivered(customer).await;
    assert_eq!((told[0].message_id, told[0].course_id, told[0].recipient_id), (Some(message.id), course, customer));
    let of_one_case: i64 = world
        .count(
            "SELECT count(*) FROM event_log.events AS told
             JOIN event_log.events AS cause ON cause.id = told.causation_id AND cause.correlation_id = told.correlation_id
             WHERE told.name = 'message.delivered.v1' AND cause.name = 'communication.bookmark_registered.v1' AND told.actor IS NULL",
        )
        .await;
    assert_eq!(of_one_case, 2);
}

#[tokio::test]
async fn a_refused_bookmark_is_told_to_the_customer_beside_the_receipt() {
    let world = World::new().await;
    let (course, customer) = (world.course().await, someone());
    world.happen([keeps(course, customer), refused(course, customer)]).await;
    assert_eq!(world.told(customer).await, [(BookmarkRegistered, New, 1), (BookmarkRefused, New, 2)]);
    assert_eq!(world.kinds(world.host).await, [CourseBookmarked]);
    assert_eq!(world.count("SELECT count(*) FROM message.bookmarks").await, 0, "nobody keeps it");
}

#[tokio::test]
async fn reviews_and_comments_are_told_to_the_host_and_replies_to_the_author() {
    let world = World::new().await;
    let (course, customer, review) = (world.course().await, someone(), a_review());
    world.happen([reviews(review, course, customer), comments(course, customer), comments(course, customer)]).await;
    assert_eq!(world.told(world.host).await, [(ReviewReceived, New, 1), (CommentReceived, New, 2), (CommentReceived, New, 3)]);
    assert_eq!(world.told(customer).await, []);
    world.happen([replies(review, course, customer, world.host)]).await;
    assert_eq!(world.told(customer).await, [(ReviewReplied, New, 1)]);
    world.expect_exact().await;
}

#[tokio::test]
async fn an_answer_is_told_once_however_often_it_is_changed() {
    let world = World::new().await;
    let (course, customer, host) = (world.course().await, someone(), world.host);
    let (review, comment) = (a_review(), a_comment());
    let replied = || replies(review, course, customer, host);
    let answered = || answers(comment, course, customer, host);
    // In one batch, then in batches of their own.
    world.happen([replied(), replied(), answered(), answered()]).await;
    assert_eq!(world.told(customer).await, [(ReviewReplied, New, 1), (CommentAnswered, New, 2)]);
    world.messages.read_all(&call(Some(customer))).await.unwrap();
    world.pass(LATER);
    world.happen([replied()]).await;
    world.happen([answered()]).await;
    let inbox = world.inbox(customer).await;
    assert_eq!((inbox.items.len(), inbox.unread), (2, 0), "what was read stays read");
    assert_eq!(world.told(customer).await.len(), 2);
    // Others of the same course are another matter.
    world.happen([replies(a_review(), course, customer, host), answers(a_comment(), course, customer, host)]).await;
    world.happen([answers(a_comment(), course, someone(), host)]).await;
    assert_eq!(world.kinds(customer).await, [ReviewReplied, ReviewReplied, CommentAnswered, CommentAnswered]);
    world.expect_exact().await;
}

#[tokio::test]
async fn an_answer_that_was_told_by_an_earlier_release_is_not_told_again_from_the_same_event() {
    let world = World::new().await;
    let (course, customer, review) = (world.course().await, someone(), a_review());
    world.happen([replies(review, course, customer, world.host)]).await;
    // That release noted the events alone.
    sqlx::query("DELETE FROM message.deliveries WHERE cause_id = $1").bind(review.as_uuid()).execute(world.database.pool()).await.unwrap();
    for forget in ["DELETE FROM event_log.handled", "UPDATE event_log.checkpoints SET transaction_id = '0', position = 0"] {
        sqlx::query(forget).execute(world.database.pool()).await.unwrap();
    }
    world.settle().await.unwrap();
    assert_eq!(world.told(customer).await, [(ReviewReplied, New, 1)]);
}

#[tokio::test]
async fn hosts_are_not_told_what_they_do_on_their_own_courses() {
    let world = World::new().await;
    let course = world.course().await;
    let (host, review) = (world.host, a_review());
    world.happen([keeps(course, host), comments(course, host), reviews(review, course, host), replies(review, course, host, host)]).await;
    assert_eq!(world.told(host).await, [(BookmarkRegistered, New, 1)], "but a receipt is a receipt");
}

#[tokio::test]
async fn what_is_muted_is_told_to_the_log_alone() {
    let world = World::new().await;
    let (course, customer, review) = (world.course().await, someone(), a_review());
    let nothing = MessageSettings { receipts: false, bookmarks: false, reviews: false, replies: false, comments: false };
    for who in [customer, world.host] {
        world.mute(who, nothing).await;
    }
    world.happen([keeps(course, customer), comments(course, customer), reviews(review, course, customer)]).await;
    world.happen([replies(review, course, customer, world.host), answers(a_comment(), course, customer, world.host)]).await;
    world.happen([refused(course, customer)]).await;
    assert_eq!(
        world.told(customer).await,
        [(BookmarkRegistered, Muted, 0), (ReviewReplied, Muted, 0), (CommentAnswered, Muted, 0), (BookmarkRefused, New, 1)],
        "a refusal is always told"
    );
    assert_eq!(world.told(world.host).await, [(CourseBookmarked, Muted, 0), (CommentReceived, Muted, 0), (ReviewReceived, Muted, 0)]);
    assert!(world.delivered(world.host).await.iter().all(|event| event.message_id.is_none()));
    assert_eq!(world.kinds(world.host).await, []);
    world.expect_exact().await;
}

#[tokio::test]
async fn only_what_is_muted_is_and_only_from_then_on() {
    let world = World::new().await;
    let (course, customer) = (world.course().await, someone());
    assert_eq!(world.messages.settings(&call(Some(world.host))).await, Ok(MessageSettings::default()));
    world.happen([comments(course, customer)]).await;
    let no_comments = MessageSettings { comments: false, ..MessageSettings::default() };
    world.mute(world.host, no_comments).await;
    assert_eq!(world.messages.settings(&call(Some(world.host))).await, Ok(no_comments));
    world.happen([comments(course, customer), keeps(course, customer)]).await;
    world.mute(world.host, MessageSettings::default()).await;
    world.happen([comments(course, customer)]).await;
    assert_eq!(
        world.told(world.host).await,
        [(CommentReceived, New, 1), (CommentReceived, Muted, 1), (CourseBookmarked, New, 2), (CommentReceived, New, 3)]
    );
    assert_eq!(world.told(customer).await, [(BookmarkRegistered, New, 1)], "settings are each one's own");
}

#[tokio::test]
async fn a_host_is_told_what_happened_before_the_course_was_heard_of() {
    let world = World::new().await;
    let (course, customer) = (a_course(), someone());
    world.happen([keeps(course, customer), comments(course, customer), comments(course, world.host)]).await;
    assert_eq!((world.told(customer).await.len(), world.told(world.host).await.len()), (1, 0));
    assert_eq!(world.inbox(customer).await.items[0].course_title, "", "never heard of");
    world.happen(published(course, world.host, "뚝섬")).await;
    assert_eq!(world.told(world.host).await, [(CourseBookmarked, New, 1), (CommentReceived, New, 2)]);
    let causes: Vec<(Uuid, Option<Uuid>)> = sqlx::query_as(
        "SELECT told.correlation_id, cause.correlation_id FROM event_log.events AS told
         LEFT JOIN event_log.events AS cause ON cause.id = told.causation_id WHERE told.aggregate_kind = 'inbox'",
    )
    .fetch_all(world.database.pool())
    .await
    .unwrap();
    assert!(causes.iter().all(|(told, cause)| Some(*told) == *cause), "each belongs to the case of what happened: {causes:?}");
    assert_eq!(world.count("SELECT count(*) FROM message.pending").await, 0);
    world.expect_exact().await;
}

#[tokio::test]
async fn a_batch_that_fails_half_way_leaves_nothing_and_is_told_once_it_can_be() {
    let world = World::new().await;
    let (course, customer) = (world.course().await, someone());
    for statement in [
        "CREATE FUNCTION message.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'gone' USING ERRCODE = '57P01'; END $$",
        "CREATE TRIGGER fail BEFORE INSERT ON message.messages FOR EACH ROW WHEN (NEW.kind = 'comment_received') EXECUTE FUNCTION message.fail()",
    ] {
        sqlx::query(statement).execute(world.database.pool()).await.unwrap();
    }
    world.append(vec![keeps(course, customer), comments(course, customer)]).await;
    assert!(matches!(world.settle().await, Err(platform::Error::Database(_))));
    assert_eq!(world.count("SELECT count(*) FROM message.messages").await, 0);
    assert_eq!(world.count("SELECT count(*) FROM event_log.events WHERE aggregate_kind = 'inbox'").await, 0);
    sqlx::query("DROP TRIGGER fail ON message.messages").execute(world.database.pool()).await.unwrap();
    world.settle().await.unwrap();
    assert_eq!(world.told(world.host).await, [(CourseBookmarked, New, 1), (CommentReceived, New, 2)]);
    world.expect_exact().await;
}

#[tokio::test]
async fn what_tells_nothing_is_passed_over() {
    let world = World::new().await;
    let (course, customer) = (world.course().await, someone());
    let Event::CommentRegistered(comment) = comments(course, customer) else { panic!("a comment") };
    world.happen([Event::CommentRegistered(comment.clone())]).await;
    world.happen([Event::CommentModified(comment)]).await;
    assert_eq!(world.kinds(world.host).await, [CommentReceived]);
    assert!(!world.kinds(world.host).await.contains(&CourseWithdrawn));
}

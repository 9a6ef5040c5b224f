//! Writing, changing, deleting and answering a review, and who may.

use crate::given::{Mood, World, refused, said};
use contract::event::{Aggregate, AggregateVersion};
use contract::reply::ReplyInput;
use contract::review::Review;
use contract::{ApiError, FieldCode, FieldError, Refusal, ReviewApi, ReviewId};
use jiff::SignedDuration;
use platform::testing::{call, someone};
use serde_json::json;
use uuid::Uuid;

pub fn answer(body: &str) -> ReplyInput {
    ReplyInput { body: body.into() }
}

#[tokio::test]
async fn each_change_publishes_one_event_of_its_own_with_all_there_is_to_know() {
    let world = World::new().await;
    let customer = call(Some(world.customer));
    let registered = world.now();
    let review = world.reviews.register(&customer, world.course, said(2, " 조금\r\n멀어요 ")).await.expect("registers");
    assert_eq!(
        review,
        Review {
            id: review.id,
            version: 1,
            course_id: world.course,
            author_id: world.customer,
            rating: review.rating,
            body: review.body.clone(),
            reply: None,
            created_at: registered,
            updated_at: registered,
        }
    );
    assert_eq!((review.rating.get(), review.body.as_str()), (2, "조금\n멀어요"));

    world.pass(SignedDuration::from_hours(1));
    let modified = world.reviews.modify(&customer, review.id, said(5, "다시 가 보니 좋아요")).await.expect("modifies");
    assert_eq!((modified.version, modified.rating.get(), modified.body.as_str()), (2, 5, "다시 가 보니 좋아요"));
    assert_eq!((modified.created_at, modified.updated_at), (registered, world.now()));

    let changed = world.now();
    world.pass(SignedDuration::from_hours(1));
    let replied = world.reviews.reply(&call(Some(world.host)), review.id, answer("고마워요")).await.expect("replies");
    let reply = replied.reply.as_ref().expect("is there");
    assert_eq!((replied.version, reply.body.as_str(), reply.replied_at), (3, "고마워요", world.now()));
    assert_eq!(replied.updated_at, changed, "its author's last change");

    let deleted = world.reviews.delete(&customer, review.id).await.expect("deletes");
    assert_eq!(deleted, AggregateVersion { aggregate: Aggregate::review(review.id), version: 4 });

    world.expect_events(&["registered", "modified", "replied", "deleted"]).await;
    let events = world.events().await;
    let same = json!({ "review_id": review.id, "course_id": world.course, "author_id": world.customer });
    for (event, more) in events.iter().zip([
        json!({ "rating": 2, "body": "조금\n멀어요" }),
        json!({ "rating": 5, "body": "다시 가 보니 좋아요", "previous_rating": 2 }),
        json!({ "host_id": world.host, "body": "고마워요" }),
        json!({ "rating": 5 }),
    ]) {
        let mut expected = same.clone();
        expected.as_object_mut().expect("an object").append(&mut more.as_object().expect("an object").clone());
        assert_eq!(event.payload, expected, "{}", event.name);
        assert_eq!(event.causation_id, None);
    }
    assert_eq!(events[0].correlation_id, customer.correlation_id.as_uuid());
}

#[tokio::test]
async fn rewording_alone_says_the_rating_from_before_too() {
    let world = World::new().await;
    let review = world.review().await;
    world.reviews.modify(&call(Some(world.customer)), review.id, said(4, "다른 말")).await.expect("modifies");
    let events = world.events().await;
    assert_eq!((&events[1].payload["rating"], &events[1].payload["previous_rating"]), (&json!(4), &json!(4)));
}

#[tokio::test]
async fn saying_the_same_changes_and_publishes_nothing() {
    let world = World::new().await;
    let review = world.review().await;
    let (customer, host) = (call(Some(world.customer)), call(Some(world.host)));
    world.pass(SignedDuration::from_hours(1));
    assert_eq!(world.reviews.modify(&customer, review.id, said(4, " 좋았어요\n")).await, Ok(review.clone()));
    let replied = world.reviews.reply(&host, review.id, answer("고마워요")).await.expect("replies");
    world.pass(SignedDuration::from_hours(1));
    assert_eq!(world.reviews.reply(&host, review.id, answer("고마워요 ")).await, Ok(replied.clone()));
    let reworded = world.reviews.reply(&host, review.id, answer("또 오세요")).await.expect("replies");
    assert_eq!((reworded.version, reworded.reply.expect("is there").replied_at), (3, world.now()));
    world.expect_events(&["registered", "replied", "replied"]).await;
}

#[tokio::test]
async fn a_reply_stays_when_the_review_is_reworded() {
    let world = World::new().await;
    let review = world.review().await;
    let replied = world.reviews.reply(&call(Some(world.host)), review.id, answer("고마워요")).await.expect("replies");
    let modified = world.reviews.modify(&call(Some(world.customer)), review.id, said(1, "별로")).await.expect("modifies");
    assert_eq!(modified.reply, replied.reply);
}

#[tokio::test]
async fn a_deleted_review_is_gone_for_everyone_but_kept_and_there_may_be_another() {
    let world = World::new().await;
    let (customer, host) = (call(Some(world.customer)), call(Some(world.host)));
    let review = world.review().await;
    world.reviews.delete(&customer, review.id).await.expect("deletes");
    assert_eq!(world.reviews.delete(&customer, review.id).await, refused(Refusal::NotFound));
    assert_eq!(world.reviews.modify(&customer, review.id, said(1, "음")).await, refused(Refusal::NotFound));
    assert_eq!(world.reviews.reply(&host, review.id, answer("아")).await, refused(Refusal::NotFound));
    let kept: (bool, String, i64) = sqlx::query_as("SELECT deleted, body, version FROM review.reviews WHERE id = $1")
        .bind(review.id.as_uuid())
        .fetch_one(world.database.pool())
        .await
        .expect("is kept");
    assert_eq!(kept, (true, "좋았어요".to_owned(), 2));
    assert!(world.counted().await.is_empty());

    let another = world.review().await;
    assert_ne!(another.id, review.id);
    assert_eq!((another.version, world.counted().await), (1, vec![(world.course, 1, 4)]));
    world.reviews.delete(&customer, another.id).await.expect("deletes");
    world.review().await;
}

#[tokio::test]
async fn only_its_author_changes_it_and_only_the_host_answers() {
    let world = World::new().await;
    let review = world.review().await;
    for who in [world.host, someone()] {
        let who = call(Some(who));
        assert_eq!(world.reviews.modify(&who, review.id, said(9, "")).await, refused(Refusal::NotYours), "before what is wrong with it");
        assert_eq!(world.reviews.delete(&who, review.id).await, refused(Refusal::NotYours));
    }
    for who in [world.customer, someone()] {
        assert_eq!(world.reviews.reply(&call(Some(who)), review.id, answer("")).await, refused(Refusal::NotYours));
    }
    assert_eq!(world.reviews.modify(&call(None), review.id, said(1, "음")).await, refused(Refusal::NotSignedIn));
    assert_eq!(world.reviews.delete(&call(None), review.id).await, refused(Refusal::NotSignedIn));
    assert_eq!(world.reviews.reply(&call(None), review.id, answer("아")).await, refused(Refusal::NotSignedIn));
    world.expect_events(&["registered"]).await;
}

#[tokio::test]
async fn what_cannot_be_a_review_or_a_reply_is_named() {
    let world = World::new().await;
    let review = world.review().await;
    let answered = world.reviews.modify(&call(Some(world.customer)), review.id, said(0, &"가".repeat(2_001))).await;
    let errors = vec![FieldError::limited("rating", FieldCode::TooSmall, 1), FieldError::limited("body", FieldCode::TooLong, 2_000)];
    assert_eq!(answered, refused(Refusal::Invalid(errors)));
    let answered = world.reviews.reply(&call(Some(world.host)), review.id, answer(" \n")).await;
    assert_eq!(answered, refused(Refusal::Invalid(vec![FieldError::new("body", FieldCode::Required)])));
    world.expect_events(&["registered"]).await;
}

#[tokio::test]
async fn what_never_was_is_not_found() {
    let world = World::new().await;
    let (id, who) = (ReviewId::new(Uuid::from_u128(7)), call(Some(world.customer)));
    assert_eq!(world.reviews.modify(&who, id, said(1, "음")).await, refused(Refusal::NotFound));
    assert_eq!(world.reviews.delete(&who, id).await, refused(Refusal::NotFound));
    assert_eq!(world.reviews.reply(&who, id, answer("아")).await, refused(Refusal::NotFound));
}

#[tokio::test]
async fn a_host_that_was_not_heard_of_is_asked_for() {
    let world = World::new().await;
    let review = world.review().await;
    let host = call(Some(world.host));
    world.courses.asked();
    world.courses.mood(Mood::Dead);
    let answered = world.reviews.reply(&host, review.id, answer("아")).await;
    assert!(matches!(answered, Err(ApiError::Unavailable { .. })), "{answered:?}");
    world.courses.mood(Mood::Well);
    world.reviews.reply(&host, review.id, answer("아")).await.expect("replies");
    assert_eq!(world.courses.asked(), [world.course, world.course]);

    world.tell_course(1, &["registered", "published"]).await;
    world.settle().await;
    world.reviews.reply(&host, review.id, answer("네")).await.expect("replies");
    assert!(world.courses.asked().is_empty(), "it is known now");
}

#[tokio::test]
async fn of_a_withdrawn_course_only_those_concerned_know_the_review() {
    let world = World::new().await;
    world.tell_course(1, &["registered", "published"]).await;
    let review = world.review().await;
    world.tell_course(3, &["unpublished"]).await;
    world.settle().await;
    let (stranger, host, customer) = (call(Some(someone())), call(Some(world.host)), call(Some(world.customer)));
    assert_eq!(world.reviews.modify(&stranger, review.id, said(1, "음")).await, refused(Refusal::NotFound));
    assert_eq!(world.reviews.delete(&stranger, review.id).await, refused(Refusal::NotFound));
    assert_eq!(world.reviews.reply(&stranger, review.id, answer("아")).await, refused(Refusal::NotFound));
    assert_eq!(world.reviews.delete(&host, review.id).await, refused(Refusal::NotYours));
    assert_eq!(world.reviews.reply(&customer, review.id, answer("아")).await, refused(Refusal::NotYours));
    world.reviews.reply(&host, review.id, answer("아")).await.expect("replies");
    world.reviews.delete(&customer, review.id).await.expect("deletes");
}

#[tokio::test]
async fn the_audit_counts_what_is_not_deleted() {
    let world = World::new().await;
    let mut reviews = Vec::new();
    for rating in [1, 5, 4] {
        let author = call(Some(someone()));
        let review = world.reviews.register(&author, world.course, said(rating, "음")).await.expect("registers");
        reviews.push((author, review));
    }
    assert_eq!(world.counted().await, [(world.course, 3, 10)]);
    let (author, review) = &reviews[1];
    world.reviews.modify(author, review.id, said(2, "음")).await.expect("modifies");
    let (author, review) = &reviews[0];
    world.reviews.delete(author, review.id).await.expect("deletes");
    assert_eq!(world.counted().await, [(world.course, 2, 6)]);
}

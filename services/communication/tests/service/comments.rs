//! Comments.

use crate::given::World;
use contract::communication::{Comment, CommentInput};
use contract::course::CourseState;
use contract::reply::ReplyInput;
use contract::{ApiError, CommentId, CommunicationApi, CourseId, FieldCode, FieldError, Refusal};
use platform::testing::{call, someone};
use std::sync::atomic::Ordering;
use uuid::Uuid;

fn says(body: &str) -> CommentInput {
    CommentInput { body: body.into() }
}

async fn a_comment(world: &World, author: contract::AccountId) -> Comment {
    world.communication.comment(&call(Some(author)), world.course, says("유모차도 괜찮을까요?")).await.unwrap()
}

async fn count(world: &World) -> Vec<(CourseId, u64)> {
    communication::count_comments(world.database.pool()).await.unwrap()
}

#[tokio::test]
async fn a_comment_is_written_reworded_and_deleted_with_one_event_each() {
    let world = World::with_course().await;
    let author = call(Some(someone()));
    let comment = world.communication.comment(&author, world.course, says(" 비 오는 날은요? ")).await.unwrap();
    assert_eq!((comment.body.as_str(), comment.version, Some(comment.author_id)), ("비 오는 날은요?", 1, author.actor));
    assert_eq!(count(&world).await, [(world.course, 1)]);
    world.pass(jiff::SignedDuration::from_secs(5));
    let same = world.communication.modify_comment(&author, comment.id, says("비 오는 날은요?")).await.unwrap();
    assert_eq!(same, comment);
    let reworded = world.communication.modify_comment(&author, comment.id, says("눈 오는 날은요?")).await.unwrap();
    assert_eq!((reworded.body.as_str(), reworded.version, reworded.created_at), ("눈 오는 날은요?", 2, comment.created_at));
    assert!(reworded.updated_at > comment.updated_at);
    let deletion = world.communication.delete_comment(&author, comment.id).await.unwrap();
    assert_eq!((deletion.aggregate, deletion.version), (comment.change().aggregate, 3));
    assert_eq!(world.published().await, ["comment_registered", "comment_modified", "comment_deleted"]);
    assert!(count(&world).await.is_empty());
    let row: (bool, i64, String) =
        sqlx::query_as("SELECT deleted, version, body FROM communication.comments").fetch_one(world.database.pool()).await.unwrap();
    assert_eq!(row, (true, 3, String::new()), "the row stays for its version, without the words");
}

#[tokio::test]
async fn only_its_author_rewords_a_comment_and_only_author_and_host_delete_it() {
    let world = World::with_course().await;
    let [author, stranger] = [someone(), someone()];
    let comment = a_comment(&world, author).await;
    for who in [stranger, world.host] {
        let refused = world.communication.modify_comment(&call(Some(who)), comment.id, says("아니요")).await;
        assert_eq!(refused, Err(Refusal::NotYours.into()));
    }
    assert_eq!(world.communication.delete_comment(&call(Some(stranger)), comment.id).await, Err(Refusal::NotYours.into()));
    assert_eq!(world.communication.delete_comment(&call(None), comment.id).await, Err(Refusal::NotSignedIn.into()));
    world.communication.delete_comment(&call(Some(world.host)), comment.id).await.unwrap();
    for gone in [comment.id, CommentId::new(Uuid::from_u128(1))] {
        assert_eq!(world.communication.modify_comment(&call(Some(author)), gone, says("네")).await, Err(Refusal::NotFound.into()));
        assert_eq!(world.communication.delete_comment(&call(Some(author)), gone).await, Err(Refusal::NotFound.into()));
    }
}

fn replies(body: &str) -> ReplyInput {
    ReplyInput { body: body.into() }
}

#[tokio::test]
async fn a_comment_is_answered_and_the_answer_changed_with_one_event_each() {
    let world = World::with_course().await;
    let [author, host] = [someone(), world.host].map(|who| call(Some(who)));
    let comment = a_comment(&world, author.actor.unwrap()).await;
    world.pass(jiff::SignedDuration::from_secs(5));
    let answered = world.communication.answer_comment(&host, comment.id, replies(" 네,\r\n괜찮아요 ")).await.unwrap();
    let answer = answered.answer.clone().unwrap();
    assert_eq!((answer.body.as_str(), answered.version, answered.updated_at), ("네,\n괜찮아요", 2, comment.updated_at));
    assert!(answer.replied_at > comment.created_at);
    world.pass(jiff::SignedDuration::from_secs(5));
    assert_eq!(world.communication.answer_comment(&host, comment.id, replies("네,\n괜찮아요")).await, Ok(answered.clone()));
    let reworded = world.communication.modify_comment(&author, comment.id, says("쌍둥이 유모차는요?")).await.unwrap();
    assert_eq!(reworded.answer, answered.answer, "it stays when the comment is reworded");
    let again = world.communication.answer_comment(&host, comment.id, replies("그건 어려워요")).await.unwrap();
    assert!(again.version == 4 && again.answer.unwrap().replied_at > answer.replied_at);
    assert_eq!(world.published().await, ["comment_registered", "comment_answered", "comment_modified", "comment_answered"]);
    let payload: serde_json::Value = sqlx::query_scalar(
        "SELECT payload FROM event_log.events WHERE name = 'communication.comment_answered.v1' AND aggregate_version = 2",
    )
    .fetch_one(world.database.pool())
    .await
    .unwrap();
    let expected = serde_json::json!({
        "comment_id": comment.id, "course_id": world.course, "author_id": author.actor, "host_id": world.host, "body": "네,\n괜찮아요",
    });
    assert_eq!(payload, expected);
    world.communication.delete_comment(&author, comment.id).await.unwrap();
    let row: (String, Option<String>) =
        sqlx::query_as("SELECT body, answer FROM communication.comments").fetch_one(world.database.pool()).await.unwrap();
    assert_eq!(row, (String::new(), None), "the words of both go");
    world.expect_no_gaps().await;
}

#[tokio::test]
async fn only_the_host_answers_and_what_cannot_be_an_answer_is_named() {
    let world = World::with_course().await;
    let [author, host] = [someone(), world.host];
    let comment = a_comment(&world, author).await;
    for who in [author, someone()] {
        let refused = world.communication.answer_comment(&call(Some(who)), comment.id, replies("")).await;
        assert_eq!(refused, Err(Refusal::NotYours.into()), "before what is wrong with it");
    }
    assert_eq!(world.communication.answer_comment(&call(None), comment.id, replies("네")).await, Err(Refusal::NotSignedIn.into()));
    for (body, error) in [
        (" \n".to_owned(), FieldError::new("body", FieldCode::Required)),
        ("가".repeat(1001), FieldError::limited("body", FieldCode::TooLong, 1000)),
    ] {
        let refused = world.communication.answer_comment(&call(Some(host)), comment.id, replies(&body)).await;
        assert_eq!(refused, Err(Refusal::Invalid(vec![error]).into()));
    }
    world.communication.delete_comment(&call(Some(author)), comment.id).await.unwrap();
    for gone in [comment.id, CommentId::new(Uuid::from_u128(1))] {
        assert_eq!(world.communication.answer_comment(&call(Some(host)), gone, replies("네")).await, Err(Refusal::NotFound.into()));
    }
    assert_eq!(world.published().await, ["comment_registered", "comment_deleted"]);
}

#[tokio::test]
async fn the_host_of_a_course_that_no_event_has_told_of_is_asked_for() {
    let world = World::new().await;
    let author = someone();
    let [one, two] = [a_comment(&world, author).await, a_comment(&world, author).await];
    world.communication.answer_comment(&call(Some(world.host)), one.id, replies("네")).await.unwrap();
    world.communication.delete_comment(&call(Some(world.host)), one.id).await.unwrap();
    world.courses.gone.store(true, Ordering::Relaxed);
    let refused = world.communication.answer_comment(&call(Some(world.host)), two.id, replies("네")).await;
    assert!(matches!(refused, Err(ApiError::Unavailable { .. })));
    let refused = world.communication.delete_comment(&call(Some(world.host)), two.id).await;
    assert!(matches!(refused, Err(ApiError::Unavailable { .. })));
    world.communication.delete_comment(&call(Some(author)), two.id).await.unwrap();
}

#[tokio::test]
async fn words_that_are_none_or_too_many_are_named_and_nothing_is_said_to_what_is_not_published() {
    let world = World::new().await;
    let call = call(Some(someone()));
    let wrong = [
        (String::new(), FieldError::new("body", FieldCode::Required)),
        (" \n ".into(), FieldError::new("body", FieldCode::Required)),
        ("가".repeat(1001), FieldError::limited("body", FieldCode::TooLong, 1000)),
    ];
    let comment = a_comment(&world, call.actor.unwrap()).await;
    for (body, error) in wrong {
        let invalid = Err(Refusal::Invalid(vec![error]).into());
        assert_eq!(world.communication.comment(&call, world.course, says(&body)).await, invalid);
        assert_eq!(world.communication.modify_comment(&call, comment.id, says(&body)).await, invalid);
    }
    assert_eq!(world.communication.comment(&call, CourseId::new(Uuid::from_u128(2)), says("네")).await, Err(Refusal::NotFound.into()));
    world.stands(CourseState::Unpublished);
    assert_eq!(world.communication.comment(&call, world.course, says("네")).await, Err(Refusal::NotFound.into()));
    assert_eq!(world.published().await, ["comment_registered"]);
}

#[tokio::test]
async fn a_comment_that_came_after_its_course_was_withdrawn_is_deleted_and_one_from_before_stays() {
    let world = World::with_course().await;
    let author = someone();
    a_comment(&world, author).await;
    world.unpublish().await;
    let reworded = a_comment(&world, author).await;
    world.communication.modify_comment(&call(Some(author)), reworded.id, says("아, 찾았어요")).await.unwrap();
    let deleted = a_comment(&world, author).await;
    world.communication.delete_comment(&call(Some(author)), deleted.id).await.unwrap();
    world.settle().await;
    world.deliver_twice().await;
    assert_eq!(count(&world).await, [(world.course, 1)]);
    world.expect_no_gaps().await;
    assert_eq!(world.published().await.iter().filter(|name| *name == "comment_deleted").count(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn author_and_host_at_once_delete_a_comment_once() {
    let world = World::with_course().await;
    let author = someone();
    let comment = a_comment(&world, author).await;
    let deletions: Vec<_> = (0..8)
        .map(|number| {
            let (service, call) = (world.communication.clone(), call(Some(if number % 2 == 0 { author } else { world.host })));
            tokio::spawn(async move { service.delete_comment(&call, comment.id).await })
        })
        .collect();
    let mut deleted = 0;
    for deletion in deletions {
        match deletion.await.unwrap() {
            Ok(_) => deleted += 1,
            Err(error) => assert_eq!(error, Refusal::NotFound.into()),
        }
    }
    assert_eq!(deleted, 1);
    world.expect_no_gaps().await;
}

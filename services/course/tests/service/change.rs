//! Registering, changing and deleting.

use crate::given::{World, empty, refused, titled, walk};
use contract::course::{CourseInput, CourseState};
use contract::{ApiError, CourseApi, CourseId, FieldCode, Refusal};
use jiff::SignedDuration;
use platform::testing::{call, someone};
use serde_json::json;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn named(result: Result<contract::course::Course, ApiError>) -> Vec<(String, FieldCode)> {
    match result {
        Err(ApiError::Refused(Refusal::Invalid(errors))) => errors.into_iter().map(|error| (error.field, error.code)).collect(),
        other => panic!("expected invalid fields, got {other:?}"),
    }
}

#[tokio::test]
async fn a_registered_course_is_a_draft_of_version_one_with_all_that_was_written() {
    let world = World::new().await;
    let course = world.draft().await;
    assert_eq!((course.version, course.state, course.host_id), (1, CourseState::Draft, world.host));
    assert_eq!((course.created_at, course.updated_at), (world.now(), world.now()));
    assert_eq!(course.content, walk().parse().expect("valid"));
    assert_eq!(course.id.as_uuid().get_version_num(), 7);
    assert_eq!(world.read(course.id).await, course, "what is stored is what was answered");
    world.expect_events(&world.events().await, &["registered"]);
    assert_eq!(world.payload(1).await, json!({ "course_id": course.id, "host_id": world.host, "content": course.content }));
}

#[tokio::test]
async fn a_course_with_the_least_there_must_be_is_stored_as_it_is() {
    let world = World::new().await;
    let least = CourseInput { title: "길".into(), region: "제주".into(), ..CourseInput::default() };
    let course = world.register(least).await;
    assert!(!course.content.reviews_open && course.content.stops.is_empty() && course.content.translation.is_none());
    assert_eq!(world.read(course.id).await, course);
}

#[tokio::test]
async fn what_does_not_hold_is_named_and_nothing_is_stored() {
    let world = World::new().await;
    let mut input = walk();
    input.title = String::new();
    input.stops[1].lat = 91.0;
    let answer = world.courses.register(&call(Some(world.host)), input).await;
    assert_eq!(named(answer), [("title".into(), FieldCode::Required), ("stops[1].lat".into(), FieldCode::TooLarge)]);
    assert!(world.events().await.is_empty());
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM course.courses").fetch_one(world.database.pool()).await.expect("answers");
    assert_eq!(rows, 0);
}

#[tokio::test]
async fn nobody_is_asked_to_sign_in_first() {
    let world = World::new().await;
    let id = world.published().await.id;
    let nobody = call(None);
    assert_eq!(world.courses.register(&nobody, walk()).await, refused(Refusal::NotSignedIn));
    assert_eq!(world.courses.modify(&nobody, id, None, walk()).await, refused(Refusal::NotSignedIn));
    assert_eq!(world.courses.publish(&nobody, id).await, refused(Refusal::NotSignedIn));
    assert_eq!(world.courses.unpublish(&nobody, id).await, refused(Refusal::NotSignedIn));
    assert_eq!(world.courses.delete(&nobody, id).await, refused(Refusal::NotSignedIn));
    world.expect_events(&world.events().await, &["registered", "published"]);
}

#[tokio::test]
async fn a_change_makes_one_version_and_one_event_with_the_whole_of_what_is_written() {
    let world = World::new().await;
    let draft = world.draft().await;
    world.pass(HOUR);
    let changed = world.courses.modify(&call(Some(world.host)), draft.id, Some(1), titled("밤 산책")).await.expect("modifies");
    assert_eq!((changed.version, changed.state), (2, CourseState::Draft));
    assert_eq!((changed.created_at, changed.updated_at), (draft.created_at, draft.created_at + HOUR));
    assert_eq!(changed.content.title.as_str(), "밤 산책");
    assert_eq!(world.read(draft.id).await, changed);
    world.expect_events(&world.events().await, &["registered", "modified"]);
    assert_eq!(world.payload(2).await, json!({ "course_id": draft.id, "host_id": world.host, "content": changed.content }));
}

#[tokio::test]
async fn every_field_can_be_changed() {
    let world = World::new().await;
    let draft = world.draft().await;
    let mut other = walk();
    other.language = contract::course::Language::En;
    other.title = "Elsewhere".into();
    other.summary = String::new();
    other.region = "busan".into();
    other.tags = Vec::new();
    other.reviews_open = false;
    other.stops.reverse();
    other.translation = None;
    let changed = world.courses.modify(&call(Some(world.host)), draft.id, None, other.clone()).await.expect("modifies");
    assert_eq!(changed.content, other.parse().expect("valid"));
    assert_eq!(world.read(draft.id).await, changed);
}

#[tokio::test]
async fn the_same_words_again_change_nothing_and_publish_nothing() {
    let world = World::new().await;
    let draft = world.draft().await;
    world.pass(HOUR);
    for expected in [None, Some(1)] {
        let same = world.courses.modify(&call(Some(world.host)), draft.id, expected, walk()).await.expect("fine");
        assert_eq!(same, draft);
    }
    assert_eq!(world.read(draft.id).await, draft);
    world.expect_events(&world.events().await, &["registered"]);
}

#[tokio::test]
async fn who_read_another_version_is_told_even_if_the_words_are_the_same() {
    let world = World::new().await;
    let draft = world.draft().await;
    world.courses.modify(&call(Some(world.host)), draft.id, None, titled("밤 산책")).await.expect("modifies");
    for stale in [0, 1, 3, u64::MAX] {
        for input in [titled("밤 산책"), titled("아침 산책"), CourseInput::default()] {
            let answer = world.courses.modify(&call(Some(world.host)), draft.id, Some(stale), input).await;
            assert_eq!(answer, refused(Refusal::ChangedMeanwhile { current: 2 }));
        }
    }
    world.expect_events(&world.events().await, &["registered", "modified"]);
}

#[tokio::test]
async fn a_change_that_does_not_hold_leaves_the_course_as_it_is() {
    let world = World::new().await;
    let draft = world.draft().await;
    let answer = world.courses.modify(&call(Some(world.host)), draft.id, Some(1), titled(&"길".repeat(81))).await;
    assert_eq!(named(answer), [("title".into(), FieldCode::TooLong)]);
    assert_eq!(world.read(draft.id).await, draft);
    world.expect_events(&world.events().await, &["registered"]);
}

#[tokio::test]
async fn a_draft_may_lose_its_stops_and_a_published_course_may_not() {
    let world = World::new().await;
    let host = call(Some(world.host));
    let draft = world.draft().await;
    world.courses.modify(&host, draft.id, None, empty()).await.expect("a draft may");
    world.courses.modify(&host, draft.id, None, walk()).await.expect("modifies");
    let published = world.courses.publish(&host, draft.id).await.expect("publishes");
    assert_eq!(world.courses.modify(&host, draft.id, None, empty()).await, refused(Refusal::StopsMissing));
    assert_eq!(world.read(draft.id).await, published);
    world.courses.modify(&host, draft.id, None, titled("밤 산책")).await.expect("anything else may change");
    world.expect_events(&world.events().await, &["registered", "modified", "modified", "published", "modified"]);
    assert_eq!(world.read(draft.id).await.state, CourseState::Published);
}

#[tokio::test]
async fn a_deleted_course_is_there_for_nobody_and_stays_for_the_records() {
    let world = World::new().await;
    let host = call(Some(world.host));
    let course = world.published().await;
    assert_eq!(world.courses.delete(&host, course.id).await, Ok(3));
    world.expect_events(&world.events().await, &["registered", "published", "deleted"]);
    assert_eq!(world.payload(3).await, json!({ "course_id": course.id, "host_id": world.host }));

    for who in [Some(world.host), Some(someone()), None] {
        assert_eq!(world.courses.course(&call(who), course.id).await, refused(Refusal::NotFound));
    }
    assert_eq!(world.courses.delete(&host, course.id).await, refused(Refusal::NotFound));
    assert_eq!(world.courses.publish(&host, course.id).await, refused(Refusal::NotFound));
    assert_eq!(world.courses.unpublish(&host, course.id).await, refused(Refusal::NotFound));
    assert_eq!(world.courses.modify(&host, course.id, None, titled("밤 산책")).await, refused(Refusal::NotFound));
    assert_eq!(world.events().await.len(), 3);

    let kept: (String, i64, String) =
        sqlx::query_as("SELECT state, version, title FROM course.courses").fetch_one(world.database.pool()).await.expect("is kept");
    assert_eq!(kept, ("deleted".into(), 3, walk().title));
}

#[tokio::test]
async fn another_account_can_change_nothing_and_does_not_learn_of_drafts() {
    let world = World::new().await;
    let (draft, shown) = (world.draft().await, world.published().await);
    let withdrawn = world.courses.unpublish(&call(Some(world.host)), world.published().await.id).await.expect("unpublishes");
    let before = world.events().await;
    let other = call(Some(someone()));
    let nowhere = CourseId::new(someone().as_uuid());
    for (id, refusal) in
        [(draft.id, Refusal::NotFound), (withdrawn.id, Refusal::NotFound), (nowhere, Refusal::NotFound), (shown.id, Refusal::NotYours)]
    {
        for expected in [None, Some(1), Some(99)] {
            assert_eq!(world.courses.modify(&other, id, expected, titled("내 것")).await, refused(refusal.clone()));
        }
        assert_eq!(world.courses.modify(&other, id, None, CourseInput::default()).await, refused(refusal.clone()));
        assert_eq!(world.courses.publish(&other, id).await, refused(refusal.clone()));
        assert_eq!(world.courses.unpublish(&other, id).await, refused(refusal.clone()));
        assert_eq!(world.courses.delete(&other, id).await, refused(refusal));
    }
    for course in [draft, shown, withdrawn] {
        assert_eq!(world.read(course.id).await, course);
    }
    assert_eq!(world.events().await, before);
}

#[tokio::test]
async fn every_event_carries_the_case_and_the_host() {
    let world = World::new().await;
    let register = call(Some(world.host));
    let id = world.courses.register(&register, walk()).await.expect("registers").id;
    let publish = call(Some(world.host));
    world.courses.publish(&publish, id).await.expect("publishes");
    let cases: Vec<(uuid::Uuid, uuid::Uuid)> = sqlx::query_as("SELECT correlation_id, actor FROM event_log.events ORDER BY position")
        .fetch_all(world.database.pool())
        .await
        .expect("reads the log");
    let host = world.host.as_uuid();
    assert_eq!(cases, [(register.correlation_id.as_uuid(), host), (publish.correlation_id.as_uuid(), host)]);
}

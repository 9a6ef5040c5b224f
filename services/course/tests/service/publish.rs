//! Publishing and taking back.

use crate::given::{World, empty, refused, walk};
use contract::course::CourseState;
use contract::{CourseApi, Refusal};
use jiff::SignedDuration;
use platform::testing::call;
use serde_json::json;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

#[tokio::test]
async fn publishing_shows_a_draft_with_one_event() {
    let world = World::new().await;
    let draft = world.draft().await;
    world.pass(HOUR);
    let published = world.courses.publish(&call(Some(world.host)), draft.id).await.expect("publishes");
    assert_eq!((published.version, published.state), (2, CourseState::Published));
    assert_eq!(published.updated_at, draft.updated_at + HOUR);
    assert_eq!(published.content, draft.content);
    assert_eq!(world.read(draft.id).await, published);
    world.expect_events(&world.events().await, &["registered", "published"]);
    assert_eq!(world.payload(2).await, json!({ "course_id": draft.id, "host_id": world.host }));
}

#[tokio::test]
async fn publishing_a_published_course_changes_nothing() {
    let world = World::new().await;
    let published = world.published().await;
    world.pass(HOUR);
    assert_eq!(world.courses.publish(&call(Some(world.host)), published.id).await, Ok(published.clone()));
    assert_eq!(world.read(published.id).await, published);
    world.expect_events(&world.events().await, &["registered", "published"]);
}

#[tokio::test]
async fn a_course_without_stops_is_not_published() {
    let world = World::new().await;
    let draft = world.register(empty()).await;
    assert_eq!(world.courses.publish(&call(Some(world.host)), draft.id).await, refused(Refusal::StopsMissing));
    assert_eq!(world.read(draft.id).await, draft);
    world.expect_events(&world.events().await, &["registered"]);
}

#[tokio::test]
async fn taking_back_hides_a_published_course_with_one_event() {
    let world = World::new().await;
    let published = world.published().await;
    let withdrawn = world.courses.unpublish(&call(Some(world.host)), published.id).await.expect("unpublishes");
    assert_eq!((withdrawn.version, withdrawn.state), (3, CourseState::Unpublished));
    assert_eq!(world.read(published.id).await, withdrawn);
    world.expect_events(&world.events().await, &["registered", "published", "unpublished"]);
    assert_eq!(world.payload(3).await, json!({ "course_id": published.id, "host_id": world.host }));
}

#[tokio::test]
async fn taking_back_what_is_not_published_changes_nothing() {
    let world = World::new().await;
    let host = call(Some(world.host));
    let draft = world.draft().await;
    assert_eq!(world.courses.unpublish(&host, draft.id).await, Ok(draft.clone()), "a draft stays a draft");
    world.courses.publish(&host, draft.id).await.expect("publishes");
    let withdrawn = world.courses.unpublish(&host, draft.id).await.expect("unpublishes");
    assert_eq!(world.courses.unpublish(&host, draft.id).await, Ok(withdrawn));
    world.expect_events(&world.events().await, &["registered", "published", "unpublished"]);
}

#[tokio::test]
async fn a_course_can_be_published_again_unless_it_has_lost_its_stops() {
    let world = World::new().await;
    let host = call(Some(world.host));
    let id = world.published().await.id;
    world.courses.unpublish(&host, id).await.expect("unpublishes");
    world.courses.modify(&host, id, None, empty()).await.expect("an unpublished one may lose its stops");
    assert_eq!(world.courses.publish(&host, id).await, refused(Refusal::StopsMissing));
    world.courses.modify(&host, id, None, walk()).await.expect("modifies");
    assert_eq!(world.courses.publish(&host, id).await.expect("publishes").version, 6);
    world.expect_events(&world.events().await, &["registered", "published", "unpublished", "modified", "modified", "published"]);
}

//! Who may read what.

use crate::given::{World, refused};
use contract::{CourseApi, CourseId, Refusal};
use platform::testing::{call, someone};

#[tokio::test]
async fn a_published_course_is_read_by_everyone() {
    let world = World::new().await;
    let course = world.published().await;
    for who in [Some(world.host), Some(someone()), None] {
        assert_eq!(world.courses.course(&call(who), course.id).await, Ok(course.clone()));
    }
}

#[tokio::test]
async fn a_draft_and_a_withdrawn_course_are_read_by_their_host_alone() {
    let world = World::new().await;
    let withdrawn = world.courses.unpublish(&call(Some(world.host)), world.published().await.id).await.expect("unpublishes");
    for course in [world.draft().await, withdrawn] {
        assert_eq!(world.courses.course(&call(Some(world.host)), course.id).await, Ok(course.clone()));
        for who in [Some(someone()), None] {
            assert_eq!(world.courses.course(&call(who), course.id).await, refused(Refusal::NotFound));
        }
    }
}

#[tokio::test]
async fn what_never_was_is_not_found() {
    let world = World::new().await;
    let id = CourseId::new(someone().as_uuid());
    assert_eq!(world.courses.course(&call(Some(world.host)), id).await, refused(Refusal::NotFound));
}

#[tokio::test]
async fn reading_publishes_nothing() {
    let world = World::new().await;
    let course = world.published().await;
    world.read(course.id).await;
    world.expect_events(&world.events().await, &["registered", "published"]);
}

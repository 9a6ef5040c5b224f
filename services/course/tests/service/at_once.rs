//! Several at the same time.

use crate::given::{World, refused, titled};
use contract::course::{Course, CourseState};
use contract::{ApiResult, CourseApi, Refusal};
use course::Courses;
use platform::testing::call;
use std::collections::BTreeSet;
use std::future::Future;

/// Runs `command` eight times at once.
async fn eight<F: Future<Output = ApiResult<Course>> + Send + 'static>(
    world: &World,
    command: impl Fn(Courses, usize) -> F,
) -> Vec<ApiResult<Course>> {
    let tasks: Vec<_> = (0..8).map(|n| tokio::spawn(command(world.courses.clone(), n))).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.expect("runs"));
    }
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_read_the_same_version_one_wins_and_the_other_is_told() {
    let world = World::new().await;
    let draft = world.draft().await;
    let (host, id) = (call(Some(world.host)), draft.id);
    let (one, other) =
        tokio::join!(world.courses.modify(&host, id, Some(1), titled("하나")), world.courses.modify(&host, id, Some(1), titled("둘")),);
    let (won, lost) = if one.is_ok() { (one, other) } else { (other, one) };
    assert_eq!(lost, refused(Refusal::ChangedMeanwhile { current: 2 }));
    assert_eq!(won, Ok(world.read(id).await));
    world.expect_events(&world.events().await, &["registered", "modified"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_who_do_not_care_for_the_version_make_eight_versions_without_a_gap() {
    let world = World::new().await;
    let (host, id) = (world.host, world.draft().await.id);
    let answers =
        eight(&world, move |courses, n| async move { courses.modify(&call(Some(host)), id, None, titled(&format!("제목 {n}"))).await })
            .await;
    let versions: BTreeSet<_> = answers.into_iter().map(|answer| answer.expect("modifies").version).collect();
    assert_eq!(versions, (2..=9).collect());
    let mut expected = vec!["registered"];
    expected.extend(["modified"; 8]);
    world.expect_events(&world.events().await, &expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_who_publish_at_once_make_one_event() {
    let world = World::new().await;
    let (host, id) = (world.host, world.draft().await.id);
    for answer in eight(&world, move |courses, _| async move { courses.publish(&call(Some(host)), id).await }).await {
        let course = answer.expect("published for all");
        assert_eq!((course.version, course.state), (2, CourseState::Published));
    }
    world.expect_events(&world.events().await, &["registered", "published"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_who_delete_at_once_one_does() {
    let world = World::new().await;
    let (host, course) = (world.host, world.draft().await);
    let (id, kept) = (course.id, course.clone());
    let answers = eight(&world, move |courses, _| {
        let kept = kept.clone();
        async move { courses.delete(&call(Some(host)), id).await.map(|_| kept) }
    })
    .await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert!(answers.into_iter().all(|answer| answer == Ok(course.clone()) || answer == refused(Refusal::NotFound)));
    world.expect_events(&world.events().await, &["registered", "deleted"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_that_the_log_refuses_is_not_there_either() {
    let world = World::new().await;
    let draft = world.draft().await;
    sqlx::query("ALTER TABLE event_log.events ADD CONSTRAINT nothing_published CHECK (name <> 'course.published.v1')")
        .execute(world.database.pool())
        .await
        .expect("alters");
    assert_eq!(world.courses.publish(&call(Some(world.host)), draft.id).await, Err(contract::ApiError::Fault));
    assert_eq!(world.read(draft.id).await, draft);
    world.expect_events(&world.events().await, &["registered"]);
}

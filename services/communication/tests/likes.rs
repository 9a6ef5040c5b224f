//! Likes on a real Postgres.
#![expect(clippy::unwrap_used, reason = "a test")]

use async_trait::async_trait;
use communication::{Communication, CoursePolicy};
use contract::course::{Course, CourseInput, CourseState};
use contract::event::{CourseRef, Event};
use contract::{ApiError, ApiResult, Call, CommunicationApi, CourseApi, CourseId, Page, PageRequest, Refusal};
use platform::Database;
use platform::consumer::Consumer;
use platform::testing::{call, database, someone};
use std::collections::HashSet;
use std::sync::Arc;
use uuid::Uuid;

/// A course service that knows one published course and can be gone.
struct Courses {
    published: CourseId,
    gone: bool,
}

#[async_trait]
impl CourseApi for Courses {
    async fn course(&self, _: &Call, id: CourseId) -> ApiResult<Course> {
        if self.gone {
            return Err(ApiError::Unavailable { retry_after_seconds: 1 });
        }
        if id != self.published {
            return Err(Refusal::NotFound.into());
        }
        let content = CourseInput { title: "코스".into(), region: "seoul".into(), ..CourseInput::default() }.parse().unwrap();
        let then = jiff::Timestamp::UNIX_EPOCH;
        Ok(Course { id, version: 2, state: CourseState::Published, host_id: someone(), created_at: then, updated_at: then, content })
    }

    async fn register(&self, _: &Call, _: CourseInput) -> ApiResult<Course> {
        Err(ApiError::Fault)
    }

    async fn modify(&self, _: &Call, _: CourseId, _: Option<u64>, _: CourseInput) -> ApiResult<Course> {
        Err(ApiError::Fault)
    }

    async fn publish(&self, _: &Call, _: CourseId) -> ApiResult<Course> {
        Err(ApiError::Fault)
    }

    async fn unpublish(&self, _: &Call, _: CourseId) -> ApiResult<Course> {
        Err(ApiError::Fault)
    }

    async fn delete(&self, _: &Call, _: CourseId) -> ApiResult<u64> {
        Err(ApiError::Fault)
    }

    async fn host_courses(&self, _: &Call, _: PageRequest) -> ApiResult<Page<Course>> {
        Err(ApiError::Fault)
    }
}

fn a_course() -> CourseId {
    CourseId::new(Uuid::from_u128(1))
}

async fn setting(gone: bool) -> (Database, Communication) {
    let database = database(&[communication::migrations()]).await;
    let communication = Communication::new(database.clone(), Arc::new(Courses { published: a_course(), gone }));
    (database, communication)
}

async fn published_events(database: &Database) -> Vec<String> {
    sqlx::query_scalar("SELECT name FROM event_log.events WHERE aggregate_kind = 'like' ORDER BY position")
        .fetch_all(database.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_like_and_its_taking_back_publish_one_event_each_however_often_they_are_asked() {
    let (database, communication) = setting(false).await;
    let call = call(Some(someone()));
    let first = communication.like(&call, a_course()).await.unwrap();
    let again = communication.like(&call, a_course()).await.unwrap();
    assert!(first.liked && again.liked);
    assert_eq!(first.change, again.change, "the change that made it so");
    for _ in 0..2 {
        assert!(!communication.unlike(&call, a_course()).await.unwrap().liked);
    }
    assert_eq!(published_events(&database).await, ["communication.like_registered.v1", "communication.like_canceled.v1"]);
    let correlation: Uuid =
        sqlx::query_scalar("SELECT DISTINCT correlation_id FROM event_log.events").fetch_one(database.pool()).await.unwrap();
    assert_eq!(correlation, call.correlation_id.as_uuid());
}

#[tokio::test]
async fn nobody_likes_without_signing_in_or_what_is_not_published() {
    let (database, communication) = setting(false).await;
    assert_eq!(communication.like(&call(None), a_course()).await, Err(Refusal::NotSignedIn.into()));
    let unknown = CourseId::new(Uuid::from_u128(2));
    let call = call(Some(someone()));
    assert_eq!(communication.like(&call, unknown).await, Err(Refusal::NotFound.into()));
    assert_eq!(communication.unlike(&call, unknown).await, Err(Refusal::NotFound.into()));
    assert!(published_events(&database).await.is_empty());
}

#[tokio::test]
async fn what_was_heard_of_is_liked_while_the_course_service_is_gone_and_anything_else_is_refused_for_now() {
    let (database, communication) = setting(true).await;
    let call = call(Some(someone()));
    assert!(matches!(communication.like(&call, a_course()).await, Err(ApiError::Unavailable { .. })));
    database
        .command(&call, |unit| {
            Box::pin(async move {
                let subject = CourseRef { course_id: a_course(), host_id: someone() };
                unit.append(&Event::CoursePublished(subject), 1).await
            })
        })
        .await
        .unwrap();
    Consumer::new(database.clone(), Arc::new(CoursePolicy)).settle().await.unwrap();
    assert!(communication.like(&call, a_course()).await.unwrap().liked);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_toggles_at_once_leave_versions_without_a_gap() {
    let (database, communication) = setting(false).await;
    let customers = [someone(), someone()];
    let toggles: Vec<_> = (0..60)
        .map(|number| {
            let communication = communication.clone();
            let call = call(Some(customers[number % 2]));
            tokio::spawn(async move {
                if number % 3 == 0 { communication.unlike(&call, a_course()).await } else { communication.like(&call, a_course()).await }
            })
        })
        .collect();
    for toggle in toggles {
        toggle.await.unwrap().unwrap();
    }
    let rows: Vec<(Uuid, i64, String)> = sqlx::query_as(
        "SELECT aggregate_id, aggregate_version, name FROM event_log.events WHERE aggregate_kind = 'like'
         ORDER BY aggregate_id, event_log.events.transaction_id, position",
    )
    .fetch_all(database.pool())
    .await
    .unwrap();
    for aggregate in rows.iter().map(|row| row.0).collect::<HashSet<_>>() {
        let of_one: Vec<_> = rows.iter().filter(|row| row.0 == aggregate).collect();
        for (index, (_, version, name)) in of_one.iter().enumerate() {
            assert_eq!(*version, i64::try_from(index).unwrap() + 1, "in reading order");
            assert_eq!(name.ends_with("registered.v1"), index % 2 == 0, "likes and their taking back alternate");
        }
    }
}

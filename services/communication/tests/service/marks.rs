//! Likes and bookmarks: the same rules for both.

use crate::given::World;
use communication::Communication;
use contract::course::CourseState;
use contract::event::AggregateVersion;
use contract::{ApiError, ApiResult, Call, CommunicationApi, CourseId, Refusal};
use platform::breaker::State;
use platform::testing::{call, someone};
use std::sync::atomic::Ordering;
use uuid::Uuid;

#[derive(Clone, Copy, Debug)]
enum Mark {
    Like,
    Bookmark,
}

const BOTH: [Mark; 2] = [Mark::Like, Mark::Bookmark];

impl Mark {
    async fn set(self, service: &Communication, call: &Call, course: CourseId) -> ApiResult<(bool, Option<AggregateVersion>)> {
        match self {
            Self::Like => service.like(call, course).await.map(|outcome| (outcome.liked, outcome.change)),
            Self::Bookmark => service.bookmark(call, course).await.map(|outcome| (outcome.bookmarked, outcome.change)),
        }
    }

    async fn take_back(self, service: &Communication, call: &Call, course: CourseId) -> ApiResult<(bool, Option<AggregateVersion>)> {
        match self {
            Self::Like => service.unlike(call, course).await.map(|outcome| (outcome.liked, outcome.change)),
            Self::Bookmark => service.unbookmark(call, course).await.map(|outcome| (outcome.bookmarked, outcome.change)),
        }
    }

    async fn count(self, world: &World) -> u64 {
        match self {
            Self::Like => world.likes().await,
            Self::Bookmark => world.bookmarks().await,
        }
    }

    fn events(self) -> [String; 2] {
        let name = match self {
            Self::Like => "like",
            Self::Bookmark => "bookmark",
        };
        [format!("{name}_registered"), format!("{name}_canceled")]
    }
}

#[tokio::test]
async fn setting_and_taking_back_publish_one_event_each_however_often_they_are_asked() {
    for mark in BOTH {
        let world = World::new().await;
        let call = call(Some(someone()));
        let first = mark.set(&world.communication, &call, world.course).await.unwrap();
        let again = mark.set(&world.communication, &call, world.course).await.unwrap();
        assert_eq!((first, first.1.unwrap().version), (again, 1), "the change that made it so");
        assert_eq!(mark.count(&world).await, 1);
        for _ in 0..2 {
            let (set, change) = mark.take_back(&world.communication, &call, world.course).await.unwrap();
            assert_eq!((set, change.unwrap().version), (false, 2));
        }
        assert_eq!(mark.count(&world).await, 0);
        assert_eq!(world.published().await, mark.events());
        let correlation: Uuid =
            sqlx::query_scalar("SELECT DISTINCT correlation_id FROM event_log.events").fetch_one(world.database.pool()).await.unwrap();
        assert_eq!(correlation, call.correlation_id.as_uuid());
    }
}

#[tokio::test]
async fn nobody_marks_without_signing_in_or_what_is_not_published() {
    let world = World::new().await;
    for mark in BOTH {
        assert_eq!(mark.set(&world.communication, &call(None), world.course).await, Err(Refusal::NotSignedIn.into()));
        let (call, unknown) = (call(Some(someone())), CourseId::new(Uuid::from_u128(2)));
        assert_eq!(mark.set(&world.communication, &call, unknown).await, Err(Refusal::NotFound.into()));
        assert_eq!(mark.take_back(&world.communication, &call, unknown).await, Err(Refusal::NotFound.into()));
        for state in [CourseState::Draft, CourseState::Unpublished] {
            world.stands(state);
            assert_eq!(mark.set(&world.communication, &call, world.course).await, Err(Refusal::NotFound.into()));
        }
    }
    assert!(world.published().await.is_empty());
}

#[tokio::test]
async fn what_was_heard_of_is_marked_while_the_course_service_is_gone_and_anything_else_is_refused_for_now() {
    for mark in BOTH {
        let world = World::new().await;
        world.courses.gone.store(true, Ordering::Relaxed);
        let call = call(Some(someone()));
        for _ in 0..3 {
            assert!(matches!(mark.set(&world.communication, &call, world.course).await, Err(ApiError::Unavailable { .. })));
        }
        let [breaker] = &world.communication.breakers()[..] else { panic!("one breaker") };
        assert_eq!((breaker.status().name, breaker.status().state), ("communication.course", State::Open));
        world.publish().await;
        world.settle().await;
        assert!(mark.set(&world.communication, &call, world.course).await.unwrap().0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_toggles_at_once_leave_versions_without_a_gap() {
    for mark in BOTH {
        let world = World::with_course().await;
        let customers = [someone(), someone(), someone()];
        let toggles: Vec<_> = (0..60)
            .map(|number| {
                let (service, course, call) = (world.communication.clone(), world.course, call(Some(customers[number % 3])));
                tokio::spawn(async move {
                    let set = number % 4 != 0;
                    if set { mark.set(&service, &call, course).await } else { mark.take_back(&service, &call, course).await }
                })
            })
            .collect();
        for toggle in toggles {
            toggle.await.unwrap().unwrap();
        }
        world.expect_no_gaps().await;
        world.settle().await;
        world.expect_no_gaps().await;
        let rows: Vec<(Uuid, String)> =
            sqlx::query_as("SELECT aggregate_id, name FROM event_log.events WHERE aggregate_kind <> 'course' ORDER BY aggregate_version")
                .fetch_all(world.database.pool())
                .await
                .unwrap();
        for customer in rows.iter().map(|row| row.0).collect::<std::collections::HashSet<_>>() {
            for (index, (_, name)) in rows.iter().filter(|row| row.0 == customer).enumerate() {
                assert_eq!(name.contains("_registered"), index % 2 == 0, "setting and taking back alternate");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn as_many_cancels_as_bookmarks_leave_none() {
    let world = World::with_course().await;
    let customers: Vec<_> = (0..25).map(|_| someone()).collect();
    for active in [true, false] {
        let all: Vec<_> = customers
            .iter()
            .map(|customer| {
                let (service, course, call) = (world.communication.clone(), world.course, call(Some(*customer)));
                tokio::spawn(
                    async move { if active { service.bookmark(&call, course).await } else { service.unbookmark(&call, course).await } },
                )
            })
            .collect();
        for one in all {
            assert_eq!(one.await.unwrap().unwrap().bookmarked, active);
        }
        assert_eq!(Mark::Bookmark.count(&world).await, if active { 25 } else { 0 });
    }
    world.settle().await;
    assert_eq!((Mark::Bookmark.count(&world).await, world.published().await.len()), (0, 50));
    assert_eq!(world.sagas().await.len(), 25);
}

#[tokio::test]
async fn a_like_that_came_after_its_course_was_withdrawn_is_taken_back_and_one_from_before_stays() {
    let world = World::with_course().await;
    let [early, late, undone] = [someone(), someone(), someone()];
    world.communication.like(&call(Some(early)), world.course).await.unwrap();
    world.unpublish().await;
    for customer in [late, undone] {
        // This service has not heard of it yet.
        world.communication.like(&call(Some(customer)), world.course).await.unwrap();
    }
    world.communication.unlike(&call(Some(undone)), world.course).await.unwrap();
    world.settle().await;
    world.deliver_twice().await;
    assert_eq!(Mark::Like.count(&world).await, 1);
    world.expect_no_gaps().await;
    let canceled: Vec<(Option<Uuid>, i64)> = sqlx::query_as(
        "SELECT causation_id, aggregate_version FROM event_log.events WHERE name = 'communication.like_canceled.v1' AND actor IS NULL",
    )
    .fetch_all(world.database.pool())
    .await
    .unwrap();
    let cause: Uuid = sqlx::query_scalar("SELECT id FROM event_log.events WHERE name = 'communication.like_registered.v1' AND actor = $1")
        .bind(late.as_uuid())
        .fetch_one(world.database.pool())
        .await
        .unwrap();
    assert_eq!(canceled, [(Some(cause), 2)]);
}

#[tokio::test]
async fn what_was_set_again_since_is_judged_at_its_own_place() {
    for mark in BOTH {
        let world = World::with_course().await;
        let call = call(Some(someone()));
        world.unpublish().await;
        mark.set(&world.communication, &call, world.course).await.unwrap();
        mark.take_back(&world.communication, &call, world.course).await.unwrap();
        world.publish().await;
        mark.set(&world.communication, &call, world.course).await.unwrap();
        world.settle().await;
        assert_eq!(mark.count(&world).await, 1, "it was set while the course was shown");
    }
}

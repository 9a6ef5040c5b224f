//! A review is checked before anything of it is stored, and refused while it can't be checked.

use crate::given::{Mood, World, ineligible, refused, said};
use contract::course::{CourseState, Standing};
use contract::review::{Eligibility, Ineligible};
use contract::{ApiError, Refusal, ReviewApi};
use jiff::SignedDuration;
use platform::breaker::{Limits, State};
use platform::testing::{call, someone};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

const OPEN: Duration = Duration::from_secs(5);

/// Gives up soon, so that a test needn't wait.
async fn impatient() -> World {
    World::with(Some(Limits { time: Duration::from_millis(20), failures: 3, open: OPEN })).await
}

/// Nothing of a review is there, and nobody waits inside a transaction, while the course service is being asked. The system that this
/// one follows stored the review first and asked afterwards, about an empty course.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_question_comes_before_the_review_and_is_about_its_course() {
    let world = World::new().await;
    let (asked, go) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    world.courses.mood(Mood::Held { asked: asked.clone(), go: go.clone() });
    let registering = {
        let (reviews, customer, course) = (world.reviews.clone(), world.customer, world.course);
        tokio::spawn(async move { reviews.register(&call(Some(customer)), course, said(5, "최고")).await })
    };
    asked.acquire().await.expect("asked").forget();
    world.expect_nothing_stored().await;
    let in_transaction: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
    )
    .fetch_one(world.database.pool())
    .await
    .expect("counts");
    assert_eq!(in_transaction, 0);
    go.add_permits(1);
    let review = registering.await.expect("runs").expect("registers");
    assert_eq!(world.courses.asked(), [world.course], "once, about the course that is reviewed");
    assert_eq!(review.course_id, world.course);
    world.expect_events(&["registered"]).await;
}

#[tokio::test]
async fn a_review_that_may_not_be_written_is_refused_with_the_first_reason_and_nothing_is_stored() {
    let world = World::new().await;
    let (host, customer) = (world.host, world.customer);
    let standing = |state, reviews_open| Some(Standing { host_id: host, state, reviews_open });
    for (who, standing, expected) in [
        (customer, None, Err(Refusal::NotFound)),
        (customer, standing(CourseState::Draft, true), Err(Refusal::NotFound)),
        (host, standing(CourseState::Draft, false), Ok(Ineligible::NotPublished)),
        (customer, standing(CourseState::Unpublished, false), Ok(Ineligible::NotPublished)),
        (host, standing(CourseState::Published, false), Ok(Ineligible::ReviewsClosed)),
        (host, standing(CourseState::Published, true), Ok(Ineligible::OwnCourse)),
    ] {
        world.courses.set(world.course, standing);
        let call = call(Some(who));
        let answer = world.reviews.eligibility(&call, world.course).await;
        let registered = world.reviews.register(&call, world.course, said(3, "음")).await;
        match expected {
            Ok(reason) => {
                assert_eq!(answer, Ok(Eligibility { eligible: false, reason: Some(reason) }));
                assert_eq!(registered, ineligible(reason));
            }
            Err(refusal) => {
                assert_eq!(answer, refused(refusal.clone()));
                assert_eq!(registered, refused(refusal));
            }
        }
    }
    world.expect_nothing_stored().await;
    assert_eq!(world.breaker(), State::Closed, "a refusal is an answer");
}

#[tokio::test]
async fn one_may_review_once() {
    let world = World::new().await;
    let customer = call(Some(world.customer));
    let eligible = Ok(Eligibility { eligible: true, reason: None });
    assert_eq!(world.reviews.eligibility(&customer, world.course).await, eligible);
    world.expect_nothing_stored().await;
    world.review().await;
    let reason = Some(Ineligible::AlreadyReviewed);
    assert_eq!(world.reviews.eligibility(&customer, world.course).await, Ok(Eligibility { eligible: false, reason }));
    assert_eq!(world.register().await, ineligible(Ineligible::AlreadyReviewed));
    assert_eq!(world.reviews.eligibility(&call(Some(someone())), world.course).await, eligible);
    world.expect_events(&["registered"]).await;

    world.courses.set(world.course, Some(world.standing(CourseState::Unpublished)));
    assert_eq!(world.register().await, ineligible(Ineligible::NotPublished), "comes before that there is one");
}

#[tokio::test]
async fn nobody_is_checked_without_signing_in_or_with_what_cannot_be_a_review() {
    let world = World::new().await;
    assert_eq!(world.reviews.eligibility(&call(None), world.course).await, refused(Refusal::NotSignedIn));
    assert_eq!(world.reviews.register(&call(None), world.course, said(3, "음")).await, refused(Refusal::NotSignedIn));
    let answer = world.reviews.register(&call(Some(world.customer)), world.course, said(6, " ")).await;
    let Err(ApiError::Refused(Refusal::Invalid(errors))) = answer else { panic!("{answer:?}") };
    assert_eq!(errors.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), ["rating", "body"]);
    assert!(world.courses.asked().is_empty());
    world.expect_nothing_stored().await;
}

/// The limits that the service has by itself: 400 ms, three failures, five seconds.
#[tokio::test]
async fn a_course_service_that_takes_610_ms_has_not_answered() {
    let world = World::with(None).await;
    world.courses.mood(Mood::Slow(Duration::from_millis(610)));
    for failures in 1..=3 {
        let begun = Instant::now();
        assert!(matches!(world.register().await, Err(ApiError::Unavailable { .. })));
        assert!(begun.elapsed() >= Duration::from_millis(400), "it was waited for");
        assert_eq!(world.breaker(), if failures == 3 { State::Open } else { State::Closed });
    }
    assert_eq!(world.courses.asked().len(), 3);
    assert_eq!(world.register().await, Err(ApiError::Unavailable { retry_after_seconds: 5 }));
    assert!(world.courses.asked().is_empty(), "refused at once");
    world.expect_nothing_stored().await;
}

#[tokio::test]
async fn while_the_course_service_is_silent_or_dead_nothing_is_stored_and_it_is_soon_left_alone() {
    for mood in [Mood::Silent, Mood::Dead] {
        let world = impatient().await;
        let customer = call(Some(world.customer));
        world.courses.mood(mood.clone());
        for _ in 0..3 {
            let answer = world.register().await;
            assert!(matches!(answer, Err(ApiError::Unavailable { retry_after_seconds: 1.. })), "{mood:?}: {answer:?}");
        }
        assert_eq!((world.breaker(), world.courses.asked().len()), (State::Open, 3));
        let refused = Err(ApiError::Unavailable { retry_after_seconds: 5 });
        assert_eq!(world.register().await, refused);
        assert_eq!(world.reviews.eligibility(&customer, world.course).await, refused.map(|_| unreachable!()), "never a pretended yes");
        assert!(world.courses.asked().is_empty());
        world.expect_nothing_stored().await;
    }
}

#[tokio::test]
async fn it_recovers_by_itself_once_the_course_service_is_back() {
    let world = impatient().await;
    world.courses.mood(Mood::Dead);
    for _ in 0..3 {
        world.register().await.expect_err("dead");
    }
    world.pass(SignedDuration::from_secs(4));
    assert_eq!(world.register().await, Err(ApiError::Unavailable { retry_after_seconds: 1 }));
    world.pass(SignedDuration::from_secs(1));
    assert_eq!(world.breaker(), State::HalfOpen);
    world.courses.asked();
    world.register().await.expect_err("the one that is let through finds it dead still");
    assert_eq!((world.breaker(), world.courses.asked().len()), (State::Open, 1));
    world.expect_nothing_stored().await;

    world.courses.mood(Mood::Well);
    world.register().await.expect_err("open again");
    world.pass(SignedDuration::try_from(OPEN).expect("short"));
    world.review().await;
    assert_eq!(world.breaker(), State::Closed);
    world.expect_events(&["registered"]).await;
}

#[tokio::test]
async fn what_was_written_before_is_changed_while_the_course_service_is_dead() {
    let world = impatient().await;
    world.tell_course(1, &["registered", "published"]).await;
    world.settle().await;
    let review = world.review().await;
    world.courses.mood(Mood::Dead);
    world.courses.asked();
    let customer = call(Some(world.customer));
    world.reviews.modify(&customer, review.id, said(5, "더 좋아졌어요")).await.expect("modifies");
    world.reviews.reply(&call(Some(world.host)), review.id, crate::write::answer("고마워요")).await.expect("replies");
    world.reviews.delete(&customer, review.id).await.expect("deletes");
    assert!(world.courses.asked().is_empty());
}

//! A review whose course was withdrawn while it was being written.

use crate::given::{World, said};
use contract::ReviewApi;
use contract::course::CourseState;
use platform::testing::call;
use serde_json::json;

/// Whether the policy hears each event alone or all at once.
const HEARINGS: [bool; 2] = [true, false];

/// The review of a customer who was told that the course is published, after its withdrawal is in the log.
async fn late_review(withdrawal: &str, each_alone: bool) -> World {
    let world = World::new().await;
    world.tell_course(1, &["registered", "published"]).await;
    if each_alone {
        world.settle().await;
    }
    world.tell_course(3, &[withdrawal]).await;
    if each_alone {
        world.settle().await;
    }
    world.review().await;
    world
}

#[tokio::test]
async fn a_review_that_came_after_the_withdrawal_is_taken_back() {
    for each_alone in HEARINGS {
        for withdrawal in ["unpublished", "deleted"] {
            let world = late_review(withdrawal, each_alone).await;
            world.settle().await;
            world.expect_events(&["registered", "deleted"]).await;
            let events = world.events().await;
            let [registered, deleted] = &events[..] else { panic!("two events") };
            assert_eq!(deleted.causation_id, Some(registered.id), "caused by it");
            assert_eq!(deleted.correlation_id, registered.correlation_id, "in the same case");
            assert_eq!(deleted.payload["review_id"], registered.payload["review_id"]);
            assert_eq!(deleted.payload["rating"], json!(4));
            assert!(world.counted().await.is_empty());
            let saga: (String, uuid::Uuid, String) =
                sqlx::query_as("SELECT kind, id, state FROM event_log.sagas").fetch_one(world.database.pool()).await.expect("is on record");
            assert_eq!(saga, ("late_review".to_owned(), registered.id, "compensated".to_owned()));
        }
    }
}

#[tokio::test]
async fn taking_back_happens_once_however_often_it_is_heard() {
    let world = late_review("unpublished", false).await;
    world.settle().await;
    for forget in [false, true, true] {
        world.rewind().await;
        if forget {
            sqlx::query("TRUNCATE event_log.handled").execute(world.database.pool()).await.expect("forgets");
        }
        world.settle().await;
    }
    world.expect_events(&["registered", "deleted"]).await;
}

#[tokio::test]
async fn a_withdrawal_after_the_review_keeps_it_however_often_it_is_heard() {
    for each_alone in HEARINGS {
        let world = World::new().await;
        world.tell_course(1, &["registered", "published"]).await;
        world.review().await;
        if each_alone {
            world.settle().await;
        }
        world.tell_course(3, &["unpublished", "published", "deleted"]).await;
        world.settle().await;
        for forget in [false, true] {
            world.rewind().await;
            if forget {
                sqlx::query("TRUNCATE event_log.handled").execute(world.database.pool()).await.expect("forgets");
            }
            world.settle().await;
        }
        world.expect_events(&["registered"]).await;
        assert_eq!(world.counted().await, [(world.course, 1, 4)]);
    }
}

#[tokio::test]
async fn what_is_shown_again_is_reviewed_again() {
    for each_alone in HEARINGS {
        let world = late_review("unpublished", each_alone).await;
        world.settle().await;
        world.tell_course(4, &["published"]).await;
        if each_alone {
            world.settle().await;
        }
        let again = world.review().await;
        world.settle().await;
        assert_eq!(world.counted().await, [(world.course, 1, 4)]);
        world.reviews.delete(&call(Some(world.customer)), again.id).await.expect("is there");
    }
}

/// Another order between aggregates than that of the log: the course's publication is yet to be heard, so nothing is known against it.
#[tokio::test]
async fn a_review_heard_before_its_course_was_ever_shown_is_kept() {
    let world = World::new().await;
    let unheard = world.review().await;
    world.settle().await;
    world.reviews.delete(&call(Some(world.customer)), unheard.id).await.expect("is there");
    world.tell_course(1, &["registered"]).await;
    world.review().await;
    world.settle().await;
    world.tell_course(2, &["published"]).await;
    world.settle().await;
    assert_eq!(world.counted().await, [(world.course, 1, 4)]);
}

#[tokio::test]
async fn what_was_changed_meanwhile_is_taken_back_as_it_is() {
    let world = World::new().await;
    world.tell_course(1, &["registered", "published", "unpublished"]).await;
    let review = world.review().await;
    world.reviews.modify(&call(Some(world.customer)), review.id, said(1, "다시 보니")).await.expect("modifies");
    world.settle().await;
    world.expect_events(&["registered", "modified", "deleted"]).await;
    assert_eq!(world.events().await[2].payload["rating"], json!(1));
}

#[tokio::test]
async fn what_its_author_deleted_meanwhile_is_deleted_once() {
    let world = late_review("unpublished", false).await;
    let events = world.events().await;
    let id = events[0].payload["review_id"].as_str().expect("an id").parse().expect("an id");
    world.reviews.delete(&call(Some(world.customer)), id).await.expect("deletes");
    world.settle().await;
    world.expect_events(&["registered", "deleted"]).await;
    assert_eq!(world.events().await[1].causation_id, None, "by its author");
}

/// Authors change their reviews while those are taken back: whoever comes second finds what the first has left.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn taking_back_and_rewording_at_once_leave_versions_without_a_gap() {
    let world = World::new().await;
    world.tell_course(1, &["registered", "published", "unpublished"]).await;
    let mut authors = Vec::new();
    for _ in 0..12 {
        let author = call(Some(platform::testing::someone()));
        let review = world.reviews.register(&author, world.course, said(3, "음")).await.expect("registers");
        authors.push((author, review.id));
    }
    let rewording: Vec<_> = authors
        .into_iter()
        .map(|(author, id)| {
            let reviews = world.reviews.clone();
            tokio::spawn(async move {
                for n in 0..10 {
                    if reviews.modify(&author, id, said(1 + n % 5, &format!("말 {n}"))).await.is_err() {
                        return;
                    }
                }
            })
        })
        .collect();
    world.settle().await;
    for task in rewording {
        task.await.expect("runs");
    }
    assert!(world.counted().await.is_empty(), "all were taken back");
    let parked: i64 = sqlx::query_scalar("SELECT count(*) FROM event_log.parked").fetch_one(world.database.pool()).await.expect("counts");
    assert_eq!(parked, 0);
    let rows: Vec<(uuid::Uuid, i64, String)> = sqlx::query_as(
        "SELECT aggregate_id, aggregate_version, name FROM event_log.events WHERE aggregate_kind = 'review'
         ORDER BY aggregate_id, event_log.events.transaction_id, position",
    )
    .fetch_all(world.database.pool())
    .await
    .expect("reads the log");
    for of_one in rows.chunk_by(|one, other| one.0 == other.0) {
        for ((_, version, name), expected) in of_one.iter().zip(1..) {
            assert_eq!(*version, expected, "in reading order");
            assert_eq!(name == "review.deleted.v1", of_one.len() == usize::try_from(expected).expect("small"), "the last");
        }
    }
}

/// Only then is the order of transaction ids the order of the review's versions.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taking_back_waits_for_who_changes_the_review_before_anything_is_written() {
    let world = late_review("unpublished", false).await;
    let id = world.events().await[0].payload["review_id"].as_str().expect("an id").to_owned();
    let mut author = world.database.pool().begin().await.expect("begins");
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('review:' || $1, 0))").bind(id).execute(&mut *author).await.expect("locks");
    let policy = world.consumer.clone();
    let settling = tokio::spawn(async move { policy.settle().await });
    let writing: Option<String> = loop {
        assert!(!settling.is_finished(), "it did not wait");
        let waiting = sqlx::query_scalar(
            "SELECT backend_xid::text FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = 'advisory'",
        )
        .fetch_optional(world.database.pool())
        .await
        .expect("reads");
        if let Some(xid) = waiting {
            break xid;
        }
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    };
    assert_eq!(writing, None, "no transaction id yet: nothing is written");
    author.commit().await.expect("commits");
    settling.await.expect("runs").expect("settles");
    world.expect_events(&["registered", "deleted"]).await;
}

#[tokio::test]
async fn who_is_told_of_a_withdrawal_is_refused_before_anything_is_late() {
    let world = World::new().await;
    world.tell_course(1, &["registered", "published", "unpublished"]).await;
    world.courses.set(world.course, Some(world.standing(CourseState::Unpublished)));
    world.register().await.expect_err("withdrawn");
    world.settle().await;
    assert!(world.events().await.is_empty());
}

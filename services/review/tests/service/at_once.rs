//! Several at the same time.

use crate::given::{World, ineligible, said};
use contract::review::Ineligible;
use contract::{ApiError, ReviewApi};
use platform::testing::call;
use sqlx::Connection;
use sqlx::postgres::PgConnection;
use std::time::Duration;

/// Waits until `count` others wait for a lock on the reviews.
async fn until_waiting(connection: &mut PgConnection, count: i64) {
    loop {
        let waiting: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'review.reviews'::regclass
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        )
        .fetch_one(&mut *connection)
        .await
        .expect("counts");
        if waiting == count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Both have been told that they may, and neither has stored anything yet: the rows themselves decide.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_who_were_both_told_that_they_may_one_stores_a_review() {
    let world = World::new().await;
    let mut gate = PgConnection::connect_with(&world.database.connect_options()).await.expect("connects");
    let mut closed = gate.begin().await.expect("begins");
    // Lets readers through, and holds up writers.
    sqlx::query("LOCK TABLE review.reviews IN SHARE MODE").execute(&mut *closed).await.expect("locks");
    let registering: Vec<_> = (1..=2)
        .map(|rating| {
            let (reviews, customer, course) = (world.reviews.clone(), call(Some(world.customer)), world.course);
            tokio::spawn(async move { reviews.register(&customer, course, said(rating, "음")).await })
        })
        .collect();
    until_waiting(&mut closed, 2).await;
    assert_eq!(world.courses.asked(), [world.course, world.course]);
    closed.commit().await.expect("commits");
    let mut answers = Vec::new();
    for task in registering {
        answers.push(task.await.expect("runs"));
    }
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    assert!(answers.contains(&ineligible(Ineligible::AlreadyReviewed)), "{answers:?}");
    assert_eq!(world.counted().await.len(), 1);
    world.expect_events(&["registered"]).await;
}

#[tokio::test]
async fn what_else_the_database_refuses_is_a_fault_and_leaves_nothing() {
    let world = World::new().await;
    for rule in [
        "ALTER TABLE review.reviews ADD CONSTRAINT nothing_written CHECK (false)",
        "ALTER TABLE review.reviews DROP CONSTRAINT nothing_written;
         ALTER TABLE event_log.events ADD CONSTRAINT nothing_told CHECK (name <> 'review.registered.v1')",
    ] {
        sqlx::raw_sql(rule).execute(world.database.pool()).await.expect("alters");
        assert_eq!(world.register().await, Err(ApiError::Fault));
        world.expect_nothing_stored().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_who_reword_at_once_make_eight_versions_without_a_gap() {
    let world = World::new().await;
    let id = world.review().await.id;
    let tasks: Vec<_> = (0..8)
        .map(|n| {
            let (reviews, customer) = (world.reviews.clone(), call(Some(world.customer)));
            tokio::spawn(async move { reviews.modify(&customer, id, said(1 + n % 5, &format!("말 {n}"))).await })
        })
        .collect();
    let mut versions = Vec::new();
    for task in tasks {
        versions.push(task.await.expect("runs").expect("modifies").version);
    }
    versions.sort_unstable();
    assert_eq!(versions, (2..=9).collect::<Vec<_>>());
    let mut expected = vec!["registered"];
    expected.extend(["modified"; 8]);
    world.expect_events(&expected).await;
    let events = world.events().await;
    for pair in events.windows(2) {
        assert_eq!(pair[1].payload["previous_rating"], pair[0].payload["rating"], "the sum of ratings stays exact");
    }
}

//! Two hundred customers at once, and a log that is delivered twice and shuffled between aggregates: every count is right.
#![expect(clippy::unwrap_used, reason = "a test")]

use contract::communication::CommentInput;
use contract::course::{CourseInput, StopInput};
use contract::{AccountId, ApiError, Call, CourseId};
use platform::testing::{call, someone};
use platform::{Clock, Database};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use server::audit;
use server::compose::{self, Composition};
use sqlx::{Connection, Row};
use std::collections::HashMap;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

const CUSTOMERS: usize = 200;
const COURSES: usize = 10;
const DEEDS: usize = 12;
const IN_STEP: Duration = Duration::from_secs(120);

/// Does it until it is taken: on a busy machine the course service may not answer in time, and then it is refused.
macro_rules! taken {
    ($deed:expr) => {
        loop {
            match $deed.await {
                Err(ApiError::Unavailable { .. }) => tokio::task::yield_now().await,
                answer => break answer.unwrap(),
            }
        }
    };
}

struct World {
    database: Database,
    composition: Composition,
    courses: Vec<CourseId>,
    customers: Vec<AccountId>,
}

impl World {
    async fn new() -> Self {
        let database = Database::new(platform::testing::fresh_database().await, 20, Clock::system());
        compose::migrate(&database).await.unwrap();
        let composition = Composition::local(&database, CancellationToken::new());
        let host = call(Some(someone()));
        let mut courses = Vec::new();
        for number in 0..COURSES {
            let stop = StopInput { name: "서울숲".into(), category: "park".into(), lat: 37.5, lng: 127.0, ..StopInput::default() };
            let input = CourseInput {
                title: format!("코스 {number}"),
                region: "seoul".into(),
                reviews_open: true,
                stops: vec![stop],
                ..CourseInput::default()
            };
            let course = composition.services.course.register(&host, input).await.unwrap();
            composition.services.course.publish(&host, course.id).await.unwrap();
            courses.push(course.id);
        }
        Self { database, composition, courses, customers: (0..CUSTOMERS).map(|_| someone()).collect() }
    }

    /// Every customer at once likes, unlikes, bookmarks, cancels, comments and reviews at random.
    async fn at_random(&self, seed: u64) {
        let deeds = self.customers.iter().enumerate().map(|(number, customer)| {
            let services = self.composition.services.clone();
            let courses = self.courses.clone();
            let call = call(Some(*customer));
            let mut random = StdRng::seed_from_u64(seed + number as u64);
            tokio::spawn(async move {
                for _ in 0..DEEDS {
                    let course = courses[random.random_range(0..courses.len())];
                    match random.random_range(0..6) {
                        0 => drop(taken!(services.communication.like(&call, course))),
                        1 => drop(taken!(services.communication.unlike(&call, course))),
                        2 => drop(taken!(services.communication.bookmark(&call, course))),
                        3 => drop(taken!(services.communication.unbookmark(&call, course))),
                        4 => drop(taken!(services.communication.comment(&call, course, CommentInput { body: "좋아요".into() }))),
                        // A second one is refused.
                        _ => drop(services.review.register(&call, course, review(random.random_range(1..=5))).await),
                    }
                }
            })
        });
        for deed in deeds.collect::<Vec<_>>() {
            deed.await.unwrap();
        }
    }

    /// Gives the log another order in which each aggregate's is kept, and has everyone read it again from the beginning.
    async fn shuffle(&self, seed: u64) {
        let mut random = StdRng::seed_from_u64(seed);
        let mut transaction = self.database.pool().begin().await.unwrap();
        let events = sqlx::query("SELECT id, aggregate_kind, aggregate_id FROM event_log.events ORDER BY aggregate_version")
            .fetch_all(&mut *transaction)
            .await
            .unwrap();
        let mut ranks: Vec<i64> = (3..).take(events.len()).collect();
        for last in (1..ranks.len()).rev() {
            ranks.swap(last, random.random_range(0..=last));
        }
        // The ranks that fall to an aggregate are handed out in the order of its versions.
        let mut of_aggregate: HashMap<(String, Uuid), Vec<i64>> = HashMap::new();
        let key = |event: &sqlx::postgres::PgRow| (event.get("aggregate_kind"), event.get("aggregate_id"));
        for (event, rank) in events.iter().zip(ranks) {
            of_aggregate.entry(key(event)).or_default().push(rank);
        }
        for ranks in of_aggregate.values_mut() {
            ranks.sort_unstable_by(|a, b| b.cmp(a));
        }
        let ids: Vec<Uuid> = events.iter().map(|event| event.get("id")).collect();
        let ranks: Vec<i64> = events.iter().map(|event| of_aggregate.get_mut(&key(event)).unwrap().pop().unwrap()).collect();
        sqlx::query(
            "UPDATE event_log.events SET transaction_id = rank::text::xid8
             FROM unnest($1::uuid[], $2::bigint[]) AS shuffled (event, rank) WHERE id = event",
        )
        .bind(ids)
        .bind(ranks)
        .execute(&mut *transaction)
        .await
        .unwrap();
        again(&mut transaction).await;
        transaction.commit().await.unwrap();
    }

    /// Has every consumer come to the end of the log.
    async fn settle(&self) {
        self.composition.settle(IN_STEP).await.unwrap();
    }

    async fn assert_exact(&self) {
        assert_eq!(audit::lasting_differences(&self.database).await.unwrap(), []);
        let mut connection = sqlx::postgres::PgConnection::connect_with(&self.database.connect_options()).await.unwrap();
        let parked: i64 = sqlx::query_scalar("SELECT count(*) FROM event_log.parked").fetch_one(&mut connection).await.unwrap();
        assert_eq!(parked, 0);
        let running: i64 =
            sqlx::query_scalar("SELECT count(*) FROM event_log.sagas WHERE state = 'running'").fetch_one(&mut connection).await.unwrap();
        assert_eq!(running, 0, "every saga has ended");
    }

    async fn counts(&self, course: CourseId) -> contract::viewpage::Counts {
        self.composition.services.viewpage.counts(course).await.unwrap().unwrap().counts
    }
}

fn review(rating: i64) -> contract::review::ReviewInput {
    contract::review::ReviewInput { rating, body: "걷기 좋았어요".into() }
}

/// From the beginning once more: what a consumer has handled comes to it a second time.
async fn again(connection: &mut sqlx::postgres::PgConnection) {
    sqlx::query("UPDATE event_log.checkpoints SET transaction_id = '0', position = 0").execute(connection).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_shuffled_and_delivered_twice_gives_exact_counts() {
    let world = World::new().await;
    world.at_random(1).await;
    world.shuffle(2).await;
    world.settle().await;
    // What the policies published meanwhile is in the log too: all of it once more, in yet another order.
    world.shuffle(3).await;
    world.settle().await;
    world.assert_exact().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn counts_are_exact_while_everything_is_delivered_again_and_again() {
    let world = World::new().await;
    let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
    world.composition.run(&stop, &tasks);
    let (database, ended) = (world.database.clone(), stop.clone());
    let redelivery = tokio::spawn(async move {
        while !ended.is_cancelled() {
            again(&mut database.pool().acquire().await.unwrap()).await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    world.at_random(10).await;
    world.at_random(500).await;
    stop.cancel();
    redelivery.await.unwrap();
    tasks.close();
    tasks.wait().await;
    world.settle().await;
    world.assert_exact().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn as_many_cancels_as_bookmarks_leave_none() {
    let world = World::new().await;
    let course = world.courses[0];
    let bookmarked = world.customers.iter().map(|customer| {
        let communication = world.composition.services.communication.clone();
        let call: Call = call(Some(*customer));
        tokio::spawn(async move { taken!(communication.bookmark(&call, course)) })
    });
    for bookmark in bookmarked.collect::<Vec<_>>() {
        bookmark.await.unwrap();
    }
    world.settle().await;
    assert_eq!(world.counts(course).await.bookmarks, CUSTOMERS as u64);
    let canceled = world.customers.iter().map(|customer| {
        let communication = world.composition.services.communication.clone();
        let call = call(Some(*customer));
        tokio::spawn(async move { taken!(communication.unbookmark(&call, course)) })
    });
    for cancel in canceled.collect::<Vec<_>>() {
        cancel.await.unwrap();
    }
    world.shuffle(5).await;
    world.settle().await;
    assert_eq!(world.counts(course).await.bookmarks, 0);
    world.assert_exact().await;
}

//! The demo courses, on a database for each test: loaded once however often and wherever a load was interrupted.

use contract::PageRequest;
use contract::identity::NewAccount;
use contract::viewpage::Search;
use platform::{Clock, Database};
use server::compose::{self, Composition};
use server::{audit, demo};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

async fn empty() -> (Database, Composition) {
    let database = Database::new(platform::testing::fresh_database().await, 10, Clock::system());
    compose::migrate(&database).await.expect("migrates");
    let composition = Composition::local(&database, CancellationToken::new());
    (database, composition)
}

fn mina() -> NewAccount {
    NewAccount { email: "mina@example.com".to_owned(), password: "correct horse".to_owned(), display_name: "Mina".to_owned() }
}

/// How many courses are shown, and under how many titles.
async fn shown(composition: &Composition) -> (usize, usize) {
    composition.settle(Duration::from_secs(60)).await.expect("in step");
    let search = Search { page: PageRequest::new(None, PageRequest::MAX), ..Search::default() };
    let mut titles: Vec<_> =
        composition.services.viewpage.search(search).await.expect("answers").items.into_iter().map(|card| card.title).collect();
    let courses = titles.len();
    titles.sort();
    titles.dedup();
    (courses, titles.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_load_that_was_interrupted_is_made_up_for() {
    let (database, composition) = empty().await;
    let mut interrupted = 0;
    for milliseconds in (20..2000).step_by(90) {
        let limit = Duration::from_millis(milliseconds);
        match tokio::time::timeout(limit, demo::load(&database, &composition.services)).await {
            Ok(loaded) => {
                loaded.expect("loads");
                break;
            }
            Err(_) => interrupted += 1,
        }
    }
    assert!(interrupted > 2, "interrupted {interrupted} times only");
    demo::load(&database, &composition.services).await.expect("loads");
    assert_eq!(demo::load(&database, &composition.services).await.expect("loads").courses, 0);
    assert_eq!(shown(&composition).await, (30, 30));
    let answered: i64 = sqlx::query_scalar("SELECT count(*) FROM viewpage.comments WHERE answer IS NOT NULL")
        .fetch_one(database.pool())
        .await
        .expect("counts");
    assert!(answered > 0, "hosts answer");
    assert_eq!(audit::lasting_differences(&database).await.expect("compares"), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_stays_open_is_not_waited_for_without_end() {
    let (database, composition) = empty().await;
    let mut open = database.pool().begin().await.expect("a transaction");
    sqlx::query("SELECT pg_current_xact_id()").execute(&mut *open).await.expect("an id");
    composition.services.identity.register(&platform::testing::call(None), mina()).await.expect("registers");

    // Short: all databases of the tests' server wait for that transaction.
    let error = composition.settle(Duration::from_millis(100)).await.expect_err("it can't be in step").to_string();
    assert!(error.contains("stays open") && error.contains("pg_stat_activity") && !error.contains('\n'), "{error}");
    open.rollback().await.expect("ends");
    composition.settle(Duration::from_secs(60)).await.expect("in step");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_loads_at_once_take_turns() {
    let (database, composition) = empty().await;
    let (one, two) = tokio::join!(demo::load(&database, &composition.services), demo::load(&database, &composition.services));
    assert_eq!(one.expect("loads").courses + two.expect("loads").courses, 30);
    assert_eq!(shown(&composition).await, (30, 30));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_an_empty_database_is_filled() {
    let (database, composition) = empty().await;
    let stop = CancellationToken::new();
    let tasks = tokio_util::task::TaskTracker::new();
    composition.run(&stop, &tasks);
    assert!(demo::load_if_empty(&database, &composition.services).await.expect("loads").is_some());
    assert!(demo::load_if_empty(&database, &composition.services).await.expect("looks").is_none());
    stop.cancel();

    let (database, composition) = empty().await;
    composition.services.identity.register(&platform::testing::call(None), mina()).await.expect("registers");
    assert!(demo::load_if_empty(&database, &composition.services).await.expect("looks").is_none());
}

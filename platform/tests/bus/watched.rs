//! What those who watch are told.

use crate::world::{LIMIT, METRICS, until, write};
use async_trait::async_trait;
use contract::event::AggregateKind;
use platform::bus::{Bus, BusError, Following, Message, Place, Relay};
use platform::testing::database;
use platform::{Clock, Database};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Keeps nothing, and says so.
#[derive(Debug)]
struct Full;

#[async_trait]
impl Bus for Full {
    async fn history(&self) -> Result<String, BusError> {
        Ok("one".to_owned())
    }

    async fn publish(&self, _: &str, _: &[Message]) -> Result<(), BusError> {
        Err(BusError("full".to_owned()))
    }

    async fn follow(&self, _: Option<&Place>) -> Result<Box<dyn Following>, BusError> {
        Err(BusError("full".to_owned()))
    }

    async fn ask_again(&self) -> Result<(), BusError> {
        Ok(())
    }
}

fn age() -> Option<f64> {
    METRICS.render().lines().find_map(|line| line.strip_prefix(r#"dulle_bus_oldest_age{service="communication"} "#)?.parse().ok())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_published_again_is_not_old_and_who_no_longer_leads_tells_of_nothing() {
    let there = database(&[]).await;
    let long_ago = Clock::from_fn(|| "2020-01-01T00:00:00Z".parse().unwrap());
    write(&Database::new(there.connect_options(), 2, long_ago), 1).await;
    let stop = CancellationToken::new();
    let relay = Relay::new(there.clone(), Arc::new(Full), "communication", &[AggregateKind::Like]);
    let running = tokio::spawn(relay.run(stop.clone()));
    // It begins with what is old; a second later that has been waiting for a second.
    until(|| age().is_some_and(|age| age > 1.0 && age < LIMIT.as_secs_f64())).await;

    // Another process takes the lead.
    let mut other = there.pool().acquire().await.unwrap();
    let lock = "hashtextextended('consumer:bus.relay.communication', 0)";
    let take = format!("SELECT pg_try_advisory_lock({lock})");
    let leading = async {
        while !sqlx::query_scalar::<_, bool>(sqlx::AssertSqlSafe(take.clone())).fetch_one(&mut *other).await.unwrap() {
            let end = "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
                       WHERE locktype = 'advisory' AND datname = current_database()";
            sqlx::query(end).execute(there.pool()).await.unwrap();
        }
    };
    tokio::time::timeout(LIMIT, leading).await.unwrap();
    until(|| age() == Some(0.0)).await;
    stop.cancel();
    running.await.unwrap();
}

//! How far a consumer has come, for whoever waits to see a change of theirs.

use crate::wake::Wake;
use contract::event::{Aggregate, AggregateVersion};
use sqlx::postgres::PgPool;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How often to look in the database when the consumer runs in another process.
const POLL: Duration = Duration::from_millis(50);
/// How many aggregates this process remembers.
const REMEMBERED: usize = 8_192;

/// How far a consumer has come. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Progress {
    consumer: &'static str,
    pool: PgPool,
    recent: Arc<Mutex<Recent>>,
    moved: Wake,
}

#[derive(Debug, Default)]
struct Recent {
    versions: HashMap<Aggregate, u64>,
    order: VecDeque<Aggregate>,
}

impl Progress {
    /// The progress of `consumer`, whose checkpoint is in the database of `pool`.
    #[must_use]
    pub fn new(consumer: &'static str, pool: PgPool) -> Self {
        Self { consumer, pool, recent: Arc::default(), moved: Wake::default() }
    }

    /// The consumer's name.
    #[must_use]
    pub const fn consumer(&self) -> &'static str {
        self.consumer
    }

    /// Says what has been handled and committed.
    pub(crate) fn moved(&self, handled: impl IntoIterator<Item = AggregateVersion>) {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        for AggregateVersion { aggregate, version } in handled {
            if recent.versions.insert(aggregate, version).is_none() {
                recent.order.push_back(aggregate);
            }
        }
        while recent.order.len() > REMEMBERED {
            if let Some(oldest) = recent.order.pop_front() {
                recent.versions.remove(&oldest);
            }
        }
        drop(recent);
        self.moved.signal();
    }

    /// Waits until the consumer has handled `change`, at most `limit`. Answers whether it has.
    pub async fn wait_for(&self, change: AggregateVersion, limit: Duration) -> bool {
        let deadline = Instant::now() + limit;
        let mut waiter = self.moved.waiter();
        let mut next_look = Instant::now() + POLL;
        loop {
            if self.remembers(change) {
                return true;
            }
            let now = Instant::now();
            if now >= next_look || now >= deadline {
                if self.stored(change).await {
                    return true;
                }
                next_look = Instant::now() + POLL;
            }
            if Instant::now() >= deadline {
                return false;
            }
            waiter.wait(next_look.min(deadline).saturating_duration_since(Instant::now())).await;
        }
    }

    fn remembers(&self, change: AggregateVersion) -> bool {
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.versions.get(&change.aggregate).is_some_and(|version| *version >= change.version)
    }

    async fn stored(&self, change: AggregateVersion) -> bool {
        let version = sqlx::query_scalar!(
            "SELECT aggregate_version FROM event_log.handled WHERE consumer = $1 AND aggregate_kind = $2 AND aggregate_id = $3",
            self.consumer,
            change.aggregate.kind.code(),
            change.aggregate.id,
        )
        .fetch_optional(&self.pool)
        .await;
        // A database that is gone answers nothing; whoever waits goes on without.
        matches!(version, Ok(Some(version)) if version.unsigned_abs() >= change.version)
    }
}

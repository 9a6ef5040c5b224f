//! Leading: of all processes on a database one does a piece of work that has a name. It holds an advisory lock on the very connection on
//! which it writes, so that whoever loses the lock loses the transaction with it. Each leader has a number, one more than the leader
//! before, and every transaction looks whether it still is the last: even where a lock is lost without the connection (a pooler between, a
//! standby that was promoted), nobody writes who has been replaced.

use crate::database::Database;
use crate::error::{Error, Result};
use async_trait::async_trait;
use sqlx::Connection;
use sqlx::postgres::PgConnection;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long one that doesn't lead waits before it tries to. A lost leader is replaced within this time and one connection's end.
const LEAD_AGAIN: Duration = Duration::from_secs(1);
/// How soon Postgres notices that a leader's machine is gone, which can't say so: after a second of silence it asks twice, a second apart
/// (and doesn't look at this where the connection is a socket of the same machine).
const NOTICED: [(&str, &str); 3] = [("tcp_keepalives_idle", "1"), ("tcp_keepalives_interval", "1"), ("tcp_keepalives_count", "2")];
/// A leader says the same few statements over and over, to find things by their keys. Planning those with a limit anew each time, as Postgres
/// would, takes as long as running them.
const PLANNED_ONCE: [(&str, &str); 1] = [("plan_cache_mode", "force_generic_plan")];

/// Where a leader writes, and its number.
#[derive(Debug)]
pub(crate) struct Seat {
    pub connection: PgConnection,
    pub epoch: i64,
}

impl Seat {
    /// The seat of the work `name`; `None` while another process leads. Work that was never done has a checkpoint at the beginning.
    pub async fn take(database: &Database, name: &str) -> Result<Option<Self>> {
        let options = database.connect_options().options(NOTICED).options(PLANNED_ONCE);
        let mut connection = PgConnection::connect_with(&options).await?;
        let held = sqlx::query_scalar!(r#"SELECT pg_try_advisory_lock(hashtextextended('consumer:' || $1, 0)) AS "held!""#, name)
            .fetch_one(&mut connection)
            .await?;
        if !held {
            connection.close().await?;
            return Ok(None);
        }
        // Whoever is in a transaction with an older number is waited for.
        let epoch = sqlx::query_scalar!(
            "INSERT INTO event_log.checkpoints (consumer, epoch) VALUES ($1, 1)
             ON CONFLICT (consumer) DO UPDATE SET epoch = checkpoints.epoch + 1 RETURNING epoch",
            name
        )
        .fetch_one(&mut connection)
        .await?;
        tracing::debug!(name, epoch, "leading");
        Ok(Some(Self { connection, epoch }))
    }

    /// The seat of the work `name`, now or never.
    ///
    /// # Errors
    /// When the database can't be reached or another process leads.
    pub async fn take_alone(database: &Database, name: &str) -> Result<Self> {
        Self::take(database, name).await?.ok_or(Error::Defect("another process leads this consumer"))
    }

    /// Gives the lead back. Whoever leads next can do so at once; a lead that is only dropped ends when Postgres notices.
    pub async fn leave(self) {
        let mut connection = self.connection;
        let _free = sqlx::query!(r#"SELECT pg_advisory_unlock_all() AS "all: ()""#).execute(&mut connection).await;
        // If this fails, the connection is gone, and the lead with it.
        let _closed = connection.close().await;
    }
}

/// Work that one process does.
#[async_trait]
pub(crate) trait Led: Sync {
    /// The key of its checkpoint.
    fn name(&self) -> &str;

    /// Does it for as long as this process leads. `Ok` means that another does, or that it was told to stop.
    async fn lead(&self, stop: &CancellationToken) -> Result<()>;
}

/// Does `work` until `stop`, whenever nobody else does. What is gone at times is survived.
pub(crate) async fn keep_leading(work: &impl Led, stop: &CancellationToken) {
    let name = work.name();
    let mut failures: u32 = 0;
    while !stop.is_cancelled() {
        let led = tokio::select! {
            () = stop.cancelled() => return,
            led = work.lead(stop) => led,
        };
        let pause = match led {
            Ok(()) => {
                failures = 0;
                LEAD_AGAIN
            }
            Err(error) => {
                failures = failures.saturating_add(1);
                tracing::warn!(consumer = name, %error, failures, "consumer interrupted");
                backoff(failures)
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// 0.1 s, doubling to 5 s, with a random part so that many don't come at once.
pub(crate) fn backoff(failures: u32) -> Duration {
    let ceiling = Duration::from_millis(100 << failures.min(6)).min(Duration::from_secs(5));
    ceiling.mul_f64(rand::random_range(0.5..1.0))
}

//! The read model: projection, queries, live changes. Whatever a page shows of a published course is answered here, without
//! touching the services that write.
//!
//! Knows `contract` and `platform`. Owns the Postgres schema `viewpage`.

pub mod http;
mod live;
mod model;
mod policy;
mod query;
mod rebuild;
mod recent;
mod search;
mod store;

use contract::CourseId;
use contract::viewpage::CourseCounts;
use platform::coalesced::Coalesced;
use platform::consumer::Consumer;
use platform::migrate::Migrations;
use platform::{Database, Result};
use sqlx::postgres::{PgPool, PgPoolOptions};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use policy::{CONSUMER, Projection};
pub use rebuild::rebuild;
pub use store::{CourseTally, counts_of_all, dump, unread_of_all};

/// How many searches run at a time. More would wait for the processor instead.
const SEARCHES: u32 = 4;
/// How long a search waits for its turn before it is told to come again.
const SEARCH_WAITS: Duration = Duration::from_secs(2);
/// How many courses of an earlier release are indexed in one transaction.
const INDEXED_AT_ONCE: i64 = 500;
/// How many courses' stars are counted anew in one transaction.
const COUNTED_AT_ONCE: i64 = 500;
/// How often such courses are looked for.
const COUNT_EVERY: Duration = Duration::from_secs(60);

/// The viewpage service.
#[derive(Clone)]
pub struct Viewpage {
    database: Database,
    searches: PgPool,
    frequencies: store::Frequencies,
    /// Asked after every change.
    counts: Coalesced<CourseId, CourseCounts>,
    projection: Consumer,
    hub: live::Hub,
    recent: recent::Recent,
}

impl Viewpage {
    /// The service on `database`. Live streams end when `stop` is cancelled.
    #[must_use]
    pub fn new(database: Database, stop: CancellationToken) -> Self {
        let hub = live::Hub::new(stop);
        let projection = Consumer::new(database.clone(), Arc::new(Projection::new("viewpage", hub.wake().clone())));
        // Each statement is written for one plan, whatever it is asked for. That it is never to read a whole table has to be said:
        // Postgres does not count what it costs to fetch the terms, which lie apart.
        let settings = [("plan_cache_mode", "force_generic_plan"), ("enable_seqscan", "off"), ("jit", "off")];
        let options = database.connect_options().options(settings);
        let searches = PgPoolOptions::new().max_connections(SEARCHES).acquire_timeout(SEARCH_WAITS).connect_lazy_with(options);
        let counts = {
            let pool = database.pool().clone();
            Coalesced::new(move |ids: Vec<CourseId>| {
                let pool = pool.clone();
                Box::pin(
                    async move { Ok(store::counts(&pool, &ids).await?.into_iter().map(|counts| (counts.course_id, counts)).collect()) },
                )
            })
        };
        let (frequencies, recent) = (store::Frequencies::default(), recent::Recent::default());
        Self { database, counts, searches, frequencies, projection, hub, recent }
    }

    /// The consumer that keeps the read model in step with the log; one process leads it.
    #[must_use]
    pub const fn projection(&self) -> &Consumer {
        &self.projection
    }

    /// Hands changes to open streams until the service stops; every process that serves streams runs it.
    pub async fn run_live(self) {
        if let Err(error) = self.index_missing().await {
            tracing::warn!(%error, "courses of an earlier release are not all found by their words");
        }
        let stop = self.hub.stop().clone();
        let count = async {
            loop {
                if let Err(error) = self.count_missing().await {
                    tracing::warn!(%error, "stars that an earlier release has not counted are not all counted");
                }
                if stop.run_until_cancelled(tokio::time::sleep(COUNT_EVERY)).await.is_none() {
                    return;
                }
            }
        };
        tokio::join!(count, self.hub.clone().run(self.database.clone()));
    }

    /// Makes courses findable that a release without search has written. Nothing to do in any other case.
    ///
    /// # Errors
    /// When the database can't be reached; what has been done stays done.
    pub async fn index_missing(&self) -> Result<()> {
        loop {
            let mut transaction = self.database.pool().begin().await?;
            // The projection stands still meanwhile: what it writes is not overwritten by something older.
            store::hold_projection(&mut transaction).await?;
            store::use_generation(&mut transaction, "viewpage").await?;
            let indexed = store::index_some(&mut transaction, INDEXED_AT_ONCE).await?;
            transaction.commit().await?;
            if indexed == 0 {
                return Ok(());
            }
            tracing::info!(indexed, "courses of an earlier release are found by their words now");
        }
    }

    /// Counts the stars of courses anew whose reviews a release has folded that doesn't count by stars, as the one that this one
    /// relieves does until it ends. Nothing to do in any other case.
    ///
    /// # Errors
    /// When the database can't be reached; what has been done stays done.
    pub async fn count_missing(&self) -> Result<()> {
        if !store::has_miscounted(self.database.pool()).await? {
            return Ok(());
        }
        let mut after = CourseId::new(Uuid::nil());
        loop {
            let mut transaction = self.database.pool().begin().await?;
            store::hold_projection(&mut transaction).await?;
            store::use_generation(&mut transaction, "viewpage").await?;
            let last = store::count_stars_anew(&mut transaction, after, COUNTED_AT_ONCE).await?;
            transaction.commit().await?;
            match last {
                Some(last) => after = last,
                None => return Ok(()),
            }
            tracing::info!("stars that an earlier release has not counted are counted now");
        }
    }
}

/// The migrations of the schema `viewpage`.
#[must_use]
pub fn migrations() -> Migrations {
    Migrations::new("viewpage", sqlx::migrate!())
}

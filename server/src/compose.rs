//! Which service lives where: in this release all of them in this process, on one database. Everything else knows the traits alone.

use crate::error::{Error, Result};
use communication::{Communication, CoursePolicy};
use contract::{CommunicationApi, CourseApi, IdentityApi, ViewpageApi};
use course::Courses;
use identity::Identity;
use platform::Database;
use platform::consumer::Consumer;
use platform::migrate::Migrations;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use viewpage::Viewpage;

/// The services, behind their traits.
#[derive(Clone)]
pub struct Services {
    /// Accounts and sessions.
    pub identity: Arc<dyn IdentityApi>,
    /// Courses, as their hosts write them.
    pub course: Arc<dyn CourseApi>,
    /// Likes.
    pub communication: Arc<dyn CommunicationApi>,
    /// The read model.
    pub viewpage: Arc<dyn ViewpageApi>,
}

/// The services and what runs beside requests.
pub struct Composition {
    /// The services.
    pub services: Services,
    viewpage: Viewpage,
    consumers: Vec<Consumer>,
}

/// The migrations of all services, and of the log they share.
#[must_use]
pub fn migrations() -> [Migrations; 5] {
    [platform::migrate::event_log(), identity::migrations(), course::migrations(), communication::migrations(), viewpage::migrations()]
}

/// Brings the database to the schema of this program.
///
/// # Errors
/// When it is newer than this program, or can't be changed.
pub async fn migrate(database: &Database) -> Result<()> {
    for schema in migrations() {
        schema.apply(database.pool()).await?;
    }
    if platform::event_log::adopt(database.pool()).await.map_err(Error::service("looking at the event log"))? {
        tracing::warn!("the event log came from another Postgres cluster: its order is kept by position, and consumers read it again");
    }
    Ok(())
}

/// Looks whether the database's schema is one that this program can work with, and leaves it as it is.
///
/// # Errors
/// When it is newer than this program, or not its own.
pub async fn check(database: &Database) -> Result<()> {
    for schema in migrations() {
        schema.check(database.pool()).await?;
    }
    Ok(())
}

impl Composition {
    /// All services on `database`. Live streams end when `streams_end` is cancelled.
    #[must_use]
    pub fn local(database: &Database, streams_end: CancellationToken) -> Self {
        let course: Arc<dyn CourseApi> = Arc::new(Courses::new(database.clone()));
        let viewpage = Viewpage::new(database.clone(), streams_end);
        let services = Services {
            identity: Arc::new(Identity::new(database.clone())),
            communication: Arc::new(Communication::new(database.clone(), course.clone())),
            course,
            viewpage: Arc::new(viewpage.clone()),
        };
        let consumers = vec![viewpage.projection().clone(), Consumer::new(database.clone(), Arc::new(CoursePolicy))];
        Self { services, viewpage, consumers }
    }

    /// Brings what follows the log in step with it, unless another process that serves does so already.
    ///
    /// # Errors
    /// When it isn't within `limit`: a transaction that stays open anywhere on the Postgres server, in whatever database, holds up
    /// all who read the log.
    pub async fn settle(&self, limit: Duration) -> Result<()> {
        let settling = async {
            for consumer in &self.consumers {
                if let Err(error) = consumer.settle().await {
                    tracing::debug!(%error, consumer = consumer.progress().consumer(), "left to others");
                }
            }
        };
        tokio::time::timeout(limit, settling).await.map_err(|_| Error::Unsettled { limit })
    }

    /// Starts what runs beside requests, among `tasks`. It ends when `stop` is cancelled.
    pub fn run(&self, stop: &CancellationToken, tasks: &TaskTracker) {
        for consumer in &self.consumers {
            tasks.spawn(consumer.clone().run(stop.clone()));
        }
        let live = self.viewpage.clone();
        let stop = stop.clone();
        tasks.spawn(async move { stop.run_until_cancelled(live.run_live()).await });
    }
}

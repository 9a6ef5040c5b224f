//! Which service lives where: in this release all of them in this process, on one database. Everything else knows the traits alone.

use crate::error::{Error, Result};
use communication::Communication;
use contract::{CommunicationApi, CourseApi, IdentityApi, MessageApi, ReviewApi, ViewpageApi};
use course::{AccountPolicy, Courses};
use identity::{Identity, SagaPolicy};
use message::{MessagePolicy, Messages, Withdrawals};
use platform::breaker::Breaker;
use platform::consumer::{Consumer, Handler};
use platform::migrate::Migrations;
use platform::{Database, event_log};
use review::Reviews;
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
    /// Likes, bookmarks and comments.
    pub communication: Arc<dyn CommunicationApi>,
    /// Reviews.
    pub review: Arc<dyn ReviewApi>,
    /// Messages to people.
    pub message: Arc<dyn MessageApi>,
    /// The read model.
    pub viewpage: Arc<dyn ViewpageApi>,
}

/// The services and what runs beside requests.
pub struct Composition {
    /// The services.
    pub services: Services,
    database: Database,
    viewpage: Viewpage,
    communication: Communication,
    withdrawals: Withdrawals,
    consumers: Vec<Consumer>,
    breakers: Vec<Breaker>,
}

/// The migrations of all services, and of the log they share.
#[must_use]
pub fn migrations() -> [Migrations; 7] {
    [
        platform::migrate::event_log(),
        identity::migrations(),
        course::migrations(),
        communication::migrations(),
        review::migrations(),
        message::migrations(),
        viewpage::migrations(),
    ]
}

/// Brings the database to the schema of this program.
///
/// # Errors
/// When it is newer than this program, or can't be changed.
pub async fn migrate(database: &Database) -> Result<()> {
    for schema in migrations() {
        schema.apply(database.pool()).await?;
    }
    if event_log::adopt(database.pool()).await.map_err(Error::service("looking at the event log"))? {
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
        Self::asking(database, Arc::new(Courses::new(database.clone())), streams_end)
    }

    /// The same, where the other services, and whoever calls, reach the course service by `course`.
    #[must_use]
    pub fn asking(database: &Database, course: Arc<dyn CourseApi>, streams_end: CancellationToken) -> Self {
        let viewpage = Viewpage::new(database.clone(), streams_end);
        let communication = Communication::new(database.clone(), course.clone());
        let reviews = Reviews::new(database.clone(), course.clone());
        let policies: [Arc<dyn Handler>; 5] = [
            Arc::new(AccountPolicy::new(database.clone())),
            Arc::new(communication.policy()),
            Arc::new(review::CoursePolicy::new(database.clone())),
            Arc::new(MessagePolicy::new(database.clone())),
            Arc::new(SagaPolicy::new(database.clock().clone())),
        ];
        let follow = |policy| Consumer::new(database.clone(), policy);
        let consumers = std::iter::once(viewpage.projection().clone()).chain(policies.into_iter().map(follow)).collect();
        let breakers = [communication.breakers(), reviews.breakers()].concat();
        let services = Services {
            identity: Arc::new(Identity::new(database.clone())),
            communication: Arc::new(communication.clone()),
            review: Arc::new(reviews),
            message: Arc::new(Messages::new(database.clone())),
            course,
            viewpage: Arc::new(viewpage.clone()),
        };
        let withdrawals = Withdrawals::new(database.clone());
        Self { services, database: database.clone(), viewpage, communication, withdrawals, consumers, breakers }
    }

    /// The breakers around calls from service to service.
    #[must_use]
    pub fn breakers(&self) -> &[Breaker] {
        &self.breakers
    }

    /// Brings what follows the log in step with it, unless another process that serves does so already.
    ///
    /// # Errors
    /// When it isn't within `limit`: a transaction that stays open anywhere on the Postgres server, in whatever database, holds up
    /// all who read the log.
    pub async fn settle(&self, limit: Duration) -> Result<()> {
        tokio::time::timeout(limit, self.settle_all())
            .await
            .map_err(|_| Error::Unsettled { limit })?
            .map_err(Error::service("following the event log"))
    }

    /// What follows the log adds to it: round after round, until one adds nothing.
    async fn settle_all(&self) -> platform::Result<()> {
        loop {
            let before = event_log::end(self.database.pool()).await?;
            for consumer in &self.consumers {
                if let Err(error) = consumer.settle().await {
                    tracing::debug!(%error, consumer = consumer.progress().consumer(), "left to others");
                }
            }
            while self.withdrawals.advance().await? > 0 {}
            if event_log::end(self.database.pool()).await? == before {
                return Ok(());
            }
        }
    }

    /// Starts what runs beside requests, among `tasks`. It ends when `stop` is cancelled.
    pub fn run(&self, stop: &CancellationToken, tasks: &TaskTracker) {
        for consumer in &self.consumers {
            tasks.spawn(consumer.clone().run(stop.clone()));
        }
        tasks.spawn(self.withdrawals.clone().run(stop.clone()));
        let (live, communication) = (self.viewpage.clone(), self.communication.clone());
        let (stop_live, stop) = (stop.clone(), stop.clone());
        tasks.spawn(async move { stop_live.run_until_cancelled(live.run_live()).await });
        tasks.spawn(async move { stop.run_until_cancelled(communication.run_overdue()).await });
    }
}

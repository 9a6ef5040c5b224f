//! Which service lives where: in this process, on its database, or elsewhere. Everything else knows the traits alone.

use crate::bus::Links;
use crate::config::{Config, ConfigError, url_variable};
use crate::error::{Error, Result};
use crate::parts::{Part, Parts};
use crate::postgres::Databases;
use crate::service_key;
use communication::Communication;
use contract::{CommunicationApi, CourseApi, IdentityApi, MessageApi, ReviewApi, ViewpageApi};
use course::{AccountPolicy, Courses};
use identity::{Identity, SagaPolicy};
use message::{MessagePolicy, Messages, Withdrawals};
use platform::breaker::Breaker;
use platform::bus::Bus;
use platform::consumer::{Consumer, Handler};
use platform::migrate::Migrations;
use platform::remote::client::{Address, Outgoing, Patience, Remote};
use platform::remote::service::{Answers, Here};
use platform::remote::signature::ServiceKeys;
use platform::{Clock, Database, event_log};
use review::Reviews;
use std::collections::BTreeMap;
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

/// Where those services live that are not in this process, and in whose name they are called.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    addresses: BTreeMap<Part, Vec<Address>>,
    outgoing: Outgoing,
    keys: Option<ServiceKeys>,
}

impl Elsewhere {
    /// What the environment says. `parts` run here.
    ///
    /// # Errors
    /// When someone is asked who is neither here nor known to be elsewhere, services have neither a database nor a bus in common, or
    /// processes nothing to know each other by.
    pub fn configured(config: &Config, parts: &Parts, clock: &Clock, streams_end: &CancellationToken) -> Result<Self> {
        if let Some(part) = parts.missing().into_iter().find(|part| !config.urls.contains_key(part)) {
            return Err(ConfigError::Missing { part, variable: url_variable(part) }.into());
        }
        let here: Vec<Part> = parts.services().collect();
        config.databases_of(&here)?;
        config.require_bus(&here)?;
        let keys = service_key::of(config, parts)?;
        let signing = keys.clone().unwrap_or_else(ServiceKeys::nobodys);
        let outgoing = Outgoing::new(&parts.names(), signing, clock.clone(), streams_end.clone(), Patience::default());
        let addresses = config.urls.iter().filter(|(part, _)| !parts.has(**part)).map(|(part, urls)| (*part, urls.clone())).collect();
        Ok(Self { addresses, outgoing, keys })
    }

    /// By which processes elsewhere are known when they call; `None` where there are none.
    #[must_use]
    pub const fn keys(&self) -> Option<&ServiceKeys> {
        self.keys.as_ref()
    }

    /// Nobody is elsewhere.
    fn nobody(clock: &Clock, streams_end: &CancellationToken) -> Self {
        let outgoing = Outgoing::new("", ServiceKeys::nobodys(), clock.clone(), streams_end.clone(), Patience::default());
        Self { addresses: BTreeMap::new(), outgoing, keys: None }
    }

    /// A service that lives elsewhere. One without address is asked by nobody of this process, and would be unavailable.
    fn remote(&self, part: Part) -> Remote {
        let addresses = self.addresses.get(&part).cloned().unwrap_or_default();
        Remote::new(part.code(), part.breaker(), addresses, self.outgoing.clone())
    }
}

/// The services and what runs beside requests.
pub struct Composition {
    /// The services.
    pub services: Services,
    databases: Databases,
    viewpage: Option<Viewpage>,
    communication: Option<Communication>,
    withdrawals: Option<Withdrawals>,
    consumers: Vec<Consumer>,
    links: Links,
    breakers: Vec<Breaker>,
}

/// The migrations of a service; whoever keeps nothing has none.
fn migrations_of(part: Part) -> Option<Migrations> {
    Some(match part {
        Part::Web => return None,
        Part::Identity => identity::migrations(),
        Part::Course => course::migrations(),
        Part::Communication => communication::migrations(),
        Part::Review => review::migrations(),
        Part::Message => message::migrations(),
        Part::Viewpage => viewpage::migrations(),
    })
}

/// Brings a database with all services to the schema of this program.
///
/// # Errors
/// When it is newer than this program, or can't be changed.
pub async fn migrate(database: &Database) -> Result<()> {
    migrate_all(&Databases::shared(database, Part::SERVICES)).await
}

/// Brings databases to the schema of this program, each for the services that are on it.
///
/// # Errors
/// When one is newer than this program, or can't be changed.
pub async fn migrate_all(databases: &Databases) -> Result<()> {
    for (database, parts) in databases.each() {
        platform::migrate::event_log().apply(database.pool()).await?;
        for schema in parts.iter().copied().filter_map(migrations_of) {
            schema.apply(database.pool()).await?;
        }
        if event_log::adopt(database.pool()).await.map_err(Error::service("looking at the event log"))? {
            tracing::warn!("the event log came from another Postgres cluster: its order is kept by position, and consumers read it again");
        }
    }
    Ok(())
}

/// Looks whether a database with all services has a schema that this program can work with, and leaves it as it is.
///
/// # Errors
/// When it is newer than this program, or not its own.
pub async fn check(database: &Database) -> Result<()> {
    check_all(&Databases::shared(database, Part::SERVICES)).await
}

/// The same of each database, for the services that are on it.
///
/// # Errors
/// When one is newer than this program, or not its own.
pub async fn check_all(databases: &Databases) -> Result<()> {
    for (database, parts) in databases.each() {
        platform::migrate::event_log().check(database.pool()).await?;
        for schema in parts.iter().copied().filter_map(migrations_of) {
            schema.check(database.pool()).await?;
        }
    }
    Ok(())
}

impl Composition {
    /// All services on `database`. Live streams end when `streams_end` is cancelled.
    #[must_use]
    pub fn local(database: &Database, streams_end: CancellationToken) -> Self {
        Self::here(Databases::shared(database, Part::SERVICES), streams_end)
    }

    /// All services, each on its database.
    #[must_use]
    pub fn here(databases: Databases, streams_end: CancellationToken) -> Self {
        let elsewhere = Elsewhere::nobody(&Clock::system(), &streams_end);
        Self::new(databases, &elsewhere, streams_end)
    }

    /// The same, with events travelling by `bus` between databases.
    #[must_use]
    pub fn joined(self, bus: Option<&Arc<dyn Bus>>) -> Self {
        let links = bus.map_or_else(Links::default, |bus| Links::new(&self.databases, bus));
        Self { links, ..self }
    }

    /// The same, where the other services, and whoever calls, reach the course service by `course`.
    #[must_use]
    pub fn asking(database: &Database, course: Arc<dyn CourseApi>, streams_end: CancellationToken) -> Self {
        let elsewhere = Elsewhere::nobody(database.clock(), &streams_end);
        Self::reaching(Databases::shared(database, Part::SERVICES), course, &elsewhere, streams_end)
    }

    /// The services that have a database here, and the others where they live.
    #[must_use]
    pub fn new(databases: Databases, elsewhere: &Elsewhere, streams_end: CancellationToken) -> Self {
        if let Some(database) = databases.of(Part::Course) {
            let course = Arc::new(Courses::new(database.clone()));
            return Self::reaching(databases, course, elsewhere, streams_end);
        }
        let course = elsewhere.remote(Part::Course);
        let breaker = course.breaker().clone();
        let mut composition = Self::reaching(databases, Arc::new(course), elsewhere, streams_end);
        composition.breakers.push(breaker);
        composition
    }

    fn reaching(databases: Databases, course: Arc<dyn CourseApi>, elsewhere: &Elsewhere, streams_end: CancellationToken) -> Self {
        let on = |part| databases.of(part).cloned();
        let mut consumers = Vec::new();
        let mut breakers = Vec::new();
        let mut follow = |database: &Database, policy: Arc<dyn Handler>| consumers.push(Consumer::new(database.clone(), policy));
        let mut remote = |part| {
            let remote = elsewhere.remote(part);
            breakers.push(remote.breaker().clone());
            remote
        };

        if let Some(database) = on(Part::Course) {
            follow(&database, Arc::new(AccountPolicy::new(database.clone())));
        }
        let identity: Arc<dyn IdentityApi> = match on(Part::Identity) {
            Some(database) => {
                follow(&database, Arc::new(SagaPolicy::new(database.clock().clone())));
                Arc::new(Identity::new(database))
            }
            None => Arc::new(remote(Part::Identity)),
        };
        let communication = on(Part::Communication).map(|database| {
            let service = Communication::new(database.clone(), course.clone());
            follow(&database, Arc::new(service.policy()));
            service
        });
        let reviews = on(Part::Review).map(|database| {
            follow(&database, Arc::new(review::CoursePolicy::new(database.clone())));
            Reviews::new(database, course.clone())
        });
        let message: Arc<dyn MessageApi> = match on(Part::Message) {
            Some(database) => {
                follow(&database, Arc::new(MessagePolicy::new(database.clone())));
                Arc::new(Messages::new(database))
            }
            None => Arc::new(remote(Part::Message)),
        };
        let viewpage = on(Part::Viewpage).map(|database| Viewpage::new(database, streams_end));
        let services = Services {
            identity,
            course,
            message,
            communication: communication
                .clone()
                .map_or_else(|| Arc::new(remote(Part::Communication)) as _, |service| Arc::new(service) as _),
            review: reviews.clone().map_or_else(|| Arc::new(remote(Part::Review)) as _, |service| Arc::new(service) as _),
            viewpage: viewpage.clone().map_or_else(|| Arc::new(remote(Part::Viewpage)) as _, |service| Arc::new(service) as _),
        };
        // Folded first: whoever waits for a page waits for it.
        consumers.splice(0..0, viewpage.iter().map(|viewpage| viewpage.projection().clone()));
        breakers.extend(communication.iter().flat_map(Communication::breakers));
        breakers.extend(reviews.iter().flat_map(Reviews::breakers));
        let withdrawals = on(Part::Message).map(Withdrawals::new);
        Self { services, databases, viewpage, communication, withdrawals, consumers, links: Links::default(), breakers }
    }

    /// The breakers around calls from service to service.
    #[must_use]
    pub fn breakers(&self) -> &[Breaker] {
        &self.breakers
    }

    /// The services of this process, for others to call.
    #[must_use]
    pub fn answers(&self) -> BTreeMap<&'static str, Box<dyn Answers>> {
        let services = &self.services;
        let answers = |part: Part| -> Option<Box<dyn Answers>> {
            Some(match part {
                Part::Web => return None,
                Part::Identity => Box::new(Here(services.identity.clone())),
                Part::Course => Box::new(Here(services.course.clone())),
                Part::Communication => Box::new(Here(services.communication.clone())),
                Part::Review => Box::new(Here(services.review.clone())),
                Part::Message => Box::new(Here(services.message.clone())),
                Part::Viewpage => Box::new(Here(services.viewpage.clone())),
            })
        };
        self.databases.parts().filter_map(|part| Some((part.code(), answers(part)?))).collect()
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
            let before = self.ends().await?;
            self.links.settle().await?;
            for consumer in &self.consumers {
                if let Err(error) = consumer.settle().await {
                    tracing::debug!(%error, consumer = consumer.progress().consumer(), "left to others");
                }
            }
            if let Some(withdrawals) = &self.withdrawals {
                while withdrawals.advance().await? > 0 {}
            }
            if self.ends().await? == before {
                return Ok(());
            }
        }
    }

    /// How far each log has come.
    async fn ends(&self) -> platform::Result<Vec<event_log::Cursor>> {
        futures::future::try_join_all(self.databases.each().map(|(database, _)| event_log::end(database.pool()))).await
    }

    /// Starts what runs beside requests, among `tasks`. It ends when `stop` is cancelled.
    pub fn run(&self, stop: &CancellationToken, tasks: &TaskTracker) {
        self.links.run(stop, tasks);
        for consumer in &self.consumers {
            tasks.spawn(consumer.clone().run(stop.clone()));
        }
        if let Some(withdrawals) = self.withdrawals.clone() {
            tasks.spawn(withdrawals.run(stop.clone()));
        }
        if let Some(viewpage) = self.viewpage.clone() {
            let stop = stop.clone();
            tasks.spawn(async move { stop.run_until_cancelled(viewpage.run_live()).await });
        }
        if let Some(communication) = self.communication.clone() {
            let stop = stop.clone();
            tasks.spawn(async move { stop.run_until_cancelled(communication.run_overdue()).await });
        }
    }
}

//! Which Postgres this run uses: the one that `DATABASE_URL` names, those of services that have their own, or the private one under
//! `DULLE_DATA`; none where nothing is kept.

use crate::config::{Config, Keeping, database_variable};
use crate::error::{Error, Result};
use crate::parts::{Part, Parts};
use crate::shutdown::Deadline;
use platform::private_postgres::PrivatePostgres;
use platform::{Clock, Database};
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use std::collections::BTreeMap;
use std::time::Duration;

/// How long a named database may take to let us in.
const PATIENCE: Duration = Duration::from_secs(10);
/// What is left of the time to end when open connections are no longer waited for.
const AFTER_CONNECTIONS: Duration = Duration::from_secs(2);
/// How long they are waited for, however much time is left.
const LAST_CONNECTIONS: Duration = Duration::from_secs(1);
/// What is left of it when Postgres has to have ended: it is cut off if need be, and then collected.
const AFTER_POSTGRES: Duration = Duration::from_millis(250);

/// The databases of the services that a process runs.
#[derive(Clone, Debug, Default)]
pub struct Databases {
    each: Vec<(Database, Vec<Part>)>,
    of: BTreeMap<Part, Database>,
}

impl Databases {
    /// One for all of `services`.
    #[must_use]
    pub fn shared(database: &Database, services: impl IntoIterator<Item = Part>) -> Self {
        let mut databases = Self::default();
        databases.add(database.clone(), services.into_iter().collect());
        databases
    }

    /// One more, for `services`.
    fn add(&mut self, database: Database, services: Vec<Part>) {
        self.of.extend(services.iter().map(|part| (*part, database.clone())));
        self.each.push((database, services));
    }

    /// That of a service; `None` for one that this process doesn't run.
    #[must_use]
    pub fn of(&self, part: Part) -> Option<&Database> {
        self.of.get(&part)
    }

    /// The services that there are databases for.
    pub fn parts(&self) -> impl Iterator<Item = Part> {
        self.of.keys().copied()
    }

    /// Each database once, with the services on it.
    pub fn each(&self) -> impl Iterator<Item = (&Database, &[Part])> {
        self.each.iter().map(|(database, parts)| (database, parts.as_slice()))
    }
}

/// Databases that can be used, and the Postgres that has to be stopped afterwards if it is ours.
pub struct OpenDatabases {
    /// The databases.
    pub databases: Databases,
    private: Option<PrivatePostgres>,
}

impl OpenDatabases {
    /// What `parts` need, for serving: the private Postgres is started and must belong to this process. A process without services needs
    /// none.
    ///
    /// # Errors
    /// When there is no database that can be used.
    pub async fn for_serving(config: &Config, parts: &Parts) -> Result<Self> {
        Self::open(config, &parts.services().collect::<Vec<_>>(), false).await
    }

    /// Those of all services, for a command: if another process runs the private Postgres, it is used along with it.
    ///
    /// # Errors
    /// When there is no database that can be used.
    pub async fn for_command(config: &Config) -> Result<Self> {
        Self::open(config, &Part::SERVICES, true).await
    }

    async fn open(config: &Config, services: &[Part], join: bool) -> Result<Self> {
        let mut opened = Self { databases: Databases::default(), private: None };
        for Keeping { named, services } in config.databases_of(services)? {
            let options = match named {
                Some(named) => {
                    try_connection(&named, variable(config, &services)).await?;
                    named
                }
                None => opened.private(config, join).await?,
            };
            opened.databases.add(Database::new(options, config.database_connections, Clock::system()), services);
        }
        Ok(opened)
    }

    async fn private(&mut self, config: &Config, join: bool) -> Result<PgConnectOptions> {
        if join && let Some(running) = PrivatePostgres::join(&config.data).await? {
            return Ok(running);
        }
        let private = PrivatePostgres::start(&config.data).await?;
        let options = private.connect_options();
        self.private = Some(private);
        Ok(options)
    }

    /// Closes what is open, and stops what was started; all by `deadline`.
    pub async fn close(self, deadline: Deadline) {
        // A command that waits for someone else's lock may hold its connection for long; its transaction ends with the process.
        let closing = futures::future::join_all(self.databases.each().map(|(database, _)| database.pool().close()));
        let _still_open = deadline.keeping(AFTER_CONNECTIONS).at_most(LAST_CONNECTIONS).limit(closing).await;
        if let Some(private) = self.private
            && deadline.limit(private.stop_by(deadline.keeping(AFTER_POSTGRES).instant())).await.is_none()
        {
            tracing::warn!("Postgres has not ended in time; it ends with this process");
        }
    }
}

/// The variable that names the database of `services`.
fn variable(config: &Config, services: &[Part]) -> &'static str {
    let own = services.iter().copied().find(|part| config.databases.contains_key(part));
    own.map_or("DATABASE_URL", database_variable)
}

/// A pool would keep trying and then only say that time is over.
async fn try_connection(options: &PgConnectOptions, variable: &'static str) -> Result<()> {
    let refused = |reason: String| Error::Database { variable, target: target(options), reason };
    match tokio::time::timeout(PATIENCE, PgConnection::connect_with(options)).await {
        Ok(Ok(connection)) => connection.close().await.map_err(|error| refused(error.to_string())),
        Ok(Err(sqlx::Error::Database(error))) => Err(refused(error.message().to_owned())),
        Ok(Err(sqlx::Error::Io(error))) => Err(refused(format!("it can't be reached ({error})"))),
        Ok(Err(error)) => Err(refused(error.to_string())),
        Err(_) => Err(refused(format!("no answer within {} s", PATIENCE.as_secs()))),
    }
}

fn target(options: &PgConnectOptions) -> String {
    let place = match options.get_socket() {
        Some(folder) => folder.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    };
    format!("{} on {place} as {}", options.get_database().unwrap_or("of the same name"), options.get_username())
}

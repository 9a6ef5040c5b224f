//! Which Postgres this run uses: the one that `DATABASE_URL` names, or the private one under `DULLE_DATA`; none where nothing is kept.

use crate::config::Config;
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
        let services: Vec<Part> = services.into_iter().collect();
        let of = services.iter().map(|part| (*part, database.clone())).collect();
        Self { each: vec![(database.clone(), services)], of }
    }

    /// That of a service; `None` for one that this process doesn't run.
    #[must_use]
    pub fn of(&self, part: Part) -> Option<&Database> {
        self.of.get(&part)
    }

    /// The database on which all services are, if there is one.
    #[must_use]
    pub fn of_everything(&self) -> Option<&Database> {
        self.each.iter().find(|(_, parts)| Part::SERVICES.iter().all(|part| parts.contains(part))).map(|(database, _)| database)
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

/// Databases for serving, and the Postgres that has to be stopped afterwards if it is ours.
pub struct OpenDatabases {
    /// The databases.
    pub databases: Databases,
    opened: Option<OpenDatabase>,
}

impl OpenDatabases {
    /// What `parts` need: a process without services needs none.
    ///
    /// # Errors
    /// When there is no database that can be used.
    pub async fn for_serving(config: &Config, parts: &Parts) -> Result<Self> {
        if parts.services().next().is_none() {
            return Ok(Self { databases: Databases::default(), opened: None });
        }
        let opened = OpenDatabase::for_serving(config).await?;
        Ok(Self { databases: Databases::shared(&opened.database, parts.services()), opened: Some(opened) })
    }

    /// Closes what is open, and stops what was started; all by `deadline`.
    pub async fn close(self, deadline: Deadline) {
        if let Some(opened) = self.opened {
            opened.close(deadline).await;
        }
    }
}

/// A database that can be used, and the Postgres that has to be stopped afterwards if it is ours.
pub struct OpenDatabase {
    /// The database.
    pub database: Database,
    private: Option<PrivatePostgres>,
}

impl OpenDatabase {
    /// For serving: the private Postgres is started and must belong to this process.
    ///
    /// # Errors
    /// When there is no database that can be used.
    pub async fn for_serving(config: &Config) -> Result<Self> {
        let private = if config.database.is_some() { None } else { Some(PrivatePostgres::start(&config.data).await?) };
        Self::open(config, private, None).await
    }

    /// For a command: if another process runs the private Postgres, it is used along with it.
    ///
    /// # Errors
    /// When there is no database that can be used.
    pub async fn for_command(config: &Config) -> Result<Self> {
        if config.database.is_none()
            && let Some(running) = PrivatePostgres::join(&config.data).await?
        {
            return Self::open(config, None, Some(running)).await;
        }
        Self::for_serving(config).await
    }

    async fn open(config: &Config, private: Option<PrivatePostgres>, running: Option<PgConnectOptions>) -> Result<Self> {
        let options = match (&config.database, &private, running) {
            (Some(named), ..) => {
                try_connection(named).await?;
                named.clone()
            }
            (None, Some(private), _) => private.connect_options(),
            (None, None, Some(running)) => running,
            (None, None, None) => return Err(Error::System { what: "no database", reason: "neither named nor private".to_owned() }),
        };
        Ok(Self { database: Database::new(options, config.database_connections, Clock::system()), private })
    }

    /// Closes what is open, and stops what was started; all by `deadline`.
    pub async fn close(self, deadline: Deadline) {
        // A command that waits for someone else's lock may hold its connection for long; its transaction ends with the process.
        let _still_open = deadline.keeping(AFTER_CONNECTIONS).at_most(LAST_CONNECTIONS).limit(self.database.pool().close()).await;
        if let Some(private) = self.private
            && deadline.limit(private.stop_by(deadline.keeping(AFTER_POSTGRES).instant())).await.is_none()
        {
            tracing::warn!("Postgres has not ended in time; it ends with this process");
        }
    }
}

/// A pool would keep trying and then only say that time is over.
async fn try_connection(options: &PgConnectOptions) -> Result<()> {
    let refused = |reason: String| Error::Database { target: target(options), reason };
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

//! Why the program can't start or do what it was asked: each in one line that says what, and what to do about it.

use crate::config::ConfigError;
use crate::demo::DemoError;
use crate::static_site::SiteError;
use platform::migrate::MigrationError;
use platform::private_postgres::PrivatePostgresError;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// The result of starting, or of a command.
pub type Result<T> = std::result::Result<T, Error>;

/// Why the program can't start or do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The environment.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// An address can't be listened on.
    #[error("cannot listen on {addr}: {}", advice(.source, .variable))]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// The variable that names it.
        variable: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The key that processes of this machine share.
    #[error("the key {} can't be used: {reason}; remove it and start all processes anew, or say one with DULLE_SERVICE_KEY", .path.display())]
    ServiceKeyFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The private Postgres.
    #[error(transparent)]
    PrivatePostgres(#[from] PrivatePostgresError),
    /// A database that was named.
    #[error("cannot use the database {target}: {reason}; check {variable}, or unset all such and Dulle brings its own Postgres")]
    Database {
        /// The variable that names it.
        variable: &'static str,
        /// Where it is, without the password.
        target: String,
        /// What it, or the way there, said.
        reason: String,
    },
    /// The database's schema.
    #[error(transparent)]
    Migration(#[from] MigrationError),
    /// The built site.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// The names of the built site's files.
    #[error(transparent)]
    Assets(#[from] app::AssetsError),
    /// The demo courses.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// Work inside a service.
    #[error("{what}: {source}; the log says more")]
    Service {
        /// What was being done.
        what: &'static str,
        /// Why it failed.
        source: platform::Error,
    },
    /// What follows the log doesn't come in step with it.
    #[error(
        "the read model isn't in step with what is committed after {} s: some transaction on this Postgres server stays open, in whatever database; find it with `SELECT pid, datname, xact_start, query FROM pg_stat_activity WHERE backend_xid IS NOT NULL ORDER BY xact_start`, end it, and try again",
        .limit.as_secs()
    )]
    Unsettled {
        /// How long it was waited for.
        limit: Duration,
    },
    /// Something of the operating system.
    #[error("{what}: {reason}")]
    System {
        /// What was being done.
        what: &'static str,
        /// Why it failed.
        reason: String,
    },
}

impl Error {
    /// For `map_err` on the work of services.
    pub(crate) const fn service(what: &'static str) -> impl FnOnce(platform::Error) -> Self {
        move |source| Self::Service { what, source }
    }

    /// For `map_err` on what the system or a library says.
    pub(crate) fn system<E: std::fmt::Display>(what: &'static str) -> impl FnOnce(E) -> Self {
        move |reason| Self::System { what, reason: reason.to_string() }
    }
}

fn advice(error: &io::Error, variable: &str) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => format!("another program does already; stop it, or choose another address with {variable}"),
        io::ErrorKind::AddrNotAvailable => format!("this machine does not have it; choose one that it has with {variable}"),
        io::ErrorKind::PermissionDenied => format!("this user may not; choose a port above 1023 with {variable}"),
        _ => format!("{error}; choose another address with {variable}"),
    }
}

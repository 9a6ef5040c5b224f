//! The Postgres that Dulle brings along when `DATABASE_URL` is unset.
//!
//! One cluster, below the data folder, owned by one process. It is reached over a unix socket in a folder that only its
//! own account may enter, never over the network; it is started, watched, restarted and stopped with the program.
//!
//! | below the data folder | what it is |
//! |---|---|
//! | `dulle.lock` | locked while a process owns the folder; names that process and the socket |
//! | `postgres/` | the cluster; Postgres's own log is in `postgres/log/` |
//! | `postgres.new/` | a cluster that is just being made; never used, removed by the next start |
//! | `postgres.socket/` | the socket, unless its path would be too long for a socket |
//! | `postgres-start.log` | what Postgres said before it opened its own log |
//! | `postgres.location` | only if the cluster had to go elsewhere: where it is |

mod account;
mod binaries;
mod cluster;
mod error;
mod lock;
mod place;
mod postmaster;
mod readiness;
mod server;
mod socket;

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use tokio::runtime;
use tokio::sync::oneshot;

pub use self::error::PrivatePostgresError;
use self::server::Server;

/// The role that owns the database, and the database's name.
const DULLE: &str = "dulle";
/// Names the socket file; nothing listens on a network port.
const PORT: u16 = 5432;
/// How long Postgres may take to stop where nobody says by when.
const STOP: Duration = Duration::from_secs(10);

/// A running Postgres that belongs to this process.
///
/// It stops when [`stop`](Self::stop) is called, when this value is dropped (without waiting), and when the process ends,
/// however it ends.
#[derive(Debug)]
pub struct PrivatePostgres {
    options: PgConnectOptions,
    cluster: PathBuf,
    /// Asks the supervisor to stop Postgres, and says by when. Dropping it asks too.
    stop: oneshot::Sender<Instant>,
    /// Answers, by being closed, when the supervisor's thread has let go of everything.
    ended: oneshot::Receiver<()>,
}

impl PrivatePostgres {
    /// Starts the Postgres of this data folder and returns once it answers; makes folder, cluster, role and database
    /// where they are missing, and cleans up after a process that was killed.
    ///
    /// # Errors
    /// If another process owns the folder, no suitable Postgres is installed, the folder can't be used, or Postgres
    /// doesn't start. The message says what to do about it.
    pub async fn start(data: &Path) -> Result<Self, PrivatePostgresError> {
        let data = data.to_owned();
        let (stop, stopped) = oneshot::channel();
        let (end, ended) = oneshot::channel();
        let (report, started) = oneshot::channel();
        // A thread of its own: the kernel's parent-death signal, which stops Postgres with us, follows the thread that
        // started Postgres and not the process.
        thread::Builder::new()
            .name("postgres".to_owned())
            .spawn(move || {
                supervise(&data, report, stopped);
                drop(end);
            })
            .map_err(PrivatePostgresError::Thread)?;
        let (options, cluster) = started.await.map_err(|_| PrivatePostgresError::Supervisor)??;
        Ok(Self { options, cluster, stop, ended })
    }

    /// If a process runs the Postgres of this data folder, how to connect to it; `None` if none does. Waits while that
    /// process is still starting.
    ///
    /// # Errors
    /// If the folder can't be read, or the other process doesn't get ready within half a minute.
    pub async fn join(data: &Path) -> Result<Option<PgConnectOptions>, PrivatePostgresError> {
        let socket = lock::socket_of_owner(data).await?;
        Ok(socket.map(|folder| connect_options(&folder)))
    }

    /// How to connect: database and role `dulle`, over the socket.
    #[must_use]
    pub fn connect_options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    /// Where the cluster is: `postgres` below the data folder, or elsewhere if Postgres's account can't get there.
    #[must_use]
    pub fn cluster(&self) -> &Path {
        &self.cluster
    }

    /// As [`stop_by`](Self::stop_by), with ten seconds from now.
    pub async fn stop(self) {
        self.stop_by(Instant::now() + STOP).await;
    }

    /// Stops Postgres: open transactions are rolled back, everything committed is written. Returns when it has ended and
    /// the folder is free. A Postgres that isn't done shortly before `deadline` is cut off and recovers at the next start,
    /// which loses nothing committed.
    pub async fn stop_by(self, deadline: Instant) {
        // A supervisor that is gone has stopped it.
        let _gone = self.stop.send(deadline);
        // Closed is the answer: nothing is ever sent.
        let _closed = self.ended.await;
    }
}

type Report = oneshot::Sender<Result<(PgConnectOptions, PathBuf), PrivatePostgresError>>;

/// The life of the supervisor's thread.
fn supervise(data: &Path, report: Report, mut stopped: oneshot::Receiver<Instant>) {
    let runtime = match runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(source) => return answer(report, Err(PrivatePostgresError::Thread(source))),
    };
    let opened = runtime.block_on(async {
        // If the caller loses interest, give up in an orderly way instead of leaving a Postgres without an owner.
        let mut server = Server::open(data).await?;
        tokio::select! {
            up = server.bring_up() => match up {
                Ok(()) => Ok(server),
                Err(error) => {
                    server.shut_down(Instant::now() + STOP).await;
                    Err(error)
                }
            },
            _ = &mut stopped => {
                server.shut_down(Instant::now() + STOP).await;
                Err(PrivatePostgresError::Supervisor)
            }
        }
    });
    match opened {
        Err(error) => answer(report, Err(error)),
        Ok(server) => {
            answer(report, Ok((server.connect_options(), server.cluster().to_owned())));
            runtime.block_on(server.watch(stopped));
        }
    }
}

fn answer(report: Report, message: Result<(PgConnectOptions, PathBuf), PrivatePostgresError>) {
    if report.send(message).is_err() {
        tracing::debug!("nobody waits for Postgres any more");
    }
}

/// Options that depend on nothing in the environment but what sqlx insists on reading.
fn connect_options(socket: &Path) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(socket)
        .port(PORT)
        .username(DULLE)
        .database(DULLE)
        .ssl_mode(PgSslMode::Disable)
        .application_name(DULLE)
}

//! The running server: bringing it up, watching it, bringing it up again, shutting it down.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use sqlx::postgres::PgConnectOptions;
use tokio::process::{Child, Command};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout_at};

use super::account::Account;
use super::binaries::Programs;
use super::error::PrivatePostgresError as Error;
use super::lock::Lock;
use super::place::Place;
use super::{STOP, cluster, connect_options, postmaster, readiness, socket};

const SHORTEST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How often a start is repeated while processes of a killed Postgres still hold its shared memory.
const TRIES: u32 = 10;
/// First roll back what is open and write everything; then leave the rest to recovery; then don't ask. With each signal, how
/// much of the time is kept for what follows it: the first has all that is left but half a second.
const FAREWELLS: [(Signal, Duration); 2] = [(Signal::SIGINT, Duration::from_millis(500)), (Signal::SIGQUIT, Duration::ZERO)];
/// How often a long start says that it still goes on.
const PATIENCE: Duration = Duration::from_secs(10);

/// Owns the folder and, between [`bring_up`](Self::bring_up) and [`shut_down`](Self::shut_down), a Postgres in it.
#[derive(Debug)]
pub(super) struct Server {
    place: Place,
    cluster: PathBuf,
    socket: PathBuf,
    account: Account,
    programs: Programs,
    /// In a field, so that it can be stopped when `bring_up` is given up half way.
    child: Option<Child>,
    /// That of the data folder first.
    locks: Vec<Lock>,
}

impl Server {
    /// Takes possession of the data folder and makes everything ready for a start.
    pub(super) async fn open(data: &Path) -> Result<Self, Error> {
        let data = Place::data_folder(data)?;
        let mut locks = vec![Lock::acquire(&data).await?];
        let account = Account::choose()?;
        let place = Place::find(&data, &account)?;
        if place.base() != data {
            // A copied data folder names the same place.
            locks.push(Lock::acquire(place.base()).await?);
        }
        let cluster = place.cluster();
        let programs = if let Some(major) = cluster::version(&cluster, &account)? {
            Programs::find(&account, Some((&cluster, major)))?
        } else {
            let programs = Programs::find(&account, None)?;
            cluster::make(&place, &account, &programs).await?;
            programs
        };
        cluster::take_over(&cluster, &account)?;
        postmaster::clear(&cluster).await?;
        let socket = socket::folder(&place, &account)?;
        cluster::configure(&cluster, &socket, &account)?;
        Ok(Self { place, cluster, socket, account, programs, child: None, locks })
    }

    pub(super) fn cluster(&self) -> &Path {
        &self.cluster
    }

    pub(super) fn connect_options(&self) -> PgConnectOptions {
        connect_options(&self.socket)
    }

    /// Starts Postgres and waits until it can be used. May be dropped half way; then call `shut_down`.
    pub(super) async fn bring_up(&mut self) -> Result<(), Error> {
        let mut pause = SHORTEST_PAUSE;
        for tries_left in (0..TRIES).rev() {
            postmaster::clear(&self.cluster).await?;
            socket::clear(&self.socket)?;
            self.child = Some(self.spawn()?);
            match self.ready().await? {
                None => break,
                Some(status) => {
                    self.child = None;
                    let log = readiness::log_tail(&self.place.start_log(), &self.cluster);
                    if tries_left == 0 || !log.contains("pre-existing shared memory block") {
                        return Err(Error::Start { cluster: self.cluster.clone(), status, log });
                    }
                }
            }
            tracing::info!("processes of the Postgres before haven't ended yet; waiting");
            sleep(pause).await;
            pause = LONGEST_PAUSE.min(pause * 2);
        }
        for lock in &mut self.locks {
            lock.announce(&self.socket)?;
        }
        tracing::info!(version = self.programs.major, cluster = %self.cluster.display(), user = self.account.name, "Postgres is ready");
        Ok(())
    }

    fn spawn(&self) -> Result<Child, Error> {
        let path = self.place.start_log();
        let log = File::create(&path).map_err(Error::folder("write", path))?;
        let mut command = self.account.command(&self.programs.postgres, self.place.base(), Signal::SIGINT);
        command.arg("-D").arg(&self.cluster).stdout(log.try_clone().map_err(Error::Thread)?).stderr(log);
        Command::from(command).spawn().map_err(|source| Error::Program {
            program: self.programs.postgres.clone(),
            user: self.account.name.clone(),
            source,
        })
    }

    /// Waits until Postgres can be used (`None`) or has ended.
    async fn ready(&mut self) -> Result<Option<ExitStatus>, Error> {
        let options = self.connect_options();
        let ready = readiness::wait(&options);
        tokio::pin!(ready);
        let child = self.child.as_mut().expect("spawned just before");
        loop {
            tokio::select! {
                status = child.wait() => return status.map(Some).map_err(Error::Thread),
                done = &mut ready => return done.map(|()| None),
                () = sleep(PATIENCE) => tracing::warn!("Postgres is still starting; after a crash it recovers first"),
            }
        }
    }

    /// Keeps Postgres running until told to stop, then shuts it down.
    pub(super) async fn watch(mut self, mut stopped: oneshot::Receiver<Instant>) {
        let deadline = tokio::select! {
            () = self.keep_up() => None,
            told = &mut stopped => told.ok(),
        };
        self.shut_down(deadline.unwrap_or_else(|| Instant::now() + STOP)).await;
    }

    /// Never returns.
    async fn keep_up(&mut self) {
        let mut pause = SHORTEST_PAUSE;
        loop {
            if let Some(child) = &mut self.child {
                match child.wait().await {
                    Ok(status) => tracing::error!(%status, "Postgres ended by itself; starting it again"),
                    Err(error) => tracing::error!(%error, "cannot watch Postgres; starting it again"),
                }
                self.child = None;
            }
            sleep(pause).await;
            pause = match self.bring_up().await {
                Ok(()) => SHORTEST_PAUSE,
                Err(error) => {
                    tracing::error!(%error, "Postgres doesn't come back; trying again");
                    self.shut_down(Instant::now() + STOP).await;
                    LONGEST_PAUSE.min(pause * 2)
                }
            };
        }
    }

    /// Stops Postgres, if it runs, and waits for it; by `deadline` it is killed.
    pub(super) async fn shut_down(&mut self, deadline: Instant) {
        let Some(mut child) = self.child.take() else {
            return;
        };
        for (signal, reserve) in FAREWELLS {
            let Some(pid) = child.id().and_then(|pid| pid.try_into().ok()) else {
                return;
            };
            if let Err(error) = kill(Pid::from_raw(pid), signal) {
                tracing::warn!(%error, %signal, "cannot signal Postgres");
            }
            let until = deadline.checked_sub(reserve).unwrap_or(deadline);
            match timeout_at(until.into(), child.wait()).await {
                Ok(Ok(status)) => return tracing::info!(%status, "Postgres has stopped"),
                Ok(Err(error)) => return tracing::error!(%error, "cannot wait for Postgres"),
                Err(_) => tracing::warn!(%signal, "Postgres takes long to stop"),
            }
        }
        if let Err(error) = child.kill().await {
            tracing::error!(%error, "cannot kill Postgres");
        }
    }
}

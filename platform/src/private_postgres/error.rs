//! What can go wrong, in words for the person who started the program.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

/// Why the private Postgres isn't there. Every message says what happened and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PrivatePostgresError {
    /// A file or folder of ours can't be used.
    #[error("cannot {action} {path}: {source}; give this user the right to, or choose another folder with DULLE_DATA")]
    Folder {
        /// Verb, as in "cannot … the path".
        action: &'static str,
        /// What it is about.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process owns the data folder.
    #[error("another dulle{} already runs on {data}; stop it, or choose another folder with DULLE_DATA", process(.pid.as_ref()))]
    InUse {
        /// The folder.
        data: PathBuf,
        /// The process that owns it, if it said so.
        pid: Option<i32>,
    },
    /// Another process owns the data folder but doesn't get its Postgres ready.
    #[error("the dulle{} that runs on {data} is still starting its Postgres; look at its log, or try again later", process(.pid.as_ref()))]
    StillStarting {
        /// The folder.
        data: PathBuf,
        /// The process that owns it, if it said so.
        pid: Option<i32>,
    },
    /// No usable Postgres on this machine.
    #[error(
        "found no PostgreSQL {minimum} or newer{}; install one (apt-get install postgresql), name its bin folder in DULLE_POSTGRES_BIN, or name a running server in DATABASE_URL",
        reasons(.refused)
    )]
    NotInstalled {
        /// The oldest major version that would do.
        minimum: u32,
        /// What was found and why it won't do.
        refused: Vec<String>,
    },
    /// The cluster was made by a major version that isn't installed.
    #[error(
        "{cluster} was made by PostgreSQL {found}, but installed is {installed}; install PostgreSQL {found} beside it (or name its bin folder in DULLE_POSTGRES_BIN), or move the data over with pg_upgrade"
    )]
    OtherVersion {
        /// The cluster.
        cluster: PathBuf,
        /// Its major version.
        found: u32,
        /// The major versions there are.
        installed: String,
    },
    /// The folder of the cluster holds something else.
    #[error("{path} is not a Postgres cluster; move it away, or choose another folder with DULLE_DATA")]
    NotACluster {
        /// The folder.
        path: PathBuf,
    },
    /// The cluster belongs to another user.
    #[error("{path} belongs to user id {owner}, but dulle runs as user id {user}; run dulle as the owner, or change the owner")]
    WrongOwner {
        /// The folder.
        path: PathBuf,
        /// Who owns it.
        owner: u32,
        /// Who should.
        user: u32,
    },
    /// The cluster is in the data folder, but its account can't get there any more.
    #[error("the user {user}, as which Postgres runs, can't enter {path}; let it pass (chmod o+x on that folder and those above it)")]
    Unreachable {
        /// The folder.
        path: PathBuf,
        /// The account's name.
        user: String,
    },
    /// The file that says where the cluster is names a folder that isn't there, or isn't ours alone.
    #[error("{pointer} says that the cluster is in {place}, which {reason}; put it back, or remove {pointer} to begin with an empty one")]
    Lost {
        /// The file.
        pointer: PathBuf,
        /// What it names.
        place: PathBuf,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Running as root, with no lesser account to run Postgres as.
    #[error(
        "Postgres must not run as root, and there is neither a user postgres nor nobody; make one (adduser --system postgres), or run dulle as an ordinary user"
    )]
    NoAccount,
    /// A program can't be run.
    #[error("cannot run {program} as user {user}: {source}; check that this user may run it")]
    Program {
        /// The program.
        program: PathBuf,
        /// The account's name.
        user: String,
        /// What the system said.
        source: io::Error,
    },
    /// The machine lacks the locale that Hangul needs.
    #[error(
        "this machine has no locale C.UTF-8, without which Korean text can't be searched; install it (apt-get install locales), or name a running server in DATABASE_URL"
    )]
    NoLocale,
    /// `initdb` failed.
    #[error("cannot make a Postgres cluster in {path} ({status}); mend what initdb says and start again:\n{output}")]
    Init {
        /// The folder.
        path: PathBuf,
        /// How it ended.
        status: ExitStatus,
        /// The end of what it said.
        output: String,
    },
    /// A folder where the socket should go was made by someone else.
    #[error(
        "{path} should hold the socket of Postgres but wasn't made by dulle for itself alone; remove it, or choose a shorter DULLE_DATA"
    )]
    SocketFolder {
        /// The folder.
        path: PathBuf,
    },
    /// No folder is short enough for a socket.
    #[error(
        "no folder for the socket of Postgres has a path of fewer than {limit} bytes; choose a shorter DULLE_DATA or set XDG_RUNTIME_DIR"
    )]
    SocketPathTooLong {
        /// The longest possible path of a folder, in bytes.
        limit: usize,
    },
    /// A Postgres that a killed dulle left behind can't be stopped.
    #[error("a Postgres left behind by an earlier dulle (process {pid}) doesn't stop; end it, then start again")]
    Orphan {
        /// Its postmaster.
        pid: i32,
    },
    /// Postgres ended instead of starting.
    #[error("Postgres doesn't start in {cluster} ({status}); mend what it says and start again:\n{log}")]
    Start {
        /// The cluster.
        cluster: PathBuf,
        /// How it ended.
        status: ExitStatus,
        /// The last lines of its log.
        log: String,
    },
    /// Postgres runs but refuses us.
    #[error("Postgres runs, but can't be used: {0}; its log is in postgres/log")]
    Connect(#[source] sqlx::Error),
    /// No thread or runtime for the supervisor.
    #[error("cannot start the thread that looks after Postgres: {0}; the machine may be out of processes or memory")]
    Thread(#[source] io::Error),
    /// The supervisor ended before it could say why.
    #[error("the thread that looks after Postgres ended early; the log has the reason")]
    Supervisor,
}

impl PrivatePostgresError {
    /// For `map_err` on what the file system says.
    pub(super) fn folder(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Folder { action, path, source }
    }
}

fn process(pid: Option<&i32>) -> String {
    pid.map(|pid| format!(" (process {pid})")).unwrap_or_default()
}

fn reasons(refused: &[String]) -> String {
    if refused.is_empty() { String::new() } else { format!(" (not usable: {})", refused.join("; ")) }
}

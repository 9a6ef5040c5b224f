//! The private Postgres against a real one: what it keeps, what it survives, what it refuses.
//!
//! Runs as root (Postgres then steps down to another account) and as an ordinary user. One file, since all of it starts, kills and looks at
//! processes by the same few helpers.

#![expect(clippy::unwrap_used, reason = "in a test, a panic is the report")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, geteuid};
use platform::private_postgres::{PrivatePostgres, PrivatePostgresError};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection, Row};
use tempfile::TempDir;

/// Set for a child process of these tests that plays the owner of a data folder.
const OWNED: &str = "DULLE_TEST_OWNED_FOLDER";

/// A folder that others may enter, as most data folders are.
fn open_folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

async fn connect(postgres: &PrivatePostgres) -> PgConnection {
    postgres.connect_options().connect().await.unwrap()
}

async fn write_a_row(options: &PgConnectOptions) {
    let mut connection = options.connect().await.unwrap();
    sqlx::raw_sql("CREATE TABLE IF NOT EXISTS walks (name text); INSERT INTO walks VALUES ('둘레길')")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

async fn rows(options: &PgConnectOptions) -> Result<i64, sqlx::Error> {
    let mut connection = options.connect().await?;
    let row = sqlx::query("SELECT count(*) FROM walks WHERE name = '둘레길'").fetch_one(&mut connection).await?;
    connection.close().await?;
    row.try_get(0)
}

/// Waits for a condition. The limit only keeps a broken test from hanging.
async fn eventually(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(30), waiting).await.is_ok(), "never came true: {what}");
}

fn postmaster(cluster: &Path) -> Option<Pid> {
    let text = fs::read_to_string(cluster.join("postmaster.pid")).ok()?;
    text.lines().next()?.trim().parse().ok().map(Pid::from_raw)
}

/// A process that has ended but isn't collected by its parent counts as gone.
fn is_running(pid: Pid) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

/// Runs this test program once more, as the owner of the folder.
fn spawn_owner(data: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "plays_the_owner_of_a_folder", "--nocapture"])
        .env(OWNED, data)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn wait_until_ready(owner: &mut Child) {
    let lines = BufReader::new(owner.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line.contains("the owner is ready")), "the owner ended early");
}

fn kill_hard(owner: &mut Child) {
    owner.kill().unwrap();
    owner.wait().unwrap();
}

/// No test of its own: the other side of `spawn_owner`.
#[tokio::test]
async fn plays_the_owner_of_a_folder() {
    let Some(data) = std::env::var_os(OWNED) else { return };
    let postgres = PrivatePostgres::start(Path::new(&data)).await.unwrap();
    write_a_row(&postgres.connect_options()).await;
    println!("\nthe owner is ready");
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn a_second_start_finds_what_the_first_wrote() {
    let folder = open_folder();
    let data = folder.path().join("data");
    assert!(PrivatePostgres::join(&data).await.unwrap().is_none());

    let postgres = PrivatePostgres::start(&data).await.unwrap();
    write_a_row(&postgres.connect_options()).await;
    let pid = postmaster(postgres.cluster()).unwrap();
    postgres.stop().await;
    assert!(!is_running(pid));
    assert!(PrivatePostgres::join(&data).await.unwrap().is_none());

    let postgres = PrivatePostgres::start(&data).await.unwrap();
    let joined = PrivatePostgres::join(&data).await.unwrap().unwrap();
    assert_eq!(rows(&joined).await.unwrap(), 1);
    postgres.stop().await;
}

#[tokio::test]
async fn the_settings_hold() {
    let folder = open_folder();
    let postgres = PrivatePostgres::start(folder.path()).await.unwrap();
    let mut connection = connect(&postgres).await;
    for (setting, expected) in [
        ("listen_addresses", ""),
        ("unix_socket_permissions", "0700"),
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("data_checksums", "on"),
        ("server_encoding", "UTF8"),
        ("TimeZone", "UTC"),
        ("jit", "off"),
        ("idle_in_transaction_session_timeout", "1min"),
    ] {
        let row = sqlx::query("SELECT current_setting($1)").bind(setting).fetch_one(&mut connection).await.unwrap();
        assert_eq!(row.get::<String, _>(0), expected, "{setting}");
    }
    // Without a UTF-8 locale a syllable is no letter, and trigrams of Hangul don't exist.
    let row = sqlx::query("SELECT datctype, '둘레' ~ '^[[:alpha:]]+$' FROM pg_database WHERE datname = current_database()");
    let row = row.fetch_one(&mut connection).await.unwrap();
    assert_eq!((row.get::<String, _>(0).as_str(), row.get::<bool, _>(1)), ("C.UTF-8", true));
    let row = sqlx::query("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetch_one(&mut connection).await.unwrap();
    assert!(!row.get::<bool, _>(0));
    drop(connection);

    let socket = folder.path().join("postgres.socket");
    assert_eq!(fs::metadata(socket).unwrap().mode() & 0o777, 0o700);
    postgres.stop().await;
}

#[tokio::test]
async fn a_killed_postgres_comes_back() {
    let folder = open_folder();
    let postgres = PrivatePostgres::start(folder.path()).await.unwrap();
    let options = postgres.connect_options();
    write_a_row(&options).await;
    // A session that is in the middle of something, and so holds the shared memory a moment longer.
    let mut busy = connect(&postgres).await;
    sqlx::raw_sql("BEGIN; INSERT INTO walks VALUES ('둘레길')").execute(&mut busy).await.unwrap();

    let first = postmaster(postgres.cluster()).unwrap();
    kill(first, Signal::SIGKILL).unwrap();
    eventually("a new Postgres answers", async || {
        postmaster(postgres.cluster()).is_some_and(|pid| pid != first) && rows(&options).await.is_ok()
    })
    .await;
    assert_eq!(rows(&options).await.unwrap(), 1, "committed stays, uncommitted goes");
    assert!(PrivatePostgres::join(folder.path()).await.unwrap().is_some());
    postgres.stop().await;
}

#[tokio::test]
async fn a_second_owner_is_refused() {
    let folder = open_folder();
    let postgres = PrivatePostgres::start(folder.path()).await.unwrap();
    let error = PrivatePostgres::start(folder.path()).await.unwrap_err().to_string();
    assert!(error.contains(folder.path().to_str().unwrap()), "{error}");
    assert!(error.contains(&format!("process {}", std::process::id())), "{error}");
    write_a_row(&postgres.connect_options()).await;
    postgres.stop().await;
}

#[tokio::test]
async fn a_killed_owner_leaves_nothing_that_hinders_the_next() {
    let folder = open_folder();
    let mut owner = spawn_owner(folder.path());
    wait_until_ready(&mut owner);
    let orphan = postmaster(&folder.path().join("postgres")).unwrap();
    let joined = PrivatePostgres::join(folder.path()).await.unwrap().unwrap();
    assert_eq!(rows(&joined).await.unwrap(), 1);
    kill_hard(&mut owner);

    let postgres = PrivatePostgres::start(folder.path()).await.unwrap();
    assert!(!is_running(orphan));
    assert_ne!(postmaster(postgres.cluster()).unwrap(), orphan);
    assert_eq!(rows(&postgres.connect_options()).await.unwrap(), 1);
    postgres.stop().await;
}

/// Where there is no parent-death signal, Postgres outlives a killed owner. Here it is started without an owner.
#[tokio::test]
async fn a_postgres_that_nobody_owns_is_stopped_first() {
    let folder = open_folder();
    let postgres = PrivatePostgres::start(folder.path()).await.unwrap();
    write_a_row(&postgres.connect_options()).await;
    let cluster = postgres.cluster().to_owned();
    let program = fs::read_link(format!("/proc/{}/exe", postmaster(&cluster).unwrap())).unwrap();
    postgres.stop().await;

    let owner = fs::metadata(&cluster).unwrap();
    let mut command = Command::new(program);
    command.arg("-D").arg(&cluster).current_dir(&cluster).stderr(Stdio::null());
    if geteuid().is_root() {
        command.uid(owner.uid()).gid(owner.gid());
    }
    let mut stray = command.spawn().unwrap();
    let pid = Pid::from_raw(stray.id().try_into().unwrap());
    let file = cluster.join("postmaster.pid");
    eventually("the stray one is ready", async || fs::read_to_string(&file).is_ok_and(|text| text.contains("ready"))).await;

    let postgres = PrivatePostgres::start(folder.path()).await.unwrap();
    assert!(!is_running(pid));
    stray.wait().unwrap();
    assert_eq!(rows(&postgres.connect_options()).await.unwrap(), 1);
    postgres.stop().await;
}

/// As in a container, where the same small numbers come again at every start.
#[tokio::test]
async fn a_stale_pid_file_with_the_number_of_another_process_is_no_obstacle() {
    let folder = open_folder();
    let postgres = PrivatePostgres::start(folder.path()).await.unwrap();
    write_a_row(&postgres.connect_options()).await;
    let file = postgres.cluster().join("postmaster.pid");
    let text = fs::read_to_string(&file).unwrap();
    postgres.stop().await;

    let mut other = Command::new("sleep").arg("60").spawn().unwrap();
    let rest = text.split_once('\n').unwrap().1;
    fs::write(&file, format!("{}\n{rest}", other.id())).unwrap();
    let postgres = PrivatePostgres::start(folder.path()).await.unwrap();
    assert_eq!(rows(&postgres.connect_options()).await.unwrap(), 1);
    assert!(other.try_wait().unwrap().is_none(), "the other process is left alone");
    kill_hard(&mut other);
    postgres.stop().await;
}

#[tokio::test]
async fn a_cluster_that_was_half_made_is_not_used() {
    let folder = open_folder();
    let unfinished = folder.path().join("postgres.new");
    let mut owner = spawn_owner(folder.path());
    eventually("initdb is at work", async || unfinished.join("PG_VERSION").exists()).await;
    kill_hard(&mut owner);
    assert!(!folder.path().join("postgres").exists());

    let postgres = PrivatePostgres::start(folder.path()).await.unwrap();
    write_a_row(&postgres.connect_options()).await;
    assert!(!unfinished.exists());
    postgres.stop().await;
}

#[tokio::test]
async fn postgres_is_never_root() {
    let folder = open_folder();
    let postgres = PrivatePostgres::start(folder.path()).await.unwrap();
    let status = fs::read_to_string(format!("/proc/{}/status", postmaster(postgres.cluster()).unwrap())).unwrap();
    let ids = |name: &str| -> Vec<u32> {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.split_whitespace().map(|id| id.parse().unwrap()).collect()
    };
    assert!(ids("Uid:").iter().all(|id| *id != 0), "{status}");
    assert!(ids("Gid:").iter().all(|id| *id != 0), "{status}");
    assert!(!ids("Groups:").contains(&0), "{status}");
    postgres.stop().await;
}

#[tokio::test]
async fn a_deep_folder_has_its_socket_elsewhere() {
    let folder = open_folder();
    let data = folder.path().join("course".repeat(10)).join("courses".repeat(10)).join("data, 'of' mine");
    let postgres = PrivatePostgres::start(&data).await.unwrap();
    write_a_row(&postgres.connect_options()).await;
    let pid_file = fs::read_to_string(postgres.cluster().join("postmaster.pid")).unwrap();
    let socket = PathBuf::from(pid_file.lines().nth(4).unwrap());
    let found = fs::symlink_metadata(&socket).unwrap();
    assert_eq!(found.mode() & 0o777, 0o700);
    assert_eq!(found.uid(), fs::metadata(postgres.cluster()).unwrap().uid());
    postgres.stop().await;

    // And once more, now that the folder exists.
    let postgres = PrivatePostgres::start(&data).await.unwrap();
    let joined = PrivatePostgres::join(&data).await.unwrap().unwrap();
    assert_eq!(rows(&joined).await.unwrap(), 1);
    postgres.stop().await;
    fs::remove_dir_all(socket).unwrap();
}

#[tokio::test]
async fn a_folder_that_postgres_cannot_enter_has_its_cluster_elsewhere() {
    // Made for one user alone: an ordinary user's Postgres can enter, root's can't.
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    let data = folder.path().join("data");
    let postgres = PrivatePostgres::start(&data).await.unwrap();
    write_a_row(&postgres.connect_options()).await;
    let first = postgres.cluster().to_owned();
    assert_eq!(first.starts_with("/var/lib/dulle"), geteuid().is_root(), "{}", first.display());
    postgres.stop().await;

    // Now it could enter, but the data is where it is.
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let postgres = PrivatePostgres::start(&data).await.unwrap();
    assert_eq!(postgres.cluster(), first);
    assert_eq!(rows(&postgres.connect_options()).await.unwrap(), 1);
    postgres.stop().await;

    // Who removes the data folder begins anew.
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    fs::remove_dir_all(&data).unwrap();
    let postgres = PrivatePostgres::start(&data).await.unwrap();
    assert!(rows(&postgres.connect_options()).await.is_err());
    let second = postgres.cluster().to_owned();
    postgres.stop().await;
    if geteuid().is_root() {
        for cluster in [first, second] {
            fs::remove_dir_all(cluster.parent().unwrap()).unwrap();
        }
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_used_is_named() {
    let folder = open_folder();
    let data = if geteuid().is_root() {
        // Nothing is closed to root, but a file is no folder.
        fs::write(folder.path().join("file"), "").unwrap();
        folder.path().join("file").join("data")
    } else {
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o000)).unwrap();
        folder.path().join("data")
    };
    let error = PrivatePostgres::start(&data).await.unwrap_err();
    assert!(matches!(error, PrivatePostgresError::Folder { .. }), "{error:?}");
    assert!(error.to_string().contains(data.to_str().unwrap()), "{error}");
    assert!(error.to_string().contains("DULLE_DATA"), "{error}");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
}

#[tokio::test]
async fn a_postgres_that_does_not_start_says_why_and_frees_the_folder() {
    let folder = open_folder();
    let postgres = PrivatePostgres::start(folder.path()).await.unwrap();
    let cluster = postgres.cluster().to_owned();
    postgres.stop().await;

    let local = cluster.join("dulle-local.conf");
    fs::write(&local, "no_such_setting = 1\n").unwrap();
    fs::set_permissions(&local, fs::Permissions::from_mode(0o644)).unwrap();
    let error = PrivatePostgres::start(folder.path()).await.unwrap_err();
    assert!(matches!(error, PrivatePostgresError::Start { .. }), "{error:?}");
    assert!(error.to_string().contains("no_such_setting"), "{error}");
    fs::remove_file(&local).unwrap();

    let version = fs::read_to_string(cluster.join("PG_VERSION")).unwrap();
    fs::write(cluster.join("PG_VERSION"), "12\n").unwrap();
    let error = PrivatePostgres::start(folder.path()).await.unwrap_err();
    assert!(matches!(error, PrivatePostgresError::OtherVersion { found: 12, .. }), "{error:?}");
    fs::write(cluster.join("PG_VERSION"), version).unwrap();

    PrivatePostgres::start(folder.path()).await.unwrap().stop().await;
}

#[tokio::test]
async fn a_postgres_that_does_not_end_is_cut_off_by_the_deadline() {
    let folder = open_folder();
    let postgres = PrivatePostgres::start(folder.path()).await.unwrap();
    write_a_row(&postgres.connect_options()).await;
    let pid = postmaster(postgres.cluster()).unwrap();
    // It hears nothing any more.
    kill(pid, Signal::SIGSTOP).unwrap();
    let begun = Instant::now();
    postgres.stop_by(begun + Duration::from_secs(1)).await;
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    assert!(!is_running(pid));

    let postgres = PrivatePostgres::start(folder.path()).await.unwrap();
    assert_eq!(rows(&postgres.connect_options()).await.unwrap(), 1, "committed stays");
    postgres.stop().await;
}

#[tokio::test]
async fn a_dropped_handle_stops_postgres() {
    let folder = open_folder();
    let postgres = PrivatePostgres::start(folder.path()).await.unwrap();
    let pid = postmaster(postgres.cluster()).unwrap();
    drop(postgres);
    eventually("Postgres has ended", async || !is_running(pid)).await;
    eventually("the folder is free", async || PrivatePostgres::join(folder.path()).await.unwrap().is_none()).await;
}

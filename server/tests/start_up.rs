//! What keeps `dulle` from starting is one line on stderr that says what and what to do, and an exit code that isn't 0.

use platform::{Clock, Database};
use server::compose;
use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Long enough for a slow machine; none of these may take long.
const LIMIT: Duration = Duration::from_secs(30);

struct Start {
    command: Command,
    folder: tempfile::TempDir,
}

/// A start that would succeed but for what a test changes: a stub of a site, and ports of its own.
fn start(words: &[&str]) -> Start {
    let folder = tempfile::tempdir().expect("a folder");
    let pkg = folder.path().join("site/pkg");
    fs::create_dir_all(&pkg).expect("a folder");
    fs::write(pkg.join("dulle.js"), "").expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_dulle"));
    command
        .args(words)
        .current_dir(folder.path())
        .env_remove("DATABASE_URL")
        .env_remove("RUST_LOG")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DULLE_")) {
        command.env_remove(name);
    }
    command.env("DULLE_ADDR", "127.0.0.1:0").env("DULLE_ADMIN_ADDR", "127.0.0.1:0").env("DULLE_SITE", folder.path().join("site"));
    Start { command, folder }
}

impl Start {
    fn with(mut self, name: &str, value: impl AsRef<Path>) -> Self {
        self.command.env(name, value.as_ref());
        self
    }

    /// The one line it fails with.
    fn fails(mut self) -> String {
        let mut child = self.command.spawn().expect("starts");
        let begun = Instant::now();
        while child.try_wait().expect("waits").is_none() {
            if begun.elapsed() > LIMIT {
                child.kill().expect("ends");
                panic!("neither started nor failed");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let output = child.wait_with_output().expect("ends");
        let words = String::from_utf8(output.stderr).expect("text");
        assert!(!output.status.success(), "{words}");
        assert_eq!(words.lines().count(), 1, "{words}");
        assert!(output.stdout.is_empty());
        drop(self.folder);
        words
    }
}

/// A database on the tests' server.
fn url_of(database: &str) -> String {
    let url = std::env::var("DULLE_TEST_DATABASE_URL").expect("DULLE_TEST_DATABASE_URL is set: `make test` starts a server for the tests");
    let (server, query) = url.split_once('?').map_or((url.as_str(), String::new()), |(server, query)| (server, format!("?{query}")));
    let (server, _) = server.rsplit_once('/').expect("a database in DULLE_TEST_DATABASE_URL");
    format!("{server}/{database}{query}")
}

fn assert_says(line: &str, parts: &[&str]) {
    for part in parts {
        assert!(line.contains(part), "`{part}` is not in: {line}");
    }
}

#[test]
fn an_address_that_is_taken() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let addr = taken.local_addr().expect("an address").to_string();
    assert_says(&start(&["serve"]).with("DULLE_ADDR", &addr).fails(), &[&addr, "DULLE_ADDR", "another program"]);
    assert_says(&start(&["serve", "--addr", &addr]).fails(), &[&addr, "--addr"]);
    assert_says(&start(&["serve"]).with("DULLE_ADMIN_ADDR", &addr).fails(), &[&addr, "DULLE_ADMIN_ADDR"]);
}

#[test]
fn an_address_that_is_not_ours() {
    assert_says(&start(&["serve", "--addr", "192.0.2.1:3000"]).fails(), &["192.0.2.1:3000", "DULLE_ADDR"]);
}

#[test]
fn a_wrong_database_url() {
    for (url, said) in [
        ("mysql://localhost/dulle", "it does not begin with postgres://"),
        ("postgres://dulle@127.0.0.1:1/dulle", "127.0.0.1:1"),
        ("postgres://dulle@%2Fnowhere/dulle", "/nowhere"),
    ] {
        for words in [["serve"].as_slice(), &["migrate"], &["audit"], &["rebuild", "viewpage"]] {
            assert_says(&start(words).with("DATABASE_URL", url).fails(), &["DATABASE_URL", said]);
        }
    }
}

#[test]
fn a_database_that_does_not_know_us() {
    let line = start(&["serve"]).with("DATABASE_URL", url_of("dulle_is_not_here")).fails();
    assert_says(&line, &["dulle_is_not_here", "does not exist", "DATABASE_URL"]);
}

#[tokio::test]
async fn a_database_of_which_a_later_release_has_taken_something_away() {
    let options = platform::testing::fresh_database().await;
    let database = Database::new(options.clone(), 2, Clock::system());
    compose::migrate(&database).await.expect("migrates");
    let later = "INSERT INTO course._migrations (version, description, success, checksum, execution_time)
        VALUES (99990101000000, 'contract names', true, '', 0)";
    sqlx::query(later).execute(database.pool()).await.expect("inserts");
    let url = url_of(options.get_database().expect("a name"));
    for words in [["serve"].as_slice(), &["serve", "--no-migrate"], &["migrate"]] {
        assert_says(&start(words).with("DATABASE_URL", &url).fails(), &["`course`", "newer than this program", "99990101000000"]);
    }
}

#[test]
fn a_data_folder_that_cannot_be_used() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    assert_says(&start(&["serve"]).with("DULLE_DATA", file.path()).fails(), &[&file.path().display().to_string(), "DULLE_DATA"]);

    let folder = tempfile::tempdir().expect("a folder");
    let locked = folder.path().join("locked");
    fs::create_dir(&locked).expect("a folder");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).expect("permissions");
    // Root may do everything.
    if fs::read_dir(&locked).is_err() {
        assert_says(&start(&["serve"]).with("DULLE_DATA", &locked).fails(), &["DULLE_DATA"]);
    }
}

#[test]
fn a_site_that_is_missing() {
    assert_says(&start(&["serve"]).with("DULLE_SITE", "/nowhere").fails(), &["/nowhere", "make build", "DULLE_SITE"]);
}

#[test]
fn a_mistake_in_the_environment() {
    assert_says(&start(&["serve"]).with("DULLE_RATE_LIMIT", "maybe").fails(), &["DULLE_RATE_LIMIT", "maybe", "on or off"]);
    assert_says(&start(&["migrate"]).with("DULLE_BASE_URL", "dulle.example").fails(), &["DULLE_BASE_URL", "https://"]);
}

#[test]
fn the_description_of_the_interface_needs_no_database() {
    let mut start = start(&["openapi"]);
    let output = start.command.env("DATABASE_URL", "postgres://dulle@127.0.0.1:1/dulle").output().expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let description: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(description["openapi"], "3.1.0");
    assert_eq!(description["servers"][0]["url"], "/api/v1");
    for path in [
        "/accounts",
        "/sessions",
        "/sessions/current",
        "/me",
        "/me/password",
        "/courses",
        "/courses/{id}",
        "/courses/{id}/publish",
        "/courses/{id}/like",
        "/viewpages",
        "/viewpages/{course_id}",
        "/live",
    ] {
        assert!(description["paths"][path].is_object(), "{path} is missing");
    }
    // What is generated from the description goes by these (OpenAPI 3.1, 4.8.10).
    let operations =
        description["paths"].as_object().expect("paths").values().flat_map(|path| path.as_object().expect("operations").values());
    let ids: Vec<&str> = operations.map(|operation| operation["operationId"].as_str().expect("a name")).collect();
    let unique: std::collections::BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "{ids:?}");
}

//! `kill -9` of the program and of its Postgres, again and again while customers like, bookmark and comment: whatever was
//! acknowledged is there afterwards, every saga comes to its end, and every count is right.
#![expect(clippy::unwrap_used, reason = "a test")]

use platform::private_postgres::PrivatePostgres;
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use sqlx::Connection;
use sqlx::postgres::PgConnection;
use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use uuid::Uuid;

const CUSTOMERS: usize = 8;
const COURSES: usize = 4;
const KILLS_OF_THE_PROGRAM: usize = 50;
const KILLS_OF_POSTGRES: usize = 10;
/// Long enough for a slow machine.
const LIMIT: Duration = Duration::from_secs(60);

/// The program on a folder and a port of its own.
struct Program {
    folder: tempfile::TempDir,
    port: u16,
    child: Child,
}

impl Program {
    fn start() -> Self {
        // Where the user that runs a root's Postgres can reach it.
        let folder = tempfile::Builder::new().prefix("dulle-killed-").tempdir_in("/tmp").unwrap();
        fs::create_dir_all(folder.path().join("site/pkg")).unwrap();
        fs::write(folder.path().join("site/pkg/dulle.js"), "").unwrap();
        open_to_others(folder.path());
        let port = platform::testing::free_port();
        let child = Self::spawn(folder.path(), port);
        Self { folder, port, child }
    }

    fn spawn(folder: &Path, port: u16) -> Child {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dulle"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DULLE_") || name == "DATABASE_URL") {
            command.env_remove(name);
        }
        let mut child = command
            .arg("serve")
            .env("DULLE_ADDR", format!("127.0.0.1:{port}"))
            .env("DULLE_ADMIN_ADDR", "127.0.0.1:0")
            .env("DULLE_DATA", folder.join("data"))
            .env("DULLE_SITE", folder.join("site"))
            .env("DULLE_RATE_LIMIT", "off")
            .env("RUST_LOG", "error")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("listening on"), "{line}");
        child
    }

    fn kill_and_start(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.child = Self::spawn(self.folder.path(), self.port);
    }

    fn kill_postgres(&self) {
        let pid = fs::read_to_string(self.postmaster_pid()).unwrap();
        let killed = Command::new("kill").args(["-9", pid.lines().next().unwrap()]).status().unwrap();
        assert!(killed.success());
    }

    fn postmaster_pid(&self) -> PathBuf {
        find(&self.folder.path().join("data"), "postmaster.pid").expect("Postgres runs")
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/api/v1{path}", self.port)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _gone = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _gone = self.child.wait();
    }
}

fn open_to_others(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
}

fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    fs::read_dir(folder).ok()?.flatten().find_map(|entry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => find(&entry.path(), name),
        Ok(_) if entry.file_name() == name => Some(entry.path()),
        _ => None,
    })
}

/// What one customer knows of what was acknowledged.
#[derive(Default)]
struct Acknowledged {
    /// By course and kind; `None` after an answer that never came.
    marks: HashMap<(Uuid, &'static str), Option<bool>>,
    comments: Vec<Uuid>,
}

async fn account(client: &Client, program: &Program, name: &str) -> String {
    let body = json!({ "email": format!("{name}@example.com"), "password": "a long walk together", "display_name": name });
    let registered = client.post(program.url("/accounts")).json(&body).send().await.unwrap();
    assert_eq!(registered.status(), StatusCode::CREATED);
    let session: Value = client.post(program.url("/sessions")).json(&body).send().await.unwrap().json().await.unwrap();
    session["token"].as_str().unwrap().to_owned()
}

async fn published_course(client: &Client, program: &Program, host: &str, number: usize) -> Uuid {
    let stop = json!({ "name": "서울숲", "category": "park", "lat": 37.5444, "lng": 127.0374 });
    let body = json!({ "title": format!("코스 {number}"), "region": "seoul", "stops": [stop] });
    let course: Value = client.post(program.url("/courses")).bearer_auth(host).json(&body).send().await.unwrap().json().await.unwrap();
    let id: Uuid = course["id"].as_str().unwrap().parse().unwrap();
    let published = client.post(program.url(&format!("/courses/{id}/publish"))).bearer_auth(host).send().await.unwrap();
    assert_eq!(published.status(), StatusCode::OK);
    id
}

/// Likes, bookmarks and comments at random until told to stop.
async fn customer(port: u16, token: String, courses: Vec<Uuid>, seed: u64, stop: Arc<AtomicBool>, answers: Arc<AtomicU64>) -> Acknowledged {
    let client = Client::builder().timeout(Duration::from_secs(10)).build().unwrap();
    let mut random = StdRng::seed_from_u64(seed);
    let mut known = Acknowledged::default();
    while !stop.load(Ordering::Relaxed) {
        let course = courses[random.random_range(0..courses.len())];
        let url = |what: &str| format!("http://127.0.0.1:{port}/api/v1/courses/{course}/{what}");
        if random.random_range(0..10) == 0 {
            let answer = client.post(url("comments")).bearer_auth(&token).json(&json!({ "body": "걷기 좋아요" })).send().await;
            if let Some(comment) = acknowledged(answer).await {
                known.comments.push(comment["id"].as_str().unwrap().parse().unwrap());
                answers.fetch_add(1, Ordering::Relaxed);
            }
            continue;
        }
        let kind = if random.random_range(0..2) == 0 { "like" } else { "bookmark" };
        let wanted = random.random_range(0..2) == 0;
        let method = if wanted { Method::PUT } else { Method::DELETE };
        let answer = client.request(method, url(kind)).bearer_auth(&token).send().await;
        let answered = acknowledged(answer).await.is_some();
        known.marks.insert((course, kind), answered.then_some(wanted));
        if answered {
            answers.fetch_add(1, Ordering::Relaxed);
        } else {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    known
}

/// What was answered, unless nothing came or the program said that it can't now.
async fn acknowledged(answer: reqwest::Result<reqwest::Response>) -> Option<Value> {
    let answer = answer.ok()?;
    if answer.status().is_server_error() {
        return None;
    }
    assert!(answer.status().is_success(), "{}: {:?}", answer.status(), answer.text().await);
    answer.json().await.ok()
}

/// Waits until `more` changes were acknowledged since now.
async fn acknowledge(answers: &AtomicU64, more: u64) {
    let goal = answers.load(Ordering::Relaxed) + more;
    tokio::time::timeout(LIMIT, async {
        while answers.load(Ordering::Relaxed) < goal {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await
    .expect("changes are acknowledged again");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_was_acknowledged_survives_every_kill() {
    let mut program = Program::start();
    let client = Client::new();
    let host = account(&client, &program, "host").await;
    let mut courses = Vec::new();
    for number in 0..COURSES {
        courses.push(published_course(&client, &program, &host, number).await);
    }
    let (stop, answers) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let mut customers = Vec::new();
    for number in 0..CUSTOMERS {
        let token = account(&client, &program, &format!("customer{number}")).await;
        let task = customer(program.port, token, courses.clone(), number as u64, stop.clone(), answers.clone());
        customers.push(tokio::spawn(task));
    }

    let mut random = StdRng::seed_from_u64(7);
    let mut kills = [vec![true; KILLS_OF_THE_PROGRAM], vec![false; KILLS_OF_POSTGRES]].concat();
    for last in (1..kills.len()).rev() {
        kills.swap(last, random.random_range(0..=last));
    }
    for of_the_program in kills {
        acknowledge(&answers, u64::from(random.next_u32() % 40) + 5).await;
        if of_the_program {
            program.kill_and_start();
        } else {
            program.kill_postgres();
        }
    }
    acknowledge(&answers, 20).await;
    stop.store(true, Ordering::Relaxed);
    let mut known = Vec::new();
    for customer in customers {
        known.push(customer.await.unwrap());
    }

    let options = PrivatePostgres::join(&program.data()).await.unwrap().expect("Postgres runs");
    let mut database = PgConnection::connect_with(&options).await.unwrap();
    let id_of = "SELECT id FROM identity.accounts WHERE email = $1";
    for (number, known) in known.iter().enumerate() {
        let id: Uuid = sqlx::query_scalar(id_of).bind(format!("customer{number}@example.com")).fetch_one(&mut database).await.unwrap();
        for ((course, kind), wanted) in &known.marks {
            let Some(wanted) = wanted else { continue };
            let query = format!("SELECT EXISTS (SELECT FROM communication.{kind}s WHERE course_id = $1 AND customer_id = $2 AND active)");
            let there: bool = sqlx::query_scalar(sqlx::AssertSqlSafe(query)).bind(course).bind(id).fetch_one(&mut database).await.unwrap();
            assert_eq!(there, *wanted, "the {kind} of customer {number} on {course}");
        }
        let comments: i64 = sqlx::query_scalar("SELECT count(*) FROM communication.comments WHERE id = ANY ($1)")
            .bind(&known.comments)
            .fetch_one(&mut database)
            .await
            .unwrap();
        assert_eq!(usize::try_from(comments).unwrap(), known.comments.len(), "every comment of customer {number}");
    }
    tokio::time::timeout(LIMIT, async {
        loop {
            let running: i64 =
                sqlx::query_scalar("SELECT count(*) FROM event_log.sagas WHERE state = 'running'").fetch_one(&mut database).await.unwrap();
            if running == 0 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await
    .expect("every saga ends");
    let sagas: i64 = sqlx::query_scalar("SELECT count(*) FROM event_log.sagas").fetch_one(&mut database).await.unwrap();
    assert!(sagas > 0);

    let audit = Command::new(env!("CARGO_BIN_EXE_dulle"))
        .arg("audit")
        .env_remove("DATABASE_URL")
        .env("DULLE_DATA", program.data())
        .output()
        .unwrap();
    assert!(audit.status.success(), "{}{}", String::from_utf8_lossy(&audit.stdout), String::from_utf8_lossy(&audit.stderr));
}

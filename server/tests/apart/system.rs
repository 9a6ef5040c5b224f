//! The processes, and who uses them from outside.

use futures::StreamExt;
use platform::testing::{free_port, fresh_database};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use sqlx::ConnectOptions;
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Long enough for a slow machine.
pub const LIMIT: Duration = Duration::from_secs(120);

const SERVICES: [&str; 6] = ["identity", "course", "communication", "review", "message", "viewpage"];

/// A process that runs `parts`.
pub struct Process {
    pub parts: &'static str,
    pub port: u16,
    child: Child,
}

/// What all processes are told.
pub struct System {
    pub folder: tempfile::TempDir,
    /// Of each service, the variable that names its database, and the database.
    databases: BTreeMap<&'static str, (String, String)>,
    bus: Option<String>,
    /// By environment variables.
    told: Vec<(String, String)>,
}

/// All parts as processes of their own, identity and message in one, the viewpage twice.
pub struct Processes {
    pub identity: Process,
    pub course: Process,
    pub communication: Process,
    pub review: Process,
    pub viewpages: [Process; 2],
    pub web: Process,
}

impl System {
    /// Everything on a fresh database.
    pub async fn start() -> (Self, Processes) {
        Self::start_with(&[]).await
    }

    /// The same, each process told more.
    pub async fn start_with(more: &[(&str, &str)]) -> (Self, Processes) {
        let database = fresh_database().await.to_url_lossy().to_string();
        Self::on(SERVICES.map(|service| (service, ("DATABASE_URL".to_owned(), database.clone()))).into(), None, more)
    }

    /// Each service on a fresh database of its own, and `bus` between them.
    pub async fn on_databases_of_their_own(bus: String) -> (Self, Processes) {
        let mut databases = BTreeMap::new();
        for service in SERVICES {
            let variable = format!("DULLE_{}_DATABASE_URL", service.to_ascii_uppercase());
            databases.insert(service, (variable, fresh_database().await.to_url_lossy().to_string()));
        }
        Self::on(databases, Some(bus), &[])
    }

    fn on(databases: BTreeMap<&'static str, (String, String)>, bus: Option<String>, more: &[(&str, &str)]) -> (Self, Processes) {
        let folder = tempfile::tempdir().unwrap();
        site(folder.path());
        let [identity, course, communication, review, one, two, web] = [(); 7].map(|()| free_port());
        let at = |port: u16| format!("http://127.0.0.1:{port}");
        let urls = [
            ("IDENTITY", at(identity)),
            ("MESSAGE", at(identity)),
            ("COURSE", at(course)),
            ("COMMUNICATION", at(communication)),
            ("REVIEW", at(review)),
            ("VIEWPAGE", format!("{},{}", at(one), at(two))),
        ];
        let urls = urls.into_iter().map(|(name, url)| (format!("DULLE_{name}_URL"), url));
        let told = urls.chain(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))).collect();
        let system = Self { folder, databases, bus, told };
        let processes = Processes {
            identity: system.spawn("identity,message", identity),
            course: system.spawn("course", course),
            communication: system.spawn("communication", communication),
            review: system.spawn("review", review),
            viewpages: [one, two].map(|port| system.spawn("viewpage", port)),
            web: system.spawn("web", web),
        };
        (system, processes)
    }

    fn spawn(&self, parts: &'static str, port: u16) -> Process {
        let mut command = program();
        // The web keeps nothing, and is told of no database and no bus.
        command.envs(self.kept_by(parts.split(',')));
        let mut child = command
            .args(["serve", "--only", parts])
            .env("DULLE_ADDR", format!("127.0.0.1:{port}"))
            .env("DULLE_ADMIN_ADDR", "127.0.0.1:0")
            .env("DULLE_DATA", self.folder.path().join("data"))
            .env("DULLE_SITE", self.folder.path().join("site"))
            .env("DULLE_RATE_LIMIT", "off")
            .env("DULLE_DATABASE_CONNECTIONS", "8")
            .envs(self.told.iter().map(|(name, value)| (name, value)))
            // So that a failure can be looked into.
            .env("RUST_LOG", std::env::var("RUST_LOG").unwrap_or_else(|_| "error".to_owned()))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("listening on"), "{parts}: {line}");
        Process { parts, port, child }
    }

    /// What the environment says to whoever runs `services`.
    fn kept_by<'a>(&self, services: impl Iterator<Item = &'a str>) -> BTreeMap<String, String> {
        let mut environment: BTreeMap<_, _> = services.filter_map(|service| self.databases.get(service).cloned()).collect();
        if !environment.is_empty() {
            environment.extend(self.bus.iter().map(|bus| ("DULLE_BUS".to_owned(), bus.clone())));
        }
        environment
    }

    /// Where a service keeps what it keeps.
    pub fn database(&self, service: &str) -> &str {
        &self.databases[service].1
    }

    /// `dulle audit`, and what it says.
    pub async fn audit(&self) -> Result<(), String> {
        let mut command = tokio::process::Command::from(program());
        command.arg("audit").envs(self.kept_by(SERVICES.into_iter())).env("DULLE_DATA", self.folder.path()).kill_on_drop(true);
        let output = command.output().await.unwrap();
        if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()) }
    }

    /// The same process anew.
    pub fn again(&self, process: &mut Process) {
        *process = self.spawn(process.parts, process.port);
    }
}

/// The program, told nothing by our own environment.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dulle"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DULLE_") || name == "DATABASE_URL") {
        command.env_remove(name);
    }
    command
}

impl Process {
    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}

fn site(folder: &Path) {
    fs::create_dir_all(folder.join("site/pkg")).unwrap();
    fs::write(folder.join("site/pkg/dulle.js"), "").unwrap();
}

/// Somebody at the one address that the public knows.
#[derive(Clone)]
pub struct Person {
    client: Client,
    web: String,
    token: String,
}

impl Person {
    pub async fn new(web: &str, name: &str) -> Self {
        let client = Client::new();
        let account = json!({ "email": format!("{name}@example.com"), "password": "a long walk together", "display_name": name });
        let mut person = Self { client, web: web.to_owned(), token: String::new() };
        assert_eq!(person.send(Method::POST, "/accounts", Some(&account)).await.0, StatusCode::CREATED);
        let (status, session) = person.send(Method::POST, "/sessions", Some(&account)).await;
        assert_eq!(status, StatusCode::CREATED, "{session}");
        session["token"].as_str().unwrap().clone_into(&mut person.token);
        person
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}/api/v1{path}", self.web));
        if self.token.is_empty() { request } else { request.bearer_auth(&self.token) }
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> (StatusCode, Value) {
        let request = self.request(method, path);
        let answer =
            body.map_or_else(|| request.try_clone().unwrap(), |body| request.try_clone().unwrap().json(body)).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap_or_default())
    }

    /// Publishes a course; its id.
    pub async fn publishes(&self) -> String {
        let stop =
            json!({ "name": "서울숲", "category": "park", "lat": 37.544, "lng": 127.037, "stay_minutes": 60, "cost_krw": 0, "note": "" });
        let input =
            json!({ "title": "한 바퀴", "summary": "", "region": "seoul", "tags": ["산책"], "reviews_open": true, "stops": [stop] });
        let (status, written) = self.send(Method::POST, "/courses", Some(&input)).await;
        assert_eq!(status, StatusCode::CREATED, "{written}");
        let id = written["id"].as_str().unwrap().to_owned();
        self.insist(Method::POST, &format!("/courses/{id}/publish"), None).await;
        while self.send(Method::GET, &format!("/viewpages/{id}"), None).await.0 == StatusCode::NOT_FOUND {}
        id
    }

    /// Says it until it is taken: what is refused meanwhile is refused as it should be.
    pub async fn insist(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let insisting = async {
            loop {
                let (status, answer) = self.send(method.clone(), path, body).await;
                if status.is_success() {
                    return answer;
                }
                assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{path}: {answer}");
            }
        };
        tokio::time::timeout(LIMIT, insisting).await.expect("it is taken in the end")
    }
}

/// An open live stream of a course.
pub struct Stream {
    parts: futures::stream::BoxStream<'static, reqwest::Result<Vec<u8>>>,
    seen: String,
}

impl Stream {
    pub async fn of(person: &Person, course: &str) -> Self {
        let answer = person.request(Method::GET, &format!("/live?course={course}")).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        Self { parts: answer.bytes_stream().map(|part| part.map(Vec::from)).boxed(), seen: String::new() }
    }

    pub async fn shows(&mut self, what: &str) {
        let showing = async {
            while !self.seen.contains(what) {
                let part = self.parts.next().await.expect("the stream stays open").unwrap();
                self.seen.push_str(&String::from_utf8(part).unwrap());
            }
        };
        tokio::time::timeout(LIMIT, showing).await.unwrap_or_else(|_| panic!("{what} is shown, after {}", self.seen));
    }

    /// The ids of all events, in order.
    pub fn ids(&self) -> Vec<u64> {
        self.seen.lines().filter_map(|line| line.strip_prefix("id:")?.trim().parse().ok()).collect()
    }
}

//! Every service a process of its own, the viewpage two of them, on one database: the same walk as in one process, over real sockets,
//! while processes are killed.
#![expect(clippy::unwrap_used, reason = "a test")]

use futures::StreamExt;
use platform::testing::fresh_database;
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use sqlx::ConnectOptions;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Long enough for a slow machine.
const LIMIT: Duration = Duration::from_secs(120);
const KEY: &str = "a key that only these processes know of";

/// A process that runs `parts`.
struct Process {
    parts: &'static str,
    port: u16,
    child: Child,
}

/// What all processes are told.
struct System {
    folder: tempfile::TempDir,
    database: String,
    urls: Vec<(String, String)>,
}

impl System {
    fn spawn(&self, parts: &'static str, port: u16) -> Process {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dulle"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DULLE_") || name == "DATABASE_URL") {
            command.env_remove(name);
        }
        // The web keeps nothing and is told of no database.
        if parts != "web" {
            command.env("DATABASE_URL", &self.database);
        }
        let mut child = command
            .args(["serve", "--only", parts])
            .env("DULLE_ADDR", format!("127.0.0.1:{port}"))
            .env("DULLE_ADMIN_ADDR", "127.0.0.1:0")
            .env("DULLE_DATA", self.folder.path().join("data"))
            .env("DULLE_SITE", self.folder.path().join("site"))
            .env("DULLE_RATE_LIMIT", "off")
            .env("DULLE_DATABASE_CONNECTIONS", "8")
            .envs(self.urls.iter().map(|(name, url)| (name, url)))
            .env("RUST_LOG", "error")
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

    fn again(&self, process: &mut Process) {
        *process = self.spawn(process.parts, process.port);
    }
}

impl Process {
    /// `kill -9`.
    fn kill(&mut self) {
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

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn site(folder: &Path) {
    fs::create_dir_all(folder.join("site/pkg")).unwrap();
    fs::write(folder.join("site/pkg/dulle.js"), "").unwrap();
}

/// Somebody at the one address that the public knows.
#[derive(Clone)]
struct Person {
    client: Client,
    web: String,
    token: String,
}

impl Person {
    async fn new(web: &str, name: &str) -> Self {
        let client = Client::new();
        let account = json!({ "email": format!("{name}@example.com"), "password": "a long walk together", "display_name": name });
        let mut person = Self { client, web: web.to_owned(), token: String::new() };
        assert_eq!(person.send(Method::POST, "/accounts", Some(&account)).await.0, StatusCode::CREATED);
        let (status, session) = person.send(Method::POST, "/sessions", Some(&account)).await;
        assert_eq!(status, StatusCode::CREATED, "{session}");
        session["token"].as_str().unwrap().clone_into(&mut person.token);
        person
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}/api/v1{path}", self.web));
        if self.token.is_empty() { request } else { request.bearer_auth(&self.token) }
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> (StatusCode, Value) {
        let request = self.request(method, path);
        let answer =
            body.map_or_else(|| request.try_clone().unwrap(), |body| request.try_clone().unwrap().json(body)).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap_or_default())
    }

    /// Says it until it is taken: what is refused meanwhile is refused as it should be.
    async fn insist(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
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
struct Stream {
    parts: futures::stream::BoxStream<'static, reqwest::Result<Vec<u8>>>,
    seen: String,
}

impl Stream {
    async fn of(person: &Person, course: &str) -> Self {
        let answer = person.request(Method::GET, &format!("/live?course={course}")).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        Self { parts: answer.bytes_stream().map(|part| part.map(Vec::from)).boxed(), seen: String::new() }
    }

    async fn shows(&mut self, what: &str) {
        let showing = async {
            while !self.seen.contains(what) {
                let part = self.parts.next().await.expect("the stream stays open").unwrap();
                self.seen.push_str(&String::from_utf8(part).unwrap());
            }
        };
        tokio::time::timeout(LIMIT, showing).await.unwrap_or_else(|_| panic!("{what} is shown, after {}", self.seen));
    }

    /// The ids of all events, in order.
    fn ids(&self) -> Vec<u64> {
        self.seen.lines().filter_map(|line| line.strip_prefix("id:")?.trim().parse().ok()).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn services_apart_are_as_one_and_whoever_is_killed_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    site(folder.path());
    let database = fresh_database().await.to_url_lossy().to_string();
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
    let urls = urls.into_iter().map(|(name, url)| (format!("DULLE_{name}_URL"), url)).collect();
    let system = System { folder, database, urls };
    let mut identity = system.spawn("identity,message", identity);
    let mut course = system.spawn("course", course);
    let mut communication = system.spawn("communication", communication);
    let mut review = system.spawn("review", review);
    let mut one = system.spawn("viewpage", one);
    let mut two = system.spawn("viewpage", two);
    let web = system.spawn("web", web);
    // On one machine nobody has to say a key; and nobody has made a database of its own.
    let made: Vec<_> = fs::read_dir(system.folder.path().join("data")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(made, ["service.key"]);
    let web = at(web.port);

    // A course, a like, a review; the page and the open stream show them.
    let host = Person::new(&web, "host").await;
    let customer = Person::new(&web, "customer").await;
    let stop =
        json!({ "name": "서울숲", "category": "park", "lat": 37.544, "lng": 127.037, "stay_minutes": 60, "cost_krw": 0, "note": "" });
    let input = json!({ "title": "한 바퀴", "summary": "", "region": "seoul", "tags": ["산책"], "reviews_open": true, "stops": [stop] });
    let (status, written) = host.send(Method::POST, "/courses", Some(&input)).await;
    assert_eq!(status, StatusCode::CREATED, "{written}");
    let id = written["id"].as_str().unwrap().to_owned();
    let (status, refused) = customer.send(Method::POST, &format!("/courses/{id}/publish"), None).await;
    assert_eq!((status, &refused["code"]), (StatusCode::NOT_FOUND, &json!("not_found")), "refusals are what they are");
    host.insist(Method::POST, &format!("/courses/{id}/publish"), None).await;
    let view = format!("/viewpages/{id}");
    let shown = async || customer.send(Method::GET, &view, None).await;
    while shown().await.0 == StatusCode::NOT_FOUND {}

    let mut stream = Stream::of(&customer, &id).await;
    stream.shows("event: snapshot").await;
    let liked = customer.insist(Method::PUT, &format!("/courses/{id}/like"), None).await;
    assert_eq!(liked["likes"], 1);
    stream.shows("\"likes\":1").await;
    let words = json!({ "rating": 5, "body": "또 걷고 싶어요" });
    let (status, reviewed) = customer.send(Method::POST, &format!("/courses/{id}/reviews"), Some(&words)).await;
    assert_eq!(status, StatusCode::CREATED, "{reviewed}");
    stream.shows("event: review").await;
    let (status, page) = shown().await;
    assert_eq!((status, &page["counts"]["likes"], &page["counts"]["reviews"]), (StatusCode::OK, &json!(1), &json!(1)), "{page}");
    assert_eq!(page["reviews"][0]["body"], "또 걷고 싶어요");
    let (status, again) = customer.send(Method::POST, &format!("/courses/{id}/reviews"), Some(&words)).await;
    assert_eq!((status, &again["code"]), (StatusCode::CONFLICT, &json!("already_reviewed")));

    // Either copy of the viewpage is killed: the other folds and shows what comes, on the stream that is open.
    for (copy, likes, name) in [(&mut one, 2, "second"), (&mut two, 3, "third")] {
        let person = Person::new(&web, name).await;
        copy.kill();
        let killed = Instant::now();
        person.insist(Method::PUT, &format!("/courses/{id}/like"), None).await;
        stream.shows(&format!("\"likes\":{likes}")).await;
        eprintln!("a viewpage process was killed: its work was taken over within {:?}", killed.elapsed());
        system.again(copy);
    }
    let ids = stream.ids();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "nothing comes twice or out of order: {ids:?}");

    // Without the course service no review is taken, and none is pretended; pages are untouched. It recovers by itself.
    let late = Person::new(&web, "late").await;
    course.kill();
    let answer = late.request(Method::POST, &format!("/courses/{id}/reviews")).json(&words).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers().contains_key("retry-after"));
    assert_eq!(shown().await.0, StatusCode::OK);
    system.again(&mut course);
    late.insist(Method::POST, &format!("/courses/{id}/reviews"), Some(&words)).await;

    // Pages are there while every other service is down.
    for process in [&mut identity, &mut course, &mut communication, &mut review] {
        process.kill();
    }
    let page = Client::new().get(format!("{web}/courses/{id}")).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    assert!(page.text().await.unwrap().contains("한 바퀴"));
    let nobody = Client::new().get(format!("{web}/api/v1{view}")).send().await.unwrap();
    assert_eq!(nobody.json::<Value>().await.unwrap()["counts"]["reviews"], 2);

    // Nobody but services is answered by services, and the public address has nothing for services at all.
    let internal = |port: u16| Client::new().post(format!("http://127.0.0.1:{port}/internal/v1/viewpage/parts")).body("[1]").send();
    assert_eq!(internal(one.port).await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let public = Client::new().post(format!("{web}/internal/v1/viewpage/parts")).body("[1]").send().await.unwrap();
    assert!(
        [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN, StatusCode::METHOD_NOT_ALLOWED].contains(&public.status()),
        "{}",
        public.status()
    );
}

/// Whatever is missing is said in one line, before anything else is done.
#[test]
fn what_keeps_services_apart_from_starting_is_said() {
    let data = tempfile::tempdir().unwrap();
    let nowhere = ("DATABASE_URL", "postgres://127.0.0.1:1/nowhere");
    let key = ("DULLE_SERVICE_KEY", KEY);
    for (part, variables, said) in [
        ("review", vec![nowhere, key], "DULLE_COURSE_URL"),
        ("course", vec![nowhere, ("DULLE_ADDR", "0.0.0.0:0")], "DULLE_SERVICE_KEY"),
        ("course", vec![nowhere, ("DULLE_SERVICE_KEY", "short")], "DULLE_SERVICE_KEY"),
        ("course,message", vec![key], "DATABASE_URL"),
        ("reviews", vec![nowhere, key], "--only"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dulle"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DULLE_") || name == "DATABASE_URL") {
            command.env_remove(name);
        }
        let output = command
            .args(["serve", "--only", part])
            .envs([("DULLE_ADDR", "127.0.0.1:0"), ("DULLE_ADMIN_ADDR", "off")])
            .env("DULLE_DATA", data.path())
            .envs(variables)
            .output()
            .unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && told.contains(said), "{part}: {told}");
        assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0, "{part}: nothing was made");
    }
}

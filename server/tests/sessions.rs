//! The whole program over a socket: live streams end with their session, and who asks too often is refused.

use futures::StreamExt;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use std::fs;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// Long enough for a slow machine.
const STARTED: Duration = Duration::from_secs(60);
/// What is promised of a stream whose session has ended.
const ENDED: Duration = Duration::from_secs(5);
const PASSWORD: &str = "correct horse";

/// A program of its own on a database of its own.
struct Running {
    origin: String,
    client: Client,
    _child: Child,
    _site: tempfile::TempDir,
}

impl Running {
    async fn start(rate_limit: &str) -> Self {
        let database = platform::testing::fresh_database().await;
        let url = std::env::var("DULLE_TEST_DATABASE_URL").expect("the tests' server");
        let (server, query) = url.split_once('?').map_or((url.as_str(), String::new()), |(server, query)| (server, format!("?{query}")));
        let (server, _) = server.rsplit_once('/').expect("a database in DULLE_TEST_DATABASE_URL");
        let site = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(site.path().join("pkg")).expect("a folder");
        fs::write(site.path().join("pkg/dulle.js"), "").expect("a file");
        let mut command = Command::new(env!("CARGO_BIN_EXE_dulle"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DULLE_")) {
            command.env_remove(name);
        }
        let mut child = command
            .arg("serve")
            .current_dir(site.path())
            .env("DATABASE_URL", format!("{server}/{}{query}", database.get_database().expect("has a name")))
            .env("DULLE_ADDR", "127.0.0.1:0")
            .env("DULLE_ADMIN_ADDR", "off")
            .env("DULLE_SITE", site.path())
            .env("DULLE_RATE_LIMIT", rate_limit)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("starts");
        let mut lines = BufReader::new(child.stdout.take().expect("is piped")).lines();
        let line = tokio::time::timeout(STARTED, lines.next_line()).await.expect("in time").expect("reads").expect("listens");
        let origin = line.strip_prefix("listening on ").expect("says where").to_owned();
        Self { origin, client: Client::new(), _child: child, _site: site }
    }

    fn ask(&self, method: Method, path: &str, token: Option<&str>) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.origin));
        match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    async fn sign_in(&self, email: &str, password: &str) -> Response {
        let credentials = json!({ "email": email, "password": password });
        self.ask(Method::POST, "/api/v1/sessions", None).json(&credentials).send().await.expect("answers")
    }

    async fn session(&self, email: &str) -> String {
        let session: Value = self.sign_in(email, PASSWORD).await.json().await.expect("JSON");
        session["token"].as_str().expect("a token").to_owned()
    }

    async fn register(&self, email: &str) {
        let account = json!({ "email": email, "password": PASSWORD, "display_name": "미나" });
        let answer = self.ask(Method::POST, "/api/v1/accounts", None).json(&account).send().await.expect("answers");
        assert_eq!(answer.status(), StatusCode::CREATED);
    }

    /// A course that is shown.
    async fn course(&self, token: &str) -> String {
        let stop = json!({ "name": "서울숲", "category": "park", "lat": 37.5443, "lng": 127.0374, "stay_minutes": 60, "cost_krw": 0 });
        let course = json!({ "title": "서울숲", "summary": "", "region": "seoul", "tags": [], "reviews_open": true, "stops": [stop] });
        let course: Value =
            self.ask(Method::POST, "/api/v1/courses", Some(token)).json(&course).send().await.expect("answers").json().await.expect("JSON");
        let id = course["id"].as_str().expect("an id").to_owned();
        let shown = self.ask(Method::POST, &format!("/api/v1/courses/{id}/publish"), Some(token)).send().await.expect("answers");
        assert_eq!(shown.status(), StatusCode::OK);
        id
    }

    /// A stream that has begun to speak.
    async fn stream(&self, course: &str, token: Option<&str>, cookie: bool) -> impl StreamExt + use<> {
        let path = format!("/api/v1/live?course={course}");
        let request = match token.filter(|_| cookie) {
            Some(token) => self.ask(Method::GET, &path, None).header("cookie", format!("dulle={token}")),
            None => self.ask(Method::GET, &path, token),
        };
        let answer = request.send().await.expect("answers");
        assert_eq!(answer.status(), StatusCode::OK);
        let mut stream = Box::pin(answer.bytes_stream());
        let first = tokio::time::timeout(ENDED, stream.next()).await.expect("speaks").expect("is open").expect("reads");
        assert!(first.starts_with(b"id:") || first.starts_with(b"event:"), "{first:?}");
        stream
    }
}

/// Reads a stream to its end, at most this long.
async fn ends(stream: impl StreamExt, limit: Duration) -> bool {
    tokio::time::timeout(limit, stream.for_each(async |_| {})).await.is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_end_with_the_session_that_they_were_opened_in() {
    let running = Running::start("off").await;
    running.register("mina@example.com").await;
    let (phone, desk, tablet) =
        (running.session("mina@example.com").await, running.session("mina@example.com").await, running.session("mina@example.com").await);
    let course = running.course(&desk).await;

    let by_token = running.stream(&course, Some(&phone), false).await;
    let by_cookie = running.stream(&course, Some(&phone), true).await;
    let (other, nobody) = (running.stream(&course, Some(&tablet), true).await, running.stream(&course, None, false).await);
    let signed_out = running.ask(Method::DELETE, "/api/v1/sessions/current", Some(&phone)).send().await.expect("answers");
    assert_eq!(signed_out.status(), StatusCode::NO_CONTENT);
    let (by_token, by_cookie) = tokio::join!(ends(by_token, ENDED), ends(by_cookie, ENDED));
    assert!(by_token && by_cookie, "within five seconds");

    let change = json!({ "current_password": PASSWORD, "new_password": "another horse" });
    let changed = running.ask(Method::PUT, "/api/v1/me/password", Some(&desk)).json(&change).send().await.expect("answers");
    assert_eq!(changed.status(), StatusCode::NO_CONTENT);
    assert!(ends(other, ENDED).await, "open until then, and not after");

    let own = running.stream(&course, Some(&desk), false).await;
    let wrong =
        running.ask(Method::DELETE, "/api/v1/me", Some(&desk)).json(&json!({ "password": PASSWORD })).send().await.expect("answers");
    assert_eq!(wrong.status(), StatusCode::FORBIDDEN);
    assert_eq!(wrong.json::<Value>().await.expect("JSON")["errors"], json!([{ "field": "password", "code": "mismatch" }]));
    let closing = json!({ "password": "another horse" });
    let closed = running.ask(Method::DELETE, "/api/v1/me", Some(&desk)).json(&closing).send().await.expect("answers");
    assert_eq!(closed.status(), StatusCode::ACCEPTED);
    assert!(ends(own, ENDED).await);
    assert_eq!(running.sign_in("mina@example.com", "another horse").await.status(), StatusCode::UNAUTHORIZED);
    assert!(!ends(nobody, Duration::from_millis(50)).await, "nobody's session has ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_tries_passwords_too_often_is_refused_known_or_not() {
    let running = Running::start("on").await;
    running.register("mina@example.com").await;
    let session = running.session("mina@example.com").await;
    for email in ["mina@example.com", "nobody@example.com"] {
        let mut refused = None;
        for tries in 1..=20 {
            let answer = running.sign_in(email, "wrong password").await;
            if answer.status() == StatusCode::TOO_MANY_REQUESTS {
                refused = Some((tries, answer));
                break;
            }
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
        }
        let (tries, answer) = refused.expect("refused in the end");
        // One more every six seconds, on a slow machine; one less for who has signed in.
        assert!((10..=14).contains(&tries), "{email}: {tries}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        let seconds: u32 = answer.headers()["retry-after"].to_str().expect("text").parse().expect("a number");
        assert!((1..=6).contains(&seconds), "{seconds}");
        assert_eq!(answer.json::<Value>().await.expect("JSON")["code"], "too_many");
    }
    // Her own tries are her own: others have not used them up, and they too have an end.
    let change = json!({ "current_password": "wrong password", "new_password": "another horse" });
    let mut answers = Vec::new();
    for _ in 0..16 {
        let answer = running.ask(Method::PUT, "/api/v1/me/password", Some(&session)).json(&change).send().await.expect("answers");
        answers.push(answer.status());
    }
    assert_eq!(answers[..10], [StatusCode::FORBIDDEN; 10]);
    assert_eq!(answers[15], StatusCode::TOO_MANY_REQUESTS);
    // By the client's address too, whatever account it tries next; a page says so in its language.
    let mut page = None;
    for number in 0..40 {
        let form = format!("email={number}%40example.com&password=wrong+password");
        let answer = running.ask(Method::POST, "/en/sign-in", None).header("content-type", "application/x-www-form-urlencoded").body(form);
        let answer = answer.send().await.expect("answers");
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            page = Some(answer);
            break;
        }
    }
    let page = page.expect("refused in the end");
    assert!(page.headers().contains_key("retry-after"));
    let words = page.text().await.expect("text");
    assert!(words.contains("<html lang=\"en\"") && words.ends_with("</html>"), "{words}");
    let anyone = running.ask(Method::GET, "/api/v1/viewpages", None).send().await.expect("answers");
    assert_eq!(anyone.status(), StatusCode::OK, "reading goes on");
}

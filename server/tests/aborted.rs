//! Clients that go away at any moment: no connection to Postgres is left inside a transaction, and none is lost to the pool.
#![expect(clippy::unwrap_used, reason = "a test")]

use contract::course::{CourseInput, StopInput};
use contract::identity::{Credentials, NewAccount};
use platform::testing::{call, someone};
use platform::{Clock, Database};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use server::compose::{self, Composition};
use server::layer::authentication::{Authentication, SessionCookie, authenticate};
use server::layer::case;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

const REQUESTS: usize = 10_000;
const AT_ONCE: usize = 32;
const CONNECTIONS: u32 = 8;

async fn send_and_leave(addr: SocketAddr, request: String, after: Duration) {
    let Ok(mut stream) = TcpStream::connect(addr).await else { return };
    // Reset at once instead of an orderly end: the server learns it in the middle of whatever it does.
    stream.set_zero_linger().unwrap();
    let _gone = stream.write_all(request.as_bytes()).await;
    tokio::time::sleep(after).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_aborted_requests_leave_no_transaction_open() {
    let database = Database::new(platform::testing::fresh_database().await, CONNECTIONS, Clock::system());
    compose::migrate(&database).await.unwrap();
    let end = CancellationToken::new();
    let composition = Composition::local(&database, end.clone());
    composition.run(&end, &TaskTracker::new());
    let services = &composition.services;
    let host = call(Some(someone()));
    let stop = StopInput { name: "서울숲".into(), category: "park".into(), lat: 37.5, lng: 127.0, ..StopInput::default() };
    let input =
        CourseInput { title: "한 바퀴".into(), region: "seoul".into(), reviews_open: true, stops: vec![stop], ..CourseInput::default() };
    let course = services.course.register(&host, input).await.unwrap().id;
    services.course.publish(&host, course).await.unwrap();
    let (email, password) = ("mina@example.com".to_owned(), "a long walk together".to_owned());
    let account = NewAccount { email: email.clone(), password: password.clone(), display_name: "미나".into() };
    services.identity.register(&call(None), account).await.unwrap();
    let token = services.identity.sign_in(&call(None), Credentials { email, password }).await.unwrap().token;

    let authentication = Authentication { identity: services.identity.clone(), cookie: SessionCookie::new("dulle") };
    let router = server::rest::routes(services)
        .layer(axum::middleware::from_fn_with_state(authentication, authenticate))
        .layer(axum::middleware::from_fn_with_state(Clock::system(), case::give));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let ended = end.clone();
    tokio::spawn(async move { axum::serve(listener, router).with_graceful_shutdown(ended.cancelled_owned()).await });

    let workers = (0..AT_ONCE).map(|worker| {
        let token = token.clone();
        tokio::spawn(async move {
            let mut random = StdRng::seed_from_u64(worker as u64);
            for _ in 0..REQUESTS / AT_ONCE {
                let (method, path, body) = match random.random_range(0..8) {
                    0 => ("PUT", format!("courses/{course}/like"), ""),
                    1 => ("DELETE", format!("courses/{course}/like"), ""),
                    2 => ("PUT", format!("courses/{course}/bookmark"), ""),
                    3 => ("DELETE", format!("courses/{course}/bookmark"), ""),
                    4 => ("POST", format!("courses/{course}/comments"), r#"{"body":"nice"}"#),
                    5 => ("GET", format!("viewpages/{course}"), ""),
                    6 => ("GET", format!("live?course={course}"), ""),
                    _ => ("POST", "me/messages/read-all".to_owned(), ""),
                };
                let request = format!(
                    "{method} /api/v1/{path} HTTP/1.1\r\nhost: {addr}\r\nauthorization: Bearer {token}\r\n\
                     content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                    body.len()
                );
                send_and_leave(addr, request, Duration::from_micros(random.random_range(0..4_000))).await;
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }

    // Each connection that is left in a transaction would stay so: what is under way ends by itself.
    let in_transactions = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start < now() - interval '5 seconds'";
    tokio::time::timeout(Duration::from_secs(60), async {
        loop {
            let mut held = Vec::new();
            // Every connection of the pool can be had, so none is lost.
            for _ in 0..CONNECTIONS - 1 {
                match database.pool().acquire().await {
                    Ok(connection) => held.push(connection),
                    Err(_) => break,
                }
            }
            if held.len() as u32 == CONNECTIONS - 1 {
                return;
            }
        }
    })
    .await
    .expect("every connection comes back");
    let open: i64 = sqlx::query_scalar(in_transactions).fetch_one(database.pool()).await.unwrap();
    assert_eq!(open, 0);
    services.communication.like(&call(Some(someone())), course).await.unwrap();
    end.cancel();
}

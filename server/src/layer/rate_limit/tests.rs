use super::*;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::from_fn;
use axum::routing::any;
use contract::CorrelationId;
use governor::clock::FakeRelativeClock;
use tower::ServiceExt;
use uuid::Uuid;

/// Someone who sends requests, and a time that the test says.
struct Sender {
    router: Router,
    clock: FakeRelativeClock,
}

/// The answer of what lies behind the layer, which says what it was told.
async fn inside(request: Request) -> String {
    request.extensions().get::<app::TurnedAway>().map_or_else(|| "done".to_owned(), |away| format!("{:?}", away.0))
}

impl Sender {
    fn new(trusted: &[&str]) -> Self {
        let clock = FakeRelativeClock::default();
        let trusted = trusted.iter().map(|network| network.parse().expect("a network")).collect();
        let limits = Arc::new(RateLimits::with_clock(trusted, &clock));
        let layer = from_fn(move |request: Request, next: Next| {
            let limits = limits.clone();
            async move { answer(Some(&*limits), request, next).await }
        });
        Self { router: Router::new().fallback(any(inside)).layer(layer), clock }
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        peer: &str,
        account: Option<u128>,
        forwarded: &str,
    ) -> (StatusCode, HeaderMap, String) {
        let mut request =
            Request::builder().method(method).uri(path).header("x-forwarded-for", forwarded).body(Body::empty()).expect("a request");
        let peer: IpAddr = peer.parse().expect("an address");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((peer, 4711))));
        let actor = account.map(|id| AccountId::new(Uuid::from_u128(id)));
        request.extensions_mut().insert(Call { correlation_id: CorrelationId::new(Uuid::nil()), causation_id: None, actor });
        let (parts, body) = self.router.clone().oneshot(request).await.expect("infallible").into_parts();
        let body = axum::body::to_bytes(body, 4096).await.expect("a body");
        (parts.status, parts.headers, String::from_utf8(body.to_vec()).expect("text"))
    }

    /// How many of `tries` are let through.
    async fn through(&self, tries: usize, method: Method, path: &str, peer: &str, account: Option<u128>) -> usize {
        let mut through = 0;
        for _ in 0..tries {
            through += usize::from(self.send(method.clone(), path, peer, account, "").await.2 == "done");
        }
        through
    }
}

const HOME: &str = "127.0.0.1";

#[tokio::test]
async fn each_deed_has_its_limit_whatever_way_it_comes() {
    for (path, limit) in [
        ("/sign-in", 30),
        ("/en/sign-in", 30),
        ("/api/actions/sign_in", 30),
        ("/api/v1/sessions", 30),
        ("/sign-up", 30),
        ("/en/sign-up", 30),
        ("/api/actions/sign_up", 30),
        ("/api/v1/accounts", 30),
        ("/courses/1/like", 120),
        ("/en/courses/1/like", 120),
        ("/api/actions/set_like", 120),
        ("/api/v1/courses", 120),
        ("/english", 120),
    ] {
        assert_eq!(Sender::new(&[]).through(limit + 5, Method::POST, path, HOME, None).await, limit, "{path}");
    }
    for (method, path) in [(Method::PUT, "/api/v1/courses/1"), (Method::DELETE, "/api/v1/sessions"), (Method::PATCH, "/")] {
        assert_eq!(Sender::new(&[]).through(125, method, path, HOME, None).await, 120, "{path}");
    }
}

#[tokio::test]
async fn all_ways_to_one_deed_are_one_and_other_deeds_go_on() {
    let sender = Sender::new(&[]);
    let mut through = 0;
    for path in ["/sign-in", "/en/sign-in", "/api/actions/sign_in", "/api/v1/sessions"] {
        through += sender.through(10, Method::POST, path, HOME, None).await;
    }
    assert_eq!(through, 30);
    assert_eq!(sender.through(1, Method::POST, "/sign-up", HOME, None).await, 1);
    assert_eq!(sender.through(1, Method::POST, "/courses/1/like", HOME, None).await, 1);
}

#[tokio::test]
async fn reading_is_not_limited() {
    let sender = Sender::new(&[]);
    for method in [Method::GET, Method::HEAD] {
        for path in ["/sign-in", "/api/v1/viewpages"] {
            for _ in 0..200 {
                assert_eq!(sender.send(method.clone(), path, HOME, None, "").await.0, StatusCode::OK);
            }
        }
    }
}

#[tokio::test]
async fn streams_are_limited_for_as_long_as_they_are_open() {
    let sender = Sender::new(&[]);
    let open = async || {
        let mut request = Request::get("/api/v1/live?inbox=true").body(Body::empty()).expect("a request");
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([198, 51, 100, 1], 4711))));
        sender.router.clone().oneshot(request).await.expect("infallible")
    };
    let mut held = Vec::new();
    for _ in 0..streams::MOST {
        held.push(open().await);
    }
    assert!(held.iter().all(|answer| answer.status() == StatusCode::OK));
    let refused = open().await;
    assert_eq!((refused.status(), &refused.headers()["retry-after"]), (StatusCode::TOO_MANY_REQUESTS, &"10".parse().unwrap()));
    assert_eq!(sender.send(Method::GET, "/api/v1/live", HOME, None, "").await.0, StatusCode::OK, "another client");
    held.pop();
    assert_eq!(open().await.status(), StatusCode::OK);
}

#[tokio::test]
async fn buckets_fill_up_with_time() {
    let sender = Sender::new(&[]);
    for (path, seconds) in [("/sign-in", 2), ("/sign-up", 4)] {
        assert_eq!(sender.through(40, Method::POST, path, HOME, None).await, 30);
        sender.clock.advance(Duration::from_secs(seconds * 3));
        assert_eq!(sender.through(10, Method::POST, path, HOME, None).await, 3, "{path}");
    }
    assert_eq!(sender.through(130, Method::POST, "/", HOME, None).await, 120);
    sender.clock.advance(Duration::from_secs(2));
    assert_eq!(sender.through(20, Method::POST, "/", HOME, None).await, 8);
}

#[tokio::test]
async fn changes_are_counted_by_account_wherever_it_is_and_else_by_client() {
    let sender = Sender::new(&[]);
    assert_eq!(sender.through(100, Method::POST, "/a", "198.51.100.1", Some(1)).await, 100);
    assert_eq!(sender.through(100, Method::PUT, "/b", "198.51.100.2", Some(1)).await, 20);
    assert_eq!(sender.through(130, Method::POST, "/a", "198.51.100.1", Some(2)).await, 120, "another account");
    assert_eq!(sender.through(130, Method::POST, "/a", "198.51.100.1", None).await, 120, "nobody");
    assert_eq!(sender.through(130, Method::POST, "/a", "2001:db8::1", None).await, 120);
    assert_eq!(sender.through(1, Method::POST, "/a", "2001:db8::2", None).await, 0, "the same /64");
    assert_eq!(sender.through(1, Method::POST, "/a", "2001:db8:0:1::1", None).await, 1);
}

#[tokio::test]
async fn behind_a_trusted_proxy_clients_are_told_apart_and_else_nobody_can_pretend() {
    for (trusted, expected) in [([].as_slice(), 30), (&["127.0.0.0/8"], 60)] {
        let sender = Sender::new(trusted);
        let mut through = 0;
        for client in ["198.51.100.1", "198.51.100.2"] {
            for _ in 0..40 {
                through += usize::from(sender.send(Method::POST, "/sign-in", HOME, None, client).await.2 == "done");
            }
        }
        assert_eq!(through, expected);
    }
}

#[tokio::test]
async fn programs_get_a_problem_and_pages_are_left_to_the_app() {
    let sender = Sender::new(&[]);
    sender.through(30, Method::POST, "/sign-in", HOME, None).await;
    let (status, headers, body) = sender.send(Method::POST, "/api/v1/sessions", HOME, None, "").await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!((&headers["content-type"], &headers["retry-after"]), (&"application/problem+json".parse().unwrap(), &"2".parse().unwrap()));
    assert!(body.contains(r#""code":"too_many""#), "{body}");
    let (_, _, told) = sender.send(Method::POST, "/en/sign-in", HOME, None, "").await;
    assert_eq!(told, format!("{:?}", ApiError::Refused(Refusal::TooMany { retry_after_seconds: 2 })));
}

#[tokio::test]
async fn off_nothing_is_limited() {
    let layer = axum::middleware::from_fn_with_state(None, limit);
    let router = Router::new().fallback(any(inside)).layer(layer);
    for _ in 0..200 {
        let request = Request::post("/sign-in").body(Body::empty()).expect("a request");
        assert_eq!(router.clone().oneshot(request).await.expect("infallible").status(), StatusCode::OK);
    }
}

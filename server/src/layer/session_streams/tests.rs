use super::*;
use async_trait::async_trait;
use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use contract::event::AggregateVersion;
use contract::identity::{Account, Credentials, NewAccount, OpenedSession, PasswordChange, RegisteredAccount};
use contract::{ApiError, ApiResult, Call};
use futures::stream;
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use tower::ServiceExt;

/// Sessions that a test ends; `None`: storage is gone.
#[derive(Default)]
struct Sessions {
    alive: Mutex<Option<Vec<&'static str>>>,
    asked: AtomicUsize,
}

impl Sessions {
    fn set(&self, alive: Option<&[&'static str]>) {
        *self.alive.lock().expect("unpoisoned") = alive.map(<[_]>::to_vec);
    }
}

#[async_trait]
impl IdentityApi for Sessions {
    async fn register(&self, _: &Call, _: NewAccount) -> ApiResult<RegisteredAccount> {
        Err(ApiError::Fault)
    }
    async fn sign_in(&self, _: &Call, _: Credentials) -> ApiResult<OpenedSession> {
        Err(ApiError::Fault)
    }
    async fn sign_out(&self, _: &Call, _: &str) -> ApiResult<()> {
        Err(ApiError::Fault)
    }
    async fn sign_out_everywhere(&self, _: &Call) -> ApiResult<()> {
        Err(ApiError::Fault)
    }
    async fn change_password(&self, _: &Call, _: &str, _: PasswordChange) -> ApiResult<()> {
        Err(ApiError::Fault)
    }
    async fn close(&self, _: &Call, _: &str) -> ApiResult<AggregateVersion> {
        Err(ApiError::Fault)
    }
    async fn alive(&self, tokens: &[String]) -> ApiResult<HashSet<String>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let alive = self.alive.lock().expect("unpoisoned").clone().ok_or(ApiError::Unavailable { retry_after_seconds: 2 })?;
        Ok(tokens.iter().filter(|token| alive.contains(&token.as_str())).cloned().collect())
    }
    async fn authenticate(&self, _: &str) -> ApiResult<Option<Account>> {
        Err(ApiError::Fault)
    }
}

fn router(streams: &SessionStreams) -> Router {
    let endless = async || Body::from_stream(stream::pending::<Result<Vec<u8>, Infallible>>());
    Router::new()
        .route("/live", get(async move || ([(header::CONTENT_TYPE, "text/event-stream; charset=utf-8")], endless().await)))
        .route("/file", get(endless))
        .layer(from_fn_with_state(streams.clone(), hold))
}

async fn open(streams: &SessionStreams, path: &str, token: Option<&str>) -> Body {
    let mut request = Request::get(path).body(Body::empty()).expect("a request");
    if let Some(token) = token {
        request.extensions_mut().insert(SessionToken(token.to_owned()));
    }
    let response = router(streams).oneshot(request).await.expect("infallible");
    assert_eq!(response.status(), StatusCode::OK);
    response.into_body()
}

/// Whether a body has come to its end: these never say anything.
fn has_ended(body: &mut Body) -> bool {
    use futures::FutureExt;
    use http_body_util::BodyExt;
    body.frame().now_or_never().is_some_and(|frame| frame.is_none())
}

fn held(streams: &SessionStreams) -> usize {
    streams.streams().open.len()
}

#[tokio::test]
async fn streams_of_ended_sessions_end_and_others_stay() {
    let (streams, sessions) = (SessionStreams::default(), Sessions::default());
    let mut phone = open(&streams, "/live", Some("phone")).await;
    let mut desk = [open(&streams, "/live", Some("desk")).await, open(&streams, "/live", Some("desk")).await];
    let mut nobody = open(&streams, "/live", None).await;
    let mut file = open(&streams, "/file", Some("phone")).await;
    assert_eq!(held(&streams), 3);

    sessions.set(Some(&["phone", "desk"]));
    streams.end_what_ended(&sessions).await;
    assert!(!has_ended(&mut phone) && !desk.iter_mut().any(has_ended));

    sessions.set(Some(&["desk"]));
    streams.end_what_ended(&sessions).await;
    assert!(has_ended(&mut phone));
    assert!(!desk.iter_mut().any(has_ended) && !has_ended(&mut nobody) && !has_ended(&mut file));
    assert_eq!(sessions.asked.load(Ordering::Relaxed), 2, "one question for all of them");
    assert_eq!(held(&streams), 2);

    sessions.set(Some(&[]));
    streams.end_what_ended(&sessions).await;
    assert!(desk.iter_mut().all(has_ended));
}

#[tokio::test]
async fn with_storage_gone_they_stay() {
    let (streams, sessions) = (SessionStreams::default(), Sessions::default());
    let mut phone = open(&streams, "/live", Some("phone")).await;
    streams.end_what_ended(&sessions).await;
    assert!(!has_ended(&mut phone));
    sessions.set(Some(&[]));
    streams.end_what_ended(&sessions).await;
    assert!(has_ended(&mut phone));
}

#[tokio::test]
async fn a_stream_that_its_reader_leaves_is_forgotten_and_without_any_nobody_is_asked() {
    let (streams, sessions) = (SessionStreams::default(), Sessions::default());
    drop(open(&streams, "/live", Some("phone")).await);
    assert_eq!(held(&streams), 0);
    streams.end_what_ended(&sessions).await;
    assert_eq!(sessions.asked.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn they_are_looked_after_beside_requests_until_the_end() {
    let (streams, sessions) = (SessionStreams::default(), Arc::new(Sessions::default()));
    let body = open(&streams, "/live", Some("phone")).await;
    sessions.set(Some(&["phone"]));
    let stop = CancellationToken::new();
    let running = tokio::spawn(streams.run(sessions.clone(), stop.clone()));
    while sessions.asked.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    sessions.set(Some(&[]));
    let ended = tokio::time::timeout(Duration::from_secs(5), axum::body::to_bytes(body, 1)).await;
    ended.expect("within five seconds").expect("in order");
    stop.cancel();
    running.await.expect("ends");
}

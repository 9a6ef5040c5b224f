//! A remote service seen through a real socket: what is said crosses whole, who isn't a service is refused, and the other side may be
//! slow, dead, or on its way up or down.
#![expect(clippy::unwrap_used, reason = "a test")]

mod lost;

use async_trait::async_trait;
use axum::Json;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use contract::course::{Course, CourseInput, CourseState, Standing};
use contract::photo::{MAX_PHOTO_BYTES, PhotoFile, Picture};
use contract::viewpage::{LiveEvent, Watch};
use contract::{
    AccountId, ApiError, ApiResult, Call, CorrelationId, CourseApi, CourseId, EventId, FieldCode, FieldError, Page, PageRequest, PhotoId,
    Refusal, ViewpageApi,
};
use futures::StreamExt;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;
use platform::Clock;
use platform::breaker;
use platform::remote::around::Around;
use platform::remote::client::{Address, Outgoing, Patience, Remote};
use platform::remote::service::{Answers, Here, Internal};
use platform::remote::signature::ServiceKeys;
use platform::testing::{call, someone};
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Notify;
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

const KEY: &str = "a key that only these services know";
/// Nothing here takes this long.
const LONG: Duration = Duration::from_secs(60);

fn keys() -> ServiceKeys {
    ServiceKeys::parse(KEY).unwrap()
}

fn id() -> CourseId {
    CourseId::new(Uuid::from_u128(7))
}

/// A course service that answers what it is told to, and remembers who has called.
#[derive(Default)]
struct Told {
    answers: Mutex<VecDeque<ApiResult<Option<Standing>>>>,
    calls: Mutex<Vec<Call>>,
    deleted: AtomicUsize,
    /// Whether it never answers, and how often nobody has waited for it any longer.
    hangs: bool,
    given_up: Arc<Notify>,
}

struct GivenUp(Arc<Notify>);

impl Drop for GivenUp {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

#[async_trait]
impl CourseApi for Told {
    async fn standing(&self, call: &Call, asked: CourseId) -> ApiResult<Option<Standing>> {
        assert_eq!(asked, id());
        self.calls.lock().unwrap().push(call.clone());
        if self.hangs {
            let _given_up = GivenUp(self.given_up.clone());
            std::future::pending::<()>().await;
        }
        self.answers.lock().unwrap().pop_front().unwrap_or(Ok(None))
    }
    async fn delete(&self, call: &Call, _: CourseId) -> ApiResult<u64> {
        self.calls.lock().unwrap().push(call.clone());
        Ok(u64::try_from(self.deleted.fetch_add(1, Ordering::Relaxed)).unwrap())
    }
    async fn add_photo(&self, _: &Call, picture: Picture) -> ApiResult<PhotoId> {
        Ok(PhotoId::new(Uuid::from_u128(picture.0.len() as u128)))
    }

    async fn photo(&self, _: PhotoId, _: PhotoFile) -> ApiResult<Option<Picture>> {
        Ok(Some(Picture(vec![7; 1_000_000])))
    }

    async fn host_courses(&self, _: &Call, page: PageRequest) -> ApiResult<Page<Course>> {
        Ok(Page { items: Vec::new(), next: page.cursor })
    }
    async fn register(&self, _: &Call, _: CourseInput) -> ApiResult<Course> {
        Err(ApiError::Fault)
    }
    async fn modify(&self, _: &Call, _: CourseId, expected: Option<u64>, _: CourseInput) -> ApiResult<Course> {
        Err(Refusal::ChangedMeanwhile { current: expected.unwrap_or(0) + 1 }.into())
    }
    async fn publish(&self, _: &Call, _: CourseId) -> ApiResult<Course> {
        Err(ApiError::Fault)
    }
    async fn unpublish(&self, _: &Call, _: CourseId) -> ApiResult<Course> {
        Err(ApiError::Fault)
    }
    async fn course(&self, _: &Call, _: CourseId) -> ApiResult<Course> {
        Err(ApiError::Fault)
    }
}

/// What stands between the two, like a gateway: answers with these statuses first.
type Between = Arc<Mutex<VecDeque<StatusCode>>>;

async fn between(State(between): State<Between>, request: Request, next: Next) -> Response {
    let status = between.lock().unwrap().pop_front();
    match status {
        Some(status) => (status, "<html>not a service</html>").into_response(),
        None => next.run(request).await,
    }
}

/// A process with a course service on a real socket.
struct There {
    service: Arc<Told>,
    between: Between,
    addr: SocketAddr,
    _stop: DropGuard,
}

impl There {
    async fn with(service: Told) -> Self {
        Self::at("127.0.0.1:0".parse().unwrap(), service).await
    }

    async fn at(addr: SocketAddr, service: Told) -> Self {
        let service = Arc::new(service);
        let here: Arc<dyn CourseApi> = service.clone();
        let answers: BTreeMap<&'static str, Box<dyn Answers>> = [("course", Box::new(Here(here)) as _)].into();
        let between = Between::default();
        let routes = Internal::new(keys(), Clock::system(), answers).routes().layer(from_fn_with_state(between.clone(), self::between));
        let listener = tokio::net::TcpListener::bind(addr).await.unwrap();
        let addr = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        tokio::spawn(async move { stopped.run_until_cancelled(axum::serve(listener, routes).into_future()).await });
        Self { service, between, addr, _stop: stop.drop_guard() }
    }

    fn answers(&self, answers: impl IntoIterator<Item = ApiResult<Option<Standing>>>) {
        self.service.answers.lock().unwrap().extend(answers);
    }

    fn is_hidden_by(&self, statuses: impl IntoIterator<Item = StatusCode>) {
        self.between.lock().unwrap().extend(statuses);
    }

    fn calls(&self) -> usize {
        self.service.calls.lock().unwrap().len()
    }
}

fn patience() -> Patience {
    Patience { again: LONG, once: LONG, tries: 3, pause: Duration::from_millis(1), failures: 4, open: Duration::from_secs(5) }
}

fn outgoing(keys: ServiceKeys, clock: Clock, patience: Patience) -> Outgoing {
    Outgoing::new("review,web", keys, clock, CancellationToken::new(), patience)
}

fn remote(addresses: &[SocketAddr], outgoing: Outgoing) -> Remote {
    let addresses = addresses.iter().map(|addr| format!("http://{addr}").parse::<Address>().unwrap()).collect();
    Remote::new("course", "test.course", addresses, outgoing)
}

fn known(there: &There) -> Remote {
    remote(&[there.addr], outgoing(keys(), Clock::system(), patience()))
}

/// An address at which nobody listens.
async fn nobody() -> SocketAddr {
    tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap()
}

const DEAD: ApiError = ApiError::Unavailable { retry_after_seconds: 1 };

#[tokio::test]
async fn every_answer_crosses_whole() {
    let there = There::with(Told::default()).await;
    let standing = Standing { host_id: someone(), state: CourseState::Unpublished, reviews_open: true };
    let field = FieldError::limited("stops[2].lat", FieldCode::TooLarge, 90);
    let answers = [
        Ok(Some(standing)),
        Ok(None),
        Err(ApiError::Fault),
        Err(ApiError::Unavailable { retry_after_seconds: 17 }),
        Err(Refusal::Invalid(vec![field, FieldError::new("title", FieldCode::Required)]).into()),
        Err(Refusal::ChangedMeanwhile { current: 9 }.into()),
        Err(Refusal::Ineligible(contract::review::Ineligible::OwnCourse).into()),
        Err(Refusal::TooMany { retry_after_seconds: 3 }.into()),
        Err(Refusal::NotYours.into()),
    ];
    there.answers(answers.clone());
    let course = known(&there);
    for answer in &answers {
        assert_eq!(course.standing(&call(None), id()).await, *answer);
    }
    assert_eq!(there.calls(), answers.len(), "what a service says is an answer: none was asked twice");
    assert_eq!(course.breaker().status().failures, 0, "and says that it is well");

    let page = course.host_courses(&call(None), PageRequest::new(Some("다음".into()), 3)).await.unwrap();
    assert_eq!(page.next.as_deref(), Some("다음"));
    let refused = course.modify(&call(None), id(), Some(4), CourseInput::default()).await;
    assert_eq!(refused, Err(Refusal::ChangedMeanwhile { current: 5 }.into()));
}

#[tokio::test]
async fn the_largest_photo_crosses() {
    let there = There::with(Told::default()).await;
    let course = known(&there);
    let id = course.add_photo(&call(Some(someone())), Picture(vec![7; MAX_PHOTO_BYTES])).await.unwrap();
    assert_eq!(id, PhotoId::new(Uuid::from_u128(MAX_PHOTO_BYTES as u128)));
    assert_eq!(course.photo(id, PhotoFile::ALL[2]).await.unwrap().unwrap().0.len(), 1_000_000);
}

#[tokio::test]
async fn who_calls_in_which_case_goes_along() {
    let there = There::with(Told::default()).await;
    let of_a_person = call(Some(someone()));
    let of_a_policy = Call { causation_id: Some(EventId::new(Uuid::from_u128(3))), actor: None, ..call(None) };
    for call in [&of_a_person, &of_a_policy] {
        known(&there).standing(call, id()).await.unwrap();
    }
    let told = |call: &Call| (call.correlation_id, call.causation_id, call.actor);
    let heard: Vec<_> = there.service.calls.lock().unwrap().iter().map(told).collect();
    assert_eq!(heard, [told(&of_a_person), told(&of_a_policy)]);
}

/// Everything that isn't a service's own call is refused alike, and nothing is called.
#[tokio::test]
async fn who_is_no_service_is_refused() {
    let there = There::with(Told::default()).await;
    let client = reqwest::Client::new();
    let url = format!("http://{}/internal/v1/course/delete", there.addr);
    let body = serde_json::to_vec(&(id(),)).unwrap();
    let signed = |keys: &ServiceKeys, at: Timestamp| {
        let mut headers = HeaderMap::new();
        headers.insert("x-correlation-id", Uuid::from_u128(1).to_string().parse().unwrap());
        headers.insert("x-dulle-actor", Uuid::from_u128(2).to_string().parse().unwrap());
        keys.sign(&http::Method::POST, "/internal/v1/course/delete", &mut headers, &body, (at, Clock::system().uuid()));
        headers
    };
    let now = Clock::system().now();
    let second = jiff::SignedDuration::from_secs(1);
    let mut of_another = signed(&keys(), now);
    of_another.insert("x-dulle-actor", Uuid::from_u128(9).to_string().parse().unwrap());
    let refused = [
        ("absent", HeaderMap::new()),
        ("of another key", signed(&ServiceKeys::nobodys(), now)),
        ("old", signed(&keys(), now - second * 40)),
        ("of the future", signed(&keys(), now + second * 40)),
        ("of another's call", of_another),
    ];
    let mut answers = Vec::new();
    for (what, headers) in refused {
        let answer = client.post(&url).headers(headers).body(body.clone()).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{what}");
        answers.push(answer.text().await.unwrap());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "nobody is told why");
    assert_eq!(there.calls(), 0);

    let answer = client.post(&url).headers(signed(&keys(), now)).body(body.clone()).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let actor = there.service.calls.lock().unwrap()[0].actor;
    assert_eq!(actor, Some(AccountId::new(Uuid::from_u128(2))));

    let stranger = remote(&[there.addr], outgoing(ServiceKeys::nobodys(), Clock::system(), patience()));
    assert_eq!(stranger.standing(&call(None), id()).await, Err(ApiError::Fault));
    assert_eq!(there.calls(), 1);
}

/// Whoever could read a call on its way can't place it again, nor another in its name.
#[tokio::test]
async fn a_call_is_heard_once_and_with_its_own_body() {
    let there = There::with(Told::default()).await;
    let path = "/internal/v1/course/delete";
    let body = serde_json::to_vec(&(id(),)).unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("x-correlation-id", Uuid::from_u128(1).to_string().parse().unwrap());
    keys().sign(&http::Method::POST, path, &mut headers, &body, (Clock::system().now(), Clock::system().uuid()));
    let client = reqwest::Client::new();
    let place = async |body: &[u8]| {
        let request = client.post(format!("http://{}{path}", there.addr)).headers(headers.clone()).body(body.to_owned());
        request.send().await.unwrap().status()
    };
    let other = serde_json::to_vec(&(CourseId::new(Uuid::from_u128(8)),)).unwrap();
    assert_eq!(place(&other).await, StatusCode::UNAUTHORIZED);
    assert_eq!(place(&body).await, StatusCode::OK, "what was refused has not used up its number");
    for _ in 0..2 {
        assert_eq!(place(&body).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(there.calls(), 1);
}

/// Strangers could fill the memory otherwise, or keep a connection busy by sending a byte now and then.
#[tokio::test]
async fn the_body_of_a_stranger_is_not_read() {
    let there = There::with(Told::default()).await;
    let mut headers = HeaderMap::new();
    let path = "/internal/v1/course/delete";
    ServiceKeys::nobodys().sign(&http::Method::POST, path, &mut headers, b"", (Clock::system().now(), Clock::system().uuid()));
    let mut head = format!("POST {path} HTTP/1.1\r\nhost: there\r\ncontent-length: 1000000\r\n");
    for (name, value) in &headers {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap()));
    }
    let mut stream = tokio::net::TcpStream::connect(there.addr).await.unwrap();
    stream.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
    // Nothing of the body is ever sent.
    let mut answer = [0; 12];
    tokio::time::timeout(LONG, stream.read_exact(&mut answer)).await.expect("it is answered at once").unwrap();
    assert_eq!(&answer, b"HTTP/1.1 401");
}

/// While one release replaces another.
#[tokio::test]
async fn one_that_has_no_such_operation_yet_is_well() {
    let there = There::with(Told::default()).await;
    let url = format!("http://{}", there.addr).parse().unwrap();
    let review = Remote::new("review", "test.review", vec![url], outgoing(keys(), Clock::system(), patience()));
    for _ in 0..5 {
        let asked = contract::ReviewApi::eligibility(&review, &call(None), id()).await;
        assert_eq!(asked, Err(ApiError::Unavailable { retry_after_seconds: 5 }));
    }
    assert_eq!(review.breaker().status().failures, 0);
}

#[tokio::test]
async fn what_a_service_does_not_know_is_not_called() {
    let there = There::with(Told::default()).await;
    for (path, body, status) in [
        ("/internal/v1/course/steal", "[]", 404),
        ("/internal/v1/review/delete", "[]", 404),
        ("/internal/v1/course/delete", "[]", 400),
        ("/internal/v1/course/delete", "not json", 400),
        ("/internal/v1/course/delete", "[\"not an id\"]", 400),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert("x-correlation-id", Uuid::from_u128(1).to_string().parse().unwrap());
        keys().sign(&http::Method::POST, path, &mut headers, body.as_bytes(), (Clock::system().now(), Clock::system().uuid()));
        let url = format!("http://{}{path}", there.addr);
        let answer = reqwest::Client::new().post(url).headers(headers).body(body).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{path} {body}");
    }
    assert_eq!(there.calls(), 0);
}

//! The REST calls, with what the server's authentication puts into a request.

use crate::given::{Mood, World};
use axum::body::Body;
use axum::{Extension, Router};
use contract::course::{CourseState, Language};
use contract::event::{Aggregate, AggregateVersion};
use contract::review::Stars;
use contract::text::ReviewBody;
use contract::viewpage::{
    Author, BookmarkedCourse, CommentView, CourseCard, CourseCounts, CourseView, Facets, Host, Listed, LiveMessage, Mine, ReviewSort,
    ReviewView, Search, Watch,
};
use contract::{AccountId, ApiError, ApiResult, CourseId, Page, PageRequest, Refusal, ReviewId, ViewpageApi};
use futures::stream::BoxStream;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use jiff::Timestamp;
use platform::breaker::Limits;
use platform::testing::{call, someone};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tower::ServiceExt;
use uuid::Uuid;

/// A read model that shows one course, and remembers what it was asked to wait for.
#[derive(Clone)]
struct Viewpage {
    shown: CourseId,
    waited: Arc<Mutex<Vec<(AggregateVersion, Duration)>>>,
}

fn shown_review() -> ReviewView {
    ReviewView {
        id: ReviewId::new(Uuid::from_u128(1)),
        author: Author { id: AccountId::new(Uuid::from_u128(2)), display_name: "민지".into() },
        rating: Stars::parse("rating", 5).expect("valid"),
        body: ReviewBody::parse("body", "최고").expect("valid"),
        reply: None,
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
    }
}

#[async_trait::async_trait]
impl ViewpageApi for Viewpage {
    async fn course(&self, _: CourseId) -> ApiResult<Option<CourseView>> {
        panic!("not asked")
    }
    async fn counts(&self, _: CourseId) -> ApiResult<Option<CourseCounts>> {
        panic!("not asked")
    }
    async fn search(&self, _: Search) -> ApiResult<Page<CourseCard>> {
        panic!("not asked")
    }
    async fn facets(&self, _: Search) -> ApiResult<Facets> {
        panic!("not asked")
    }
    async fn host(&self, _: AccountId) -> ApiResult<Option<Host>> {
        panic!("not asked")
    }
    async fn listed(&self, _: CourseId, _: u32) -> ApiResult<Vec<Listed>> {
        panic!("not asked")
    }
    async fn parts(&self, _: u32) -> ApiResult<Vec<CourseId>> {
        panic!("not asked")
    }
    /// Its cursors are the letters of the alphabet.
    async fn reviews(&self, id: CourseId, sort: ReviewSort, page: PageRequest) -> ApiResult<Option<Page<ReviewView>>> {
        if sort == ReviewSort::Lowest {
            return Ok(Some(Page { items: Vec::new(), next: Some("lowest".into()) }));
        }
        match page.cursor.as_deref() {
            _ if id != self.shown => Ok(None),
            None => Ok(Some(Page { items: vec![shown_review(); page.limit as usize], next: Some("a".into()) })),
            Some("a") => Ok(Some(Page { items: Vec::new(), next: None })),
            Some(_) => Err(ApiError::Refused(Refusal::Malformed)),
        }
    }
    async fn comments(&self, _: CourseId, _: PageRequest) -> ApiResult<Option<Page<CommentView>>> {
        panic!("not asked")
    }
    async fn bookmarks(&self, _: AccountId, _: Language, _: PageRequest) -> ApiResult<Page<BookmarkedCourse>> {
        panic!("not asked")
    }
    async fn mine(&self, _: AccountId, _: &[CourseId]) -> ApiResult<Mine> {
        panic!("not asked")
    }
    async fn folded(&self, change: AggregateVersion, limit: Duration) -> bool {
        self.waited.lock().expect("not poisoned").push((change, limit));
        false
    }
    async fn watch(&self, _: Watch) -> ApiResult<BoxStream<'static, LiveMessage>> {
        panic!("not asked")
    }
}

struct Rest {
    world: World,
    viewpage: Viewpage,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
}

impl Rest {
    async fn new() -> Self {
        Self::of(World::new().await)
    }

    fn of(world: World) -> Self {
        let viewpage = Viewpage { shown: world.course, waited: Arc::default() };
        Self { world, viewpage }
    }

    async fn send(&self, who: Option<AccountId>, method: Method, path: &str, body: String) -> Answer {
        let (router, _) = review::http::routes(Arc::new(self.world.reviews.clone()), Arc::new(self.viewpage.clone())).split_for_parts();
        let router: Router = router.layer(Extension(call(who)));
        let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
        let response = router.oneshot(request.body(Body::from(body)).expect("a request")).await.expect("answers");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        if !parts.status.is_success() {
            assert_eq!(parts.headers[header::CONTENT_TYPE], "application/problem+json");
        }
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).expect("JSON") };
        Answer { status: parts.status, headers: parts.headers, body }
    }

    async fn get(&self, who: Option<AccountId>, path: &str) -> Answer {
        self.send(who, Method::GET, path, String::new()).await
    }

    async fn put(&self, who: AccountId, path: &str, body: &Value) -> Answer {
        self.send(Some(who), Method::PUT, path, body.to_string()).await
    }

    /// The customer reviews the course.
    async fn review(&self, body: &Value) -> Answer {
        self.send(Some(self.world.customer), Method::POST, &self.reviews(), body.to_string()).await
    }

    fn reviews(&self) -> String {
        format!("/courses/{}/reviews", self.world.course)
    }

    async fn eligibility(&self, who: Option<AccountId>) -> Answer {
        self.get(who, &format!("/courses/{}/review-eligibility", self.world.course)).await
    }

    /// What was waited for since this was last asked: versions of one review.
    #[track_caller]
    fn waited(&self, id: &str) -> Vec<u64> {
        let asked = std::mem::take(&mut *self.viewpage.waited.lock().expect("not poisoned"));
        let aggregate = Aggregate::review(id.parse().expect("an id"));
        asked
            .into_iter()
            .map(|(change, limit)| {
                assert_eq!((change.aggregate, limit), (aggregate, Duration::from_millis(300)));
                change.version
            })
            .collect()
    }
}

impl Answer {
    #[track_caller]
    fn problem(&self, status: StatusCode, code: &str) {
        assert_eq!((self.status, &self.body["code"]), (status, &json!(code)), "{}", self.body);
    }

    #[track_caller]
    fn id(&self) -> String {
        self.body["id"].as_str().expect("an id").to_owned()
    }
}

fn good() -> Value {
    json!({ "rating": 4, "body": "좋았어요" })
}

#[tokio::test]
async fn a_review_is_answered_with_where_it_is_once_the_read_model_shows_it() {
    let rest = Rest::new().await;
    let answer = rest.review(&good()).await;
    let id = answer.id();
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.headers[header::LOCATION], format!("/api/v1/reviews/{id}"));
    let now = json!(rest.world.now());
    let expected = json!({
        "id": id, "version": 1, "course_id": rest.world.course, "author_id": rest.world.customer, "rating": 4, "body": "좋았어요",
        "reply": null, "created_at": now, "updated_at": now,
    });
    assert_eq!(answer.body, expected);
    assert_eq!(rest.waited(&id), [1]);
}

#[tokio::test]
async fn whether_one_may_is_answered_with_the_reason() {
    let rest = Rest::new().await;
    let customer = Some(rest.world.customer);
    let may = rest.eligibility(customer).await;
    assert_eq!((may.status, may.body), (StatusCode::OK, json!({ "eligible": true, "reason": null })));
    assert_eq!(may.headers[header::CACHE_CONTROL], "private, no-cache");
    rest.eligibility(None).await.problem(StatusCode::UNAUTHORIZED, "not_signed_in");
    assert_eq!(rest.eligibility(Some(rest.world.host)).await.body, json!({ "eligible": false, "reason": "own_course" }));
    rest.review(&good()).await;
    assert_eq!(rest.eligibility(customer).await.body, json!({ "eligible": false, "reason": "already_reviewed" }));
    rest.world.courses.set(rest.world.course, None);
    rest.eligibility(customer).await.problem(StatusCode::NOT_FOUND, "not_found");
    rest.get(customer, "/courses/nonsense/review-eligibility").await.problem(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn what_may_not_be_written_is_a_conflict_with_the_reason_as_code() {
    let rest = Rest::new().await;
    let world = &rest.world;
    let path = rest.reviews();
    let post = |who| rest.send(Some(who), Method::POST, &path, good().to_string());
    world.courses.set(world.course, Some(world.standing(CourseState::Unpublished)));
    post(world.customer).await.problem(StatusCode::CONFLICT, "not_published");
    let mut closed = world.standing(CourseState::Published);
    closed.reviews_open = false;
    world.courses.set(world.course, Some(closed));
    post(world.customer).await.problem(StatusCode::CONFLICT, "reviews_closed");
    world.courses.set(world.course, Some(world.standing(CourseState::Published)));
    post(world.host).await.problem(StatusCode::CONFLICT, "own_course");
    world.expect_nothing_stored().await;
    assert_eq!(post(world.customer).await.status, StatusCode::CREATED);
    post(world.customer).await.problem(StatusCode::CONFLICT, "already_reviewed");
    world.courses.set(world.course, None);
    post(world.customer).await.problem(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn what_cannot_be_checked_is_unavailable_for_a_time_that_is_told() {
    let rest = Rest::of(World::with(Some(Limits { failures: 1, ..Limits::default() })).await);
    rest.world.courses.mood(Mood::Dead);
    for seconds in ["5", "5"] {
        let answer = rest.review(&good()).await;
        answer.problem(StatusCode::SERVICE_UNAVAILABLE, "unavailable");
        assert_eq!(answer.headers[header::RETRY_AFTER], seconds);
        let eligibility = rest.eligibility(Some(rest.world.customer)).await;
        eligibility.problem(StatusCode::SERVICE_UNAVAILABLE, "unavailable");
        assert_eq!(eligibility.headers[header::RETRY_AFTER], seconds);
    }
    assert_eq!(rest.world.courses.asked().len(), 1);
    rest.world.expect_nothing_stored().await;
    assert!(rest.viewpage.waited.lock().expect("not poisoned").is_empty());
}

#[tokio::test]
async fn what_is_no_review_is_told_field_by_field() {
    let rest = Rest::new().await;
    let answer = rest.review(&json!({})).await;
    answer.problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid");
    let expected = json!([{ "field": "rating", "code": "too_small", "limit": 1 }, { "field": "body", "code": "required" }]);
    assert_eq!(answer.body["errors"], expected);
    for unreadable in [json!({ "rating": "five", "body": "x" }), json!({ "rating": 4.5, "body": "x" }), json!("five")] {
        rest.review(&unreadable).await.problem(StatusCode::BAD_REQUEST, "malformed");
    }
    rest.send(None, Method::POST, &rest.reviews(), "{".into()).await.problem(StatusCode::UNAUTHORIZED, "not_signed_in");
    rest.world.expect_nothing_stored().await;
}

#[tokio::test]
async fn the_list_is_that_of_the_read_model() {
    let rest = Rest::new().await;
    let first = rest.get(None, &rest.reviews()).await;
    assert_eq!((first.status, first.body["items"].as_array().map(Vec::len)), (StatusCode::OK, Some(24)));
    assert_eq!(first.headers[header::CACHE_CONTROL], "no-cache");
    let two = rest.get(None, &format!("{}?cursor=&limit=2", rest.reviews())).await;
    assert_eq!(two.body, json!({ "items": vec![serde_json::to_value(shown_review()).expect("serialises"); 2], "next": "a" }));
    assert_eq!(rest.get(None, &format!("{}?cursor=a", rest.reviews())).await.body, json!({ "items": [], "next": null }));
    assert_eq!(rest.get(None, &format!("{}?sort=lowest&limit=2", rest.reviews())).await.body["next"], "lowest");
    for wrong in ["cursor=nonsense", "limit=many", "limit=-1", "sort=best"] {
        rest.get(None, &format!("{}?{wrong}", rest.reviews())).await.problem(StatusCode::BAD_REQUEST, "malformed");
    }
    rest.get(None, &format!("/courses/{}/reviews", Uuid::from_u128(9))).await.problem(StatusCode::NOT_FOUND, "not_found");
    rest.get(None, "/courses/nonsense/reviews").await.problem(StatusCode::NOT_FOUND, "not_found");
    assert!(rest.world.courses.asked().is_empty(), "reading needs no course service");
}

#[tokio::test]
async fn changing_answering_and_deleting_answer_once_the_read_model_shows_it() {
    let rest = Rest::new().await;
    let (customer, host) = (rest.world.customer, rest.world.host);
    let id = rest.review(&good()).await.id();
    let (path, reply) = (format!("/reviews/{id}"), format!("/reviews/{id}/reply"));
    assert_eq!(rest.waited(&id), [1]);

    let modified = rest.put(customer, &path, &json!({ "rating": 5, "body": "최고" })).await;
    assert_eq!((modified.status, &modified.body["version"], &modified.body["rating"]), (StatusCode::OK, &json!(2), &json!(5)));
    assert_eq!(rest.waited(&id), [2]);

    let replied = rest.put(host, &reply, &json!({ "body": "고마워요" })).await;
    assert_eq!((replied.status, &replied.body["version"]), (StatusCode::OK, &json!(3)));
    assert_eq!(replied.body["reply"], json!({ "body": "고마워요", "replied_at": rest.world.now() }));
    assert_eq!(rest.waited(&id), [3]);
    rest.put(host, &reply, &json!({ "body": "고마워요" })).await;
    assert_eq!(rest.waited(&id), [3], "also when nothing changed: the change before may still be on its way");

    let deleted = rest.send(Some(customer), Method::DELETE, &path, String::new()).await;
    assert_eq!((deleted.status, deleted.body), (StatusCode::NO_CONTENT, Value::Null));
    assert_eq!(rest.waited(&id), [4]);
    for (who, method, path, body) in [
        (customer, Method::DELETE, &path, Value::Null),
        (customer, Method::PUT, &path, good()),
        (host, Method::PUT, &reply, json!({ "body": "아" })),
    ] {
        rest.send(Some(who), method, path, body.to_string()).await.problem(StatusCode::NOT_FOUND, "not_found");
    }
}

#[tokio::test]
async fn what_is_someone_elses_is_forbidden() {
    let rest = Rest::new().await;
    let id = rest.review(&good()).await.id();
    rest.waited(&id);
    let (path, reply) = (format!("/reviews/{id}"), format!("/reviews/{id}/reply"));
    let calls = [(Method::PUT, &path, good()), (Method::DELETE, &path, Value::Null), (Method::PUT, &reply, json!({ "body": "아" }))];
    for (method, path, body) in calls {
        let body = body.to_string();
        rest.send(Some(someone()), method.clone(), path, body.clone()).await.problem(StatusCode::FORBIDDEN, "not_yours");
        rest.send(None, method, path, body).await.problem(StatusCode::UNAUTHORIZED, "not_signed_in");
    }
    let wrong = rest.put(rest.world.host, &reply, &json!({})).await;
    wrong.problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid");
    assert_eq!(wrong.body["errors"], json!([{ "field": "body", "code": "required" }]));
    assert!(rest.waited(&id).is_empty());
    rest.world.expect_events(&["registered"]).await;
}

#[tokio::test]
async fn every_route_is_described_with_its_limits() {
    let rest = Rest::new().await;
    let (_, api) = review::http::routes(Arc::new(rest.world.reviews.clone()), Arc::new(rest.viewpage.clone())).split_for_parts();
    let api = serde_json::to_value(api).expect("serialises");
    let described: Vec<_> = api["paths"].as_object().expect("paths").keys().map(String::as_str).collect();
    assert_eq!(described, ["/courses/{id}/review-eligibility", "/courses/{id}/reviews", "/reviews/{id}", "/reviews/{id}/reply"]);
    for (path, method) in
        [("/courses/{id}/reviews", "get"), ("/courses/{id}/reviews", "post"), ("/reviews/{id}", "put"), ("/reviews/{id}", "delete")]
    {
        assert!(api["paths"][path][method].is_object(), "{method} {path}");
    }
    assert_eq!(api["paths"]["/courses/{id}/reviews"]["post"]["security"], json!([{ "bearer": [] }, { "cookie": [] }]));
    let schemas = &api["components"]["schemas"];
    let review = &schemas["ReviewInput"]["properties"];
    assert_eq!((&review["rating"]["minimum"], &review["rating"]["maximum"]), (&json!(1), &json!(5)));
    assert_eq!(review["body"]["$ref"], "#/components/schemas/ReviewBody");
    assert_eq!((&schemas["ReviewBody"]["minLength"], &schemas["ReviewBody"]["maxLength"]), (&json!(1), &json!(2_000)));
    assert_eq!(schemas["ReviewInput"]["required"], json!(["rating", "body"]));
    assert_eq!(schemas["ReplyBody"]["maxLength"], json!(1_000));
}

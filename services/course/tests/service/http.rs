//! The REST calls, with what the server's authentication puts into a request.

use crate::given::{World, empty, titled, walk};
use axum::body::Body;
use axum::{Extension, Router};
use contract::course::CourseInput;
use contract::course::Language;
use contract::event::{Aggregate, AggregateVersion};
use contract::viewpage::{
    BookmarkedCourse, CommentView, CourseCard, CourseCounts, CourseView, Facets, Host, Listed, LiveMessage, Mine, ReviewSort, ReviewView,
    Search, Watch,
};
use contract::{AccountId, ApiResult, CourseId, Page, PageRequest, ViewpageApi};
use futures::stream::BoxStream;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use platform::testing::{call, someone};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tower::ServiceExt;

/// A read model that remembers what it was asked to wait for.
#[derive(Clone, Default)]
struct Viewpage(Arc<Mutex<Vec<(AggregateVersion, Duration)>>>);

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
    async fn reviews(&self, _: CourseId, _: ReviewSort, _: PageRequest) -> ApiResult<Option<Page<ReviewView>>> {
        panic!("not asked")
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
        self.0.lock().expect("not poisoned").push((change, limit));
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
        Self { world: World::new().await, viewpage: Viewpage::default() }
    }

    async fn send(&self, who: Option<AccountId>, method: Method, path: &str, if_match: Option<&str>, body: String) -> Answer {
        let (router, _) = course::http::routes(Arc::new(self.world.courses.clone()), Arc::new(self.viewpage.clone())).split_for_parts();
        let router: Router = router.layer(Extension(call(who)));
        let mut request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
        if let Some(value) = if_match {
            request = request.header(header::IF_MATCH, value);
        }
        let response = router.oneshot(request.body(Body::from(body)).expect("a request")).await.expect("answers");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        if parts.status.is_client_error() {
            assert_eq!(parts.headers[header::CONTENT_TYPE], "application/problem+json");
        }
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).expect("JSON") };
        Answer { status: parts.status, headers: parts.headers, body }
    }

    async fn get(&self, who: Option<AccountId>, path: &str) -> Answer {
        self.send(who, Method::GET, path, None, String::new()).await
    }

    async fn post(&self, path: &str, input: Option<&CourseInput>) -> Answer {
        self.send(Some(self.world.host), Method::POST, path, None, input.map(text).unwrap_or_default()).await
    }

    async fn put(&self, id: CourseId, if_match: Option<&str>, input: &CourseInput) -> Answer {
        self.send(Some(self.world.host), Method::PUT, &format!("/courses/{id}"), if_match, text(input)).await
    }

    /// What was waited for since this was last asked: versions of one course.
    #[track_caller]
    fn waited(&self, id: CourseId) -> Vec<u64> {
        let asked = std::mem::take(&mut *self.viewpage.0.lock().expect("not poisoned"));
        asked
            .into_iter()
            .map(|(change, limit)| {
                assert_eq!((change.aggregate, limit), (Aggregate::course(id), Duration::from_millis(300)));
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
}

fn text(input: &CourseInput) -> String {
    serde_json::to_string(input).expect("serialises")
}

#[tokio::test]
async fn registering_answers_with_the_draft_and_where_it_is() {
    let rest = Rest::new().await;
    let answer = rest.post("/courses", Some(&walk())).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let id: CourseId = answer.body["id"].as_str().expect("text").parse().expect("an id");
    assert_eq!(answer.headers[header::LOCATION], format!("/api/v1/courses/{id}"));
    assert_eq!(answer.headers[header::ETAG], "\"1\"");
    assert_eq!(answer.body, serde_json::to_value(rest.world.read(id).await).expect("serialises"));
    assert_eq!((&answer.body["version"], &answer.body["state"], &answer.body["title"]), (&json!(1), &json!("draft"), &json!(walk().title)));
    assert_eq!(rest.waited(id), [1]);
}

#[tokio::test]
async fn the_body_of_the_contract_is_understood_and_what_is_left_out_is_named() {
    let rest = Rest::new().await;
    let host = Some(rest.world.host);
    let body = json!({ "title": "길", "summary": "", "region": "서울", "tags": ["#산책"], "reviews_open": false,
        "stops": [{ "name": "숲", "category": "park", "lat": 37.5, "lng": 127, "stay_minutes": 30, "cost_krw": 0, "note": "" }] });
    let answer = rest.send(host, Method::POST, "/courses", None, body.to_string()).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!((&answer.body["region"], &answer.body["tags"], &answer.body["language"]), (&json!("seoul"), &json!(["산책"]), &json!("ko")));
    assert_eq!(answer.body["stops"][0]["lng"], json!(127.0));

    let answer = rest.send(host, Method::POST, "/courses", None, json!({ "stops": [{ "name": "숲" }] }).to_string()).await;
    answer.problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid");
    let fields: Vec<_> =
        answer.body["errors"].as_array().expect("a list").iter().map(|error| error["field"].as_str().expect("text")).collect();
    assert_eq!(fields, ["title", "region", "stops[0].category", "stops[0].lat", "stops[0].lng"]);

    for wrong in ["", "{", "7", r#"{"title": 1}"#, r#"{"title": "길", "region": "seoul", "stops": [{"lat": "north"}]}"#] {
        rest.send(host, Method::POST, "/courses", None, wrong.to_owned()).await.problem(StatusCode::BAD_REQUEST, "malformed");
    }
}

#[tokio::test]
async fn who_is_not_signed_in_is_told_so_before_anything_else() {
    let rest = Rest::new().await;
    let id = rest.world.published().await.id;
    for (method, path) in [
        (Method::POST, "/courses".to_owned()),
        (Method::PUT, format!("/courses/{id}")),
        (Method::DELETE, format!("/courses/{id}")),
        (Method::POST, format!("/courses/{id}/publish")),
        (Method::POST, format!("/courses/{id}/unpublish")),
        (Method::GET, "/me/courses".to_owned()),
    ] {
        rest.send(None, method, &path, Some("nonsense"), "{".to_owned()).await.problem(StatusCode::UNAUTHORIZED, "not_signed_in");
    }
}

#[tokio::test]
async fn reading_tells_the_version_as_entity_tag() {
    let rest = Rest::new().await;
    let course = rest.world.published().await;
    let answer = rest.get(None, &format!("/courses/{}", course.id)).await;
    assert_eq!((answer.status, &answer.headers[header::ETAG]), (StatusCode::OK, &"\"2\"".parse().expect("a header")));
    assert_eq!(answer.headers[header::CACHE_CONTROL], "private, no-cache");
    assert_eq!(answer.body, serde_json::to_value(&course).expect("serialises"));

    let draft = rest.world.draft().await.id;
    assert_eq!(rest.get(Some(rest.world.host), &format!("/courses/{draft}")).await.status, StatusCode::OK);
    for who in [None, Some(someone())] {
        rest.get(who, &format!("/courses/{draft}")).await.problem(StatusCode::NOT_FOUND, "not_found");
    }
    rest.get(None, "/courses/nonsense").await.problem(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn the_version_may_be_written_in_every_way_that_people_write_it() {
    let rest = Rest::new().await;
    let id = rest.world.draft().await.id;
    for (version, if_match) in [Some("1"), Some("\"2\""), Some("W/\"3\""), Some("*"), None].into_iter().enumerate() {
        let answer = rest.put(id, if_match, &titled(&format!("제목 {version}"))).await;
        let version = version + 2;
        assert_eq!((answer.status, &answer.body["version"]), (StatusCode::OK, &json!(version)), "{if_match:?}");
        assert_eq!(answer.headers[header::ETAG], format!("\"{version}\""));
        assert_eq!(rest.waited(id), [version as u64]);
    }
}

#[tokio::test]
async fn a_change_of_something_else_than_was_read_is_refused_with_the_present_version() {
    let rest = Rest::new().await;
    let id = rest.world.draft().await.id;
    let answer = rest.put(id, Some("\"7\""), &titled("밤 산책")).await;
    answer.problem(StatusCode::PRECONDITION_FAILED, "changed_meanwhile");
    assert_eq!(answer.body["current"], json!(1));
    for wrong in ["seven", "\"1", "\"1\", \"2\"", ""] {
        rest.put(id, Some(wrong), &titled("밤 산책")).await.problem(StatusCode::BAD_REQUEST, "malformed");
    }
    assert!(rest.waited(id).is_empty());
    rest.world.expect_events(&rest.world.events().await, &["registered"]);
}

#[tokio::test]
async fn publishing_and_taking_back_answer_where_the_course_stands() {
    let rest = Rest::new().await;
    let id = rest.world.draft().await.id;
    for (action, version, state) in
        [("publish", 2, "published"), ("publish", 2, "published"), ("unpublish", 3, "unpublished"), ("unpublish", 3, "unpublished")]
    {
        let answer = rest.post(&format!("/courses/{id}/{action}"), None).await;
        assert_eq!((answer.status, answer.body), (StatusCode::OK, json!({ "id": id, "version": version, "state": state })));
        assert_eq!(rest.waited(id), [version], "also when nothing changed: the change before may still be on its way");
    }
}

#[tokio::test]
async fn a_course_without_stops_is_a_conflict() {
    let rest = Rest::new().await;
    let draft = rest.world.register(empty()).await.id;
    rest.post(&format!("/courses/{draft}/publish"), None).await.problem(StatusCode::CONFLICT, "stops_missing");
    let shown = rest.world.published().await.id;
    rest.put(shown, None, &empty()).await.problem(StatusCode::CONFLICT, "stops_missing");
}

#[tokio::test]
async fn a_deleted_course_is_gone() {
    let rest = Rest::new().await;
    let host = Some(rest.world.host);
    let id = rest.world.draft().await.id;
    let path = format!("/courses/{id}");
    let answer = rest.send(host, Method::DELETE, &path, None, String::new()).await;
    assert_eq!((answer.status, answer.body), (StatusCode::NO_CONTENT, Value::Null));
    assert_eq!(rest.waited(id), [2]);
    rest.send(host, Method::DELETE, &path, None, String::new()).await.problem(StatusCode::NOT_FOUND, "not_found");
    rest.get(host, &path).await.problem(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn what_is_someone_elses_is_forbidden_or_not_found() {
    let rest = Rest::new().await;
    let (draft, shown) = (rest.world.draft().await.id, rest.world.published().await.id);
    for (id, status, code) in [(draft, StatusCode::NOT_FOUND, "not_found"), (shown, StatusCode::FORBIDDEN, "not_yours")] {
        for (method, path, body) in [
            (Method::PUT, format!("/courses/{id}"), text(&walk())),
            (Method::DELETE, format!("/courses/{id}"), String::new()),
            (Method::POST, format!("/courses/{id}/publish"), String::new()),
            (Method::POST, format!("/courses/{id}/unpublish"), String::new()),
        ] {
            rest.send(Some(someone()), method, &path, None, body).await.problem(status, code);
        }
    }
    assert!(rest.viewpage.0.lock().expect("not poisoned").is_empty());
}

#[tokio::test]
async fn own_courses_come_a_page_at_a_time() {
    let rest = Rest::new().await;
    let host = Some(rest.world.host);
    for _ in 0..3 {
        rest.world.draft().await;
    }
    let first = rest.get(host, "/me/courses?cursor=&limit=2").await;
    assert_eq!((first.status, first.body["items"].as_array().map(Vec::len)), (StatusCode::OK, Some(2)));
    let cursor = first.body["next"].as_str().expect("there are more");
    let second = rest.get(host, &format!("/me/courses?limit=2&cursor={cursor}")).await;
    assert_eq!((second.body["items"].as_array().map(Vec::len), &second.body["next"]), (Some(1), &Value::Null));
    assert_eq!(rest.get(host, "/me/courses").await.body["items"].as_array().map(Vec::len), Some(3));
    for wrong in ["cursor=nonsense", "limit=many", "limit=-1"] {
        rest.get(host, &format!("/me/courses?{wrong}")).await.problem(StatusCode::BAD_REQUEST, "malformed");
    }
    assert_eq!(rest.get(Some(someone()), "/me/courses").await.body, json!({ "items": [], "next": null }));
}

#[tokio::test]
async fn every_route_is_described() {
    let rest = Rest::new().await;
    let (_, api) = course::http::routes(Arc::new(rest.world.courses.clone()), Arc::new(rest.viewpage.clone())).split_for_parts();
    let api = serde_json::to_value(api).expect("serialises");
    let described: Vec<_> = api["paths"].as_object().expect("paths").keys().map(String::as_str).collect();
    assert_eq!(
        described,
        ["/courses", "/courses/{id}", "/courses/{id}/publish", "/courses/{id}/unpublish", "/me/courses", "/photos", "/photos/{id}/{file}"]
    );
    for method in ["get", "put", "delete"] {
        assert!(api["paths"]["/courses/{id}"][method].is_object(), "{method}");
    }
    assert_eq!(api["paths"]["/courses"]["post"]["security"], json!([{ "bearer": [] }, { "cookie": [] }]));
    assert_eq!(api["components"]["schemas"]["StopInput"]["required"], json!(["name", "category", "lat", "lng"]));
}

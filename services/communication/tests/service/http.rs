//! The REST calls, with what the server's authentication puts into a request.

use crate::given::World;
use axum::body::Body;
use axum::{Extension, Router};
use contract::course::Language;
use contract::event::{Aggregate, AggregateVersion};
use contract::text::CommentBody;
use contract::viewpage::{
    Author, BookmarkedCourse, CommentView, CourseCard, CourseCounts, CourseView, Facets, Host, Listed, LiveMessage, Mine, ReviewSort,
    ReviewView, Search, Watch,
};
use contract::{AccountId, ApiResult, CommentId, CourseId, Page, PageRequest, Refusal, ViewpageApi};
use futures::stream::BoxStream;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use platform::testing::{call, someone};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tower::ServiceExt;
use uuid::Uuid;

/// A read model that is always late, and remembers what it was asked.
#[derive(Clone)]
struct Viewpage {
    course: CourseId,
    waited: Arc<Mutex<Vec<AggregateVersion>>>,
    pages: Arc<Mutex<Vec<PageRequest>>>,
}

#[async_trait::async_trait]
impl ViewpageApi for Viewpage {
    async fn course(&self, _: CourseId) -> ApiResult<Option<CourseView>> {
        panic!("not asked")
    }
    async fn counts(&self, _: CourseId) -> ApiResult<Option<CourseCounts>> {
        Ok(None)
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
    async fn comments(&self, id: CourseId, page: PageRequest) -> ApiResult<Option<Page<CommentView>>> {
        if page.cursor.as_deref() == Some("nonsense") {
            return Err(Refusal::Malformed.into());
        }
        self.pages.lock().unwrap().push(page);
        let comment = CommentView {
            id: CommentId::new(Uuid::from_u128(1)),
            author: Author { id: AccountId::new(Uuid::from_u128(2)), display_name: "둘레".into() },
            body: CommentBody::parse("body", "네").unwrap(),
            answer: None,
            created_at: jiff::Timestamp::UNIX_EPOCH,
            updated_at: jiff::Timestamp::UNIX_EPOCH,
        };
        Ok((id == self.course).then(|| Page { items: vec![comment], next: Some("next".into()) }))
    }
    async fn bookmarks(&self, _: AccountId, _: Language, _: PageRequest) -> ApiResult<Page<BookmarkedCourse>> {
        panic!("not asked")
    }
    async fn mine(&self, _: AccountId, _: &[CourseId]) -> ApiResult<Mine> {
        panic!("not asked")
    }
    async fn folded(&self, change: AggregateVersion, limit: Duration) -> bool {
        assert_eq!(limit, Duration::from_millis(300));
        self.waited.lock().unwrap().push(change);
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
        let world = World::with_course().await;
        let viewpage = Viewpage { course: world.course, waited: Arc::default(), pages: Arc::default() };
        Self { world, viewpage }
    }

    async fn send(&self, who: Option<AccountId>, method: Method, path: &str, body: String) -> Answer {
        let services = (Arc::new(self.world.communication.clone()), Arc::new(self.viewpage.clone()));
        let (router, _) = communication::http::routes(services.0, services.1).split_for_parts();
        let router: Router = router.layer(Extension(call(who)));
        let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
        let response = router.oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        if parts.status.is_client_error() {
            assert_eq!(parts.headers[header::CONTENT_TYPE], "application/problem+json");
        }
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
        Answer { status: parts.status, headers: parts.headers, body }
    }

    async fn plain(&self, who: Option<AccountId>, method: Method, path: &str) -> Answer {
        self.send(who, method, path, String::new()).await
    }

    /// What was waited for since this was last asked.
    fn waited(&self) -> Vec<AggregateVersion> {
        std::mem::take(&mut *self.viewpage.waited.lock().unwrap())
    }
}

impl Answer {
    #[track_caller]
    fn problem(&self, status: StatusCode, code: &str) {
        assert_eq!((self.status, &self.body["code"]), (status, &json!(code)), "{}", self.body);
    }
}

fn says(body: &str) -> String {
    json!({ "body": body }).to_string()
}

#[tokio::test]
async fn likes_and_bookmarks_answer_what_was_stored_the_same_however_often() {
    let rest = Rest::new().await;
    let (who, course) = (someone(), rest.world.course);
    for (kind, set, count, aggregate) in [
        ("like", "liked", "likes", Aggregate::like(course, who)),
        ("bookmark", "bookmarked", "bookmarks", Aggregate::bookmark(course, who)),
    ] {
        let path = format!("/courses/{course}/{kind}");
        for (method, is_set, number, version) in [
            (Method::PUT, true, 1, 1),
            (Method::PUT, true, 1, 1),
            (Method::DELETE, false, 0, 2),
            (Method::DELETE, false, 0, 2),
            (Method::PUT, true, 1, 3),
        ] {
            let answer = rest.plain(Some(who), method, &path).await;
            assert_eq!((answer.status, answer.body), (StatusCode::OK, json!({ set: is_set, count: number })));
            // The list of bookmarks is of the read model; a like is told with its count, and waits for nothing.
            let waited = if kind == "like" { vec![] } else { vec![AggregateVersion { aggregate, version }] };
            assert_eq!(rest.waited(), waited);
        }
        for method in [Method::PUT, Method::DELETE] {
            rest.plain(None, method.clone(), &path).await.problem(StatusCode::UNAUTHORIZED, "not_signed_in");
            for nowhere in ["not-an-id".to_owned(), someone().to_string()] {
                let path = format!("/courses/{nowhere}/{kind}");
                rest.plain(Some(who), method.clone(), &path).await.problem(StatusCode::NOT_FOUND, "not_found");
            }
        }
    }
}

#[tokio::test]
async fn a_comment_is_written_changed_and_deleted() {
    let rest = Rest::new().await;
    let (author, course) = (Some(someone()), rest.world.course);
    let written = rest.send(author, Method::POST, &format!("/courses/{course}/comments"), says("비 오는 날은요?")).await;
    assert_eq!(written.status, StatusCode::CREATED);
    let id: CommentId = written.body["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(written.headers[header::LOCATION], format!("/api/v1/comments/{id}"));
    assert_eq!((&written.body["body"], &written.body["author_id"]), (&json!("비 오는 날은요?"), &json!(author)));
    let path = format!("/comments/{id}");
    let changed = rest.send(author, Method::PUT, &path, says("눈 오는 날은요?")).await;
    assert_eq!((changed.status, &changed.body["version"]), (StatusCode::OK, &json!(2)));
    let (host, answer) = (Some(rest.world.host), format!("{path}/answer"));
    for _ in 0..2 {
        let answered = rest.send(host, Method::PUT, &answer, says("괜찮아요")).await;
        assert_eq!((answered.status, &answered.body["version"]), (StatusCode::OK, &json!(3)));
        assert_eq!(answered.body["answer"], json!({ "body": "괜찮아요", "replied_at": changed.body["updated_at"] }));
    }
    let deleted = rest.plain(host, Method::DELETE, &path).await;
    assert_eq!((deleted.status, deleted.body), (StatusCode::NO_CONTENT, Value::Null));
    let aggregate = Aggregate::comment(id);
    assert_eq!(rest.waited(), [1, 2, 3, 3, 4].map(|version| AggregateVersion { aggregate, version }));
    rest.send(author, Method::PUT, &path, says("네")).await.problem(StatusCode::NOT_FOUND, "not_found");
    rest.send(host, Method::PUT, &answer, says("네")).await.problem(StatusCode::NOT_FOUND, "not_found");
    rest.plain(author, Method::DELETE, &path).await.problem(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn what_is_wrong_with_a_comment_is_a_problem_with_its_code() {
    let rest = Rest::new().await;
    let (author, course) = (Some(someone()), rest.world.course);
    let path = format!("/courses/{course}/comments");
    let invalid = rest.send(author, Method::POST, &path, says("")).await;
    invalid.problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid");
    assert_eq!(invalid.body["errors"], json!([{ "field": "body", "code": "required" }]));
    rest.send(author, Method::POST, &path, "{}".into()).await.problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid");
    for wrong in ["", "{", r#"{"body": 1}"#] {
        rest.send(author, Method::POST, &path, wrong.into()).await.problem(StatusCode::BAD_REQUEST, "malformed");
    }
    rest.send(None, Method::POST, &path, "{".into()).await.problem(StatusCode::UNAUTHORIZED, "not_signed_in");
    let comment = rest.send(author, Method::POST, &path, says("네")).await.body;
    let own = format!("/comments/{}", comment["id"].as_str().unwrap());
    rest.send(Some(someone()), Method::PUT, &own, says("아니요")).await.problem(StatusCode::FORBIDDEN, "not_yours");
    rest.plain(Some(someone()), Method::DELETE, &own).await.problem(StatusCode::FORBIDDEN, "not_yours");
    let answer = format!("{own}/answer");
    for who in [author, Some(someone())] {
        rest.send(who, Method::PUT, &answer, says("아니요")).await.problem(StatusCode::FORBIDDEN, "not_yours");
    }
    rest.send(None, Method::PUT, &answer, says("아니요")).await.problem(StatusCode::UNAUTHORIZED, "not_signed_in");
    let invalid = rest.send(Some(rest.world.host), Method::PUT, &answer, "{}".into()).await;
    invalid.problem(StatusCode::UNPROCESSABLE_ENTITY, "invalid");
    assert_eq!(invalid.body["errors"], json!([{ "field": "body", "code": "required" }]));
    rest.send(Some(rest.world.host), Method::PUT, "/comments/nonsense/answer", says("네"))
        .await
        .problem(StatusCode::NOT_FOUND, "not_found");
}

#[tokio::test]
async fn comments_come_from_the_read_model_a_page_at_a_time_for_everyone() {
    let rest = Rest::new().await;
    let path = format!("/courses/{}/comments", rest.world.course);
    let answer = rest.plain(None, Method::GET, &format!("{path}?cursor=abc&limit=2")).await;
    assert_eq!((answer.status, &answer.body["next"]), (StatusCode::OK, &json!("next")));
    assert_eq!((&answer.body["items"][0]["body"], &answer.body["items"][0]["author"]["display_name"]), (&json!("네"), &json!("둘레")));
    rest.plain(None, Method::GET, &format!("{path}?cursor=")).await;
    assert_eq!(*rest.viewpage.pages.lock().unwrap(), [PageRequest::new(Some("abc".into()), 2), PageRequest::default()]);
    rest.plain(None, Method::GET, &format!("/courses/{}/comments", someone())).await.problem(StatusCode::NOT_FOUND, "not_found");
    for wrong in ["limit=many", "cursor=nonsense"] {
        rest.plain(None, Method::GET, &format!("{path}?{wrong}")).await.problem(StatusCode::BAD_REQUEST, "malformed");
    }
}

#[tokio::test]
async fn every_route_is_described_with_the_limits_of_what_it_takes() {
    let rest = Rest::new().await;
    let services = (Arc::new(rest.world.communication.clone()), Arc::new(rest.viewpage.clone()));
    let (_, api) = communication::http::routes(services.0, services.1).split_for_parts();
    let api = serde_json::to_value(api).unwrap();
    for (path, methods) in [
        ("/courses/{id}/like", vec!["put", "delete"]),
        ("/courses/{id}/bookmark", vec!["put", "delete"]),
        ("/courses/{id}/comments", vec!["get", "post"]),
        ("/comments/{id}", vec!["put", "delete"]),
        ("/comments/{id}/answer", vec!["put"]),
    ] {
        for method in methods {
            assert!(api["paths"][path][method].is_object(), "{method} {path}");
        }
    }
    assert_eq!(api["components"]["schemas"]["CommentInput"]["properties"]["body"]["$ref"], "#/components/schemas/CommentBody");
    let body = &api["components"]["schemas"]["CommentBody"];
    assert_eq!((&body["minLength"], &body["maxLength"]), (&json!(1), &json!(1000)));
    assert_eq!(api["components"]["schemas"]["CommentInput"]["required"], json!(["body"]));
}

//! The REST calls, with what the server's authentication puts into a request.

use crate::given::{World, comments};
use axum::body::Body;
use axum::{Extension, Router};
use contract::course::Language;
use contract::event::{Aggregate, AggregateVersion};
use contract::viewpage::{
    BookmarkedCourse, CommentView, CourseCard, CourseCounts, CourseView, Facets, Host, Listed, LiveMessage, Mine, ReviewSort, ReviewView,
    Search, Watch,
};
use contract::{AccountId, ApiResult, CourseId, Page, PageRequest, ViewpageApi};
use futures::stream::BoxStream;
use http::{Method, Request, StatusCode, header};
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

impl Rest {
    async fn new() -> Self {
        Self { world: World::new().await, viewpage: Viewpage::default() }
    }

    async fn send(&self, who: Option<AccountId>, method: Method, path: &str, body: &str) -> (StatusCode, Value) {
        let (router, _) = message::http::routes(Arc::new(self.world.messages.clone()), Arc::new(self.viewpage.clone())).split_for_parts();
        let router: Router = router.layer(Extension(call(who)));
        let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
        let response = router.oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        if parts.status.is_client_error() {
            assert_eq!(parts.headers[header::CONTENT_TYPE], "application/problem+json");
        }
        (parts.status, serde_json::from_slice(&body.collect().await.unwrap().to_bytes()).unwrap())
    }

    async fn get(&self, path: &str) -> (StatusCode, Value) {
        self.send(Some(self.world.host), Method::GET, path, "").await
    }

    async fn post(&self, path: &str) -> (StatusCode, Value) {
        self.send(Some(self.world.host), Method::POST, path, "").await
    }

    /// What was waited for since this was last asked: versions of the host's inbox.
    #[track_caller]
    fn waited(&self) -> Vec<u64> {
        let asked = std::mem::take(&mut *self.viewpage.0.lock().expect("not poisoned"));
        let versions = asked.into_iter().map(|(change, limit)| {
            assert_eq!((change.aggregate, limit), (Aggregate::inbox(self.world.host), Duration::from_millis(300)));
            change.version
        });
        versions.collect()
    }
}

#[tokio::test]
async fn messages_are_read_a_page_at_a_time_and_marked_as_read() {
    let rest = Rest::new().await;
    let course = rest.world.course().await;
    rest.world.happen([comments(course, someone()), comments(course, someone()), comments(course, someone())]).await;

    let (status, first) = rest.get("/me/messages?cursor=&limit=2").await;
    assert_eq!((status, first["items"].as_array().map(Vec::len), &first["unread"]), (StatusCode::OK, Some(2), &json!(3)));
    let (_, second) = rest.get(&format!("/me/messages?limit=2&cursor={}", first["next"].as_str().unwrap())).await;
    assert_eq!((second["items"].as_array().map(Vec::len), &second["next"]), (Some(1), &Value::Null));
    let mut fields: Vec<_> = first["items"][0].as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["course_id", "course_title", "created_at", "id", "kind", "read"]);
    assert_eq!((&first["items"][0]["kind"], &first["items"][0]["read"]), (&json!("comment_received"), &json!(false)));

    let path = format!("/me/messages/{}/read", first["items"][0]["id"].as_str().unwrap());
    assert_eq!(rest.post(&path).await, (StatusCode::OK, json!({ "unread": 2 })));
    assert_eq!(rest.waited(), [4]);
    assert_eq!(rest.post(&path).await, (StatusCode::OK, json!({ "unread": 2 })));
    assert_eq!(rest.post("/me/messages/read-all").await, (StatusCode::OK, json!({ "unread": 0 })));
    assert_eq!(rest.post("/me/messages/read-all").await, (StatusCode::OK, json!({ "unread": 0 })));
    assert_eq!(rest.waited(), [5], "there is nothing to wait for when nothing changed");
    let (status, problem) = rest.send(Some(someone()), Method::POST, &path, "").await;
    assert_eq!((status, &problem["code"]), (StatusCode::NOT_FOUND, &json!("not_found")));
}

#[tokio::test]
async fn settings_are_told_and_changed() {
    let rest = Rest::new().await;
    let all = json!({ "receipts": true, "bookmarks": true, "reviews": true, "replies": true, "comments": true });
    assert_eq!(rest.get("/me/message-settings").await, (StatusCode::OK, all.clone()));
    let some = json!({ "receipts": false, "bookmarks": true, "reviews": true, "replies": true, "comments": false });
    let host = Some(rest.world.host);
    assert_eq!(rest.send(host, Method::PUT, "/me/message-settings", &some.to_string()).await, (StatusCode::OK, some.clone()));
    assert_eq!(rest.get("/me/message-settings").await.1, some);
    assert_eq!(rest.send(host, Method::PUT, "/me/message-settings", "{}").await.1, all, "what is left out is wanted");
    let (status, problem) = rest.send(host, Method::PUT, "/me/message-settings", r#"{"receipts": 1}"#).await;
    assert_eq!((status, &problem["code"]), (StatusCode::BAD_REQUEST, &json!("malformed")));
}

#[tokio::test]
async fn what_cannot_be_done_is_refused() {
    let rest = Rest::new().await;
    for (method, path) in [
        (Method::GET, "/me/messages"),
        (Method::POST, "/me/messages/nonsense/read"),
        (Method::POST, "/me/messages/read-all"),
        (Method::GET, "/me/message-settings"),
        (Method::PUT, "/me/message-settings"),
    ] {
        let (status, problem) = rest.send(None, method, path, "{").await;
        assert_eq!((status, &problem["code"]), (StatusCode::UNAUTHORIZED, &json!("not_signed_in")), "{path}");
    }
    for wrong in ["cursor=nonsense", "limit=many", "limit=-1"] {
        let (status, problem) = rest.get(&format!("/me/messages?{wrong}")).await;
        assert_eq!((status, &problem["code"]), (StatusCode::BAD_REQUEST, &json!("malformed")), "{wrong}");
    }
    assert_eq!(rest.post("/me/messages/nonsense/read").await.0, StatusCode::NOT_FOUND);
    assert_eq!(rest.waited(), [0; 0]);
}

#[tokio::test]
async fn every_route_is_described() {
    let rest = Rest::new().await;
    let (_, api) = message::http::routes(Arc::new(rest.world.messages.clone()), Arc::new(rest.viewpage.clone())).split_for_parts();
    let api = serde_json::to_value(api).unwrap();
    let mut described: Vec<_> = api["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    described.sort_unstable();
    assert_eq!(described, ["/me/message-settings", "/me/messages", "/me/messages/read-all", "/me/messages/{id}/read"]);
    for method in ["get", "put"] {
        assert!(api["paths"]["/me/message-settings"][method].is_object(), "{method}");
    }
    assert_eq!(api["paths"]["/me/messages"]["get"]["security"], json!([{ "bearer": [] }, { "cookie": [] }]));
    assert!(api["components"]["schemas"]["Inbox"].is_object());
}

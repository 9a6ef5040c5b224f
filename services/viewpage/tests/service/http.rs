//! The REST calls, with what the server's authentication puts into a request.

use crate::given::{append, bookmark, new_course, published, setting};
use axum::body::Body;
use axum::{Extension, Router};
use contract::AccountId;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use platform::testing::{call, someone};
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt;
use viewpage::Viewpage;

async fn get(viewpage: &Viewpage, who: Option<AccountId>, path: &str) -> (StatusCode, Value) {
    let viewpage = Arc::new(viewpage.clone());
    let (router, _) = viewpage::http::routes(viewpage.clone()).merge(viewpage::http::live_routes(viewpage)).split_for_parts();
    let router: Router = router.layer(Extension(call(who)));
    let response = router.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
    let status = response.status();
    if status == StatusCode::OK && path.starts_with("/live") {
        return (status, Value::Null);
    }
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap())
}

#[tokio::test]
async fn searching_takes_what_forms_send_and_names_what_is_wrong() {
    let (database, viewpage) = setting().await;
    append(&database, published(new_course(&database), someone(), "서울숲 한 바퀴")).await;
    viewpage.projection().settle().await.unwrap();
    for (query, times) in [
        ("", 1),
        ("?q=&region=&tag=&max_cost=&max_minutes=&cursor=", 1),
        ("?q=%20", 1),
        ("?q=%1E&tag=%C2%99%C2%85", 1),
        (
            "?q=%EC%84%9C%EC%9A%B8&region=%EC%84%9C%EC%9A%B8&tag=%EC%82%B0%EC%B1%85&max_cost=5000&max_minutes=900&sort=rating&lang=en&limit=1",
            1,
        ),
        ("?max_cost=4999", 0),
        ("?setting=outdoor", 1),
        ("?setting=%EC%8B%A4%EB%82%B4", 0),
        ("?max_cost=99999999999", 1),
    ] {
        let (status, body) = get(&viewpage, None, &format!("/viewpages{query}")).await;
        assert_eq!((status, body["items"].as_array().map(Vec::len)), (StatusCode::OK, Some(times)), "{query} {body}");
    }
    let long = format!("?q={}", "a".repeat(101));
    for (query, field) in [
        ("?max_cost=-1", "max_cost"),
        ("?max_minutes=x", "max_minutes"),
        ("?region=atlantis", "region"),
        ("?setting=moon", "setting"),
        ("?host=mina", "host"),
        (long.as_str(), "q"),
    ] {
        let (status, body) = get(&viewpage, None, &format!("/viewpages{query}")).await;
        assert_eq!((status, &body["errors"][0]["field"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)), "{query}");
    }
    let (status, body) = get(&viewpage, None, "/viewpages/facets?region=seoul&setting=indoor").await;
    assert_eq!((status, &body["total"]), (StatusCode::OK, &json!({"count": 0, "exact": true})), "{body}");
    assert_eq!(body["regions"][0], json!({"value": "seoul", "count": 0, "exact": true}));
    assert_eq!(body["settings"][1], json!({"value": "outdoor", "count": 1, "exact": true}));
    assert_eq!(body["max_cost"][0], json!({"value": 10_000, "count": 0, "exact": true}));
    assert_eq!(body["without"][1], json!({"value": "setting", "count": 1, "exact": true}));
    assert_eq!(get(&viewpage, None, "/viewpages/facets?max_cost=x").await.0, StatusCode::UNPROCESSABLE_ENTITY);
    for query in ["?sort=best", "?cursor=x", "?limit=x", "?lang=fr"] {
        assert_eq!(get(&viewpage, None, &format!("/viewpages{query}")).await.0, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test]
async fn ones_bookmarks_and_inbox_are_for_who_is_signed_in() {
    let (database, viewpage) = setting().await;
    let (course, me) = (new_course(&database), someone());
    append(&database, published(course, someone(), "서울숲 한 바퀴")).await;
    append(&database, vec![bookmark(course, me)]).await;
    viewpage.projection().settle().await.unwrap();
    let (status, body) = get(&viewpage, Some(me), "/me/bookmarks?lang=en&limit=5&cursor=").await;
    assert_eq!((status, &body["items"][0]["state"], &body["next"]), (StatusCode::OK, &json!("published"), &Value::Null));
    assert_eq!(body["items"][0]["title"], body["items"][0]["card"]["title"]);
    assert_eq!(get(&viewpage, Some(me), "/me/bookmarks?cursor=x").await.0, StatusCode::BAD_REQUEST);
    assert_eq!(get(&viewpage, None, "/me/bookmarks").await.0, StatusCode::UNAUTHORIZED);

    assert_eq!(get(&viewpage, None, "/live").await.0, StatusCode::BAD_REQUEST);
    assert_eq!(get(&viewpage, Some(me), "/live?inbox=maybe").await.0, StatusCode::BAD_REQUEST);
    // A page whose session has ended goes on without.
    for (who, path) in [
        (Some(me), "/live?inbox=true".to_owned()),
        (None, "/live?inbox=true".to_owned()),
        (None, format!("/live?course={course}&inbox=false")),
    ] {
        assert_eq!(get(&viewpage, who, &path).await.0, StatusCode::OK, "{path}");
    }
}

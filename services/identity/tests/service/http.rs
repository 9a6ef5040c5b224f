//! The REST calls, with what the server's authentication puts into a request.

use crate::given::{EMAIL, PASSWORD, World};
use axum::body::Body;
use axum::response::Response;
use axum::{Extension, Router};
use contract::AccountId;
use contract::identity::Account;
use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use platform::http::SessionToken;
use platform::testing::call;
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt;

/// The routes as someone meets them.
fn routes(world: &World, account: Option<&Account>, token: Option<&str>) -> Router {
    let (router, _) = identity::http::routes(Arc::new(world.identity.clone())).split_for_parts();
    let router = router.layer(Extension(call(account.map(|account| account.id)))).layer(Extension(account.cloned()));
    match token {
        Some(token) => router.layer(Extension(SessionToken(token.to_owned()))),
        None => router,
    }
}

async fn send(router: Router, method: Method, path: &str, body: impl Into<Body>) -> Response {
    let request =
        Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json").body(body.into()).expect("a request");
    router.oneshot(request).await.expect("answers")
}

async fn json(response: Response) -> Value {
    let bytes = response.into_body().collect().await.expect("a body").to_bytes();
    serde_json::from_slice(&bytes).expect("JSON")
}

async fn problem(response: Response, status: StatusCode) -> Value {
    assert_eq!(response.status(), status);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
    json(response).await
}

fn account_body(password: &str) -> String {
    json!({ "email": EMAIL, "password": password, "display_name": "미나" }).to_string()
}

#[tokio::test]
async fn an_account_is_opened_and_signed_in_to() {
    let world = World::new().await;
    let response = send(routes(&world, None, None), Method::POST, "/accounts", account_body(PASSWORD)).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    let registered = json(response).await;
    assert_eq!(registered["display_name"], "미나");
    assert_eq!(registered.as_object().expect("an object").len(), 2, "{registered}");

    let body = json!({ "email": EMAIL, "password": PASSWORD }).to_string();
    let response = send(routes(&world, None, None), Method::POST, "/sessions", body).await;
    assert_eq!(response.status(), StatusCode::CREATED);
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    let session = json(response).await;
    let expires_at: jiff::Timestamp = session["expires_at"].as_str().expect("text").parse().expect("RFC 3339");
    assert!(expires_at > world.now());
    let token = session["token"].as_str().expect("text");
    let account = world.identity_of(token).await.expect("signed in");
    assert_eq!(account.id.to_string(), registered["id"]);
}

#[tokio::test]
async fn fields_that_do_not_hold_or_are_left_out_are_named() {
    let world = World::new().await;
    let response = send(routes(&world, None, None), Method::POST, "/accounts", r#"{"password": "short"}"#).await;
    let problem = problem(response, StatusCode::UNPROCESSABLE_ENTITY).await;
    assert_eq!(
        problem["errors"],
        json!([
            { "field": "email", "code": "required" },
            { "field": "password", "code": "too_short", "limit": 8 },
            { "field": "display_name", "code": "required" },
        ])
    );
}

#[tokio::test]
async fn a_body_that_can_not_be_read_is_malformed() {
    let world = World::new().await;
    for (path, body) in [("/accounts", "{"), ("/sessions", "[]"), ("/sessions", r#"{"email": "mina@example.com"}"#)] {
        let response = send(routes(&world, None, None), Method::POST, path, body).await;
        assert_eq!(problem(response, StatusCode::BAD_REQUEST).await["code"], "malformed");
    }
}

#[tokio::test]
async fn wrong_credentials_are_a_401() {
    let world = World::new().await;
    for body in [json!({ "email": EMAIL, "password": PASSWORD }), json!({ "email": "mina", "password": "x" })] {
        let response = send(routes(&world, None, None), Method::POST, "/sessions", body.to_string()).await;
        assert_eq!(problem(response, StatusCode::UNAUTHORIZED).await["code"], "wrong_credentials");
    }
}

#[tokio::test]
async fn me_tells_who_is_signed_in_and_nobody_is_a_401() {
    let world = World::new().await;
    let mina = someone();
    let response = send(routes(&world, Some(&mina), None), Method::GET, "/me", "").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(json(response).await, json!({ "id": mina.id, "email": EMAIL, "display_name": "미나" }));

    let response = send(routes(&world, None, None), Method::GET, "/me", "").await;
    assert_eq!(problem(response, StatusCode::UNAUTHORIZED).await["code"], "not_signed_in");
}

#[tokio::test]
async fn signing_out_ends_the_session_of_the_request() {
    let world = World::with_mina().await;
    for in_header in [false, true] {
        let session = world.sign_in().await;
        let account = world.account_of(&session).await.expect("signed in");
        let token = Some(session.token.as_str()).filter(|_| !in_header);
        let mut request = Request::delete("/sessions/current");
        if in_header {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", session.token));
        }
        let response =
            routes(&world, Some(&account), token).oneshot(request.body(Body::empty()).expect("a request")).await.expect("answers");
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        assert_eq!(world.account_of(&session).await, None);
    }
}

#[tokio::test]
async fn who_is_not_signed_in_can_not_sign_out() {
    let world = World::new().await;
    let response = send(routes(&world, None, None), Method::DELETE, "/sessions/current", "").await;
    assert_eq!(problem(response, StatusCode::UNAUTHORIZED).await["code"], "not_signed_in");
    let response = send(routes(&world, Some(&someone()), None), Method::DELETE, "/sessions/current", "").await;
    assert_eq!(problem(response, StatusCode::UNAUTHORIZED).await["code"], "not_signed_in");
}

#[tokio::test]
async fn signing_out_everywhere_ends_other_sessions_too() {
    let world = World::with_mina().await;
    let (phone, desk) = (world.sign_in().await, world.sign_in().await);
    let mina = world.account_of(&phone).await.expect("signed in");
    let response = send(routes(&world, Some(&mina), Some(&phone.token)), Method::DELETE, "/sessions", "").await;
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!((world.account_of(&phone).await, world.account_of(&desk).await), (None, None));
}

#[tokio::test]
async fn a_password_is_changed_in_the_session_of_the_request() {
    let world = World::with_mina().await;
    let (phone, desk) = (world.sign_in().await, world.sign_in().await);
    let mina = world.account_of(&phone).await.expect("signed in");
    let change = |current: &str, new: &str| json!({ "current_password": current, "new_password": new }).to_string();
    let put = async |body: String| send(routes(&world, Some(&mina), Some(&phone.token)), Method::PUT, "/me/password", body).await;

    let wrong = problem(put(change("wrong password", "short")).await, StatusCode::UNPROCESSABLE_ENTITY).await;
    let named =
        [json!({ "field": "current_password", "code": "mismatch" }), json!({ "field": "new_password", "code": "too_short", "limit": 8 })];
    assert_eq!(wrong["errors"], json!(named));
    let left_out = problem(put("{}".to_owned()).await, StatusCode::UNPROCESSABLE_ENTITY).await;
    assert_eq!(left_out["errors"][1], json!({ "field": "new_password", "code": "required" }));
    assert_eq!(put(change(PASSWORD, "a new password")).await.status(), StatusCode::NO_CONTENT);
    assert!(world.account_of(&phone).await.is_some());
    assert_eq!(world.account_of(&desk).await, None);
}

#[tokio::test]
async fn an_account_is_closed_with_its_password() {
    let world = World::with_mina().await;
    let session = world.sign_in().await;
    let mina = world.account_of(&session).await.expect("signed in");
    let delete = async |body: Value| send(routes(&world, Some(&mina), None), Method::DELETE, "/me", body.to_string()).await;
    for wrong in [json!({ "password": "wrong password" }), json!({})] {
        let problem = problem(delete(wrong).await, StatusCode::FORBIDDEN).await;
        assert_eq!(problem["errors"], json!([{ "field": "password", "code": "mismatch" }]));
    }
    assert_eq!(delete(json!({ "password": PASSWORD })).await.status(), StatusCode::ACCEPTED);
    assert_eq!(world.account_of(&session).await, None);
}

#[tokio::test]
async fn who_is_not_signed_in_can_do_none_of_it() {
    let world = World::new().await;
    for (method, path) in [(Method::DELETE, "/sessions"), (Method::PUT, "/me/password"), (Method::DELETE, "/me")] {
        let response = send(routes(&world, None, None), method, path, "{}").await;
        assert_eq!(problem(response, StatusCode::UNAUTHORIZED).await["code"], "not_signed_in", "{path}");
    }
}

#[tokio::test]
async fn every_route_is_described() {
    let world = World::new().await;
    let (_, api) = identity::http::routes(Arc::new(world.identity.clone())).split_for_parts();
    let api = serde_json::to_value(api).expect("serialises");
    let described: Vec<_> = api["paths"].as_object().expect("paths").keys().map(String::as_str).collect();
    assert_eq!(described, ["/accounts", "/me", "/me/password", "/sessions", "/sessions/current"]);
    assert_eq!(api["paths"]["/me"]["get"]["security"], json!([{ "bearer": [] }, { "cookie": [] }]));
    assert!(api["components"]["schemas"]["ProblemBody"].is_object());
    assert_eq!(api["components"]["schemas"]["NewAccount"]["required"], json!(["email", "password", "display_name"]));
}

fn someone() -> Account {
    Account { id: AccountId::new(platform::Clock::system().uuid()), email: EMAIL.into(), display_name: "미나".into() }
}

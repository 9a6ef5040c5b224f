use super::*;
use async_trait::async_trait;
use axum::body::Body;
use axum::http::StatusCode;
use axum::routing::any;
use axum::{Extension, Router, middleware};
use contract::event::AggregateVersion;
use contract::identity::{Account, Credentials, NewAccount, OpenedSession, PasswordChange, RegisteredAccount};
use contract::{AccountId, ApiResult};
use std::collections::HashSet;
use tower::ServiceExt;
use uuid::Uuid;

/// Knows one token; the token `down` can't be looked up.
struct OneToken;

#[async_trait]
impl IdentityApi for OneToken {
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
    async fn alive(&self, _: &[String]) -> ApiResult<HashSet<String>> {
        Err(ApiError::Fault)
    }
    async fn authenticate(&self, token: &str) -> ApiResult<Option<Account>> {
        match token {
            "mina" => {
                Ok(Some(Account { id: AccountId::new(Uuid::from_u128(1)), email: "mina@example.com".into(), display_name: "Mina".into() }))
            }
            "down" => Err(ApiError::Unavailable { retry_after_seconds: 1 }),
            _ => Ok(None),
        }
    }
}

async fn who(Extension(call): Extension<Call>, Extension(account): Extension<Option<Account>>) -> String {
    assert_eq!(call.actor, account.as_ref().map(|account| account.id));
    account.map_or_else(|| "nobody".to_owned(), |account| account.display_name)
}

async fn ask(method: Method, path: &str, headers: &[(&str, &str)]) -> (StatusCode, String) {
    let authentication = Authentication { identity: Arc::new(OneToken), cookie: SessionCookie::new("dulle") };
    let router = Router::new()
        .fallback(any(who))
        .layer(middleware::from_fn_with_state(authentication, authenticate))
        .layer(middleware::from_fn_with_state(platform::Clock::system(), crate::layer::case::give));
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = router.oneshot(request.body(Body::empty()).expect("a request")).await.expect("infallible");
    let status = response.status();
    assert!(response.headers().contains_key("x-correlation-id"));
    assert_eq!(status == StatusCode::SERVICE_UNAVAILABLE, response.headers().contains_key("retry-after"));
    let body = axum::body::to_bytes(response.into_body(), 4096).await.expect("a body");
    (status, String::from_utf8(body.to_vec()).expect("text"))
}

#[tokio::test]
async fn tokens_come_by_header_or_by_cookie() {
    for headers in [
        [("authorization", "Bearer mina")].as_slice(),
        &[("authorization", "bearer  mina")],
        &[("cookie", "dulle=mina")],
        &[("cookie", "a=b;dulle=mina; c=d")],
        &[("cookie", "a=b"), ("cookie", "dulle=mina")],
        &[("cookie", "dulle=old"), ("authorization", "Bearer mina")],
    ] {
        assert_eq!(ask(Method::GET, "/api/v1/me", headers).await, (StatusCode::OK, "Mina".to_owned()), "{headers:?}");
    }
}

#[tokio::test]
async fn without_a_token_one_is_nobody() {
    for headers in [
        [].as_slice(),
        &[("cookie", "dulle=")],
        &[("cookie", "xdulle=mina")],
        &[("authorization", "Basic mina")],
        &[("cookie", "dulle=old")],
    ] {
        assert_eq!(ask(Method::POST, "/api/v1/sessions", headers).await, (StatusCode::OK, "nobody".to_owned()), "{headers:?}");
    }
}

#[tokio::test]
async fn an_unknown_bearer_token_is_refused_where_programs_call() {
    let old = [("authorization", "Bearer old")];
    let (status, body) = ask(Method::GET, "/api/v1/viewpages", &old).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(body.contains(r#""code":"not_signed_in""#), "{body}");
    assert_eq!(ask(Method::GET, "/", &old).await.0, StatusCode::OK);
}

#[tokio::test]
async fn with_identity_gone_pages_are_still_read_and_nothing_is_changed() {
    let down = [("cookie", "dulle=down")];
    assert_eq!(ask(Method::GET, "/courses/1", &down).await, (StatusCode::OK, "nobody".to_owned()));
    assert_eq!(ask(Method::POST, "/courses/1/like", &down).await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ask(Method::GET, "/api/v1/me", &down).await.0, StatusCode::SERVICE_UNAVAILABLE);
}

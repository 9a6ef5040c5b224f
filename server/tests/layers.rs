//! What every answer carries, and what a defect, a large body and a case become.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Html;
use axum::routing::{get, post};
use axum::{Extension, Router};
use contract::CorrelationId;
use platform::Clock;
use server::layer::headers::{self, OverTls};
use server::layer::{case, fault, limits};
use tower::{ServiceBuilder, ServiceExt};

const OWN_POLICY: [(&str, &str); 2] = [("content-security-policy", "default-src 'self'"), ("cache-control", "public, max-age=60")];

async fn defect() {
    panic!("a defect")
}

fn router(over_tls: bool) -> Router {
    Router::new()
        .route("/page", get(async || Html("<!doctype html>")))
        .route("/data", get(async || "data"))
        .route("/own", get(async || (OWN_POLICY, "own")))
        .route("/defect", get(defect))
        .route("/case", get(async |Extension(id): Extension<CorrelationId>| id.to_string()))
        .route("/size", post(async |body: String| body.len().to_string()))
        .layer(
            ServiceBuilder::new()
                .layer(from_fn_with_state(Clock::system(), case::give))
                .layer(from_fn_with_state(OverTls(over_tls), headers::add))
                .layer(from_fn(fault::contain))
                .layer(from_fn(limits::body)),
        )
}

async fn ask(over_tls: bool, request: Request) -> (StatusCode, HeaderMap, String) {
    let (parts, body) = router(over_tls).oneshot(request).await.expect("infallible").into_parts();
    let body = to_bytes(body, 1 << 20).await.expect("a body");
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).expect("text"))
}

async fn read(path: &str) -> (StatusCode, HeaderMap, String) {
    ask(false, Request::get(path).body(Body::empty()).expect("a request")).await
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    for path in ["/page", "/data", "/own", "/defect", "/nowhere"] {
        let (_, headers, _) = read(path).await;
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "strict-origin-when-cross-origin", "{path}");
        assert_eq!(headers["cross-origin-opener-policy"], "same-origin", "{path}");
        assert!(headers["permissions-policy"].to_str().is_ok_and(|policy| policy.contains("geolocation=()")), "{path}");
        assert!(!headers.contains_key("strict-transport-security"), "{path}");
        let policy = if path == "/own" { "default-src 'self'" } else { "default-src 'none'; frame-ancestors 'none'" };
        assert_eq!(headers["content-security-policy"], policy, "{path}");
    }
    let (_, headers, _) = ask(true, Request::get("/data").body(Body::empty()).expect("a request")).await;
    assert_eq!(headers["strict-transport-security"], "max-age=31536000");
}

#[tokio::test]
async fn nothing_is_kept_that_does_not_say_so() {
    for (path, kept) in [("/page", "private, no-cache"), ("/data", "no-store"), ("/own", "public, max-age=60"), ("/nowhere", "no-store")] {
        assert_eq!(read(path).await.1["cache-control"], kept, "{path}");
    }
}

#[tokio::test]
async fn a_defect_is_the_end_of_one_request() {
    let (status, headers, body) = read("/defect").await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(headers["content-type"], "application/problem+json");
    assert!(body.contains(r#""code":"fault""#) && !body.contains("a defect"), "{body}");
}

#[tokio::test]
async fn a_case_is_taken_over_or_made() {
    let given = "01890a5d-ac96-774b-bcce-b302099a8057";
    let request = |id: &str| Request::get("/case").header("x-correlation-id", id).body(Body::empty()).expect("a request");
    let (_, headers, body) = ask(false, request(given)).await;
    assert_eq!((headers["x-correlation-id"].to_str().expect("text"), body.as_str()), (given, given));
    let (_, headers, body) = ask(false, request("not an id")).await;
    assert_eq!(headers["x-correlation-id"].to_str().expect("text"), body);
    assert_eq!(uuid::Uuid::parse_str(&body).expect("an id").get_version_num(), 7);
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_by_length_or_while_it_is_read() {
    let largest = 64 * 1024;
    let announced = |size| Request::post("/size").body(Body::from("a".repeat(size))).expect("a request");
    assert_eq!(ask(false, announced(largest)).await.2, largest.to_string());
    assert_eq!(ask(false, announced(largest + 1)).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    let parts = futures::stream::iter((0..65).map(|_| Ok::<_, std::convert::Infallible>("a".repeat(1024))));
    let unannounced = Request::post("/size").body(Body::from_stream(parts)).expect("a request");
    assert_eq!(ask(false, unannounced).await.0, StatusCode::PAYLOAD_TOO_LARGE);
}

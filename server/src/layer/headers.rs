//! Headers that keep browsers from doing what this site never asks for, and caches from keeping what is somebody's own.

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

/// A year, as browsers' preload lists ask for.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

const ALWAYS: [(HeaderName, HeaderValue); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ),
];

/// Whether people reach this site over TLS.
#[derive(Clone, Copy, Debug)]
pub struct OverTls(pub bool);

/// Adds what an answer lacks.
pub async fn add(State(OverTls(over_tls)): State<OverTls>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, value);
    }
    if over_tls {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    // Pages bring a policy of their own, with a nonce. Whatever else is opened as a document may do nothing.
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(const { HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'") });
    let caching = caching(headers);
    headers.entry(header::CACHE_CONTROL).or_insert(caching);
    response
}

/// For an answer that says nothing about it: a page may be kept by the browser that asked, but is asked for again; anything else
/// is not kept.
fn caching(headers: &HeaderMap) -> HeaderValue {
    let page = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    HeaderValue::from_static(if page { "private, no-cache" } else { "no-store" })
}

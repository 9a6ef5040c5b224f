//! From a view to an answer.
//!
//! Pages are axum handlers of our own that load everything first and then render the view in one go, instead of leptos_axum's
//! streaming renderer with leptos_router. Why: nothing on these pages is worth streaming (one or two reads of the read model
//! come first anyway); the status is known before the first byte, so 404, 422 and 503 are what they say; the answer has a
//! Content-Length; a form that was refused renders the same page from the same function; there is no Suspense that could
//! deadlock and no route list; and what was rendered is a plain string, which can be kept ([`crate::pages::course::Drawings`]). Islands and
//! server functions are leptos's own.

use crate::components::document::{Head, document};
use crate::visit::Visit;
use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use leptos::nonce::Nonce;
use leptos::prelude::*;
use leptos::tachys::view::Position;

/// Renders a page in its frame.
pub(crate) fn page(visit: &Visit, status: StatusCode, head: Head, main: impl FnOnce() -> AnyView) -> Response {
    let nonce = Nonce::new();
    let policy = content_security_policy(&nonce, head.tiles_from.as_deref());
    let owner = Owner::new_root(None);
    let mut html = String::with_capacity(32 * 1024);
    html.push_str("<!DOCTYPE html>");
    owner.with(|| document(visit, head, &nonce, main()).to_html_with_buf(&mut html, &mut Position::FirstChild, true, false, vec![]));
    owner.unset_with_forced_cleanup();
    let mut response = Response::new(Body::from(whole_comments(&html)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("cookie"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(visit.language.tag()));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Leptos marks places with `<!>`, which every browser reads as an empty comment and the standard calls an error. Text and
/// attributes have no bare `<`, so nothing else is meant.
fn whole_comments(html: &str) -> String {
    let mut whole = String::with_capacity(html.len() + html.len() / 16);
    let mut copied = 0;
    for at in memchr::memmem::find_iter(html.as_bytes(), b"<!>") {
        whole.push_str(&html[copied..at]);
        whole.push_str("<!---->");
        copied = at + 3;
    }
    whole.push_str(&html[copied..]);
    whole
}

/// What a page may load: our own files, the one script that bears this answer's nonce, and wasm. Where it has a map, also the tiles, which
/// its script fetches, and a worker, which is a file of our own.
fn content_security_policy(nonce: &str, tiles_from: Option<&str>) -> String {
    let (tiles, workers) = tiles_from.map_or_else(Default::default, |origin| (format!(" {origin}"), " worker-src 'self';"));
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'{tiles};{workers} font-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}

/// Sends the browser to an address of our own. Anything else than a path of this site becomes the first page.
pub(crate) fn redirect(status: StatusCode, target: &str) -> Response {
    let target = crate::forms::own_path(target).unwrap_or("/");
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, HeaderValue::from_str(target).unwrap_or(HeaderValue::from_static("/")));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The status that stands for a trouble, and the seconds after which another try makes sense.
pub(crate) fn status_of(trouble: &contract::ApiError) -> (StatusCode, Option<u32>) {
    use contract::{ApiError, Refusal};
    let retry_after = match trouble {
        ApiError::Refused(Refusal::TooMany { retry_after_seconds }) | ApiError::Unavailable { retry_after_seconds } => {
            Some(*retry_after_seconds)
        }
        ApiError::Refused(_) | ApiError::Fault => None,
    };
    (StatusCode::from_u16(trouble.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), retry_after)
}

/// Adds `Retry-After` where there is something to wait for.
pub(crate) fn with_retry_after(mut response: Response, seconds: Option<u32>) -> Response {
    if let Some(seconds) = seconds {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

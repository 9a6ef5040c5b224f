//! The pages for what didn't work.

use crate::components::document::Head;
use crate::render;
use crate::text::td_string;
use crate::visit::Visit;
use axum::response::Response;
use contract::{ApiError, Refusal};
use http::{Method, StatusCode};
use leptos::prelude::*;

/// The page for a trouble; one who isn't signed in is sent to sign in first.
pub(crate) fn page(visit: &Visit, trouble: &ApiError) -> Response {
    let l = visit.l;
    if matches!(trouble, ApiError::Refused(Refusal::NotSignedIn)) {
        return visit.sign_in_first(&visit.path);
    }
    let (status, retry_after) = render::status_of(trouble);
    let (title, text) = match status {
        StatusCode::NOT_FOUND => (td_string!(l, error.not_found_title), td_string!(l, error.not_found_text)),
        StatusCode::FORBIDDEN => (td_string!(l, error.forbidden_title), td_string!(l, error.forbidden_text)),
        StatusCode::TOO_MANY_REQUESTS => (td_string!(l, error.too_many_title), td_string!(l, error.too_many_text)),
        StatusCode::SERVICE_UNAVAILABLE => (td_string!(l, error.unavailable_title), td_string!(l, error.unavailable_text)),
        StatusCode::INTERNAL_SERVER_ERROR => (td_string!(l, error.fault_title), td_string!(l, error.fault_text)),
        _ => (td_string!(l, error.malformed_title), td_string!(l, error.malformed_text)),
    };
    let again = retry_after.is_some();
    let response = render::page(visit, status, Head::titled(title), || {
        view! {
            <section class="lost-way">
                <p class="lost-number" aria-hidden="true">{status.as_u16()}</p>
                <h1>{title}</h1>
                <p>{text}</p>
                <p class="actions">
                    {again.then(|| view! { <a class="button" href=visit.here_in(visit.language)>{td_string!(l, error.retry)}</a> })}
                    <a class="button quiet" href=visit.href("/")>{td_string!(l, error.home)}</a>
                </p>
            </section>
        }
        .into_any()
    });
    render::with_retry_after(response, retry_after)
}

/// Any address that leads nowhere.
pub(crate) async fn not_found(visit: Visit) -> Response {
    page(&visit, &ApiError::Refused(Refusal::NotFound))
}

/// An address of a form that is opened instead of sent: as after signing in, or from the history.
pub(crate) async fn method_not_allowed(method: Method, visit: Visit) -> Response {
    match page_of(&visit.path) {
        Some(path) if method == Method::GET => visit.see_other(&path),
        _ => {
            let mut response = page(&visit, &ApiError::Refused(Refusal::Malformed));
            *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
            response
        }
    }
}

/// The page that a form belongs to.
fn page_of(path: &str) -> Option<String> {
    if path == "/sign-out" {
        return Some("/".to_owned());
    }
    let mut parts = path.trim_start_matches('/').split('/');
    match (parts.next()?, parts.next()?, parts.next()) {
        ("courses", id, Some(part @ ("reviews" | "comments"))) => Some(format!("/courses/{id}#{part}")),
        ("courses", id, Some(_)) => Some(format!("/courses/{id}")),
        ("host", "courses", Some(_)) => Some("/host/courses".to_owned()),
        (page @ ("bookmarks" | "inbox" | "settings"), _, _) => Some(format!("/{page}")),
        _ => None,
    }
}

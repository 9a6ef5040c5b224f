//! What a server function needs of the request it came with.

use super::ActionError;
use crate::site::Site;
use crate::visit::Front;
use contract::{ApiError, Call};
use http::{HeaderMap, HeaderValue};
use leptos::context::use_context;
use std::sync::Arc;

/// The services, and who calls.
pub(super) fn caller() -> Result<(Arc<Site>, Call), ActionError> {
    match (use_context::<Front>(), use_context::<Call>()) {
        (Some(front), Some(call)) => Ok((front.site, call)),
        _ => {
            tracing::error!("a server function was called without its context");
            Err(ApiError::Fault.into())
        }
    }
}

/// The headers that came.
pub(super) fn headers() -> HeaderMap {
    use_context::<http::request::Parts>().map(|parts| parts.headers).unwrap_or_default()
}

/// Sends a cookie with the answer.
pub(super) fn set_cookie(cookie: HeaderValue) {
    if let Some(options) = use_context::<leptos_axum::ResponseOptions>() {
        options.append_header(http::header::SET_COOKIE, cookie);
    }
}

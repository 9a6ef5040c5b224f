//! A defect in one request is that request's end, not the program's: a panic is answered with 500. The panic hook (telemetry)
//! has logged it in the request's span.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use contract::ApiError;
use futures::FutureExt;
use platform::http::Problem;
use std::panic::AssertUnwindSafe;

/// Answers 500 if what is inside panics.
pub async fn contain(request: Request, next: Next) -> Response {
    // Nothing of the request is looked at again after a panic.
    AssertUnwindSafe(next.run(request))
        .catch_unwind()
        .await
        .unwrap_or_else(|_logged_by_the_hook| Problem::from(ApiError::Fault).into_response())
}

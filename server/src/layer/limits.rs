//! How large a request may be and how long it may take.

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use contract::ApiError;
use http_body_util::Limited;
use platform::http::Problem;
use std::time::Duration;

/// The greatest body of a request.
const BODY: u64 = 64 * 1024;
/// The same where courses are written: twenty stops with notes of 500 Hangul in two languages are nine bytes a character in a form.
const COURSE_BODY: u64 = 512 * 1024;
/// The same where a photo is sent.
const PHOTO_BODY: u64 = contract::photo::MAX_PHOTO_BYTES as u64;
/// The same where a form brings photos along with a course: a few at once, without script.
const PHOTOS_BODY: u64 = 4 * PHOTO_BODY + COURSE_BODY;
/// How long until an answer begins. What is streamed afterwards may last.
const TIME: Duration = Duration::from_secs(30);

/// Refuses bodies that are too large, by their announced length or while they are read.
pub async fn body(request: Request, next: Next) -> Response {
    let limit = body_limit(request.uri().path());
    if request.body().size_hint().lower() > limit {
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large").into_response();
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    next.run(request.map(|body| Body::new(Limited::new(body, limit)))).await
}

fn body_limit(path: &str) -> u64 {
    let path = path.strip_prefix("/en").unwrap_or(path);
    if path == "/api/v1/photos" {
        return PHOTO_BODY;
    }
    if path == "/host/courses/new" || (path.starts_with("/host/courses/") && path.ends_with("/edit")) {
        return PHOTOS_BODY;
    }
    // Server functions carry the same course as the form that they take over.
    let of_courses =
        path.starts_with("/host/") || path.starts_with("/api/v1/courses") || (path.starts_with("/api/") && !super::is_rest(path));
    if of_courses { COURSE_BODY } else { BODY }
}

/// Gives up on an answer that doesn't begin in time.
pub async fn time(request: Request, next: Next) -> Response {
    tokio::time::timeout(TIME, next.run(request)).await.unwrap_or_else(|_| {
        tracing::error!(seconds = TIME.as_secs(), "given up: no answer in time");
        Problem::from(ApiError::Unavailable { retry_after_seconds: 5 }).into_response()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn courses_may_be_larger() {
        for path in ["/host/courses/1/publish", "/en/host/courses", "/api/v1/courses", "/api/v1/courses/1", "/api/save_course123"] {
            assert_eq!(body_limit(path), COURSE_BODY, "{path}");
        }
        assert_eq!(body_limit("/api/v1/photos"), PHOTO_BODY);
        for path in ["/host/courses/new", "/en/host/courses/new", "/host/courses/1/edit"] {
            assert_eq!(body_limit(path), PHOTOS_BODY, "{path}");
        }
        for path in ["/sign-in", "/en/sign-in", "/api/v1/accounts", "/courses/1/like", "/"] {
            assert_eq!(body_limit(path), BODY, "{path}");
        }
    }
}

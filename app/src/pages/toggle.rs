//! `POST /courses/{id}/like`, `/unlike`, `/bookmark` and `/unbookmark`: the buttons of the viewpage without script.

use super::path::IdInPath;
use crate::actions::Toggle;
use crate::deeds;
use crate::visit::Visit;
use axum::response::Response;
use contract::{ApiError, CourseId, Refusal};

/// Likes the course.
pub(crate) async fn like(visit: Visit, IdInPath(id): IdInPath<CourseId>) -> Response {
    set(&visit, id, Toggle::Like, true).await
}

/// Takes the like back.
pub(crate) async fn unlike(visit: Visit, IdInPath(id): IdInPath<CourseId>) -> Response {
    set(&visit, id, Toggle::Like, false).await
}

/// Keeps the course.
pub(crate) async fn bookmark(visit: Visit, IdInPath(id): IdInPath<CourseId>) -> Response {
    set(&visit, id, Toggle::Bookmark, true).await
}

/// No longer keeps the course.
pub(crate) async fn unbookmark(visit: Visit, IdInPath(id): IdInPath<CourseId>) -> Response {
    set(&visit, id, Toggle::Bookmark, false).await
}

async fn set(visit: &Visit, id: Result<CourseId, ApiError>, toggle: Toggle, on: bool) -> Response {
    let result = async {
        let id = id?;
        let page = format!("/courses/{id}");
        match deeds::set(visit.site(), visit.call()?, toggle, id, on).await {
            Ok(_) => Ok(visit.see_other(&page)),
            Err(ApiError::Refused(Refusal::NotSignedIn)) => Ok(visit.sign_in_first(&page)),
            Err(trouble) => Err(trouble),
        }
    };
    let result = result.await;
    visit.answer(result)
}

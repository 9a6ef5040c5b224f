//! `POST /courses/{id}/like` and `/unlike`: the like button without script.

use super::path::CourseInPath;
use crate::deeds;
use crate::visit::Visit;
use axum::response::Response;
use contract::{ApiError, CourseId, Refusal};

/// Likes the course.
pub(crate) async fn like(visit: Visit, CourseInPath(id): CourseInPath) -> Response {
    set(&visit, id, true).await
}

/// Takes the like back.
pub(crate) async fn unlike(visit: Visit, CourseInPath(id): CourseInPath) -> Response {
    set(&visit, id, false).await
}

async fn set(visit: &Visit, id: Result<CourseId, ApiError>, liked: bool) -> Response {
    let result = async {
        let id = id?;
        let page = format!("/courses/{id}");
        match deeds::set_like(visit.site(), visit.call()?, id, liked).await {
            Ok(_) => Ok(visit.see_other(&page)),
            Err(ApiError::Refused(Refusal::NotSignedIn)) => Ok(visit.sign_in_first(&page)),
            Err(trouble) => Err(trouble),
        }
    };
    let result = result.await;
    visit.answer(result)
}

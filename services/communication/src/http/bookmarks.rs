//! REST: bookmarks.

use super::Services;
use axum::Json;
use axum::extract::State;
use contract::CourseId;
use contract::communication::BookmarkOutcome;
use platform::http::{HttpResult, Path, ProblemBody, SignedIn};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(bookmark, unbookmark))
}

/// Whether the customer keeps the course, and how many do.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct BookmarkState {
    bookmarked: bool,
    bookmarks: u64,
}

/// Keep a course; the same however often.
#[utoipa::path(
    put, path = "/courses/{id}/bookmark", tag = "communication", params(("id" = CourseId, Path, description = "The course")),
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, body = BookmarkState),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such published course", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn bookmark(State(services): State<Services>, SignedIn(call): SignedIn, Path(id): Path<CourseId>) -> HttpResult<Json<BookmarkState>> {
    let outcome = services.communication.bookmark(&call, id).await?;
    Ok(state(&services, outcome).await)
}

/// No longer keep a course; the same however often.
#[utoipa::path(
    delete, path = "/courses/{id}/bookmark", tag = "communication", params(("id" = CourseId, Path, description = "The course")),
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, body = BookmarkState),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such published course", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn unbookmark(
    State(services): State<Services>,
    SignedIn(call): SignedIn,
    Path(id): Path<CourseId>,
) -> HttpResult<Json<BookmarkState>> {
    let outcome = services.communication.unbookmark(&call, id).await?;
    Ok(state(&services, outcome).await)
}

/// Waits until the list of bookmarks has it.
async fn state(services: &Services, outcome: BookmarkOutcome) -> Json<BookmarkState> {
    if let Some(change) = outcome.change {
        services.folded(change).await;
    }
    Json(BookmarkState { bookmarked: outcome.bookmarked, bookmarks: outcome.bookmarks })
}

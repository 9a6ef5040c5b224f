//! REST: likes. They are answered as soon as they are stored, with their count; the read model shows it a moment later.

use super::Services;
use axum::Json;
use axum::extract::State;
use contract::CourseId;
use contract::communication::LikeOutcome;
use platform::http::{HttpResult, Path, ProblemBody, SignedIn};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(like, unlike))
}

/// Whether the customer likes the course, and how many do.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct LikeState {
    liked: bool,
    likes: u64,
}

/// Like a course; the same however often.
#[utoipa::path(
    put, path = "/courses/{id}/like", tag = "communication", params(("id" = CourseId, Path, description = "The course")),
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, body = LikeState),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such published course", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn like(State(services): State<Services>, SignedIn(call): SignedIn, Path(id): Path<CourseId>) -> HttpResult<Json<LikeState>> {
    let outcome = services.communication.like(&call, id).await?;
    Ok(state(outcome))
}

/// Take a like back; the same however often.
#[utoipa::path(
    delete, path = "/courses/{id}/like", tag = "communication", params(("id" = CourseId, Path, description = "The course")),
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, body = LikeState),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such published course", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn unlike(State(services): State<Services>, SignedIn(call): SignedIn, Path(id): Path<CourseId>) -> HttpResult<Json<LikeState>> {
    let outcome = services.communication.unlike(&call, id).await?;
    Ok(state(outcome))
}

const fn state(outcome: LikeOutcome) -> Json<LikeState> {
    Json(LikeState { liked: outcome.liked, likes: outcome.likes })
}

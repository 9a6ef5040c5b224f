//! REST: likes.

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
    state(&services, id, outcome).await
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
    state(&services, id, outcome).await
}

async fn state(services: &Services, id: CourseId, outcome: LikeOutcome) -> HttpResult<Json<LikeState>> {
    let likes = match services.counts_with(id, outcome.change).await {
        Some(counts) => counts.likes,
        None => services.communication.likes(id).await?,
    };
    Ok(Json(LikeState { liked: outcome.liked, likes }))
}

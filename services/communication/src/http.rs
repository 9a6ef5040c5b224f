//! REST: likes.

use axum::Json;
use axum::extract::State;
use contract::communication::LikeOutcome;
use contract::{CommunicationApi, CourseId, ViewpageApi};
use platform::http::{Caller, HttpResult, Path, ProblemBody};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How long an answer waits for the read model, so that the count it tells includes the change.
const FOLDED_WITHIN: Duration = Duration::from_millis(300);

#[derive(Clone)]
struct Services {
    communication: Arc<dyn CommunicationApi>,
    viewpage: Arc<dyn ViewpageApi>,
}

/// The routes of this service, below `/api/v1`.
pub fn routes(communication: Arc<dyn CommunicationApi>, viewpage: Arc<dyn ViewpageApi>) -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(like, unlike)).with_state(Services { communication, viewpage })
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
async fn like(State(services): State<Services>, Caller(call): Caller, Path(id): Path<CourseId>) -> HttpResult<Json<LikeState>> {
    let outcome = services.communication.like(&call, id).await?;
    services.state(id, outcome).await
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
async fn unlike(State(services): State<Services>, Caller(call): Caller, Path(id): Path<CourseId>) -> HttpResult<Json<LikeState>> {
    let outcome = services.communication.unlike(&call, id).await?;
    services.state(id, outcome).await
}

impl Services {
    async fn state(&self, id: CourseId, outcome: LikeOutcome) -> HttpResult<Json<LikeState>> {
        if let Some(change) = outcome.change {
            self.viewpage.folded(change, FOLDED_WITHIN).await;
        }
        // What was stored is answered as stored, even where the read model is late, gone, or no longer shows the course.
        let likes = match self.viewpage.counts(id).await {
            Ok(Some(counts)) => counts.counts.likes,
            Ok(None) | Err(_) => self.communication.likes(id).await?,
        };
        Ok(Json(LikeState { liked: outcome.liked, likes }))
    }
}

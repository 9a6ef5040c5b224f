//! REST: reviews of a course, their replies, and whether one may be written.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use contract::event::AggregateVersion;
use contract::reply::ReplyInput;
use contract::review::{Eligibility, Review, ReviewInput};
use contract::viewpage::{ReviewSort, ReviewView};
use contract::{CourseId, Page, Refusal, ReviewApi, ReviewId, ViewpageApi};
use http::{StatusCode, header};
use platform::http::{Body, FOLDED_WITHIN, HttpResult, Path, ProblemBody, Query, SignedIn, Whole, page};
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

#[derive(Clone)]
struct Services {
    reviews: Arc<dyn ReviewApi>,
    viewpage: Arc<dyn ViewpageApi>,
}

/// The routes of this service, below `/api/v1`.
pub fn routes(reviews: Arc<dyn ReviewApi>, viewpage: Arc<dyn ViewpageApi>) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(eligibility))
        .routes(routes!(list, register))
        .routes(routes!(modify, delete))
        .routes(routes!(reply))
        .with_state(Services { reviews, viewpage })
}

/// Whether one may review a course now.
#[utoipa::path(
    get, path = "/courses/{id}/review-eligibility", tag = "review", params(("id" = CourseId, Path, description = "The course")),
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, body = Eligibility),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such course, or not to be known of", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "It can't be checked now", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn eligibility(State(services): State<Services>, SignedIn(call): SignedIn, Path(id): Path<CourseId>) -> HttpResult<Response> {
    let eligibility = services.reviews.eligibility(&call, id).await?;
    Ok(([(header::CACHE_CONTROL, "private, no-cache")], Json(eligibility)).into_response())
}

/// In which order to list reviews, and from where on.
#[derive(Debug, serde::Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// `newest` if not given.
    #[param(inline)]
    sort: Option<ReviewSort>,
    /// Where the page before ended.
    #[param(pattern = "^((h[1-5]|l[1-5])?[0-9a-f]{48})?$")]
    cursor: Option<String>,
    /// 1 to 100, 24 if not given. Beyond, the nearest of these.
    #[param(inline)]
    limit: Option<Whole>,
}

/// Reviews of a course.
#[utoipa::path(
    get, path = "/courses/{id}/reviews", tag = "review", params(("id" = CourseId, Path, description = "The course"), ListQuery),
    responses(
        (status = 200, body = Page<ReviewView>),
        (status = 400, description = "Order, cursor or limit can't be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such published course", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "A cursor of a list in another order", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn list(State(services): State<Services>, Path(id): Path<CourseId>, Query(asked): Query<ListQuery>) -> HttpResult<Response> {
    let page = page(asked.cursor, asked.limit);
    let page = services.viewpage.reviews(id, asked.sort.unwrap_or_default(), page).await?.ok_or(Refusal::NotFound)?;
    Ok(([(header::CACHE_CONTROL, "no-cache")], Json(page)).into_response())
}

/// Review a course.
#[utoipa::path(
    post, path = "/courses/{id}/reviews", tag = "review", request_body = ReviewInput,
    params(("id" = CourseId, Path, description = "The course")),
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 201, body = Review, headers(("Location" = String, description = "Where it is changed"))),
        (status = 400, description = "No JSON that can be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such course, or not to be known of", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It may not be written; the code is the reason: not_published, reviews_closed, own_course or already_reviewed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that don't hold, each named", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "It can't be checked now; nothing was stored", body = ProblemBody, content_type = "application/problem+json", headers(
            ("Retry-After" = u32, description = "Seconds after which another try makes sense"),
        )),
    )
)]
async fn register(
    State(services): State<Services>,
    SignedIn(call): SignedIn,
    Path(id): Path<CourseId>,
    Body(input): Body<ReviewInput>,
) -> HttpResult<Response> {
    let review = services.reviews.register(&call, id, input).await?;
    services.folded(review.change()).await;
    let location = [(header::LOCATION, format!("/api/v1/reviews/{}", review.id))];
    Ok((StatusCode::CREATED, location, Json(review)).into_response())
}

/// Reword one's review, or rate anew.
#[utoipa::path(
    put, path = "/reviews/{id}", tag = "review", request_body = ReviewInput, params(("id" = ReviewId, Path, description = "The review")),
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, body = Review),
        (status = 400, description = "No JSON that can be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Someone else's", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such review", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that don't hold, each named", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn modify(
    State(services): State<Services>,
    SignedIn(call): SignedIn,
    Path(id): Path<ReviewId>,
    Body(input): Body<ReviewInput>,
) -> HttpResult<Json<Review>> {
    let review = services.reviews.modify(&call, id, input).await?;
    services.folded(review.change()).await;
    Ok(Json(review))
}

/// Delete one's review.
#[utoipa::path(
    delete, path = "/reviews/{id}", tag = "review", params(("id" = ReviewId, Path, description = "The review")),
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 204, description = "Deleted"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Someone else's", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such review", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn delete(State(services): State<Services>, SignedIn(call): SignedIn, Path(id): Path<ReviewId>) -> HttpResult<StatusCode> {
    let change = services.reviews.delete(&call, id).await?;
    services.folded(change).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Answer a review of one's course, or reword the answer.
#[utoipa::path(
    put, path = "/reviews/{id}/reply", tag = "review", request_body = ReplyInput,
    params(("id" = ReviewId, Path, description = "The review")),
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, body = Review),
        (status = 400, description = "No JSON that can be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Of someone else's course", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such review", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that don't hold, each named", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn reply(
    State(services): State<Services>,
    SignedIn(call): SignedIn,
    Path(id): Path<ReviewId>,
    Body(input): Body<ReplyInput>,
) -> HttpResult<Json<Review>> {
    let review = services.reviews.reply(&call, id, input).await?;
    services.folded(review.change()).await;
    Ok(Json(review))
}

impl Services {
    /// Waits until the read model shows this change. When it takes too long the change stands all the same.
    async fn folded(&self, change: AggregateVersion) {
        self.viewpage.folded(change, FOLDED_WITHIN).await;
    }
}

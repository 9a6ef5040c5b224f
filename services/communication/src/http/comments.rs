//! REST: comments.

use super::Services;
use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use contract::communication::{Comment, CommentInput};
use contract::reply::ReplyInput;
use contract::viewpage::CommentView;
use contract::{CommentId, CourseId, Page, Refusal};
use http::{StatusCode, header};
use platform::http::{Body, HttpResult, PageQuery, Path, ProblemBody, Query, SignedIn};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Services> {
    OpenApiRouter::new().routes(routes!(list, write)).routes(routes!(modify, delete)).routes(routes!(answer))
}

/// Comments on a course, newest first.
#[utoipa::path(
    get, path = "/courses/{id}/comments", tag = "communication",
    params(("id" = CourseId, Path, description = "The course"), PageQuery),
    responses(
        (status = 200, body = Page<CommentView>),
        (status = 400, description = "Cursor or limit can't be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such published course", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn list(State(services): State<Services>, Path(id): Path<CourseId>, Query(page): Query<PageQuery>) -> HttpResult<impl IntoResponse> {
    let page = services.viewpage.comments(id, page.into()).await?.ok_or(Refusal::NotFound)?;
    Ok(([(header::CACHE_CONTROL, "no-cache")], Json(page)))
}

/// Comment on a course.
#[utoipa::path(
    post, path = "/courses/{id}/comments", tag = "communication", request_body = CommentInput,
    params(("id" = CourseId, Path, description = "The course")),
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 201, body = Comment, headers(("Location" = String, description = "Where the comment is changed or deleted"))),
        (status = 400, description = "No JSON that can be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such published course", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that don't hold, each named", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn write(
    State(services): State<Services>,
    SignedIn(call): SignedIn,
    Path(id): Path<CourseId>,
    Body(input): Body<CommentInput>,
) -> HttpResult<impl IntoResponse> {
    let comment = services.communication.comment(&call, id, input).await?;
    services.folded(comment.change()).await;
    let location = [(header::LOCATION, format!("/api/v1/comments/{}", comment.id))];
    Ok((StatusCode::CREATED, location, Json(comment)))
}

/// Reword a comment of one's own.
#[utoipa::path(
    put, path = "/comments/{id}", tag = "communication", request_body = CommentInput,
    params(("id" = CommentId, Path, description = "The comment")),
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, body = Comment),
        (status = 400, description = "No JSON that can be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Someone else's", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such comment", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that don't hold, each named", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn modify(
    State(services): State<Services>,
    SignedIn(call): SignedIn,
    Path(id): Path<CommentId>,
    Body(input): Body<CommentInput>,
) -> HttpResult<Json<Comment>> {
    let comment = services.communication.modify_comment(&call, id, input).await?;
    services.folded(comment.change()).await;
    Ok(Json(comment))
}

/// Delete a comment: one's own, or any on one's own course.
#[utoipa::path(
    delete, path = "/comments/{id}", tag = "communication", params(("id" = CommentId, Path, description = "The comment")),
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 204, description = "Deleted"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Someone else's", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such comment", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn delete(State(services): State<Services>, SignedIn(call): SignedIn, Path(id): Path<CommentId>) -> HttpResult<StatusCode> {
    let deletion = services.communication.delete_comment(&call, id).await?;
    services.folded(deletion).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Answer a comment on one's course, or reword the answer.
#[utoipa::path(
    put, path = "/comments/{id}/answer", tag = "communication", request_body = ReplyInput,
    params(("id" = CommentId, Path, description = "The comment")),
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, body = Comment),
        (status = 400, description = "No JSON that can be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "On someone else's course", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such comment", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that don't hold, each named", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn answer(
    State(services): State<Services>,
    SignedIn(call): SignedIn,
    Path(id): Path<CommentId>,
    Body(input): Body<ReplyInput>,
) -> HttpResult<Json<Comment>> {
    let comment = services.communication.answer_comment(&call, id, input).await?;
    services.folded(comment.change()).await;
    Ok(Json(comment))
}

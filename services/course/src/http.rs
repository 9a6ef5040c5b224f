//! REST: a host's courses.

mod if_match;
mod photos;

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use contract::course::{Course, CourseInput, CourseState};
use contract::event::{Aggregate, AggregateVersion};
use contract::photo::MAX_PHOTO_BYTES;
use contract::{CourseApi, CourseId, Page, ViewpageApi};
use http::{HeaderValue, StatusCode, header};
use if_match::IfMatch;
use platform::http::{Body, Caller, FOLDED_WITHIN, HttpResult, PageQuery, Path, ProblemBody, Query, SignedIn};
use serde::Serialize;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

#[derive(Clone)]
struct Services {
    courses: Arc<dyn CourseApi>,
    viewpage: Arc<dyn ViewpageApi>,
}

/// The routes of this service, below `/api/v1`.
pub fn routes(courses: Arc<dyn CourseApi>, viewpage: Arc<dyn ViewpageApi>) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(register))
        .routes(routes!(read, modify, delete))
        .routes(routes!(publish))
        .routes(routes!(unpublish))
        .routes(routes!(own))
        .merge(OpenApiRouter::new().routes(routes!(photos::add)).layer(DefaultBodyLimit::max(MAX_PHOTO_BYTES)))
        .routes(routes!(photos::read))
        .with_state(Services { courses, viewpage })
}

/// Where a course stands now.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct CourseStanding {
    /// The course.
    id: CourseId,
    /// Grows by one with every change.
    version: u64,
    /// Where it stands.
    state: CourseState,
}

/// Register a course as a draft.
#[utoipa::path(
    post, path = "/courses", tag = "course", request_body = CourseInput,
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 201, body = Course, headers(
            ("Location" = String, description = "Where the course is"),
            ("ETag" = String, description = "Its version, for If-Match"),
        )),
        (status = 400, description = "No JSON that can be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that don't hold, each named", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn register(State(services): State<Services>, SignedIn(call): SignedIn, Body(input): Body<CourseInput>) -> HttpResult<Response> {
    let course = services.courses.register(&call, input).await?;
    services.folded(course.id, course.version).await;
    let location = [(header::LOCATION, format!("/api/v1/courses/{}", course.id))];
    Ok((StatusCode::CREATED, location, tagged(course)).into_response())
}

/// Read a course: a published one, or one's own.
#[utoipa::path(
    get, path = "/courses/{id}", tag = "course", params(("id" = CourseId, Path, description = "The course")),
    security((), ("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, body = Course, headers(("ETag" = String, description = "Its version, for If-Match"))),
        (status = 404, description = "No such course, or not to be known of", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn read(State(services): State<Services>, Caller(call): Caller, Path(id): Path<CourseId>) -> HttpResult<Response> {
    Ok(tagged(services.courses.course(&call, id).await?))
}

/// Replace what a course says.
///
/// `If-Match` (RFC 9110, 13.1.1) carries the version that was read, as the `ETag` told it; left out or `*`, whatever is there is replaced.
#[utoipa::path(
    put, path = "/courses/{id}", tag = "course", request_body = CourseInput, params(("id" = CourseId, Path, description = "The course")),
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, body = Course, headers(("ETag" = String, description = "Its new version, for If-Match"))),
        (status = 400, description = "JSON or If-Match can't be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Someone else's", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such course, or not to be known of", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "A published course needs stops", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "Changed meanwhile; `current` is its version", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields that don't hold, each named", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn modify(
    State(services): State<Services>,
    SignedIn(call): SignedIn,
    Path(id): Path<CourseId>,
    IfMatch(expected): IfMatch,
    Body(input): Body<CourseInput>,
) -> HttpResult<Response> {
    let course = services.courses.modify(&call, id, expected, input).await?;
    services.folded(course.id, course.version).await;
    Ok(tagged(course))
}

/// Delete a course.
#[utoipa::path(
    delete, path = "/courses/{id}", tag = "course", params(("id" = CourseId, Path, description = "The course")),
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 204, description = "Deleted"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Someone else's", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such course, or not to be known of", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn delete(State(services): State<Services>, SignedIn(call): SignedIn, Path(id): Path<CourseId>) -> HttpResult<StatusCode> {
    let version = services.courses.delete(&call, id).await?;
    services.folded(id, version).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Show a course to everyone; the same however often.
#[utoipa::path(
    post, path = "/courses/{id}/publish", tag = "course", params(("id" = CourseId, Path, description = "The course")),
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, body = CourseStanding),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Someone else's", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such course, or not to be known of", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "It has no stops", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn publish(State(services): State<Services>, SignedIn(call): SignedIn, Path(id): Path<CourseId>) -> HttpResult<Json<CourseStanding>> {
    let course = services.courses.publish(&call, id).await?;
    Ok(services.standing(&course).await)
}

/// Take a course back from view; the same however often.
#[utoipa::path(
    post, path = "/courses/{id}/unpublish", tag = "course", params(("id" = CourseId, Path, description = "The course")),
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, body = CourseStanding),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Someone else's", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "No such course, or not to be known of", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn unpublish(
    State(services): State<Services>,
    SignedIn(call): SignedIn,
    Path(id): Path<CourseId>,
) -> HttpResult<Json<CourseStanding>> {
    let course = services.courses.unpublish(&call, id).await?;
    Ok(services.standing(&course).await)
}

/// One's own courses, drafts too, the last changed first.
#[utoipa::path(
    get, path = "/me/courses", tag = "course", params(PageQuery),
    security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, body = Page<Course>),
        (status = 400, description = "Cursor or limit can't be read", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn own(State(services): State<Services>, SignedIn(call): SignedIn, Query(page): Query<PageQuery>) -> HttpResult<impl IntoResponse> {
    let page = services.courses.host_courses(&call, page.into()).await?;
    Ok(([(header::CACHE_CONTROL, "private, no-cache")], Json(page)))
}

impl Services {
    /// Waits until the read model shows this version. When it takes too long the change stands all the same.
    async fn folded(&self, id: CourseId, version: u64) {
        self.viewpage.folded(AggregateVersion { aggregate: Aggregate::course(id), version }, FOLDED_WITHIN).await;
    }

    async fn standing(&self, course: &Course) -> Json<CourseStanding> {
        self.folded(course.id, course.version).await;
        Json(CourseStanding { id: course.id, version: course.version, state: course.state })
    }
}

/// A course with its version as entity tag. Who may read it depends on who asks, so nobody keeps it for others.
fn tagged(course: Course) -> Response {
    let headers =
        [(header::ETAG, if_match::entity_tag(course.version)), (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"))];
    (headers, Json(course)).into_response()
}

//! REST: published courses, and the live stream.

mod live;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::course::Language;
use contract::place::Region;
use contract::setting::Setting;
use contract::text::{Query as Text, Tag};
use contract::viewpage::{BookmarkedCourse, CourseCard, CourseView, Facets, Search, Sort};
use contract::{CourseId, FieldCode, FieldError, Page, PageRequest, Refusal, ViewpageApi};
use platform::http::{HttpResult, Path, ProblemBody, Query, SignedIn};
use serde::Deserialize;
use std::sync::Arc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this service, below `/api/v1`, but for the live stream.
pub fn routes(viewpage: Arc<dyn ViewpageApi>) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(facets))
        .routes(routes!(course))
        .routes(routes!(bookmarks))
        .with_state(viewpage)
}

/// The live stream, below `/api/v1`: apart, since it has no time limit and is never compressed or buffered.
pub fn live_routes(viewpage: Arc<dyn ViewpageApi>) -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(live::stream)).with_state(viewpage)
}

/// Which courses to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Words that must all be in title, summary, tags or the names of stops, in either language: Korean ones anywhere, others from
    /// the beginning of a word. At most 100 characters.
    q: Option<String>,
    /// Code or name of a region.
    region: Option<String>,
    /// A tag.
    tag: Option<String>,
    /// Won for the whole walk.
    #[param(value_type = Option<u32>)]
    max_cost: Option<String>,
    /// Minutes for the whole walk, ways included.
    #[param(value_type = Option<u32>)]
    max_minutes: Option<String>,
    /// `indoor` or `outdoor`: where most of the minutes at its stops are spent.
    #[param(value_type = Option<Setting>)]
    setting: Option<String>,
    /// `new` if not given.
    sort: Option<Sort>,
    /// `ko` if not given: which words to show where a course has both.
    lang: Option<Language>,
    /// Where the page before ended.
    cursor: Option<String>,
    /// 1 to 100, 24 if not given.
    limit: Option<u32>,
}

impl ListQuery {
    /// What is asked for.
    ///
    /// # Errors
    /// `Invalid` names the first parameter that can't be read.
    fn search(&self) -> Result<Search, Refusal> {
        let given = |text: &Option<String>| text.as_deref().filter(|text| !text.is_empty()).map(str::to_owned);
        let invalid = |error| Refusal::Invalid(vec![error]);
        Ok(Search {
            query: given(&self.q)
                .filter(|text| !text.trim().is_empty())
                .map(|text| Text::parse("q", &text))
                .transpose()
                .map_err(invalid)?,
            max_cost: given(&self.max_cost).map(|number| most("max_cost", &number)).transpose().map_err(invalid)?,
            max_minutes: given(&self.max_minutes).map(|number| most("max_minutes", &number)).transpose().map_err(invalid)?,
            region: given(&self.region).map(|region| Region::parse("region", &region)).transpose().map_err(invalid)?,
            tag: given(&self.tag).map(|tag| Tag::parse("tag", &tag)).transpose().map_err(invalid)?,
            setting: given(&self.setting).map(|setting| Setting::parse("setting", &setting)).transpose().map_err(invalid)?,
            sort: self.sort.unwrap_or_default(),
            language: self.lang.unwrap_or_default(),
            page: PageRequest::new(given(&self.cursor), self.limit.unwrap_or(PageRequest::default().limit)),
        })
    }
}

/// Published courses with their counts.
#[utoipa::path(
    get, path = "/viewpages", tag = "viewpage", params(ListQuery),
    responses(
        (status = 200, body = Page<CourseCard>),
        (status = 400, description = "Malformed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Invalid fields", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn list(State(viewpage): State<Arc<dyn ViewpageApi>>, Query(query): Query<ListQuery>) -> HttpResult<Json<Page<CourseCard>>> {
    Ok(Json(viewpage.search(query.search()?).await?))
}

/// How many courses each choice of a filter would give under the others, and how many there are without each filter in use. Of many courses
/// not all are counted: `exact` tells. The order, language and page of the list change nothing.
#[utoipa::path(
    get, path = "/viewpages/facets", tag = "viewpage", params(ListQuery),
    responses(
        (status = 200, body = Facets),
        (status = 400, description = "Malformed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Invalid fields", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn facets(State(viewpage): State<Arc<dyn ViewpageApi>>, Query(query): Query<ListQuery>) -> HttpResult<Json<Facets>> {
    Ok(Json(viewpage.facets(query.search()?).await?))
}

/// A number from 0 on; one that is larger than any walk's is as good as none.
fn most(field: &str, text: &str) -> Result<u32, FieldError> {
    match text.trim().parse::<i64>() {
        Ok(number) if number < 0 => Err(FieldError::limited(field, FieldCode::TooSmall, 0)),
        Ok(number) => Ok(u32::try_from(number).unwrap_or(u32::MAX)),
        Err(_) => Err(FieldError::new(field, FieldCode::NotANumber)),
    }
}

/// Which of one's bookmarks to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct BookmarksQuery {
    /// `ko` if not given: which words to show where a course has both.
    lang: Option<Language>,
    /// Where the page before ended.
    cursor: Option<String>,
    /// 1 to 100, 24 if not given.
    limit: Option<u32>,
}

/// The courses one keeps, the last kept first, withdrawn ones too.
#[utoipa::path(
    get, path = "/me/bookmarks", tag = "viewpage", params(BookmarksQuery), security(("bearer" = []), ("cookie" = [])),
    responses(
        (status = 200, body = Page<BookmarkedCourse>),
        (status = 400, description = "Malformed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "Not signed in", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn bookmarks(
    State(viewpage): State<Arc<dyn ViewpageApi>>,
    SignedIn(call): SignedIn,
    Query(query): Query<BookmarksQuery>,
) -> HttpResult<Response> {
    let cursor = query.cursor.filter(|cursor| !cursor.is_empty());
    let page = PageRequest::new(cursor, query.limit.unwrap_or(PageRequest::default().limit));
    let kept = viewpage.bookmarks(call.signed_in()?, query.lang.unwrap_or_default(), page).await?;
    Ok(([(header::CACHE_CONTROL, "private, no-cache")], Json(kept)).into_response())
}

/// A published course with its counts.
#[utoipa::path(
    get, path = "/viewpages/{course_id}", tag = "viewpage", params(("course_id" = CourseId, Path, description = "The course")),
    responses(
        (status = 200, body = CourseView, headers(("ETag" = String, description = "The view's version"))),
        (status = 304, description = "Still the version in If-None-Match"),
        (status = 404, description = "No such published course", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn course(State(viewpage): State<Arc<dyn ViewpageApi>>, Path(id): Path<CourseId>, headers: HeaderMap) -> HttpResult<Response> {
    let view = viewpage.course(id).await?.ok_or(Refusal::NotFound)?;
    let etag = format!("\"{}\"", view.version);
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|tags| tags.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag || tag.trim() == "*"));
    let mut response = if known { StatusCode::NOT_MODIFIED.into_response() } else { Json(view).into_response() };
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

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
use contract::{AccountId, CourseId, FieldCode, FieldError, Page, Refusal, ViewpageApi};
use platform::http::{HttpResult, LanguageQuery, PageQuery, Path, ProblemBody, Query, SignedIn, Whole, page};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::openapi::schema::{AnyOfBuilder, ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
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

/// How regions are described: their codes, or nothing.
struct RegionCode;

impl utoipa::PartialSchema for RegionCode {
    fn schema() -> RefOr<Schema> {
        one_of(Region::ALL.iter().map(|region| region.code()))
    }
}

impl utoipa::ToSchema for RegionCode {}

/// How settings are described: their codes, or nothing.
struct SettingCode;

impl utoipa::PartialSchema for SettingCode {
    fn schema() -> RefOr<Schema> {
        one_of(Setting::ALL.iter().map(|setting| setting.code()))
    }
}

impl utoipa::ToSchema for SettingCode {}

/// How limits are described: a number, or nothing.
struct Most;

impl utoipa::PartialSchema for Most {
    fn schema() -> RefOr<Schema> {
        AnyOfBuilder::new().item(Whole::schema()).item(one_of(std::iter::empty())).into()
    }
}

impl utoipa::ToSchema for Most {}

fn one_of(codes: impl Iterator<Item = &'static str>) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(std::iter::once("").chain(codes))).into()
}

/// Which courses.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct CoursesQuery {
    /// Words that must all be in title, summary, tags or the names of stops, in either language: Korean ones anywhere, others from
    /// the beginning of a word.
    #[param(max_length = 100)]
    q: Option<String>,
    /// Code of a region. Its Korean name is taken, too.
    #[param(inline, value_type = Option<RegionCode>)]
    region: Option<String>,
    /// A tag.
    #[param(max_length = 20)]
    tag: Option<String>,
    /// Only courses of this account.
    #[param(value_type = Option<AccountId>)]
    host: Option<String>,
    /// Won for the whole walk.
    #[param(inline, value_type = Option<Most>)]
    max_cost: Option<String>,
    /// Minutes for the whole walk, ways included.
    #[param(inline, value_type = Option<Most>)]
    max_minutes: Option<String>,
    /// `indoor` or `outdoor`: where most of the minutes at its stops are spent.
    #[param(inline, value_type = Option<SettingCode>)]
    setting: Option<String>,
}

/// In which order and words to list them, and from where on.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// `new` if not given.
    #[param(inline)]
    sort: Option<Sort>,
    /// `ko` if not given: which words to show where a course has both.
    #[param(inline)]
    lang: Option<Language>,
    /// Where the page before ended.
    #[param(pattern = "^([npr][0-9a-f]{64})?$")]
    cursor: Option<String>,
    /// 1 to 100, 24 if not given. Beyond, the nearest of these.
    #[param(inline)]
    limit: Option<Whole>,
}

impl CoursesQuery {
    /// What is asked for, in no particular order.
    ///
    /// # Errors
    /// `Invalid` names the first parameter that can't be read.
    fn search(&self) -> Result<Search, Refusal> {
        let given = |text: &Option<String>| text.as_deref().filter(|text| !text.is_empty()).map(str::to_owned);
        let invalid = |error| Refusal::Invalid(vec![error]);
        Ok(Search {
            query: if_any(given(&self.q).map(|text| Text::parse("q", &text)))?,
            max_cost: given(&self.max_cost).map(|number| most("max_cost", &number)).transpose().map_err(invalid)?,
            max_minutes: given(&self.max_minutes).map(|number| most("max_minutes", &number)).transpose().map_err(invalid)?,
            region: given(&self.region).map(|region| Region::parse("region", &region)).transpose().map_err(invalid)?,
            tag: if_any(given(&self.tag).map(|tag| Tag::parse("tag", &tag)))?,
            host: self.host.as_deref().map(|host| account("host", host)).transpose().map_err(invalid)?,
            setting: given(&self.setting).map(|setting| Setting::parse("setting", &setting)).transpose().map_err(invalid)?,
            ..Search::default()
        })
    }
}

/// What was asked for; a text that shows nothing asks for nothing.
fn if_any<T>(parsed: Option<Result<T, FieldError>>) -> Result<Option<T>, Refusal> {
    match parsed {
        Some(Err(error)) if error.code == FieldCode::Required => Ok(None),
        parsed => parsed.transpose().map_err(|error| Refusal::Invalid(vec![error])),
    }
}

/// Published courses with their counts.
#[utoipa::path(
    get, path = "/viewpages", tag = "viewpage", params(CoursesQuery, ListQuery),
    responses(
        (status = 200, body = Page<CourseCard>),
        (status = 400, description = "Malformed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "A cursor of a list in another order", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Invalid fields", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn list(
    State(viewpage): State<Arc<dyn ViewpageApi>>,
    Query(courses): Query<CoursesQuery>,
    Query(list): Query<ListQuery>,
) -> HttpResult<Json<Page<CourseCard>>> {
    let search = Search {
        sort: list.sort.unwrap_or_default(),
        language: list.lang.unwrap_or_default(),
        page: page(list.cursor, list.limit),
        ..courses.search()?
    };
    Ok(Json(viewpage.search(search).await?))
}

/// How many courses each choice of a filter would give under the others, and how many there are without each filter in use. Of many courses
/// not all are counted: `exact` tells.
#[utoipa::path(
    get, path = "/viewpages/facets", tag = "viewpage", params(CoursesQuery),
    responses(
        (status = 200, body = Facets),
        (status = 400, description = "Malformed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Invalid fields", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
async fn facets(State(viewpage): State<Arc<dyn ViewpageApi>>, Query(courses): Query<CoursesQuery>) -> HttpResult<Json<Facets>> {
    Ok(Json(viewpage.facets(courses.search()?).await?))
}

fn account(field: &str, text: &str) -> Result<AccountId, FieldError> {
    text.parse().map_err(|_| FieldError::new(field, FieldCode::Malformed))
}

/// A number from 0 on; one that is larger than any walk's is as good as none.
fn most(field: &str, text: &str) -> Result<u32, FieldError> {
    match text.strip_prefix('-') {
        Some(below) if Whole::parse(below).is_some() => Err(FieldError::limited(field, FieldCode::TooSmall, 0)),
        _ => Whole::parse(text).map(|Whole(number)| number).ok_or_else(|| FieldError::new(field, FieldCode::NotANumber)),
    }
}

/// The courses one keeps, the last kept first, withdrawn ones too.
#[utoipa::path(
    get, path = "/me/bookmarks", tag = "viewpage", params(LanguageQuery, PageQuery), security(("bearer" = []), ("cookie" = [])),
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
    Query(language): Query<LanguageQuery>,
    Query(page): Query<PageQuery>,
) -> HttpResult<Response> {
    let kept = viewpage.bookmarks(call.signed_in()?, language.into(), page.into()).await?;
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

//! A course in the form of files: for calendars, for maps, and as a picture.

use crate::components::take_along::proposed_start;
use crate::documents::calendar::{self, Plan};
use crate::documents::{ASKED_AGAIN, Document, Walk, file_name, geojson, gpx};
use crate::forms::Fields;
use crate::pages::path::IdInPath;
use crate::picture::Picture;
use crate::visit::{Reading, Visit};
use axum::body::Bytes;
use axum::response::Response;
use contract::viewpage::CourseView;
use contract::{ApiError, CourseId, Refusal};
use jiff::civil::DateTime;

/// Of a picture whose address changes when it does.
const A_YEAR: &str = "public, max-age=31536000, immutable";
/// Of a picture that is asked for without saying which.
const AN_HOUR: &str = "public, max-age=3600";

/// `GET /courses/{id}/course.ics?start=2026-12-05T11:00`: the plan of a walk; next Saturday if nothing else is said.
pub(crate) async fn calendar(Reading(visit): Reading, IdInPath(id): IdInPath<CourseId>) -> Response {
    file(&visit, id, "text/calendar; charset=utf-8", "ics", |walk, page| {
        let start = start(&visit).ok_or(ApiError::Refused(Refusal::Malformed))?;
        let plan = Plan { l: visit.l, start, page, authority: visit.site().authority() };
        calendar::calendar(walk, &plan).ok_or(ApiError::Refused(Refusal::Malformed))
    })
    .await
}

/// `GET /courses/{id}/course.gpx`
pub(crate) async fn gpx(Reading(visit): Reading, IdInPath(id): IdInPath<CourseId>) -> Response {
    file(&visit, id, "application/gpx+xml", "gpx", |walk, page| Ok(gpx::gpx(walk, visit.l, page))).await
}

/// `GET /courses/{id}/course.geojson`
pub(crate) async fn geojson(Reading(visit): Reading, IdInPath(id): IdInPath<CourseId>) -> Response {
    file(&visit, id, "application/geo+json", "geojson", |walk, page| Ok(geojson::geojson(walk, page))).await
}

/// `GET /courses/{id}/picture.png`
pub(crate) async fn picture(Reading(visit): Reading, IdInPath(id): IdInPath<CourseId>) -> Response {
    let result = async {
        let picture = Picture::of(&course(&visit, id).await?);
        let named = Fields(visit.asked()).text("v") == picture.fingerprint();
        let body = visit.front.gallery.png(&picture).await?;
        let keep = if named { A_YEAR } else { AN_HOUR };
        Ok(Document { kind: "image/png", body, keep, file_name: String::new() }.answer(&visit.headers))
    };
    let result = result.await;
    visit.answer(result)
}

/// The address of a course's picture: another one when the walk has another shape.
pub(crate) fn picture_path(id: CourseId, picture: &Picture) -> String {
    format!("/courses/{id}/picture.png?v={}", picture.fingerprint())
}

async fn file(
    visit: &Visit,
    id: Result<CourseId, ApiError>,
    kind: &'static str,
    ending: &str,
    write: impl FnOnce(&Walk, &str) -> Result<String, ApiError>,
) -> Response {
    let result = async {
        let view = course(visit, id).await?;
        let walk = Walk::of(&view, visit.language);
        let page = visit.public(visit.language, &format!("/courses/{}", view.course.id));
        let body = Bytes::from(write(&walk, &page)?);
        Ok(Document { kind, body, keep: ASKED_AGAIN, file_name: file_name(walk.title, ending) }.answer(&visit.headers))
    };
    let result = result.await;
    visit.answer(result)
}

async fn course(visit: &Visit, id: Result<CourseId, ApiError>) -> Result<CourseView, ApiError> {
    visit.site().viewpage.course(id?).await?.ok_or(ApiError::Refused(Refusal::NotFound))
}

/// When the walk is to begin; `None` when what was said is no such time.
fn start(visit: &Visit) -> Option<DateTime> {
    let asked = Fields(visit.asked());
    match asked.text("start").trim() {
        "" => Some(proposed_start(visit)),
        // As a field for date and time sends it: no zone, a year of four digits.
        start if start.len() >= 16 && start.as_bytes()[0].is_ascii_digit() => start.parse().ok(),
        _ => None,
    }
}

//! `/host/courses/new` and `/host/courses/{id}/edit`: the whole course in one form.
//!
//! Its buttons all send the whole form: to save it, or to add, remove and move stops, which shows it again as it was typed.

mod view;

use super::path::IdInPath;
use crate::actions::SavedCourse;
use crate::components::document::Head;
use crate::components::errors::Errors;
use crate::deeds;
use crate::forms::Sent;
use crate::forms::course::{CourseForm, Do};
use crate::render;
use crate::text::td_string;
use crate::visit::Visit;
use axum::response::Response;
use contract::course::CourseState;
use contract::{ApiError, CourseId, Refusal};
use http::StatusCode;
use view::Shape;

/// Shows the form of a new course.
pub(crate) async fn show_new(visit: Visit) -> Response {
    if visit.account.is_none() {
        return visit.sign_in_first("/host/courses/new");
    }
    page(&visit, StatusCode::OK, Shape::new(None), &CourseForm::blank(visit.language), &Errors::default())
}

/// Takes the form of a new course.
pub(crate) async fn send_new(visit: Visit, Sent(sent): Sent) -> Response {
    match sent {
        Ok(fields) => take(visit, None, CourseForm::parse(&fields), Do::parse(fields.text("do"))).await,
        Err(trouble) => visit.answer(Err(trouble)),
    }
}

/// Shows the form of a course that is there: its host's alone.
pub(crate) async fn show_edit(visit: Visit, IdInPath(id): IdInPath<CourseId>) -> Response {
    let result = async {
        let id = id?;
        let account = visit.account.as_ref().ok_or(ApiError::Refused(Refusal::NotSignedIn))?;
        let course = visit.site().course.course(visit.call()?, id).await?;
        if course.host_id != account.id {
            return Err(Refusal::NotYours.into());
        }
        let mut form = CourseForm::of(&course.content, course.version);
        form.published = course.state == CourseState::Published;
        Ok(page(&visit, StatusCode::OK, Shape::new(Some(id)), &form, &Errors::default()))
    };
    let result = result.await;
    visit.answer(result)
}

/// Takes the form of a course that is there.
pub(crate) async fn send_edit(visit: Visit, IdInPath(id): IdInPath<CourseId>, Sent(sent): Sent) -> Response {
    match (id, sent) {
        (Ok(id), Ok(fields)) => take(visit, Some(id), CourseForm::parse(&fields), Do::parse(fields.text("do"))).await,
        (Err(trouble), _) | (_, Err(trouble)) => visit.answer(Err(trouble)),
    }
}

async fn take(mut visit: Visit, id: Option<CourseId>, mut form: CourseForm, what: Do) -> Response {
    if !matches!(what, Do::Save | Do::SaveAndPublish) {
        form.arrange(what);
        visit.ask_for_mine().await;
        return page(&visit, StatusCode::OK, Shape::new(id), &form, &Errors::default());
    }
    form.drop_blank_stops();
    match save(&visit, id, &form, what == Do::SaveAndPublish).await {
        Ok(word) => visit.see_other(&format!("/host/courses?done={word}")),
        Err(Unfinished { saved, trouble }) => {
            visit.ask_for_mine().await;
            let (status, retry_after) = render::status_of(&trouble);
            let (visit, mut shape) = match saved {
                None => (visit, Shape::new(id)),
                // sent again, it changes the course that is there now: neither registers another nor is in its own way
                Some(course) => {
                    form.version = course.version.to_string();
                    form.published = course.state == CourseState::Published;
                    (visit.at(&format!("/host/courses/{}/edit", course.id)), Shape::new(Some(course.id)))
                }
            };
            let mut errors = Errors::of(visit.l, &trouble);
            match trouble {
                // what the host read is old: everything typed stays, and saving again is saving over it
                ApiError::Refused(Refusal::ChangedMeanwhile { current }) => {
                    form.version = current.to_string();
                    shape.conflict = true;
                    errors = Errors::default();
                }
                ApiError::Refused(Refusal::NotSignedIn) => shape.signed_out = true,
                _ => {}
            }
            if form.stops.is_empty() {
                // somewhere to write the first one
                form.arrange(Do::Add);
            }
            render::with_retry_after(page(&visit, status, shape, &form, &errors), retry_after)
        }
    }
}

/// What was asked for was not done, or not all of it.
struct Unfinished {
    /// The course, where it was saved and only showing it to everyone failed.
    saved: Option<SavedCourse>,
    trouble: ApiError,
}

impl From<ApiError> for Unfinished {
    fn from(trouble: ApiError) -> Self {
        Self { saved: None, trouble }
    }
}

/// Saves the course, and shows it to everyone if that was asked for. Answers with the word for it.
async fn save(visit: &Visit, id: Option<CourseId>, form: &CourseForm, publish: bool) -> Result<&'static str, Unfinished> {
    let input = form.input()?;
    if publish && input.stops.is_empty() {
        // before it is saved and not after: what is surely refused leaves nothing behind
        return Err(ApiError::from(Refusal::StopsMissing).into());
    }
    let call = visit.call()?;
    let course = deeds::save_course(visit.site(), call, id, id.and(form.expected()), input).await?;
    if !publish {
        return Ok("saved");
    }
    match deeds::publish_course(visit.site(), call, course.id).await {
        Ok(_) => Ok("published"),
        Err(trouble) => Err(Unfinished { saved: Some(course.into()), trouble }),
    }
}

fn page(visit: &Visit, status: StatusCode, shape: Shape, form: &CourseForm, errors: &Errors) -> Response {
    let l = visit.l;
    let (title, lead) = match shape.id {
        Some(_) => (td_string!(l, form.edit_title), td_string!(l, form.edit_lead)),
        None => (td_string!(l, form.new_title), td_string!(l, form.lead)),
    };
    // not marked against indexing: whoever isn't signed in is never shown it
    let head = Head::public(title, lead);
    render::page(visit, status, head, || view::form(visit, title, shape, form, errors))
}

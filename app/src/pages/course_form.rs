//! `/host/courses/new` and `/host/courses/{id}/edit`: the whole course in one form.
//!
//! Its buttons all send the whole form: to save it, or to add, remove and move stops, which shows it again as it was typed.

mod view;

use super::path::CourseInPath;
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
        Ok(fields) => take(&visit, None, CourseForm::parse(&fields), Do::parse(fields.text("do"))).await,
        Err(trouble) => visit.answer(Err(trouble)),
    }
}

/// Shows the form of a course that is there: its host's alone.
pub(crate) async fn show_edit(visit: Visit, CourseInPath(id): CourseInPath) -> Response {
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
pub(crate) async fn send_edit(visit: Visit, CourseInPath(id): CourseInPath, Sent(sent): Sent) -> Response {
    match (id, sent) {
        (Ok(id), Ok(fields)) => take(&visit, Some(id), CourseForm::parse(&fields), Do::parse(fields.text("do"))).await,
        (Err(trouble), _) | (_, Err(trouble)) => visit.answer(Err(trouble)),
    }
}

async fn take(visit: &Visit, id: Option<CourseId>, mut form: CourseForm, what: Do) -> Response {
    if !matches!(what, Do::Save | Do::SaveAndPublish) {
        form.arrange(what);
        return page(visit, StatusCode::OK, Shape::new(id), &form, &Errors::default());
    }
    form.drop_blank_stops();
    match save(visit, id, &form, what == Do::SaveAndPublish).await {
        Ok(word) => visit.see_other(&format!("/host/courses?done={word}")),
        Err(trouble) => {
            let (status, retry_after) = render::status_of(&trouble);
            let mut shape = Shape::new(id);
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
            render::with_retry_after(page(visit, status, shape, &form, &errors), retry_after)
        }
    }
}

/// Saves the course, and shows it to everyone if that was asked for. Answers with the word for it.
async fn save(visit: &Visit, id: Option<CourseId>, form: &CourseForm, publish: bool) -> Result<&'static str, ApiError> {
    let input = form.input()?;
    if publish && input.stops.is_empty() {
        // before it is saved and not after: a new course would be there twice when the form is sent again
        return Err(Refusal::StopsMissing.into());
    }
    let call = visit.call()?;
    let course = deeds::save_course(visit.site(), call, id, id.and(form.expected()), input).await?;
    if !publish {
        return Ok("saved");
    }
    deeds::publish_course(visit.site(), call, course.id).await?;
    Ok("published")
}

fn page(visit: &Visit, status: StatusCode, shape: Shape, form: &CourseForm, errors: &Errors) -> Response {
    let title = if shape.id.is_some() { td_string!(visit.l, form.edit_title) } else { td_string!(visit.l, form.new_title) };
    render::page(visit, status, Head::titled(title), || view::form(visit, title, shape, form, errors))
}

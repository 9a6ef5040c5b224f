//! `/host/courses/new` and `/host/courses/{id}/edit`: the whole course in one form.
//!
//! Its buttons all send the whole form: to save it, to preview it, or to add, remove and move stops, which shows it again as it was
//! typed. With script the editor moves stops itself and keeps what is written (`crate::editor`).

mod choose;
mod photos;
mod view;

use super::path::IdInPath;
use super::preview;
use crate::actions::SavedCourse;
use crate::components::document::Head;
use crate::components::errors::Errors;
use crate::deeds;
use crate::forms::course::{CourseForm, Do};
use crate::forms::{Fields, File, SentWithFiles};
use crate::render;
use crate::text::td_string;
use crate::visit::Visit;
use axum::response::Response;
use contract::course::CourseState;
use contract::{ApiError, CourseId, Refusal};
use http::StatusCode;
use view::{Conflict, Shape};

/// The longest name of a copy that a browser keeps.
const MAX_COPY_NAME: usize = 60;

/// Shows the form of a new course.
pub(crate) async fn show_new(visit: Visit) -> Response {
    if visit.account.is_none() {
        return visit.sign_in_first("/host/courses/new");
    }
    page(&visit, StatusCode::OK, &Shape::opened(None), &CourseForm::blank(visit.language), &Errors::default())
}

/// Takes the form of a new course.
pub(crate) async fn send_new(visit: Visit, SentWithFiles(sent): SentWithFiles) -> Response {
    match sent {
        Ok((fields, files)) => take(visit, None, &fields, files).await,
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
        let form = CourseForm::stored(&course);
        Ok(page(&visit, StatusCode::OK, &Shape::opened(Some(id)), &form, &Errors::default()))
    };
    let result = result.await;
    visit.answer(result)
}

/// Takes the form of a course that is there.
pub(crate) async fn send_edit(visit: Visit, IdInPath(id): IdInPath<CourseId>, SentWithFiles(sent): SentWithFiles) -> Response {
    match (id, sent) {
        (Ok(id), Ok((fields, files))) => take(visit, Some(id), &fields, files).await,
        (Err(trouble), _) | (_, Err(trouble)) => visit.answer(Err(trouble)),
    }
}

async fn take(mut visit: Visit, id: Option<CourseId>, fields: &Fields, files: Vec<File>) -> Response {
    let mut form = CourseForm::parse(fields);
    let what = Do::parse(fields.text("do"));
    // whatever was pressed: files that were chosen come once, and can't be put back into the form
    let refused = photos::take_in(&visit, &mut form, files).await;
    if !refused.is_empty() {
        form.arrange(what);
        visit.ask_for_mine().await;
        let shape = Shape { refused, ..Shape::sent(id) };
        return page(&visit, StatusCode::UNPROCESSABLE_ENTITY, &shape, &form, &Errors::default());
    }
    match what {
        Do::Save | Do::SaveAndPublish => {}
        Do::SaveMine => form.theirs.clear(),
        Do::TakeTheirs => {
            let path = id.map_or_else(|| "/host/courses/new".to_owned(), |id| format!("/host/courses/{id}/edit"));
            return visit.see_other(&path);
        }
        Do::Preview => {}
        Do::Add | Do::Remove(_) | Do::Up(_) | Do::Down(_) | Do::AddPhotos | Do::RemovePhoto(_) | Do::PhotoUp(_) | Do::PhotoDown(_) => {
            form.arrange(what);
            visit.ask_for_mine().await;
            return page(&visit, StatusCode::OK, &Shape::sent(id), &form, &Errors::default());
        }
    }
    form.drop_blanks();
    let result = match what {
        Do::Preview => match preview_of(&visit, &form) {
            Ok(response) => return response,
            Err(trouble) => Err(trouble.into()),
        },
        _ => save(&visit, id, &mut form, what == Do::SaveAndPublish).await,
    };
    match result {
        Ok(word) => visit.see_other(&saved_path(word, fields.text("copy"))),
        Err(unfinished) => again(visit, id, form, unfinished).await,
    }
}

/// The list of courses with a word that it was done, and the name of the copy that the browser needn't keep any longer.
fn saved_path(word: &str, copy: &str) -> String {
    let plain = copy.len() <= MAX_COPY_NAME && copy.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if plain && !copy.is_empty() { format!("/host/courses?done={word}&copy={copy}") } else { format!("/host/courses?done={word}") }
}

/// Shows what was typed as the page it would become.
fn preview_of(visit: &Visit, form: &CourseForm) -> Result<Response, ApiError> {
    let host = visit.account.as_ref().ok_or(ApiError::Refused(Refusal::NotSignedIn))?;
    let content = form.input()?.parse()?;
    Ok(preview::page(visit, &content, &host.display_name, None))
}

/// The form again, with what was typed and what is in the way.
async fn again(mut visit: Visit, id: Option<CourseId>, mut form: CourseForm, Unfinished { saved, trouble }: Unfinished) -> Response {
    visit.ask_for_mine().await;
    let (status, retry_after) = render::status_of(&trouble);
    let (visit, mut shape) = match saved {
        None => (visit, Shape::sent(id)),
        // sent again, it changes the course that is there now: neither registers another nor is in its own way
        Some(course) => {
            form.version = course.version.to_string();
            form.published = course.state == CourseState::Published;
            (visit.at(&format!("/host/courses/{}/edit", course.id)), Shape::sent(Some(course.id)))
        }
    };
    let mut errors = Errors::of(visit.l, &trouble);
    match trouble {
        // what the host read is old: everything typed stays, beside what is there now
        ApiError::Refused(Refusal::ChangedMeanwhile { current }) => {
            let there = stored(&visit, id).await;
            form.version = there.as_ref().map_or_else(|| current.to_string(), |there| there.version.clone());
            form.published = there.as_ref().map_or(form.published, |there| there.published);
            shape.conflict = Some(there.map_or(Conflict::Unread, |there| Conflict::Differences(form.differences(&there))));
            errors = Errors::default();
        }
        ApiError::Refused(Refusal::NotSignedIn) => shape.signed_out = true,
        _ => {}
    }
    if form.stops.is_empty() {
        // somewhere to write the first one
        form.arrange(Do::Add);
    }
    render::with_retry_after(page(&visit, status, &shape, &form, &errors), retry_after)
}

/// The course as it is stored, if it can be read just now.
async fn stored(visit: &Visit, id: Option<CourseId>) -> Option<CourseForm> {
    let course = visit.site().course.course(visit.call().ok()?, id?).await.ok()?;
    Some(CourseForm::stored(&course))
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
async fn save(visit: &Visit, id: Option<CourseId>, form: &mut CourseForm, publish: bool) -> Result<&'static str, Unfinished> {
    if let Some(id) = id.filter(|_| !form.theirs.is_empty()) {
        let there = visit.site().course.course(visit.call()?, id).await?;
        // only of the version that was shown beside the host's own is known what was chosen
        if form.expected() != Some(there.version) {
            return Err(ApiError::from(Refusal::ChangedMeanwhile { current: there.version }).into());
        }
        let chosen = std::mem::take(&mut form.theirs);
        form.take(&CourseForm::stored(&there), &chosen);
    }
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

fn page(visit: &Visit, status: StatusCode, shape: &Shape, form: &CourseForm, errors: &Errors) -> Response {
    let l = visit.l;
    let (title, lead) = match shape.id {
        Some(_) => (td_string!(l, form.edit_title), td_string!(l, form.edit_lead)),
        None => (td_string!(l, form.new_title), td_string!(l, form.lead)),
    };
    // not marked against indexing: whoever isn't signed in is never shown it
    let head = Head::public(title, lead);
    render::page(visit, status, head, || view::form(visit, title, shape, form, errors))
}

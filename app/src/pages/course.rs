//! `/courses/{id}`: the one screen of a course, answered from the read model alone.

mod drawings;
pub(crate) mod exports;
mod unsent;
mod view;

use super::path::IdInPath;
use crate::components::document::Head;
use crate::components::talk::{Talk, Unsent};
use crate::documents::Walk;
use crate::documents::linked_data::{self, Addresses};
use crate::forms::talk::{Typed, Writing};
use crate::picture::Picture;
use crate::render;
use crate::text::td_string;
use crate::visit::Visit;
use axum::response::Response;
use contract::course::Language;
use contract::viewpage::CourseView;
use contract::{ApiError, CourseId, Refusal};
use http::StatusCode;

pub(crate) use drawings::Drawings;

/// Shows the page.
pub(crate) async fn show(visit: Visit, IdInPath(id): IdInPath<CourseId>) -> Response {
    let result = async {
        let course = visit.site().viewpage.course(id?).await?.ok_or(ApiError::Refused(Refusal::NotFound))?;
        Ok(page(&visit, StatusCode::OK, &course, None))
    };
    let result = result.await;
    visit.answer(result)
}

/// Shows the page again with what was sent and refused, as it was typed. Where the page can't be shown, the form alone: the
/// text isn't lost.
pub(crate) async fn refused(visit: Visit, id: CourseId, what: Writing, typed: Typed, trouble: &ApiError) -> Response {
    let mut visit = visit.at(&format!("/courses/{id}"));
    visit.ask_for_mine().await;
    let (status, retry_after) = render::status_of(trouble);
    let unsent = Unsent::new(&visit, what, typed, trouble);
    let course = visit.site().viewpage.course(id).await.ok().flatten().filter(|course| shows(course, what));
    let response = match &course {
        Some(course) => page(&visit, status, course, Some(&unsent)),
        None => unsent::page(&visit, status, id, &unsent),
    };
    render::with_retry_after(response, retry_after)
}

/// Whether the page has a place for the form.
fn shows(course: &CourseView, what: Writing) -> bool {
    match what {
        Writing::Review | Writing::Comment => true,
        Writing::ReviewAgain(id) | Writing::Reply(id) => course.reviews.iter().any(|review| review.id == id),
        Writing::CommentAgain(id) | Writing::Answer(id) => course.comments.iter().any(|comment| comment.id == id),
    }
}

fn page(visit: &Visit, status: StatusCode, course: &CourseView, unsent: Option<&Unsent>) -> Response {
    let head = head(visit, &Walk::of(course, visit.language));
    let draw = |visit: &Visit| view::view(&Talk { visit, course: course.course.id, host: course.host.id, unsent }, course);
    render::page(visit, status, head, || match (&visit.account, unsent) {
        (None, None) => visit.front.drawings.of(visit, course, draw),
        _ => draw(visit),
    })
}

/// What the page says about itself to programs.
fn head(visit: &Visit, walk: &Walk) -> Head {
    let id = walk.view.course.id;
    let picture = exports::picture_path(id, &Picture::of(walk.view));
    let data = linked_data::trip(
        walk,
        &Addresses {
            page: &visit.public(visit.language, &format!("/courses/{id}")),
            host: &visit.public(visit.language, &format!("/hosts/{}", walk.view.host.id)),
            picture: &visit.public(Language::Ko, &picture),
        },
    );
    // A course without a summary is told by where it leads.
    let places = walk.steps.iter().map(|step| step.name).collect::<Vec<_>>().join(" → ");
    let description = if walk.summary.is_empty() { &places } else { walk.summary };
    Head::public(walk.title, description.chars().take(200).collect::<String>())
        .of_kind("article")
        .with_picture(picture, td_string!(visit.l, course.map_label, count = walk.steps.len()).to_string())
        .drawn_with("way-title")
        .with_linked_data(data)
        .with_tiles(visit.site().tiles.as_ref())
}

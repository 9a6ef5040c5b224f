//! `/courses/{id}`: the one screen of a course, answered from the read model alone.

mod unsent;
mod view;

use super::path::IdInPath;
use crate::components::document::Head;
use crate::components::talk::{Talk, Unsent};
use crate::forms::talk::{Typed, Writing};
use crate::render;
use crate::visit::Visit;
use axum::response::Response;
use contract::viewpage::CourseView;
use contract::{ApiError, CourseId, Refusal};
use http::StatusCode;

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
        Writing::CommentAgain(id) => course.comments.iter().any(|comment| comment.id == id),
    }
}

fn page(visit: &Visit, status: StatusCode, course: &CourseView, unsent: Option<&Unsent>) -> Response {
    let content = &course.course.content;
    let summary = content.translated(visit.language).map_or(content.summary.as_str(), |words| words.summary.as_str());
    let head = Head { title: content.title_in(visit.language).to_owned(), description: summary.chars().take(200).collect() };
    let talk = Talk { visit, course: course.course.id, host: course.host.id, unsent };
    render::page(visit, status, head, || view::view(&talk, course))
}

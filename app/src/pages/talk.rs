//! What people write below a course: the forms for reviews, answers and comments, and the lists of all of them.

use super::course;
use super::path::{IdInPath, PartOfCourse};
use crate::components::document::Head;
use crate::components::pager::pager;
use crate::components::talk::{Talk, comments, rating, reviews};
use crate::forms::talk::{Typed, Writing};
use crate::forms::{Fields, Sent};
use crate::text::td_string;
use crate::visit::Visit;
use crate::{deeds, render};
use axum::response::Response;
use contract::viewpage::{CourseView, ReviewSort};
use contract::{ApiError, CommentId, CourseId, Refusal, ReviewId};
use http::StatusCode;
use leptos::prelude::*;

/// How many a page of a list has.
const ENTRIES: u32 = 20;

/// `POST /courses/{id}/reviews`.
pub(crate) async fn review(visit: Visit, IdInPath(course): IdInPath<CourseId>, sent: Sent) -> Response {
    write(visit, course.map(|course| (course, Writing::Review)), sent).await
}

/// `POST /courses/{id}/reviews/{review}`.
pub(crate) async fn modify_review(visit: Visit, PartOfCourse(ids): PartOfCourse<ReviewId>, sent: Sent) -> Response {
    write(visit, ids.map(|(course, id)| (course, Writing::ReviewAgain(id))), sent).await
}

/// `POST /courses/{id}/reviews/{review}/reply`.
pub(crate) async fn reply(visit: Visit, PartOfCourse(ids): PartOfCourse<ReviewId>, sent: Sent) -> Response {
    write(visit, ids.map(|(course, id)| (course, Writing::Reply(id))), sent).await
}

/// `POST /courses/{id}/comments`.
pub(crate) async fn comment(visit: Visit, IdInPath(course): IdInPath<CourseId>, sent: Sent) -> Response {
    write(visit, course.map(|course| (course, Writing::Comment)), sent).await
}

/// `POST /courses/{id}/comments/{comment}`.
pub(crate) async fn modify_comment(visit: Visit, PartOfCourse(ids): PartOfCourse<CommentId>, sent: Sent) -> Response {
    write(visit, ids.map(|(course, id)| (course, Writing::CommentAgain(id))), sent).await
}

/// `POST /courses/{id}/comments/{comment}/answer`.
pub(crate) async fn answer_comment(visit: Visit, PartOfCourse(ids): PartOfCourse<CommentId>, sent: Sent) -> Response {
    write(visit, ids.map(|(course, id)| (course, Writing::Answer(id))), sent).await
}

async fn write(visit: Visit, what: Result<(CourseId, Writing), ApiError>, Sent(sent): Sent) -> Response {
    let (course, what, fields) = match (what, sent) {
        (Ok((course, what)), Ok(fields)) => (course, what, fields),
        (Err(trouble), _) | (_, Err(trouble)) => return visit.answer(Err(trouble)),
    };
    let typed = Typed::parse(&fields);
    let result = match visit.call() {
        Ok(call) => deeds::write(visit.site(), call, course, what, &typed).await,
        Err(trouble) => Err(trouble),
    };
    match result {
        Ok(()) => visit.see_other(&format!("/courses/{course}#{}", what.section())),
        Err(trouble) => course::refused(visit, course, what, typed, &trouble).await,
    }
}

/// `POST /courses/{id}/reviews/{review}/delete`.
pub(crate) async fn delete_review(visit: Visit, PartOfCourse(ids): PartOfCourse<ReviewId>) -> Response {
    let result = async {
        let (course, id) = ids?;
        deeds::delete_review(visit.site(), visit.call()?, id).await?;
        Ok(visit.see_other(&format!("/courses/{course}#reviews")))
    };
    let result = result.await;
    visit.answer(result)
}

/// `POST /courses/{id}/comments/{comment}/delete`.
pub(crate) async fn delete_comment(visit: Visit, PartOfCourse(ids): PartOfCourse<CommentId>) -> Response {
    let result = async {
        let (course, id) = ids?;
        deeds::delete_comment(visit.site(), visit.call()?, id).await?;
        Ok(visit.see_other(&format!("/courses/{course}#comments")))
    };
    let result = result.await;
    visit.answer(result)
}

/// `GET /courses/{id}/reviews`.
pub(crate) async fn all_reviews(visit: Visit, IdInPath(id): IdInPath<CourseId>) -> Response {
    let result = async {
        let course = course_of(&visit, id).await?;
        let id = course.course.id;
        let sort = rating::asked(Fields(visit.asked()).text("sort"));
        let page = visit.site().viewpage.reviews(id, sort, visit.page_request(ENTRIES)).await?;
        let page = page.ok_or(ApiError::Refused(Refusal::NotFound))?;
        let list = List { what: td_string!(visit.l, review.title), section: "reviews", path: rating::path(id, sort), next: page.next };
        Ok(show(&visit, &course, &list, |talk| {
            view! {
                {rating::distribution(&visit, &course.rating)}
                {(page.items.len() > 1 || sort != ReviewSort::Newest).then(|| rating::orders(&visit, id, sort))}
                {reviews(talk, &page.items)}
            }
            .into_any()
        }))
    };
    let result = result.await;
    visit.answer(result)
}

/// `GET /courses/{id}/comments`.
pub(crate) async fn all_comments(visit: Visit, IdInPath(id): IdInPath<CourseId>) -> Response {
    let result = async {
        let course = course_of(&visit, id).await?;
        let page = visit.site().viewpage.comments(course.course.id, visit.page_request(ENTRIES)).await?;
        let page = page.ok_or(ApiError::Refused(Refusal::NotFound))?;
        let path = format!("/courses/{}/comments", course.course.id);
        let list = List { what: td_string!(visit.l, comment.title), section: "comments", path, next: page.next };
        Ok(show(&visit, &course, &list, |talk| comments(talk, &page.items)))
    };
    let result = result.await;
    visit.answer(result)
}

async fn course_of(visit: &Visit, id: Result<CourseId, ApiError>) -> Result<CourseView, ApiError> {
    visit.site().viewpage.course(id?).await?.ok_or(ApiError::Refused(Refusal::NotFound))
}

/// A page of a list.
struct List {
    /// What is listed.
    what: &'static str,
    /// Where that stands on the course's page.
    section: &'static str,
    /// The list's own address.
    path: String,
    /// Where the next page begins.
    next: Option<String>,
}

fn show(visit: &Visit, course: &CourseView, list: &List, entries: impl FnOnce(&Talk) -> AnyView) -> Response {
    let id = course.course.id;
    let (what, section) = (list.what, list.section);
    let title = course.course.content.title_in(visit.language).to_owned();
    let talk = Talk { visit, course: id, host: course.host.id, unsent: None };
    let summary = course.course.content.summary.as_str();
    let description = if summary.is_empty() { title.clone() } else { format!("{title}: {summary}").chars().take(200).collect() };
    // What comes after the first page is in reach from there, and changes with every word that is said.
    let head = Head::public(format!("{what} · {title}"), description).indexed(visit.query.is_empty());
    render::page(visit, StatusCode::OK, head, || {
        view! {
            <section class="talk talk-page">
                <h1>{what}</h1>
                <p class="lead"><a href=visit.href(&format!("/courses/{id}#{section}"))>{title}</a></p>
                {entries(&talk)}
                {pager(visit, &list.path, list.next.as_deref())}
            </section>
        }
        .into_any()
    })
}

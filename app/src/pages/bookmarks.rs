//! `/bookmarks`: the courses that someone keeps.

use super::path::IdInPath;
use crate::actions::Toggle;
use crate::components::card::card;
use crate::components::document::Head;
use crate::components::live_parts::live_status;
use crate::components::notice::notice;
use crate::components::pager::pager;
use crate::forms::Fields;
use crate::text::{amount, td_string};
use crate::visit::Visit;
use crate::{deeds, render};
use axum::response::Response;
use contract::viewpage::BookmarkedCourse;
use contract::{ApiError, CourseId, Page, Refusal};
use http::StatusCode;
use leptos::prelude::*;

/// How many courses a page has.
const COURSES: u32 = 24;

/// Shows the page.
pub(crate) async fn show(visit: Visit) -> Response {
    let result = async {
        let account = visit.account.as_ref().ok_or(ApiError::Refused(Refusal::NotSignedIn))?;
        let kept = visit.site().viewpage.bookmarks(account.id, visit.language, visit.page_request(COURSES)).await?;
        let removed = Fields(visit.asked()).text("done") == "removed";
        let head = Head::titled(td_string!(visit.l, bookmark.title));
        Ok(render::page(&visit, StatusCode::OK, head, || view(&visit, kept, removed)))
    };
    let result = result.await;
    visit.answer(result)
}

/// `POST /bookmarks/{course}/remove`.
pub(crate) async fn remove(visit: Visit, IdInPath(course): IdInPath<CourseId>) -> Response {
    let result = async { deeds::set(visit.site(), visit.call()?, Toggle::Bookmark, course?, false).await }.await;
    let visit = visit.at("/bookmarks");
    visit.answer(result.map(|_| visit.see_other("/bookmarks?done=removed")))
}

fn view(visit: &Visit, kept: Page<BookmarkedCourse>, removed: bool) -> AnyView {
    let l = visit.l;
    let next = kept.next;
    let entries = kept.items.into_iter().map(|course| entry(visit, course)).collect::<Vec<_>>();
    let empty = entries.is_empty();
    let list = if empty {
        view! {
            <div class="empty">
                <h2 class="empty-title">{td_string!(l, bookmark.empty)}</h2>
                <p>{td_string!(l, bookmark.empty_hint)}</p>
                <p><a class="button" href=visit.href("/")>{td_string!(l, header.discover)}</a></p>
            </div>
        }
        .into_any()
    } else {
        view! { <h2 class="unseen">{td_string!(l, list.courses)}</h2><ul class="cards">{entries}</ul> }.into_any()
    };
    view! {
        <section class="own">
            <div class="own-head">
                <h1>{td_string!(l, bookmark.title)}</h1>
                <p class="lead">{td_string!(l, bookmark.lead)}</p>
            </div>
            {removed.then(|| notice(td_string!(l, bookmark.done_removed)))}
            {list}
            {pager(visit, "/bookmarks", next.as_deref())}
        </section>
        {(!empty).then(|| live_status(visit, None))}
    }
    .into_any()
}

/// A card, or a word that the course is no longer shown.
fn entry(visit: &Visit, course: BookmarkedCourse) -> AnyView {
    let l = visit.l;
    let id = course.course_id;
    let title = if course.title.is_empty() { td_string!(l, inbox.some_course).to_owned() } else { course.title };
    let label = td_string!(l, bookmark.remove_label, title = title.as_str()).to_string();
    let since = td_string!(l, bookmark.since, date = amount::date(l, course.bookmarked_at)).to_string();
    let actions = view! {
        <form class="card-actions" role="none" method="post" action=visit.href(&format!("/bookmarks/{id}/remove"))>
            <span class="since">{since}</span>
            <button class="button quiet small" type="submit" aria-label=label>{td_string!(l, bookmark.remove)}</button>
        </form>
    }
    .into_any();
    match course.card {
        Some(shown) => card(visit, shown, Some(actions)),
        None => view! {
            <li class="card gone">
                <div class="card-cover"><p class="gone-word">{td_string!(l, bookmark.withdrawn)}</p></div>
                <div class="card-text">
                    <h3>{title}</h3>
                    <p class="card-summary">{td_string!(l, bookmark.withdrawn_hint)}</p>
                    {actions}
                </div>
            </li>
        }
        .into_any(),
    }
}

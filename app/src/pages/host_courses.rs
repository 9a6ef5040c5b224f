//! `/host/courses`: a host's own courses, and what can be done with each.

use super::path::IdInPath;
use crate::components::document::Head;
use crate::components::editor_parts::own_courses;
use crate::components::errors::Errors;
use crate::components::notice::notice;
use crate::components::pager::pager;
use crate::deeds;
use crate::forms::Fields;
use crate::render;
use crate::text::{Locale, amount, name, td_string};
use crate::visit::Visit;
use axum::response::Response;
use contract::course::{Course, CourseState};
use contract::{ApiError, CourseId, Page, Refusal};
use http::StatusCode;
use leptos::prelude::*;

/// How many courses a page has.
const COURSES: u32 = 50;

/// Shows the page.
pub(crate) async fn show(visit: Visit) -> Response {
    let result = page(&visit, StatusCode::OK, &Errors::default()).await;
    visit.answer(result)
}

/// `POST /host/courses/{id}/publish`.
pub(crate) async fn publish(visit: Visit, IdInPath(id): IdInPath<CourseId>) -> Response {
    let result = async { deeds::publish_course(visit.site(), visit.call()?, id?).await.map(drop) }.await;
    done(visit, result, "published").await
}

/// `POST /host/courses/{id}/unpublish`.
pub(crate) async fn unpublish(visit: Visit, IdInPath(id): IdInPath<CourseId>) -> Response {
    let result = async { deeds::unpublish_course(visit.site(), visit.call()?, id?).await.map(drop) }.await;
    done(visit, result, "unpublished").await
}

/// `POST /host/courses/{id}/delete`.
pub(crate) async fn delete(visit: Visit, IdInPath(id): IdInPath<CourseId>) -> Response {
    let result = async { deeds::delete_course(visit.site(), visit.call()?, id?).await }.await;
    done(visit, result, "deleted").await
}

/// Back to the list: with a word that it was done, or with what is in the way.
async fn done(visit: Visit, result: Result<(), ApiError>, word: &str) -> Response {
    match result {
        Ok(()) => visit.see_other(&format!("/host/courses?done={word}")),
        Err(trouble @ ApiError::Refused(Refusal::NotSignedIn)) => visit.at("/host/courses").answer(Err(trouble)),
        Err(trouble) => {
            let mut visit = visit.at("/host/courses");
            visit.ask_for_mine().await;
            let (status, retry_after) = render::status_of(&trouble);
            let result = page(&visit, status, &Errors::of(visit.l, &trouble)).await;
            render::with_retry_after(visit.answer(result), retry_after)
        }
    }
}

async fn page(visit: &Visit, status: StatusCode, errors: &Errors) -> Result<Response, ApiError> {
    let asked = Fields(visit.asked());
    let courses = visit.site().course.host_courses(visit.call()?, visit.page_request(COURSES)).await?;
    let done = done_words(visit.l, asked.text("done"));
    // what the browser keeps no longer, because it was saved; a name that only that browser knows
    let copy = done.map(|_| asked.text("copy").to_owned()).unwrap_or_default();
    Ok(render::page(visit, status, Head::titled(td_string!(visit.l, host.title)), || view(visit, errors, done, copy, &courses)))
}

/// Our own words for what was done: what stands in the address is never shown.
fn done_words(l: Locale, code: &str) -> Option<&'static str> {
    match code {
        "saved" => Some(td_string!(l, host.done_saved)),
        "published" => Some(td_string!(l, host.done_published)),
        "unpublished" => Some(td_string!(l, host.done_unpublished)),
        "deleted" => Some(td_string!(l, host.done_deleted)),
        _ => None,
    }
}

fn view(visit: &Visit, errors: &Errors, done: Option<&'static str>, copy: String, courses: &Page<Course>) -> AnyView {
    let l = visit.l;
    let rows = courses.items.iter().map(|course| row(visit, course)).collect::<Vec<_>>();
    let list = if rows.is_empty() {
        view! {
            <div class="empty">
                <h2 class="empty-title">{td_string!(l, host.empty)}</h2>
                <p>{td_string!(l, host.empty_hint)}</p>
            </div>
        }
        .into_any()
    } else {
        view! { <ul class="own-courses">{rows}</ul> }.into_any()
    };
    view! {
        <section class="host">
            <div class="host-head">
                <div>
                    <h1>{td_string!(l, host.title)}</h1>
                    <p class="lead">{td_string!(l, host.lead)}</p>
                </div>
                <a class="button" href=visit.href("/host/courses/new")>{td_string!(l, host.new)}</a>
            </div>
            {errors.summary(l, |_| String::new())}
            {done.map(notice)}
            {own_courses(visit, copy)}
            {list}
            {pager(visit, "/host/courses", courses.next.as_deref())}
        </section>
    }
    .into_any()
}

fn row(visit: &Visit, course: &Course) -> AnyView {
    let l = visit.l;
    let title = course.content.title_in(visit.language).to_owned();
    let at = |what: &str| visit.href(&format!("/host/courses/{}/{what}", course.id));
    let published = course.state == CourseState::Published;
    let (toggle, toggle_word) =
        if published { (at("unpublish"), td_string!(l, host.unpublish)) } else { (at("publish"), td_string!(l, host.publish)) };
    let changed = td_string!(l, host.changed, date = amount::date(l, course.updated_at)).to_string();
    let stops = course.content.stops.len();
    let stops = if stops == 1 { td_string!(l, card.stop).to_owned() } else { td_string!(l, card.stops, count = stops).to_string() };
    let label = td_string!(l, host.course_actions, title = title.as_str()).to_string();
    let question = td_string!(l, host.delete_question, title = title.as_str()).to_string();
    view! {
        <li class="own-course">
            <div class="own-text">
                <p class="state" data-state=course.state.code()>{name::state(l, course.state)}</p>
                <h2>{title}</h2>
                <ul class="facts"><li>{name::region(l, course.content.region)}</li><li>{stops}</li><li>{changed}</li></ul>
            </div>
            <div class="own-actions" role="group" aria-label=label>
                {published.then(|| view! { <a class="button quiet small" href=visit.href(&format!("/courses/{}", course.id))>{td_string!(l, host.view)}</a> })}
                {(!published).then(|| view! { <a class="button quiet small" href=at("preview")>{td_string!(l, host.preview)}</a> })}
                <a class="button quiet small" href=at("edit")>{td_string!(l, host.edit)}</a>
                <form role="none" method="post" action=toggle><button class="button small" class:quiet=published type="submit">{toggle_word}</button></form>
                <details class="delete">
                    <summary class="button quiet small">{td_string!(l, host.delete)}</summary>
                    <form role="none" method="post" action=at("delete")>
                        <p>{question}</p>
                        <button class="button danger small" type="submit">{td_string!(l, host.delete_confirm)}</button>
                    </form>
                </details>
            </div>
        </li>
    }
    .into_any()
}

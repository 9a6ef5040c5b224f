//! `/host/courses/{id}/preview`, and the form's own preview: the viewpage as it will look, for its host alone.
//!
//! No live numbers and nothing to press: the read model knows nothing of a draft.

use super::path::IdInPath;
use crate::components::card::tone;
use crate::components::document::Head;
use crate::components::photos::gallery;
use crate::components::route_map::route_map;
use crate::components::timeline::timeline;
use crate::render;
use crate::text::{amount, name, td_string};
use crate::visit::Visit;
use axum::response::Response;
use contract::course::{CourseContent, Stop};
use contract::viewpage::Totals;
use contract::{ApiError, CourseId, Refusal};
use http::StatusCode;
use leptos::prelude::*;

/// Shows a course as it is stored: to its host alone, and to others it isn't there.
pub(crate) async fn show(visit: Visit, IdInPath(id): IdInPath<CourseId>) -> Response {
    let result = async {
        let id = id?;
        let account = visit.account.as_ref().ok_or(ApiError::Refused(Refusal::NotSignedIn))?;
        let course = visit.site().course.course(visit.call()?, id).await?;
        if course.host_id != account.id {
            return Err(Refusal::NotFound.into());
        }
        Ok(page(&visit, &course.content, &account.display_name, Some(id)))
    };
    let result = result.await;
    visit.answer(result)
}

/// The page of a course that says this; `stored` is the course where it is what is stored. A page without a description asks
/// search engines to leave it alone.
pub(super) fn page(visit: &Visit, content: &CourseContent, host: &str, stored: Option<CourseId>) -> Response {
    let head = Head::titled(format!("{}: {}", td_string!(visit.l, editor.preview), content.title_in(visit.language)));
    render::page(visit, StatusCode::OK, head, || view(visit, content, host, stored))
}

fn view(visit: &Visit, content: &CourseContent, host: &str, stored: Option<CourseId>) -> AnyView {
    let l = visit.l;
    let points: Vec<_> = content.stops.iter().map(Stop::coordinates).collect();
    let words = content.translated(visit.language);
    let summary = words.map_or(content.summary.as_str(), |words| words.summary.as_str()).to_owned();
    let foreign = (content.language != visit.language && words.is_none()).then(|| content.language.tag());
    let tags = content.tags.iter().map(|tag| view! { <li>{format!("#{}", tag.as_str())}</li> }).collect_view();
    let note = match stored {
        Some(id) => view! {
            <p>{td_string!(l, editor.preview_saved)}</p>
            <p><a href=visit.href(&format!("/host/courses/{id}/edit"))>{td_string!(l, course.edit)}</a></p>
        }
        .into_any(),
        None => view! { <p>{td_string!(l, editor.preview_note)}</p><p>{td_string!(l, editor.preview_close)}</p> }.into_any(),
    };
    view! {
        <aside class="preview-note" aria-label=td_string!(l, editor.preview)>{note}</aside>
        <article class="course" data-tone=tone(content.region)>
            <header class="course-head">
                <p class="course-region"><span>{name::region(l, content.region)}</span></p>
                <h1 lang=foreign>{content.title_in(visit.language).to_owned()}</h1>
                <p class="course-host">{td_string!(l, course.by, name = host).to_string()}</p>
                {foreign.map(|_| view! { <p class="course-language">{td_string!(l, course.written_in)}</p> })}
                {(!summary.is_empty()).then(|| view! { <p class="course-summary" lang=foreign>{summary}</p> })}
                {(!content.tags.is_empty()).then(|| view! { <p class="unseen">{td_string!(l, course.tags)}</p><ul class="tags">{tags}</ul> })}
            </header>
            {gallery(visit, content, None)}
            {facts(visit, content)}
            {(!points.is_empty()).then(|| view! {
                <section class="course-map" aria-labelledby="map-title">
                    <h2 id="map-title" class="unseen">{td_string!(l, course.map)}</h2>
                    {route_map(l, &points)}
                </section>
                <section class="course-way" aria-labelledby="way-title">
                    <h2 id="way-title">{td_string!(l, course.timeline)}</h2>
                    {timeline(visit, content)}
                </section>
            })}
        </article>
    }
    .into_any()
}

fn facts(visit: &Visit, content: &CourseContent) -> AnyView {
    let l = visit.l;
    let totals = Totals::of(content);
    view! {
        <section class="numbers" aria-labelledby="numbers-title">
            <h2 id="numbers-title" class="unseen">{td_string!(l, course.in_numbers)}</h2>
            <dl>
                <div><dt>{td_string!(l, course.stops)}</dt><dd>{content.stops.len()}</dd></div>
                <div><dt>{td_string!(l, course.time)}</dt><dd>{amount::minutes(l, totals.minutes)}</dd></div>
                <div><dt>{td_string!(l, course.walk)}</dt><dd>{amount::metres(l, totals.metres)}</dd></div>
                <div><dt>{td_string!(l, course.cost)}</dt><dd>{amount::won(l, totals.cost_krw)}</dd></div>
            </dl>
        </section>
    }
    .into_any()
}

//! `/courses/{id}`: the one screen of a course, answered from the read model alone.

use super::path::CourseInPath;
use crate::components::card::tone;
use crate::components::document::Head;
use crate::components::live_parts::{live_counts, live_status};
use crate::components::route_map::route_map;
use crate::components::timeline::timeline;
use crate::islands::{CountKind, LikeButton};
use crate::live::Shown;
use crate::render;
use crate::text::{amount, name, td_string};
use crate::visit::Visit;
use axum::response::Response;
use contract::course::Stop;
use contract::viewpage::CourseView;
use contract::{ApiError, CourseId, Refusal};
use http::StatusCode;
use leptos::prelude::*;

/// Shows the page.
pub(crate) async fn show(visit: Visit, CourseInPath(id): CourseInPath) -> Response {
    let result = page(&visit, id).await;
    visit.answer(result)
}

async fn page(visit: &Visit, id: Result<CourseId, ApiError>) -> Result<Response, ApiError> {
    let id = id?;
    let viewpage = &visit.site().viewpage;
    let course = viewpage.course(id).await?.ok_or(ApiError::Refused(Refusal::NotFound))?;
    let liked = match &visit.account {
        Some(account) => !viewpage.liked(account.id, &[id]).await?.is_empty(),
        None => false,
    };
    let content = &course.course.content;
    let summary = content.translated(visit.language).map_or(content.summary.as_str(), |words| words.summary.as_str());
    let head = Head { title: content.title_in(visit.language).to_owned(), description: summary.chars().take(200).collect() };
    Ok(render::page(visit, StatusCode::OK, head, || view(visit, &course, liked)))
}

fn view(visit: &Visit, view: &CourseView, liked: bool) -> AnyView {
    let l = visit.l;
    let id = view.course.id;
    let content = &view.course.content;
    let words = content.translated(visit.language);
    let summary = words.map_or(content.summary.as_str(), |words| words.summary.as_str()).to_owned();
    let foreign = (content.language != visit.language && words.is_none()).then(|| content.language.tag());
    let shown = Shown { version: view.version, counts: view.counts };
    let points: Vec<_> = content.stops.iter().map(Stop::coordinates).collect();
    let own = visit.account.as_ref().is_some_and(|account| account.id == view.host.id);
    let tags = content
        .tags
        .iter()
        .map(|tag| view! { <li><a href=visit.href(&format!("/?tag={}", crate::forms::encode(tag.as_str())))>{format!("#{}", tag.as_str())}</a></li> })
        .collect_view();
    view! {
        <article class="course" data-tone=tone(content.region)>
            <header class="course-head">
                <p class="course-region"><a href=visit.href(&format!("/?region={}", content.region.code()))>{name::region(l, content.region)}</a></p>
                <h1 lang=foreign>{content.title_in(visit.language).to_owned()}</h1>
                <p class="course-host">{td_string!(l, course.by, name = view.host.display_name.as_str()).to_string()}</p>
                {foreign.map(|_| view! { <p class="course-language">{td_string!(l, course.written_in)}</p> })}
                {(!summary.is_empty()).then(|| view! { <p class="course-summary" lang=foreign>{summary}</p> })}
                {(!content.tags.is_empty()).then(|| view! { <ul class="tags" aria-label=td_string!(l, course.tags)>{tags}</ul> })}
                <div class="course-actions">
                    {like_button(visit, id, liked, shown)}
                    {own.then(|| view! { <a class="button quiet" href=visit.href(&format!("/host/courses/{id}/edit"))>{td_string!(l, course.edit)}</a> })}
                </div>
            </header>
            {facts(visit, view)}
            <section class="course-map" aria-labelledby="map-title">
                <h2 id="map-title" class="unseen">{td_string!(l, course.map)}</h2>
                {route_map(l, &points)}
            </section>
            <section class="course-way" aria-labelledby="way-title">
                <h2 id="way-title">{td_string!(l, course.timeline)}</h2>
                {timeline(visit, content)}
            </section>
            <section class="course-counts" aria-labelledby="counts-title">
                <h2 id="counts-title">{td_string!(l, counts.title)}</h2>
                {live_counts(visit, id, shown, &[CountKind::Likes, CountKind::Bookmarks, CountKind::Comments, CountKind::Reviews])}
            </section>
            <p class="more"><a class="button quiet" href=visit.href("/")>{td_string!(l, course.back)}</a></p>
        </article>
        {live_status(visit, Some(id))}
    }
    .into_any()
}

fn like_button(visit: &Visit, id: CourseId, liked: bool, shown: Shown) -> AnyView {
    let l = visit.l;
    view! {
        <LikeButton
            course_id=id.to_string()
            href=visit.href(&format!("/courses/{id}"))
            signed_in=visit.account.is_some()
            liked
            shown
            word=td_string!(l, like.like).to_owned()
            failed=td_string!(l, like.failed).to_owned()
        />
    }
    .into_any()
}

fn facts(visit: &Visit, view: &CourseView) -> AnyView {
    let l = visit.l;
    let totals = view.course.totals;
    view! {
        <section class="numbers" aria-labelledby="numbers-title">
            <h2 id="numbers-title" class="unseen">{td_string!(l, course.in_numbers)}</h2>
            <dl>
                <div><dt>{td_string!(l, course.stops)}</dt><dd>{view.course.content.stops.len()}</dd></div>
                <div><dt>{td_string!(l, course.time)}</dt><dd>{amount::minutes(l, totals.minutes)}</dd></div>
                <div><dt>{td_string!(l, course.walk)}</dt><dd>{amount::metres(l, totals.metres)}</dd></div>
                <div><dt>{td_string!(l, course.cost)}</dt><dd>{amount::won(l, totals.cost_krw)}</dd></div>
            </dl>
        </section>
    }
    .into_any()
}

//! What the viewpage looks like.

use crate::actions::Toggle;
use crate::components::card::tone;
use crate::components::live_parts::{live_counts, live_mark, live_news, live_status, share_link, toggle_button};
use crate::components::photos::gallery;
use crate::components::route_map::route_map;
use crate::components::take_along::take_along;
use crate::components::talk::{Talk, comments, form, rating, reviews};
use crate::components::tile_map::tile_map;
use crate::components::timeline::timeline;
use crate::forms::talk::{Typed, Writing};
use crate::islands::{CountKind, Toasts};
use crate::live::Shown;
use crate::text::{amount, name, td_string};
use crate::visit::Visit;
use contract::course::Stop;
use contract::viewpage::{CourseView, ReviewSort};
use leptos::prelude::*;

/// The whole page.
pub(super) fn view(talk: &Talk, view: &CourseView) -> AnyView {
    let (visit, l) = (talk.visit, talk.visit.l);
    let content = &view.course.content;
    let shown = Shown::new(view.version, view.counts, &view.rating);
    // what the cover of its card becomes
    let morph = format!("way-{}", view.course.id);
    let points: Vec<_> = content.stops.iter().map(Stop::coordinates).collect();
    let counted = [CountKind::Likes, CountKind::Bookmarks, CountKind::Comments, CountKind::Reviews, CountKind::Rating];
    view! {
        <article class="course" data-tone=tone(content.region)>
            {head(talk, view, shown)}
            {gallery(visit, content, Some(&morph))}
            {facts(visit, view)}
            <section class="course-map" aria-labelledby="map-title" data-morph=content.photos.is_empty().then(|| morph.clone())>
                <h2 id="map-title" class="unseen">{td_string!(l, course.map)}</h2>
                <div class="map-stage">
                    {route_map(l, &points)}
                    {tile_map(visit, view)}
                </div>
            </section>
            <section class="course-way" aria-labelledby="way-title">
                <h2 id="way-title">{td_string!(l, course.timeline)}</h2>
                {timeline(visit, content)}
            </section>
            <section class="course-counts" aria-labelledby="counts-title">
                <h2 id="counts-title">{td_string!(l, counts.title)}</h2>
                {live_mark(visit, view.course.id)}
                {live_counts(visit, view.course.id, shown, &counted)}
            </section>
            {take_along(visit, view.course.id)}
            {review_section(talk, view, shown)}
            {comment_section(talk, view, shown)}
            <p class="more"><a class="button quiet" href=visit.href("/")>{td_string!(l, course.back)}</a></p>
        </article>
        {live_status(visit, Some(view.course.id))}
    }
    .into_any()
}

fn head(talk: &Talk, view: &CourseView, shown: Shown) -> AnyView {
    let (visit, l) = (talk.visit, talk.visit.l);
    let id = view.course.id;
    let content = &view.course.content;
    let words = content.translated(visit.language);
    let summary = words.map_or(content.summary.as_str(), |words| words.summary.as_str()).to_owned();
    let foreign = (content.language != visit.language && words.is_none()).then(|| content.language.tag());
    let tags = content
        .tags
        .iter()
        .map(|tag| view! { <li><a href=visit.href(&format!("/?tag={}", crate::forms::encode(tag.as_str())))>{format!("#{}", tag.as_str())}</a></li> })
        .collect_view();
    view! {
        <header class="course-head">
            <p class="course-region"><a href=visit.href(&format!("/?region={}", content.region.code()))>{name::region(l, content.region)}</a></p>
            <h1 lang=foreign data-morph=format!("title-{id}")>{content.title_in(visit.language).to_owned()}</h1>
            <div class="course-by">
                <p class="course-host">
                    <a href=visit.href(&format!("/hosts/{}", view.host.id))>{td_string!(l, course.by, name = view.host.display_name.as_str()).to_string()}</a>
                </p>
                <a class="course-rating" href="#reviews">{live_counts(visit, id, shown, &[CountKind::Rating, CountKind::Reviews])}</a>
            </div>
            {foreign.map(|_| view! { <p class="course-language">{td_string!(l, course.written_in)}</p> })}
            {(!summary.is_empty()).then(|| view! { <p class="course-summary" lang=foreign>{summary}</p> })}
            {(!content.tags.is_empty()).then(|| view! {
                <p class="unseen">{td_string!(l, course.tags)}</p>
                <ul class="tags">{tags}</ul>
            })}
            <div class="course-actions">
                {toggle_button(visit, Toggle::Like, id, shown)}
                {toggle_button(visit, Toggle::Bookmark, id, shown)}
                {share_link(visit, &format!("/courses/{id}"), content.title_in(visit.language))}
                {talk.is_host().then(|| view! { <a class="button quiet" href=visit.href(&format!("/host/courses/{id}/edit"))>{td_string!(l, course.edit)}</a> })}
            </div>
            <Toasts/>
        </header>
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

fn review_section(talk: &Talk, view: &CourseView, shown: Shown) -> AnyView {
    let (visit, l) = (talk.visit, talk.visit.l);
    view! {
        <section class="talk" id="reviews" aria-labelledby="reviews-title">
            <h2 id="reviews-title">{td_string!(l, review.title)}</h2>
            {live_news(visit, talk.course, shown, CountKind::Reviews)}
            {rating::distribution(visit, &view.rating)}
            {(view.reviews.len() > 1).then(|| rating::orders(visit, talk.course, ReviewSort::Newest))}
            {reviews(talk, &view.reviews)}
            {all(talk, "reviews", view.counts.reviews > view.reviews.len() as u64, td_string!(l, review.all))}
            {write_review(talk, view)}
        </section>
    }
    .into_any()
}

/// The form where a review may be written as far as the read model knows; whether it may be is said when it is sent.
fn write_review(talk: &Talk, view: &CourseView) -> Option<AnyView> {
    let (visit, l) = (talk.visit, talk.visit.l);
    let written = visit.account.as_ref().is_some_and(|account| view.reviews.iter().any(|review| review.author.id == account.id));
    if talk.unsent(Writing::Review).is_none() {
        if talk.is_host() || written {
            return None;
        }
        if !view.course.content.reviews_open {
            return Some(view! { <p class="nothing">{td_string!(l, problem.reviews_closed)}</p> }.into_any());
        }
        if visit.account.is_none() {
            return Some(sign_in(talk, Writing::Review, td_string!(l, review.sign_in)));
        }
    }
    Some(
        view! {
            <h3>{td_string!(l, review.write)}</h3>
            {form(visit, talk.course, Writing::Review, &Typed::default(), talk.unsent(Writing::Review))}
        }
        .into_any(),
    )
}

fn comment_section(talk: &Talk, view: &CourseView, shown: Shown) -> AnyView {
    let (visit, l) = (talk.visit, talk.visit.l);
    let write = if visit.account.is_some() || talk.unsent(Writing::Comment).is_some() {
        view! {
            <h3>{td_string!(l, comment.write)}</h3>
            {form(visit, talk.course, Writing::Comment, &Typed::default(), talk.unsent(Writing::Comment))}
        }
        .into_any()
    } else {
        sign_in(talk, Writing::Comment, td_string!(l, comment.sign_in))
    };
    view! {
        <section class="talk" id="comments" aria-labelledby="comments-title">
            <h2 id="comments-title">{td_string!(l, comment.title)}</h2>
            {live_news(visit, talk.course, shown, CountKind::Comments)}
            {comments(talk, &view.comments)}
            {all(talk, "comments", view.counts.comments > view.comments.len() as u64, td_string!(l, comment.all))}
            {write}
        </section>
    }
    .into_any()
}

/// The way to all of them, where the page doesn't show all.
fn all(talk: &Talk, what: &str, more: bool, word: &'static str) -> Option<AnyView> {
    let href = talk.visit.href(&format!("/courses/{}/{what}", talk.course));
    more.then(|| view! { <p><a class="button quiet small" href=href>{word}</a></p> }.into_any())
}

/// To the sign-in page, and from there back to this part of the page.
fn sign_in(talk: &Talk, what: Writing, word: &'static str) -> AnyView {
    let href = talk.visit.sign_in_href(&format!("/courses/{}#{}", talk.course, what.section()));
    view! { <p><a class="button quiet" href=href>{word}</a></p> }.into_any()
}

//! `/`: published courses, and the form to find some.

mod asked;

use crate::components::card::card;
use crate::components::document::Head;
use crate::components::errors::Errors;
use crate::components::field::{Field, Line};
use crate::components::live_parts::live_status;
use crate::render;
use crate::text::{name, td_string};
use crate::visit::Visit;
use asked::Asked;
use axum::response::Response;
use contract::place::Region;
use contract::text::Query;
use contract::viewpage::{CourseCard, Sort};
use contract::{ApiError, Page, Refusal};
use http::StatusCode;
use leptos::prelude::*;

/// Shows the page.
pub(crate) async fn show(visit: Visit) -> Response {
    let result = page(&visit).await;
    visit.answer(result)
}

async fn page(visit: &Visit) -> Result<Response, ApiError> {
    let l = visit.l;
    let asked = Asked::of(visit.asked());
    let (search, wrong) = asked.search(visit.language);
    let region = search.region;
    let found = visit.site().viewpage.search(search).await?;
    let title = region.map_or_else(
        || td_string!(l, discover.title).to_owned(),
        |region| format!("{} · {}", name::region(l, region), td_string!(l, discover.title)),
    );
    let errors = if wrong.is_empty() { Errors::default() } else { Errors::of(l, &ApiError::Refused(Refusal::Invalid(wrong))) };
    let head = Head::public(title, td_string!(l, discover.description))
        .with_query(asked.place())
        .indexed(asked.is_a_place())
        .with_feed(format!("/feed.atom{}", asked.place()));
    Ok(render::page(visit, StatusCode::OK, head, || view(visit, &asked, &errors, found)))
}

fn view(visit: &Visit, asked: &Asked, errors: &Errors, found: Page<CourseCard>) -> AnyView {
    let l = visit.l;
    let next = found.next.clone();
    let cards = found.items.into_iter().enumerate().map(|(index, course)| card(visit, index, course, None)).collect::<Vec<_>>();
    let none = cards.is_empty();
    let link = |asked: Asked| visit.href(&asked.address());
    let list = if none {
        empty(visit, asked)
    } else {
        view! { <h2 class="unseen">{td_string!(l, list.courses)}</h2><ul class="cards">{cards}</ul> }.into_any()
    };
    view! {
        <section class="hero">
            <h1>{td_string!(l, discover.headline)}</h1>
            <p>{td_string!(l, discover.lead)}</p>
        </section>
        {search_form(visit, asked, errors)}
        {list}
        <p class="more">
            {asked.cursor.is_some().then(|| view! { <a class="button quiet" href=link(Asked { cursor: None, ..asked.clone() })>{td_string!(l, list.first)}</a> })}
            {next.map(|next| view! { <a class="button" rel="next" href=link(Asked { cursor: Some(next), ..asked.clone() })>{td_string!(l, list.next)}</a> })}
        </p>
        {(!none).then(|| live_status(visit, None))}
    }
    .into_any()
}

fn empty(visit: &Visit, asked: &Asked) -> AnyView {
    let l = visit.l;
    let way_on = if asked.is_narrowed() {
        view! { <a class="button" href=visit.href("/")>{td_string!(l, discover.clear)}</a> }.into_any()
    } else {
        view! { <a class="button" href=visit.href("/host/courses/new")>{td_string!(l, discover.write_first)}</a> }.into_any()
    };
    view! {
        <div class="empty">
            <h2 class="empty-title">{td_string!(l, discover.empty)}</h2>
            <p>{td_string!(l, discover.empty_hint)}</p>
            <p>{way_on}</p>
        </div>
    }
    .into_any()
}

/// Sent by GET: what was asked for stands in the address and can be kept and passed on.
fn search_form(visit: &Visit, asked: &Asked, errors: &Errors) -> AnyView {
    let l = visit.l;
    let regions = std::iter::once(("", td_string!(l, discover.everywhere)))
        .chain(Region::ALL.iter().map(|region| (region.code(), name::region(l, *region))));
    let sorts = [Sort::New, Sort::Popular, Sort::Rating].into_iter().map(|sort| {
        let words = match sort {
            Sort::New => td_string!(l, discover.newest),
            Sort::Popular => td_string!(l, discover.popular),
            Sort::Rating => td_string!(l, discover.best_rated),
        };
        (asked::code(sort), words)
    });
    let clear = asked.is_narrowed().then(|| view! { <a class="clear" href=visit.href("/")>{td_string!(l, discover.clear)}</a> });
    view! {
        <form class="search" method="get" action=visit.href("/") role="search" aria-label=td_string!(l, discover.filters) novalidate>
            <div class="search-words">
                {Field::new(l, errors, "q", td_string!(l, discover.words)).hint(td_string!(l, discover.words_hint))
                    .line(Line { kind: "search", maxlength: Some(Query::MAX), ..Line::text(&asked.words) })}
                <button class="button" type="submit">{td_string!(l, discover.search)}</button>
            </div>
            <div class="search-more">
                {Field::new(l, errors, "region", td_string!(l, discover.region)).choice(&asked.region, regions)}
                {Field::new(l, errors, "tag", td_string!(l, discover.tag)).line(Line::text(&asked.tag))}
                {Field::new(l, errors, "max_cost", td_string!(l, discover.max_cost)).line(Line::number(&asked.max_cost, "numeric"))}
                {Field::new(l, errors, "max_minutes", td_string!(l, discover.max_minutes)).line(Line::number(&asked.max_minutes, "numeric"))}
                {Field::new(l, errors, "sort", td_string!(l, discover.order)).choice(asked::code(asked.sort), sorts)}
            </div>
            {clear}
        </form>
    }
    .into_any()
}

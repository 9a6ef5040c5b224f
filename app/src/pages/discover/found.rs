//! What was found: how many, the courses, and the way on.

use super::asked::Asked;
use super::filters::counted;
use crate::components::card::card;
use crate::text::amount::grouped;
use crate::text::{Locale, td_string};
use crate::visit::Visit;
use contract::Page;
use contract::viewpage::facets::{Filter, Tally};
use contract::viewpage::{CourseCard, Facets};
use leptos::prelude::*;

/// The part of the page that another search replaces as a whole.
pub(super) fn found(visit: &Visit, asked: &Asked, facets: &Facets, found: Page<CourseCard>) -> AnyView {
    let l = visit.l;
    let none = found.items.is_empty();
    let heading = match (none, asked.is_narrowed()) {
        (false, _) => how_many(l, facets.total),
        (true, true) => td_string!(l, discover.empty).to_owned(),
        (true, false) => td_string!(l, discover.none_yet).to_owned(),
    };
    let clear = (asked.is_narrowed() && !none).then(|| {
        view! { <a class="clear" data-search href=visit.href(&asked.cleared().address())>{td_string!(l, discover.clear)}</a> }
    });
    let cards = found.items.into_iter().map(|course| card(visit, course, None)).collect::<Vec<_>>();
    let list = if none { empty(visit, asked, facets).into_any() } else { view! { <ul class="cards" id="cards">{cards}</ul> }.into_any() };
    let link = |cursor| visit.href(&Asked { cursor, ..asked.clone() }.address());
    let first = asked.cursor.is_some().then(|| view! { <a class="button quiet" href=link(None)>{td_string!(l, list.first)}</a> });
    let next = found.next.map(|next| view! { <a class="button" rel="next" href=link(Some(next))>{td_string!(l, list.next)}</a> });
    let more = (first.is_some() || next.is_some()).then(|| view! { <p class="more" id="more">{first}{next}</p> });
    view! {
        <section class="found" id="found" aria-labelledby="found-title">
            <div class="found-head"><h2 id="found-title" tabindex="-1">{heading}</h2>{clear}</div>
            {list}
            {more}
        </section>
    }
    .into_any()
}

fn how_many(l: Locale, total: Tally) -> String {
    let count = || grouped(u64::from(total.count));
    match (total.count, total.exact) {
        (0, _) => td_string!(l, discover.found_some).to_owned(),
        (1, true) => td_string!(l, discover.found_one).to_owned(),
        (_, true) => td_string!(l, discover.found, count = count()).to_string(),
        (_, false) => td_string!(l, discover.found_more, count = count()).to_string(),
    }
}

/// Nothing was found: which filter to lift so that something is, the one that gives most at first.
fn empty(visit: &Visit, asked: &Asked, facets: &Facets) -> impl IntoView + use<> {
    let l = visit.l;
    let mut ways: Vec<(Filter, Tally)> =
        facets.without.iter().map(|choice| (choice.value, choice.courses)).filter(|(_, courses)| courses.count > 0).collect();
    ways.sort_by_key(|(_, courses)| std::cmp::Reverse(courses.count));
    let lift = |(filter, courses): (Filter, Tally)| {
        let what = asked.in_words(l, filter);
        let words = td_string!(l, discover.lift, what = what.as_str()).to_string();
        let count = counted(courses).map(|count| td_string!(l, discover.lift_count, count = count.as_str()).to_string());
        view! {
            <li><a class="chip" data-search href=visit.href(&asked.without(filter).address())><span>{words}</span><span class="chip-count">{count}</span></a></li>
        }
    };
    let lifts = (!ways.is_empty()).then(|| {
        let links = ways.into_iter().map(lift).collect_view();
        view! { <p>{td_string!(l, discover.lift_lead)}</p><ul class="lifts">{links}</ul> }
    });
    let hint = lifts.is_none().then(|| view! { <p>{td_string!(l, discover.empty_hint)}</p> });
    let way_on = if asked.is_narrowed() {
        view! { <a class="button" data-search href=visit.href(&asked.cleared().address())>{td_string!(l, discover.clear)}</a> }.into_any()
    } else {
        view! { <a class="button" href=visit.href("/host/courses/new")>{td_string!(l, discover.write_first)}</a> }.into_any()
    };
    view! {
        <div class="empty">
            <svg class="empty-mark" viewBox="0 0 120 60" width="120" height="60" aria-hidden="true">
                <path class="empty-way" d="M8 46c20-2 22-28 42-28 16 0 14 22 30 22 12 0 14-14 22-20"/>
                <circle cx="8" cy="46" r="5"/>
                <path class="empty-lost" d="m104 12 8 8m0-8-8 8"/>
            </svg>
            {lifts}{hint}
            <p>{way_on}</p>
        </div>
    }
}

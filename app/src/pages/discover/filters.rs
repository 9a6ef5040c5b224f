//! The form to find courses. Sent by GET: what was asked for stands in the address and can be kept and passed on. Beside each choice
//! stands how many courses it would give under the other filters.

use super::asked::{self, Asked};
use crate::components::errors::Errors;
use crate::components::field::{Field, Line};
use crate::text::amount::{self, grouped};
use crate::text::{Locale, name, td_string};
use crate::visit::Visit;
use contract::place::Region;
use contract::setting::Setting;
use contract::text::{Query, Tag};
use contract::viewpage::facets::{Choice, OFFERED_COSTS, OFFERED_MINUTES, Tally};
use contract::viewpage::{Facets, Sort};
use leptos::prelude::*;

/// From here on a choice's exact number says nothing more to anyone.
const MANY: u32 = 1_000;

/// How many there are, in few characters; `None` if that isn't known.
pub(super) fn counted(courses: Tally) -> Option<String> {
    match (courses.count, courses.exact) {
        (MANY.., _) => Some(format!("{}+", MANY - 1)),
        (count, true) => Some(count.to_string()),
        (0, false) => None,
        (count, false) => Some(format!("{count}+")),
    }
}

/// The form.
pub(super) fn form(visit: &Visit, asked: &Asked, errors: &Errors, facets: &Facets) -> AnyView {
    let l = visit.l;
    let sorts = [Sort::New, Sort::Popular, Sort::Rating].into_iter().map(|sort| {
        let words = match sort {
            Sort::New => td_string!(l, discover.newest),
            Sort::Popular => td_string!(l, discover.popular),
            Sort::Rating => td_string!(l, discover.best_rated),
        };
        (asked::code(sort), words)
    });
    view! {
        <form class="search" id="search" method="get" action=visit.href("/") role="search" aria-label=td_string!(l, discover.filters) autocomplete="off" novalidate>
            <div class="search-words">
                {Field::new(l, errors, "q", td_string!(l, discover.words)).hint(td_string!(l, discover.words_hint))
                    .line(Line { kind: "search", maxlength: Some(Query::MAX), ..Line::text(&asked.words) })}
                <button class="button" type="submit">{td_string!(l, discover.search)}</button>
            </div>
            {regions(l, asked, facets)}
            <div class="search-more">
                {limit(l, errors, "max_cost", &asked.max_cost, &facets.max_cost)}
                {limit(l, errors, "max_minutes", &asked.max_minutes, &facets.max_minutes)}
                {settings(l, errors, asked, facets)}
                {Field::new(l, errors, "sort", td_string!(l, discover.order)).choice(asked::code(asked.sort), sorts)}
            </div>
            // there also when it is empty: script sets it without waiting for the next page
            <input type="hidden" name="tag" value=asked.tag.clone() disabled=asked.tag.is_empty()/>
            {tags(visit, asked, errors, facets)}
        </form>
    }
    .into_any()
}

/// One of many, all in sight.
fn regions(l: Locale, asked: &Asked, facets: &Facets) -> AnyView {
    let any = facets.without(contract::viewpage::facets::Filter::Region).unwrap_or(facets.total);
    let courses = |region| facets.regions.iter().find(|choice| choice.value == region).map(|choice| choice.courses).unwrap_or_default();
    let chips = std::iter::once(("", td_string!(l, discover.everywhere), any))
        .chain(Region::ALL.iter().map(|region| (region.code(), name::region(l, *region), courses(*region))))
        .map(|(code, words, courses)| {
            view! {
                <label class="chip" class:zero=courses.is_none() id=format!("region-{code}")>
                    <input type="radio" name="region" value=code checked=asked.region == code/>
                    <span>{words}</span>
                    " "<span class="chip-count">{counted(courses)}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="chips">
            <legend>{td_string!(l, discover.region)}</legend>
            <div class="chip-row" id="regions">{chips}</div>
        </fieldset>
    }
    .into_any()
}

/// The most it may cost or take.
fn limit(l: Locale, errors: &Errors, field: &'static str, asked: &str, offers: &[Choice<u32>]) -> AnyView {
    let costs = field == "max_cost";
    let chosen = asked::limit(asked);
    let offered: &[u32] = if costs { &OFFERED_COSTS } else { &OFFERED_MINUTES };
    let own = chosen.filter(|limit| !offered.contains(limit)).map(|limit| (limit.to_string(), most(l, costs, limit), Tally::default()));
    let offers = offered.iter().map(|limit| {
        let courses = offers.iter().find(|choice| choice.value == *limit).map(|choice| choice.courses).unwrap_or_default();
        (limit.to_string(), most(l, costs, *limit), courses)
    });
    let (label, any) = if costs {
        (td_string!(l, discover.budget), td_string!(l, discover.any_budget))
    } else {
        (td_string!(l, discover.time), td_string!(l, discover.any_time))
    };
    let chosen = chosen.map(|limit| limit.to_string()).unwrap_or_default();
    select(l, errors, field, label, any, &chosen, own.into_iter().chain(offers))
}

fn settings(l: Locale, errors: &Errors, asked: &Asked, facets: &Facets) -> AnyView {
    let courses = |setting| facets.settings.iter().find(|choice| choice.value == setting).map(|choice| choice.courses).unwrap_or_default();
    let choices = Setting::ALL.iter().map(|setting| (setting.code().to_owned(), name::setting(l, *setting).to_owned(), courses(*setting)));
    select(l, errors, "setting", td_string!(l, discover.setting), td_string!(l, discover.any_setting), &asked.setting, choices)
}

/// One of a few, or any.
fn select(
    l: Locale,
    errors: &Errors,
    field: &'static str,
    label: &'static str,
    any: &'static str,
    chosen: &str,
    choices: impl Iterator<Item = (String, String, Tally)>,
) -> AnyView {
    let error = errors.on(l, field);
    let wrong = error.is_some();
    let error_id = format!("{field}-error");
    let options = choices
        .map(|(code, words, courses)| {
            let words = counted(courses).map_or_else(|| words.clone(), |count| format!("{words} ({count})"));
            let selected = code == chosen;
            view! { <option value=code selected=selected>{words}</option> }
        })
        .collect_view();
    view! {
        <div class="field" class:wrong=wrong>
            <label for=field>{label}</label>
            <select id=field name=field aria-describedby=wrong.then(|| error_id.clone()) aria-invalid=wrong.then_some("true")>
                <option value="" selected=chosen.is_empty()>{any}</option>
                {options}
            </select>
            {error.map(|error| view! { <p class="error" id=error_id>{error}</p> })}
        </div>
    }
    .into_any()
}

/// The most frequent tags, as links: to courses with one of them, or back from there.
fn tags(visit: &Visit, asked: &Asked, errors: &Errors, facets: &Facets) -> AnyView {
    let l = visit.l;
    let chosen = asked.tag();
    let elsewhere = chosen.clone().filter(|tag| !facets.tags.iter().any(|choice| choice.value == *tag));
    let all = elsewhere.map(|tag| (tag, Tally::default())).into_iter();
    let links = all
        .chain(facets.tags.iter().map(|choice| (choice.value.clone(), choice.courses)))
        .map(|(tag, courses)| {
            let is_chosen = chosen.as_ref() == Some(&tag);
            let target = Asked { tag: if is_chosen { String::new() } else { tag.as_str().to_owned() }, cursor: None, ..asked.clone() };
            let dropped = is_chosen.then(|| {
                view! { <span class="chip-drop" aria-hidden="true">"×"</span><span class="unseen">{td_string!(l, discover.drop_tag)}</span> }
            });
            view! {
                <li>
                    <a class="chip tag" data-search href=visit.href(&target.address()) aria-current=is_chosen.then_some("true")>
                        <span>{format!("#{}", tag.as_str())}</span>" "<span class="chip-count">{counted(courses)}</span>{dropped}
                    </a>
                </li>
            }
        })
        .collect::<Vec<_>>();
    let error = errors.on(l, "tag").map(|error| view! { <p class="error" id="tag-error">{error}</p> });
    view! {
        <div class="tag-choices" id="tags">
            {(!links.is_empty()).then(|| view! {
                <p class="chips-name">{td_string!(l, discover.tags)}</p>
                <ul class="chip-row">{links}</ul>
            })}
            {error}
        </div>
    }
    .into_any()
}

/// A limit in words.
pub(super) fn most(l: Locale, costs: bool, limit: u32) -> String {
    let amount = match limit {
        _ if !costs => amount::minutes(l, limit),
        limit if limit > 0 && limit.is_multiple_of(10_000) => {
            td_string!(l, discover.round_won, ten_thousands = grouped(u64::from(limit / 10_000)), won = amount::won(l, limit)).to_string()
        }
        limit => amount::won(l, limit),
    };
    td_string!(l, discover.up_to, amount = amount.as_str()).to_string()
}

impl Asked {
    /// The tag that is asked for, if it is one.
    fn tag(&self) -> Option<Tag> {
        Tag::parse("tag", self.bare_tag()).ok()
    }
}

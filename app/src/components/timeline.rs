//! The stops of a walk in their order, with the ways between them.

use crate::text::{amount, name, td_string};
use crate::visit::Visit;
use contract::course::{CourseContent, Language, Stop, StopTranslation};
use contract::route::{Leg, legs};
use leptos::prelude::*;

/// The stops of a walk in their order.
pub(crate) fn timeline(visit: &Visit, content: &CourseContent) -> AnyView {
    let points: Vec<_> = content.stops.iter().map(Stop::coordinates).collect();
    let mut legs = legs(&points).into_iter();
    let words = content.translated(visit.language);
    let items = content
        .stops
        .iter()
        .enumerate()
        .map(|(index, stop)| {
            item(
                visit,
                index + 1,
                stop,
                Words::of(content, stop, words.and_then(|words| words.stops.get(index)), visit.language),
                legs.next(),
            )
        })
        .collect_view();
    view! { <ol class="timeline">{items}</ol> }.into_any()
}

/// A stop's words as they are shown, each with its language where it isn't the page's.
struct Words {
    name: String,
    name_language: Option<&'static str>,
    note: String,
    note_language: Option<&'static str>,
}

impl Words {
    /// The words of `stop`: translated ones first, and what wasn't translated is better read in the other language than missed.
    fn of(content: &CourseContent, stop: &Stop, translated: Option<&StopTranslation>, page: Language) -> Self {
        let own = (content.language != page).then(|| content.language.tag());
        let pick = |own_words: &str, words: Option<&str>| match words.filter(|words| !words.is_empty()) {
            Some(words) => (words.to_owned(), None),
            None => (own_words.to_owned(), own),
        };
        let (name, name_language) = pick(stop.name.as_str(), translated.map(|words| words.name.as_str()));
        let (note, note_language) = pick(stop.note.as_str(), translated.map(|words| words.note.as_str()));
        Self { name, name_language, note, note_language }
    }
}

fn item(visit: &Visit, number: usize, stop: &Stop, words: Words, leg: Option<Leg>) -> AnyView {
    let l = visit.l;
    let Words { name, name_language, note, note_language } = words;
    let (lat, lng) = (stop.lat, stop.lng);
    let map = format!("https://www.openstreetmap.org/?mlat={lat}&mlon={lng}#map=17/{lat}/{lng}");
    let map_label = td_string!(l, course.open_map_label, name = name.as_str()).to_string();
    let leg = leg.map(|leg| {
        let words = td_string!(l, course.leg, time = amount::minutes(l, leg.minutes), length = amount::metres(l, leg.metres)).to_string();
        view! { <p class="leg">{words}</p> }
    });
    let stay = (stop.stay_minutes > 0)
        .then(|| view! { <li>{td_string!(l, course.stay, time = amount::minutes(l, stop.stay_minutes)).to_string()}</li> });
    view! {
        <li class="stop" id=format!("stop-{number}")>
            <span class="stop-number" aria-hidden="true">{number}</span>
            <div class="stop-body">
                <p class="stop-category">{name::category(l, stop.category)}</p>
                <h3 lang=name_language>{name}</h3>
                {(!note.is_empty()).then(|| view! { <p class="stop-note" lang=note_language>{note}</p> })}
                <ul class="facts">
                    {stay}
                    <li>{amount::won(l, stop.cost_krw)}</li>
                    <li><a href=map rel="external noopener noreferrer" aria-label=map_label>{td_string!(l, course.open_map)}</a></li>
                </ul>
            </div>
            {leg}
        </li>
    }
    .into_any()
}

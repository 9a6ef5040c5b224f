//! The stops of a walk in their order, with the ways between them.

use crate::text::{amount, name, td_string};
use crate::visit::Visit;
use contract::course::{CourseContent, Stop};
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
            let translated = words.and_then(|words| words.stops.get(index));
            let name = translated.map_or(stop.name.as_str(), |words| words.name.as_str()).to_owned();
            // a note that wasn't translated is better read in the other language than missed
            let note = translated.map(|words| words.note.as_str()).filter(|note| !note.is_empty()).unwrap_or(stop.note.as_str()).to_owned();
            item(visit, index + 1, stop, name, note, legs.next())
        })
        .collect_view();
    view! { <ol class="timeline">{items}</ol> }.into_any()
}

fn item(visit: &Visit, number: usize, stop: &Stop, name: String, note: String, leg: Option<Leg>) -> AnyView {
    let l = visit.l;
    let (lat, lng) = (stop.lat, stop.lng);
    let map = format!("https://www.openstreetmap.org/?mlat={lat}&mlon={lng}#map=17/{lat}/{lng}");
    let map_label = td_string!(l, course.open_map_label, name = name.as_str()).to_string();
    let leg = leg.map(|leg| {
        let words = td_string!(l, course.leg, time = amount::minutes(l, leg.minutes), length = amount::metres(l, leg.metres)).to_string();
        view! { <p class="leg">{words}</p> }
    });
    let stay = (stop.stay_minutes > 0).then(|| view! { <li>{td_string!(l, course.stay, time = amount::minutes(l, stop.stay_minutes)).to_string()}</li> });
    view! {
        <li class="stop" id=format!("stop-{number}")>
            <span class="stop-number" aria-hidden="true">{number}</span>
            <div class="stop-body">
                <p class="stop-category">{name::category(l, stop.category)}</p>
                <h3>{name}</h3>
                {(!note.is_empty()).then(|| view! { <p class="stop-note">{note}</p> })}
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

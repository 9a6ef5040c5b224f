//! A course in a list.

use super::live_parts::live_counts;
use super::photos::photo;
use super::route_map::cover;
use crate::islands::CountKind;
use crate::live::Shown;
use crate::text::{amount, name, td_string};
use crate::visit::Visit;
use contract::viewpage::CourseCard;
use leptos::prelude::*;

/// A course in a list, where it stands once; `actions` is what can be done with it there.
pub(crate) fn card(visit: &Visit, card: CourseCard, actions: Option<AnyView>) -> AnyView {
    let l = visit.l;
    let lang = (card.language != visit.language).then(|| card.language.tag());
    let stops = if card.path.len() == 1 {
        td_string!(l, card.stop).to_owned()
    } else {
        td_string!(l, card.stops, count = card.path.len()).to_string()
    };
    let counts = Shown::new(card.version, card.counts, &card.rating);
    let shown = match &card.photo {
        Some(first) => photo(first, lang, "(min-width: 48rem) 20rem, 90vw", false),
        None => cover(card.course_id, &card.path),
    };
    view! {
        <li class="card" data-tone=tone(card.region) data-course=card.course_id.to_string()>
            <div class="card-cover" data-morph=format!("way-{}", card.course_id)>
                {shown}<span class="card-region">{name::region(l, card.region)}</span>
            </div>
            <div class="card-text">
                <h3 data-morph=format!("title-{}", card.course_id)><a href=visit.href(&format!("/courses/{}", card.course_id)) lang=lang>{card.title}</a></h3>
                <p class="card-summary" lang=lang>{card.summary}</p>
                <ul class="facts">
                    <li>{stops}</li>
                    <li>{amount::minutes(l, card.totals.minutes)}</li>
                    <li>{amount::won(l, card.totals.cost_krw)}</li>
                    <li>{name::setting(l, card.setting)}</li>
                </ul>
                <div class="card-foot">
                    <span class="card-host">{card.host.display_name}</span>
                    {live_counts(visit, card.course_id, counts, &[CountKind::Likes, CountKind::Bookmarks, CountKind::Rating, CountKind::Reviews])}
                </div>
                {actions}
            </div>
        </li>
    }
    .into_any()
}

/// Which of the six tones of the style sheet a region has.
pub(crate) fn tone(region: contract::place::Region) -> String {
    (region as usize % 6).to_string()
}

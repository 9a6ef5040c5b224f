//! A quiet word that there is more to read than the page shows.

use super::CountKind;
use crate::live::number::with_number;
use crate::live::{self, Shown};
use leptos::prelude::*;

/// Says how many reviews or comments have come since the page was opened, and leads to them. Told by the counts, which are
/// right also after a connection was lost; the list itself stays as it is until it is asked for.
#[island]
pub fn LiveNews(
    /// The course.
    course_id: String,
    /// The counts as rendered.
    shown: Shown,
    /// What is counted.
    kind: CountKind,
    /// What to say, with `{n}` for the number.
    words: String,
    /// The word on the link.
    see: String,
    /// The address of the page.
    href: String,
    /// The place on it.
    anchor: String,
) -> impl IntoView {
    let signal = live::watch(&course_id, shown);
    let before = kind.of(&shown.counts);
    let news = move || {
        let now = signal.get();
        let more = kind.of(&now.counts).saturating_sub(before);
        (more > 0).then(|| {
            // an address of its own, or the browser would only scroll
            let fresh = [&href, "?version=", &now.version.to_string(), "#", &anchor].concat();
            view! { <span>{with_number(&words, more)}</span>" "<a href=fresh>{see.clone()}</a> }
        })
    };
    view! { <p class="news" role="status">{news}</p> }
}

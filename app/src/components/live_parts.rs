//! Islands with the words of the page's language.

use crate::islands::{CountKind, CountLabel, LiveCounts, LiveStatus};
use crate::live::Shown;
use crate::text::td_string;
use crate::visit::Visit;
use contract::CourseId;
use leptos::prelude::*;

/// The live counts of a course.
pub(crate) fn live_counts(visit: &Visit, id: CourseId, shown: Shown, kinds: &[CountKind]) -> AnyView {
    let l = visit.l;
    let labels = kinds
        .iter()
        .map(|kind| {
            let label = match kind {
                CountKind::Likes => td_string!(l, counts.likes),
                CountKind::Bookmarks => td_string!(l, counts.bookmarks),
                CountKind::Comments => td_string!(l, counts.comments),
                CountKind::Reviews => td_string!(l, counts.reviews),
            };
            CountLabel { kind: *kind, label: label.to_owned() }
        })
        .collect::<Vec<_>>();
    view! { <LiveCounts course_id=id.to_string() shown labels/> }.into_any()
}

/// The word that the page has stopped moving by itself.
pub(crate) fn live_status(visit: &Visit, id: Option<CourseId>) -> AnyView {
    let l = visit.l;
    let course_id = id.map(|id| id.to_string()).unwrap_or_default();
    view! { <LiveStatus course_id lost=td_string!(l, live.lost).to_owned() withdrawn=td_string!(l, live.withdrawn).to_owned()/> }.into_any()
}

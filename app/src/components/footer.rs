//! The end of every page.

use crate::text::td_string;
use crate::visit::Visit;
use leptos::prelude::*;

/// What this is, and what its numbers are.
pub(super) fn footer(visit: &Visit) -> AnyView {
    let l = visit.l;
    view! {
        <footer class="end">
            <svg class="end-way" viewBox="0 0 1200 60" preserveAspectRatio="none" aria-hidden="true">
                <path d="M0 46C160 46 180 12 330 14s190 40 340 36 150-40 300-38 140 30 230 30"/>
            </svg>
            <p class="end-about">{td_string!(l, footer.about)}</p>
            <p>{td_string!(l, footer.distances)}</p>
        </footer>
    }
    .into_any()
}

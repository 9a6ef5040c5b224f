//! A word that something was done.

use leptos::prelude::*;

/// Says it quietly.
pub(crate) fn notice(words: &'static str) -> AnyView {
    view! { <p class="notice" role="status">{words}</p> }.into_any()
}

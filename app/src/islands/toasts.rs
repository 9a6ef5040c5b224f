//! The page's word about what was just done.

use crate::toast;
use leptos::prelude::*;

/// Shows what was done, and the button that takes it back. Always there, so that screen readers hear what appears in it.
#[island]
pub fn Toasts() -> impl IntoView {
    let said = toast::said();
    let place = NodeRef::<leptos::html::Div>::new();
    #[cfg(feature = "hydrate")]
    fade::out(&said, place);
    let (words, undo, none, bare) = (said.clone(), said.clone(), said.clone(), said);
    let press = move |_| {
        #[cfg(feature = "hydrate")]
        toast::undo();
    };
    view! {
        <div class="toast" class:none=move || none.with(|toast| toast.words.is_empty()) node_ref=place>
            <p role="status">{move || words.with(|toast| toast.words.clone())}</p>
            <button type="button" class="link" hidden=move || bare.with(|toast| toast.undo.is_empty()) on:click=press>
                {move || undo.with(|toast| toast.undo.clone())}
            </button>
        </div>
    }
}

#[cfg(feature = "hydrate")]
mod fade {
    use crate::toast::{self, Toast};
    use leptos::html::Div;
    use leptos::prelude::*;
    use std::time::Duration;

    /// How long it is shown; longer while somebody points at it or has the focus in it.
    const SHOWN: Duration = Duration::from_secs(12);

    /// Takes each toast away after a while. What it could take back can be taken back as before: by the button that did it.
    pub(super) fn out(said: &ArcReadSignal<Toast>, place: NodeRef<Div>) {
        let said = said.clone();
        Effect::new(move |_| {
            let toast = said.get();
            if !toast.words.is_empty() {
                later(said.clone(), toast.number, place);
            }
        });
    }

    fn later(said: ArcReadSignal<Toast>, number: u32, place: NodeRef<Div>) {
        let away = move || {
            if said.with_untracked(|toast| toast.number != number) {
                return;
            }
            let held = place.get_untracked().is_some_and(|place| place.matches(":hover, :focus-within").unwrap_or_default());
            if held { later(said, number, place) } else { toast::clear() }
        };
        set_timeout(away, SHOWN);
    }
}

//! The line below the form of a course: what became of what was written, and what can be undone.

use crate::editor::{Deed, Setup, Status, Words, act, desk, take_over};
use leptos::prelude::*;

/// Takes over the form that it stands in, and says what it does.
#[island(lazy)]
pub fn CourseEditor(
    /// What is worked on.
    setup: Setup,
    /// What is said.
    words: Words,
) -> impl IntoView {
    let desk = desk();
    let sign_in = setup.sign_in.clone();
    {
        let words = words.clone();
        // only in the browser, and only when the rest of the form is there
        Effect::new(move |_| take_over(setup.clone(), words.clone()));
    }
    let (offer, undo, status, said) = (desk.offer, desk.undo, desk.status, desk.said);
    let is = |wanted: Status| {
        let status = status.clone();
        move || status.with(|status| *status != wanted)
    };
    let (unchanged, signed_in) = (is(Status::Changed), is(Status::SignedOut));
    let no_offer = {
        let offer = offer.clone();
        move || offer.with(Option::is_none)
    };
    let nothing_to_undo = {
        let undo = undo.clone();
        move || undo.with(Option::is_none)
    };
    let offered = {
        let (new, old) = (words.offer.clone(), words.offer_old.clone());
        move || offer.get().map(|offer| if offer.old { &old } else { &new }.replace("{time}", &offer.time)).unwrap_or_default()
    };
    let quiet = {
        let status = status.clone();
        move || status.with(|status| *status == Status::Quiet)
    };
    let stands = {
        let words = words.clone();
        move || status.with(|status| status.words(&words))
    };
    view! {
        <div class="editor-bar">
            <p class="editor-offer" hidden=no_offer>
                <span>{offered}</span>
                <button class="button small" type="button" on:click=move |_| act(Deed::Restore)>{words.restore}</button>
                <button class="button quiet small" type="button" on:click=move |_| act(Deed::Discard)>{words.discard}</button>
            </p>
            <p class="editor-undo" hidden=nothing_to_undo>
                <span>{move || undo.get().unwrap_or_default()}</span>
                <button class="button small" type="button" on:click=move |_| act(Deed::Undo)>{words.undo}</button>
            </p>
            <p class="editor-status" class:quiet=quiet role="status">{stands}</p>
            <p class="editor-way" hidden=unchanged>
                <button class="button small" type="submit" name="do" value="save">{words.compare}</button>
            </p>
            <p class="editor-way" hidden=signed_in>
                <a class="button small" href=sign_in target="_blank">{words.sign_in}</a>
            </p>
            <p class="unseen" aria-live="polite">{said}</p>
        </div>
    }
}

//! What people do in the form and the list.

use super::News;
use super::finder::{Finder, Job};
use super::typing::is_unfinished;
use js_sys::Array;
use leptos::prelude::*;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{
    Element, Event, EventTarget, HtmlInputElement, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit,
    KeyboardEvent, MouseEvent,
};

/// How long one must have stopped typing, in milliseconds.
const TYPED: i32 = 180;
/// The same while a syllable is still being put together: some keyboards call a whole word unfinished.
const COMPOSED: i32 = 500;
/// How long a choice waits, in milliseconds: the arrow keys go through several.
const CHOSEN: i32 = 60;
/// How far below the window the end of the list is near.
const NEAR: &str = "0px 0px 900px 0px";

/// Takes the form and the list over. Answers with what tries again.
pub(super) fn start(news: RwSignal<News>) -> impl Fn() + Clone + 'static {
    let finder = Finder::new(news);
    if let Some(finder) = &finder {
        typing(finder);
        choosing(finder);
        following(finder);
        catch_up(finder);
        bring_into_sight(finder);
        let here = finder.clone();
        on::<Event>(&finder.window, "popstate", move |_| here.went());
        let here = finder.clone();
        on::<Event>(&finder.window, "online", move |_| here.retry());
    }
    move || finder.iter().for_each(Finder::retry)
}

/// The words: searched for as they are typed, but never while Enter only ends a syllable.
fn typing(finder: &Finder) {
    let Some(words) = finder.document.get_element_by_id("q").and_then(|words| words.dyn_into::<HtmlInputElement>().ok()) else { return };
    let composing = Rc::new(Cell::new(false));
    let (here, is_composing, field) = (finder.clone(), composing.clone(), words.clone());
    on::<Event>(&words, "input", move |_| match is_composing.get() {
        false => here.later(false, TYPED),
        true if is_unfinished(&field.value()) => here.give_up(),
        true => here.later(false, COMPOSED),
    });
    let is_composing = composing.clone();
    on::<Event>(&words, "compositionstart", move |_| is_composing.set(true));
    let (here, is_composing) = (finder.clone(), composing.clone());
    on::<Event>(&words, "compositionend", move |_| {
        is_composing.set(false);
        here.later(false, TYPED);
    });
    let (here, is_composing) = (finder.clone(), composing.clone());
    on::<KeyboardEvent>(&words, "keydown", move |event| {
        if event.key() == "Enter" && (event.is_composing() || is_composing.get()) {
            here.give_up();
        }
    });
    let here = finder.clone();
    on::<Event>(&finder.form, "submit", move |event| {
        event.prevent_default();
        if !composing.get() {
            here.search();
        }
    });
}

/// Regions and the rest: a place to come back to for each.
fn choosing(finder: &Finder) {
    let here = finder.clone();
    on::<Event>(&finder.form, "change", move |event| {
        let is_words = event.target().and_then(|target| target.dyn_into::<Element>().ok()).is_none_or(|field| field.id() == "q");
        if !is_words {
            here.later(true, CHOSEN);
        }
    });
}

/// Searches for what was typed or chosen before anyone listened.
fn catch_up(finder: &Finder) {
    let words = finder.document.get_element_by_id("q").and_then(|words| words.dyn_into::<HtmlInputElement>().ok());
    let typed = words.is_some_and(|words| words.value() != words.default_value());
    let chosen = "#search input:checked:not([checked]), #search option:checked:not([selected])";
    let chosen = finder.document.query_selector(chosen).ok().flatten().is_some();
    if typed || chosen {
        finder.later(chosen, TYPED);
    }
}

/// On a narrow screen the row of regions begins with the one that is chosen.
#[expect(clippy::cast_possible_truncation, reason = "a few thousand pixels; a cast saturates")]
fn bring_into_sight(finder: &Finder) {
    let chosen = finder.document.query_selector("#regions > label:has(:checked)").ok().flatten();
    if let (Some(row), Some(chosen)) = (finder.document.get_element_by_id("regions"), chosen) {
        let left = chosen.get_bounding_client_rect().left() - row.get_bounding_client_rect().left();
        let most = row.client_width() / 2;
        if left > f64::from(most) {
            row.set_scroll_left(left as i32 - most / 2);
        }
    }
}

/// Links that ask for something else on this page, and the one to the next page. With a key held they are any links.
fn following(finder: &Finder) {
    let here = finder.clone();
    on::<MouseEvent>(&finder.document, "click", move |event| {
        let plain = event.button() == 0 && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(link) = target.filter(|_| plain).and_then(|target| target.closest("a[data-search], #more a[rel=next]").ok().flatten())
        else {
            return;
        };
        event.prevent_default();
        if link.has_attribute("data-search") {
            here.follow(&link.get_attribute("href").unwrap_or_default());
        } else {
            here.start(Job::More { asked: true });
        }
    });
}

/// Tells when the end of the list is near.
pub(super) fn near_the_end(finder: &Finder) -> Option<IntersectionObserver> {
    let here = finder.clone();
    let tell = Closure::<dyn Fn(Array)>::new(move |entries: Array| {
        let is_near = |entry: JsValue| entry.dyn_into::<IntersectionObserverEntry>().is_ok_and(|entry| entry.is_intersecting());
        if entries.iter().any(is_near) {
            here.end_is_near();
        }
    });
    let options = IntersectionObserverInit::new();
    options.set_root_margin(NEAR);
    IntersectionObserver::new_with_options(&tell.into_js_value().unchecked_into(), &options).ok()
}

fn on<E: JsCast + 'static>(target: &EventTarget, name: &str, then: impl Fn(E) + 'static) {
    let then = Closure::<dyn Fn(Event)>::new(move |event: Event| then(event.unchecked_into())).into_js_value();
    let _ = target.add_event_listener_with_callback(name, then.unchecked_ref());
}

//! The few things that are asked of the document again and again.

use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use std::cell::Cell;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event, EventTarget, FocusOptions, HtmlElement, VisibilityState};

pub(super) fn document() -> Option<Document> {
    web_sys::window().and_then(|window| window.document())
}

pub(super) fn is_hidden() -> bool {
    document().is_some_and(|document| document.visibility_state() == VisibilityState::Hidden)
}

/// Listens for the life of the page.
pub(super) fn on(target: &EventTarget, name: &str, then: impl Fn(Event) + 'static) {
    let then = Closure::<dyn Fn(Event)>::new(then).into_js_value();
    // fails for no name that a listener could be added for at all
    let _ = target.add_event_listener_with_callback(name, then.unchecked_ref());
}

/// Does something later; an earlier intention in the same place is given up.
pub(super) fn later(timer: &Cell<Option<TimeoutHandle>>, wait: Duration, then: impl FnOnce() + 'static) {
    if let Some(earlier) = timer.take() {
        earlier.clear();
    }
    timer.set(set_timeout_with_handle(then, wait).ok());
}

/// The nearest element around the target that a selector says.
pub(super) fn closest(target: Option<EventTarget>, selector: &str) -> Option<Element> {
    target?.dyn_into::<Element>().ok()?.closest(selector).ok().flatten()
}

/// All elements within that a selector says.
pub(super) fn all(within: &Element, selector: &str) -> Vec<Element> {
    let Ok(list) = within.query_selector_all(selector) else { return Vec::new() };
    (0..list.length()).filter_map(|index| list.item(index)?.dyn_into().ok()).collect()
}

/// The first element within that a selector says.
pub(super) fn first(within: &Element, selector: &str) -> Option<Element> {
    within.query_selector(selector).ok().flatten()
}

/// The name of the field that is meant.
pub(super) fn name_of(target: Option<EventTarget>) -> Option<String> {
    closest(target, "[name]")?.get_attribute("name")
}

/// Goes to an element, without moving the page.
pub(super) fn focus(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let still = FocusOptions::new();
        still.set_prevent_scroll(true);
        let _ = element.focus_with_options(&still);
    }
}

/// How far below the upper edge of the window an element is.
pub(super) fn top(element: &Element) -> f64 {
    element.get_bounding_client_rect().top()
}

/// Moves the page so that an element is as far from the upper edge as it was.
pub(super) fn hold(element: &Element, before: f64) {
    if let Some(window) = web_sys::window() {
        window.scroll_by_with_x_and_y(0.0, top(element) - before);
    }
}

//! The page as far as it concerns the connection: what happens to it, its clock and its timers.

use super::link;
use wasm_bindgen::prelude::*;
use web_sys::{Document, VisibilityState};

/// How often a silent connection is looked for, in milliseconds.
const CHECK: i32 = 5_000;

/// Listens for the life of the page.
///
/// Never to `unload`: who does is not kept for the way back. A page that is kept, or frozen in the background, first lets go of
/// everything, and begins anew when it is shown again.
pub(super) fn listen() {
    let Some(window) = web_sys::window() else { return };
    on(&window, "online", link::wake);
    on(&window, "offline", link::offline);
    on(&window, "pagehide", link::leave);
    on(&window, "pageshow", link::wake);
    if let Some(document) = window.document() {
        on(&document, "freeze", link::leave);
        on(&document, "resume", link::wake);
        on(&document, "visibilitychange", || {
            if !is_hidden() {
                link::wake();
            }
        });
    }
    let tick = Closure::<dyn Fn()>::new(link::check).into_js_value();
    let _ = window.set_interval_with_callback_and_timeout_and_arguments_0(tick.unchecked_ref(), CHECK);
}

fn on(target: &web_sys::EventTarget, name: &str, then: fn()) {
    let then = Closure::<dyn Fn()>::new(then).into_js_value();
    let _ = target.add_event_listener_with_callback(name, then.unchecked_ref());
}

/// Whether nobody sees the page.
pub(super) fn is_hidden() -> bool {
    document().is_none_or(|document| document.visibility_state() == VisibilityState::Hidden)
}

/// Whether the browser knows that there is no network.
pub(super) fn is_offline() -> bool {
    web_sys::window().is_some_and(|window| !window.navigator().on_line())
}

/// Writes on the document how the connection is, for style sheets and for whoever waits for a page to move.
pub(super) fn mark(word: &str) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute("data-live", word);
    }
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// Milliseconds of the page's clock.
pub(super) fn now() -> f64 {
    js_sys::Date::now()
}

/// Something that is to be done later.
pub(super) struct Timer {
    id: Option<i32>,
    then: Closure<dyn Fn()>,
}

impl Timer {
    /// A timer for this.
    pub(super) fn new(then: fn()) -> Self {
        Self { id: None, then: Closure::new(then) }
    }

    /// Does it after `wait` milliseconds, whenever it was intended before.
    pub(super) fn set(&mut self, wait: u32) {
        self.forget();
        let Some(window) = web_sys::window() else { return };
        let wait = i32::try_from(wait).unwrap_or(i32::MAX);
        self.id = window.set_timeout_with_callback_and_timeout_and_arguments_0(self.then.as_ref().unchecked_ref(), wait).ok();
    }

    /// Whether it is still to be done; whoever does it says so by [`Timer::forget`].
    pub(super) const fn is_set(&self) -> bool {
        self.id.is_some()
    }

    /// Lets it be.
    pub(super) fn forget(&mut self) {
        if let (Some(id), Some(window)) = (self.id.take(), web_sys::window()) {
            window.clear_timeout_with_handle(id);
        }
    }
}

//! What happens to the page and concerns its connection.

use super::{check, hide, offline, wake};
use wasm_bindgen::prelude::*;
use web_sys::VisibilityState;

/// How often a silent connection is looked for, in milliseconds.
const CHECK: i32 = 5_000;

/// Listens for the life of the page.
pub(super) fn listen() {
    let Some(window) = web_sys::window() else { return };
    on(&window, "online", wake);
    on(&window, "offline", offline);
    on(&window, "pagehide", hide);
    on(&window, "pageshow", wake);
    if let Some(document) = window.document() {
        on(&document, "visibilitychange", || {
            let visible = web_sys::window()
                .and_then(|window| window.document())
                .is_some_and(|document| document.visibility_state() == VisibilityState::Visible);
            if visible {
                wake();
            }
        });
    }
    let tick = Closure::<dyn Fn()>::new(check).into_js_value();
    let _ = window.set_interval_with_callback_and_timeout_and_arguments_0(tick.unchecked_ref(), CHECK);
}

fn on(target: &web_sys::EventTarget, name: &str, then: fn()) {
    let then = Closure::<dyn Fn()>::new(then).into_js_value();
    let _ = target.add_event_listener_with_callback(name, then.unchecked_ref());
}

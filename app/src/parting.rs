//! What is still to be said when the page is left.

use js_sys::{Promise, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{EventTarget, RequestInit, VisibilityState};

/// Does something whenever the page is left, and when it is hidden: a phone ends hidden pages without another word.
pub(crate) fn on_leaving(then: impl Fn() + Clone + 'static) {
    let Some(window) = web_sys::window() else { return };
    let Some(document) = window.document() else { return };
    on(&window, "pagehide", then.clone());
    let seen = document.clone();
    on(&document, "visibilitychange", move || {
        if seen.visibility_state() == VisibilityState::Hidden {
            then();
        }
    });
}

fn on(target: &EventTarget, name: &str, then: impl Fn() + 'static) {
    let then = Closure::<dyn Fn()>::new(then).into_js_value();
    let _ = target.add_event_listener_with_callback(name, then.unchecked_ref());
}

/// Sends the form at this address, which has no fields, by a request that outlives the page. Nobody goes where its answer leads.
pub(crate) fn send(action: &str) -> Option<Promise> {
    let options = RequestInit::new();
    options.set_method("POST");
    for (name, value) in [("keepalive", JsValue::TRUE), ("redirect", JsValue::from_str("manual"))] {
        Reflect::set(&options, &JsValue::from_str(name), &value).ok()?;
    }
    Some(web_sys::window()?.fetch_with_str_and_init(action, &options))
}

//! The list in the browser: what is announced, and when it is done.

use super::Notice;
use crate::actions::delete_course;
use leptos::leptos_dom::helpers::{IntervalHandle, set_interval_with_handle};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::RefCell;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, Event, EventTarget, HtmlElement};

/// How long the way back is open, in seconds.
const GRACE: u32 = 10;

thread_local! {
    static PENDING: RefCell<Option<Pending>> = const { RefCell::new(None) };
}

/// A deletion that was announced.
struct Pending {
    row: Element,
    title: String,
    /// Where the form that deletes it goes.
    action: String,
    left: u32,
    beat: Option<IntervalHandle>,
}

/// Listens for the life of the page.
pub(super) fn take_over(notice: RwSignal<Notice>) {
    let (Some(window), Some(document)) = (web_sys::window(), document()) else { return };
    on(&document, "click", move |event| {
        if let Some(summary) = closest(event.target(), ".delete > summary") {
            event.prevent_default();
            announce(notice, &summary);
        }
    });
    // whoever leaves has decided
    on(&window, "pagehide", |_| {
        if let Some(pending) = take() {
            // where the browser can't, the course stays: nothing was promised that can't be kept
            let _ = web_sys::window().map(|window| window.navigator().send_beacon(&pending.action));
        }
    });
}

/// Takes back what was announced.
pub(super) fn undo(notice: RwSignal<Notice>) {
    let Some(pending) = take() else { return };
    let _ = pending.row.remove_attribute("hidden");
    notice.set(Notice::Undone(pending.title));
    if let Some(summary) = pending.row.query_selector("summary").ok().flatten().and_then(|summary| summary.dyn_into::<HtmlElement>().ok()) {
        let _ = summary.focus();
    }
}

fn announce(notice: RwSignal<Notice>, summary: &Element) {
    let row = summary.closest(".own-course").ok().flatten();
    let Some(row) = row else { return };
    let text = |selector: &str| row.query_selector(selector).ok().flatten();
    let title = text("h2").and_then(|title| title.text_content()).unwrap_or_default();
    let Some(action) = text(".delete form").and_then(|form| form.get_attribute("action")) else { return };
    if let Some(earlier) = take() {
        send(notice, earlier);
    }
    let _ = row.set_attribute("hidden", "");
    notice.set(Notice::Deleting(title.clone(), GRACE));
    let beat = set_interval_with_handle(move || tick(notice), Duration::from_secs(1)).ok();
    PENDING.set(Some(Pending { row, title, action, left: GRACE, beat }));
    request_animation_frame(|| {
        if let Some(undo) = document().and_then(|document| document.get_element_by_id("undo-delete")?.dyn_into::<HtmlElement>().ok()) {
            let _ = undo.focus();
        }
    });
}

/// A second is over. It doesn't count while somebody is on the way back: found by keyboard, or under the mouse.
fn tick(notice: RwSignal<Notice>) {
    let on_the_way =
        document().and_then(|document| document.query_selector("#undo-delete:is(:focus-visible, :hover)").ok().flatten()).is_some();
    if on_the_way {
        return;
    }
    let left = PENDING.with_borrow_mut(|pending| {
        pending.as_mut().map(|pending| {
            pending.left = pending.left.saturating_sub(1);
            (pending.left, pending.title.clone())
        })
    });
    match left {
        Some((0, _)) => {
            if let Some(pending) = take() {
                go_on_from(&pending.row);
                notice.set(Notice::Nothing);
                send(notice, pending);
            }
        }
        Some((seconds, title)) => notice.set(Notice::Deleting(title, seconds)),
        None => {}
    }
}

/// The way back goes, and whoever stands on it goes on with another course, or with a new one.
fn go_on_from(row: &Element) {
    let Some(document) = document().filter(|document| document.active_element().is_some_and(|element| element.id() == "undo-delete"))
    else {
        return;
    };
    let near = [row.next_element_sibling(), row.previous_element_sibling()];
    let near = near.into_iter().flatten().find_map(|row| row.query_selector(".own-actions a").ok().flatten());
    let next = near.or_else(|| document.query_selector(".host-head a").ok().flatten());
    if let Some(next) = next.and_then(|next| next.dyn_into::<HtmlElement>().ok()) {
        let _ = next.focus();
    }
}

/// Deletes it; where that doesn't work it is shown again.
fn send(notice: RwSignal<Notice>, pending: Pending) {
    let Some(id) = pending.action.rsplit('/').nth(1).and_then(|id| id.parse().ok()) else { return };
    spawn_local(async move {
        if delete_course(id).await.is_err() {
            let _ = pending.row.remove_attribute("hidden");
            notice.set(Notice::Failed(pending.title));
        } else {
            pending.row.remove();
        }
    });
}

fn take() -> Option<Pending> {
    let pending = PENDING.take()?;
    if let Some(beat) = pending.beat {
        beat.clear();
    }
    Some(pending)
}

fn document() -> Option<Document> {
    web_sys::window().and_then(|window| window.document())
}

fn closest(target: Option<EventTarget>, selector: &str) -> Option<Element> {
    target?.dyn_into::<Element>().ok()?.closest(selector).ok().flatten()
}

fn on(target: &EventTarget, name: &str, then: impl Fn(Event) + 'static) {
    let then = Closure::<dyn Fn(Event)>::new(then).into_js_value();
    let _ = target.add_event_listener_with_callback(name, then.unchecked_ref());
}

//! Moving a stop by its handle, with a mouse, a pen or a finger.
//!
//! While one is held, all stops are shown as a line each; so a walk of twenty fits into sight, and each step is a small one.

use super::{Editor, dom};
use leptos::leptos_dom::helpers::{IntervalHandle, set_interval_with_handle};
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent};

/// How far the pointer has to go before a press is a drag, in CSS pixels.
const THRESHOLD: f64 = 5.0;
/// How near the window's edge the page begins to move, in CSS pixels, and by how much each time.
const EDGE: f64 = 72.0;
const PACE: f64 = 9.0;
/// How often it moves.
const BEAT: Duration = Duration::from_millis(16);

/// A stop in somebody's hand.
struct Held {
    stop: Element,
    grip: Element,
    pointer: i32,
    /// Where it was taken.
    from: usize,
    began: f64,
    /// Where the pointer is, below the upper edge of the window.
    y: f64,
    /// Moves the page near its edges, once it is a drag.
    beat: Option<IntervalHandle>,
}

/// Listens for the life of the page.
pub(super) fn listen(editor: &Rc<Editor>) {
    let held = Rc::new(RefCell::new(None::<Held>));
    let hand = held.clone();
    editor.listen("pointerdown", move |editor, event| {
        if let Some(event) = event.dyn_ref::<PointerEvent>() {
            take(editor, &hand, event);
        }
    });
    let hand = held.clone();
    editor.listen("pointermove", move |editor, event| {
        let Some(event) = event.dyn_ref::<PointerEvent>() else { return };
        let ours =
            hand.borrow_mut().as_mut().filter(|held| held.pointer == event.pointer_id()).map(|held| held.y = f64::from(event.client_y()));
        if ours.is_some() {
            follow(editor, &hand);
        }
    });
    for (name, done) in [("pointerup", true), ("pointercancel", false)] {
        let hand = held.clone();
        editor.listen(name, move |editor, _| let_go(editor, &hand, done));
    }
    let hand = held;
    editor.listen("keydown", move |editor, event| {
        if event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == "Escape") {
            let_go(editor, &hand, false);
        }
    });
}

fn take(editor: &Editor, hand: &RefCell<Option<Held>>, event: &PointerEvent) {
    let Some(grip) = dom::closest(event.target(), ".grip").filter(|_| event.button() == 0 && event.is_primary()) else { return };
    let Some(stop) = grip.closest(".stop-fields").ok().flatten() else { return };
    let Some(from) = editor.stops().iter().position(|known| *known == stop) else { return };
    // followed beyond the handle; without that it is only let go of earlier
    let _ = grip.set_pointer_capture(event.pointer_id());
    let y = f64::from(event.client_y());
    hand.replace(Some(Held { stop, grip, pointer: event.pointer_id(), from, began: y, y, beat: None }));
}

/// Moves the stop to where the pointer is.
fn follow(editor: &Rc<Editor>, hand: &Rc<RefCell<Option<Held>>>) {
    begin(editor, hand);
    let held = hand.borrow();
    let Some(Held { stop, y, beat: Some(_), .. }) = held.as_ref() else { return };
    let stops = editor.stops();
    let Some(now) = stops.iter().position(|known| known == stop) else { return };
    let middle = |stop: &Element| {
        let place = stop.get_bounding_client_rect();
        f64::midpoint(place.top(), place.bottom())
    };
    let to = stops.iter().filter(|other| *other != stop && middle(other) < *y).count();
    if to != now {
        editor.shift(now, to);
    }
}

/// From here on it is a drag: the stops become lines, and the one that is held stays under the pointer.
fn begin(editor: &Rc<Editor>, hand: &Rc<RefCell<Option<Held>>>) {
    let mut held = hand.borrow_mut();
    let Some(held) = held.as_mut().filter(|held| held.beat.is_none() && (held.y - held.began).abs() >= THRESHOLD) else { return };
    // Escape is heard where the focus is
    dom::focus(&held.grip);
    let before = dom::top(&held.stop);
    set_arranging(&held.stop, true);
    dom::hold(&held.stop, before.max(EDGE).min(held.y));
    let (editor, hand) = (editor.clone(), hand.clone());
    held.beat = set_interval_with_handle(
        move || {
            let y = hand.borrow().as_ref().map(|held| held.y);
            if y.is_some_and(move_page) {
                follow(&editor, &hand);
            }
        },
        BEAT,
    )
    .ok();
}

/// Moves the page where the pointer is near its edge; says whether it did.
fn move_page(y: f64) -> bool {
    let Some(window) = web_sys::window() else { return false };
    let height = window.inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(f64::INFINITY);
    let by = if y < EDGE {
        -PACE
    } else if y > height - EDGE {
        PACE
    } else {
        return false;
    };
    window.scroll_by_with_x_and_y(0.0, by);
    true
}

fn let_go(editor: &Rc<Editor>, hand: &RefCell<Option<Held>>, done: bool) {
    let Some(Held { stop, grip, from, beat, .. }) = hand.take() else { return };
    let Some(beat) = beat else { return };
    beat.clear();
    let to = editor.stops().iter().position(|known| *known == stop).unwrap_or(from);
    if !done {
        editor.shift(to, from);
    }
    let before = dom::top(&stop);
    set_arranging(&stop, false);
    dom::hold(&stop, before);
    dom::focus(&grip);
    if done && to != from {
        editor.moved(to);
    }
}

fn set_arranging(stop: &Element, on: bool) {
    let list = stop.closest("#stop-list").ok().flatten();
    let marked = [(list, "arranging"), (Some(stop.clone()), "held")];
    for (element, class) in marked.into_iter().filter_map(|(element, class)| Some((element?, class))) {
        let _ = element.class_list().toggle_with_force(class, on);
    }
}

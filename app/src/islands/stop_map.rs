//! The map of the stops that a host is writing: where they are, and a way to put them somewhere else.

use crate::drawing::{tenths, way};
use crate::editor::{Deed, Desk, MAP, MapWords, Place, act, desk};
use contract::course::MAX_STOPS;
use contract::place::Coordinates;
use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget};

/// What [`MAP`] says, as SVG has it.
const VIEW: &str = "0 0 800 640";
/// How far an arrow key moves a stop, in units of the map; with shift.
const STEP: (f64, f64) = (4.0, 32.0);
/// How many times as much of the earth the map shows, one step further away.
const ZOOM: f64 = 1.6;

/// A drawing of the stops. A press puts the chosen stop there, marks can be dragged and moved by arrow keys.
#[island(lazy)]
pub fn StopMap(
    /// The stops as rendered.
    places: Vec<Place>,
    /// What stands on it.
    words: MapWords,
) -> impl IntoView {
    let desk = desk();
    // as rendered, and as written as soon as it is there: the rest of the editor may have been here before
    let chosen = desk.chosen.get_untracked();
    desk.chosen.set(0);
    desk.lay_out(places);
    let to_choose = desk.chosen.clone();
    Effect::new(move |_| {
        to_choose.set(chosen);
        act(Deed::LayOut);
    });
    let held = RwSignal::new(None::<usize>);
    let marks = (0..MAX_STOPS).map(|index| mark(&desk, index, &words.stop)).collect_view();
    let (line, nothing, something) = (desk.clone(), desk.clone(), desk.clone());
    let (on_press, on_hold, on_key) = (desk.clone(), desk.clone(), desk.clone());
    let (closer, further, all) = (desk.frame.clone(), desk.frame.clone(), desk);
    view! {
        <div class="stop-map">
            <p class="hint" hidden=move || nothing.frame.with(Option::is_some)>{words.empty}</p>
            <div hidden=move || something.frame.with(Option::is_none)>
                <svg
                    class="map placing" viewBox=VIEW role="group" aria-label=words.title
                    on:click=move |event| press(&on_press, &event)
                    on:pointerdown=move |event| hold(&on_hold, held, &event)
                    on:pointermove=move |event| drag(held, &event)
                    on:pointerup=move |_| let_go(held)
                    on:pointercancel=move |_| let_go(held)
                    on:keydown=move |event| key(&on_key, &event)
                >
                    <defs><path id="way-written" d=move || written(&line)/></defs>
                    <use href="#way-written" class="contour c1"/><use href="#way-written" class="contour c1 ground"/>
                    <use href="#way-written" class="contour c2"/><use href="#way-written" class="contour c2 ground"/>
                    <use href="#way-written" class="contour c3"/><use href="#way-written" class="contour c3 ground"/>
                    <use href="#way-written" class="way"/>
                    {marks}
                </svg>
                <p class="map-buttons">
                    <button class="link" type="button" on:click=move |_| zoom(&closer, 1.0 / ZOOM)>{words.closer}</button>
                    <button class="link" type="button" on:click=move |_| zoom(&further, ZOOM)>{words.further}</button>
                    <button class="link" type="button" on:click=move |_| all.show_all()>{words.all}</button>
                </p>
                <p class="hint">{words.hint}</p>
            </div>
        </div>
    }
}

/// One mark for each stop there may be; those of stops that are nowhere aren't shown. So marks stay who they are while stops move.
fn mark(desk: &Desk, index: usize, stop: &str) -> impl IntoView + use<> {
    let number = (index + 1).to_string();
    let label = {
        let (places, numbered, number) = (desk.places.clone(), stop.replace("{n}", &number), number.clone());
        // what is seen on it comes first, as a word of its own, for who says what is seen
        move || {
            places.with(|places| match places.get(index).map(|place| place.name.trim()) {
                Some(name) if !name.is_empty() => [&number, ". ", name].concat(),
                _ => [&number, ". ", &numbered].concat(),
            })
        }
    };
    let (there, nowhere, chosen, pressed) = (desk.clone(), desk.clone(), desk.chosen.clone(), desk.chosen.clone());
    let shift = move || point(&there, index).map(|(x, y)| ["translate(", &tenths(x), " ", &tenths(y), ")"].concat()).unwrap_or_default();
    view! {
        <g
            class="mark" class:absent=move || point(&nowhere, index).is_none() class:chosen=move || chosen.get() == index
            data-mark=index.to_string() role="button" tabindex="0" aria-label=label transform=shift
            aria-pressed=move || if pressed.get() == index { "true" } else { "false" }
        >
            <circle r="20"/>
            <text y="6.5" aria-hidden="true">{number}</text>
        </g>
    }
}

/// Where a stop is on the map.
fn point(desk: &Desk, index: usize) -> Option<(f64, f64)> {
    let at = desk.places.with(|places| places.get(index).and_then(|place| place.at))?;
    desk.frame.get().map(|frame| frame.point(at))
}

/// The way through the stops.
fn written(desk: &Desk) -> String {
    let Some(frame) = desk.frame.get() else { return String::new() };
    let points: Vec<(f64, f64)> = desk.places.with(|places| places.iter().filter_map(|place| place.at).map(|at| frame.point(at)).collect());
    way(&points)
}

fn zoom(frame: &ArcRwSignal<Option<crate::drawing::Frame>>, factor: f64) {
    frame.update(|frame| *frame = frame.map(|frame| frame.scaled(factor)));
}

/// The stop whose mark it is.
fn stop_of(target: Option<EventTarget>) -> Option<usize> {
    let mark = target?.dyn_into::<Element>().ok()?.closest("[data-mark]").ok().flatten()?;
    mark.get_attribute("data-mark")?.parse().ok()
}

/// The place that is under the pointer.
fn under(desk: &Desk, event: &MouseEvent) -> Option<Coordinates> {
    let map = event.target()?.dyn_into::<Element>().ok()?.closest("svg").ok().flatten()?.get_bounding_client_rect();
    let x = (f64::from(event.client_x()) - map.left()) / map.width() * MAP.0;
    let y = (f64::from(event.client_y()) - map.top()) / map.height() * MAP.1;
    let inside = (0.0..=MAP.0).contains(&x) && (0.0..=MAP.1).contains(&y);
    desk.frame.get_untracked().filter(|_| inside).map(|frame| frame.place((x, y)))
}

/// A mark is chosen; anywhere else is where the chosen stop goes.
fn press(desk: &Desk, event: &MouseEvent) {
    if let Some(index) = stop_of(event.target()) {
        desk.chosen.set(index);
    } else if let Some(at) = under(desk, event) {
        let index = desk.chosen.get_untracked();
        act(Deed::Place(index, at));
        act(Deed::Placed(index));
    }
}

fn hold(desk: &Desk, held: RwSignal<Option<usize>>, event: &PointerEvent) {
    let Some(index) = stop_of(event.target()) else { return };
    desk.chosen.set(index);
    held.set(Some(index));
    if let Some(mark) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) {
        // the mark is followed beyond the edges, too; without that it is only let go of earlier
        let _ = mark.set_pointer_capture(event.pointer_id());
    }
}

fn drag(held: RwSignal<Option<usize>>, event: &PointerEvent) {
    let Some(index) = held.get_untracked() else { return };
    if let Some(at) = under(&desk(), event) {
        act(Deed::Place(index, at));
    }
}

fn let_go(held: RwSignal<Option<usize>>) {
    if let Some(index) = held.get_untracked() {
        held.set(None);
        act(Deed::Placed(index));
    }
}

fn key(desk: &Desk, event: &KeyboardEvent) {
    let Some(index) = stop_of(event.target()) else { return };
    let step = if event.shift_key() { STEP.1 } else { STEP.0 };
    let (x, y) = match event.key().as_str() {
        "ArrowLeft" => (-step, 0.0),
        "ArrowRight" => (step, 0.0),
        "ArrowUp" => (0.0, -step),
        "ArrowDown" => (0.0, step),
        "Enter" | " " => (0.0, 0.0),
        _ => return,
    };
    event.prevent_default();
    desk.chosen.set(index);
    let moved = desk.frame.get_untracked().zip(desk.places.with_untracked(|places| places.get(index).and_then(|place| place.at)));
    if let Some((frame, at)) = moved.filter(|_| (x, y) != (0.0, 0.0)) {
        let (from_x, from_y) = frame.point(at);
        act(Deed::Place(index, frame.place((from_x + x, from_y + y))));
        act(Deed::Placed(index));
    }
}

//! The islands of the host's editor, with the words of the page's language.

use crate::components::card::tone;
use crate::components::field::NUMBER;
use crate::coordinates::{degrees, pair};
use crate::editor::{MapWords, Place, Setup, Words};
use crate::forms::course::{CourseForm, StopForm};
use crate::islands::{CourseEditor, OwnCourses, StopMap};
use crate::text::td_string;
use crate::visit::Visit;
use contract::CourseId;
use contract::place::{Coordinates, Region};
use leptos::prelude::*;

/// The editor's line below the form: what became of what was written. `saves`: it is saved by itself. `fresh`: the form holds what
/// is stored.
pub(crate) fn editor_bar(visit: &Visit, course: Option<CourseId>, saves: bool, fresh: bool) -> AnyView {
    let l = visit.l;
    let words = Words {
        moved: td_string!(l, editor.moved, name = "{name}", number = NUMBER, count = "{count}").to_string(),
        added: td_string!(l, editor.added, name = "{name}").to_string(),
        removed: td_string!(l, editor.removed, name = "{name}").to_string(),
        back: td_string!(l, editor.back, name = "{name}").to_string(),
        placed: td_string!(l, editor.placed, name = "{name}", place = "{place}").to_string(),
        undo: td_string!(l, editor.undo).to_owned(),
        kept: td_string!(l, editor.kept, time = "{time}").to_string(),
        saved: td_string!(l, editor.saved, time = "{time}").to_string(),
        incomplete: td_string!(l, editor.incomplete, time = "{time}").to_string(),
        offline: td_string!(l, editor.offline).to_owned(),
        no_room: td_string!(l, editor.no_room).to_owned(),
        changed: td_string!(l, editor.changed).to_owned(),
        compare: td_string!(l, editor.compare).to_owned(),
        signed_out: td_string!(l, editor.signed_out).to_owned(),
        sign_in: td_string!(l, header.sign_in).to_owned(),
        stopped: td_string!(l, editor.stopped).to_owned(),
        offer: td_string!(l, editor.offer, time = "{time}").to_string(),
        offer_old: td_string!(l, editor.offer_old, time = "{time}").to_string(),
        restore: td_string!(l, editor.restore).to_owned(),
        discard: td_string!(l, editor.discard).to_owned(),
        restored: td_string!(l, editor.restored).to_owned(),
        discarded: td_string!(l, editor.discarded).to_owned(),
    };
    let setup = Setup {
        account: visit.account.as_ref().map(|account| account.id.to_string()).unwrap_or_default(),
        course,
        saves,
        fresh,
        sign_in: visit.href("/sign-in"),
    };
    view! { <CourseEditor setup words/> }.into_any()
}

/// The map of the stops that are written.
pub(crate) fn stop_map(visit: &Visit, form: &CourseForm) -> AnyView {
    let l = visit.l;
    let words = MapWords {
        title: td_string!(l, editor.map).to_owned(),
        hint: td_string!(l, editor.map_hint).to_owned(),
        empty: td_string!(l, editor.map_empty).to_owned(),
        stop: td_string!(l, form.stop_number, number = NUMBER).to_string(),
        closer: td_string!(l, editor.map_closer).to_owned(),
        further: td_string!(l, editor.map_further).to_owned(),
        all: td_string!(l, editor.map_all).to_owned(),
    };
    let places = form.stops.iter().map(place).collect::<Vec<_>>();
    let tone = Region::parse("region", &form.region).map(tone).unwrap_or_default();
    view! { <div class="map-pane" data-tone=tone><StopMap places words/></div> }.into_any()
}

/// Takes over the list of a host's courses: deleting with a way back. `copy` is what the browser needn't keep any longer.
pub(crate) fn own_courses(visit: &Visit, copy: String) -> AnyView {
    let l = visit.l;
    view! {
        <OwnCourses
            account=visit.account.as_ref().map(|account| account.id.to_string()).unwrap_or_default()
            copy
            deleting=td_string!(l, host.deleting, title = "{title}", seconds = "{seconds}").to_string()
            undone=td_string!(l, host.delete_undone, title = "{title}").to_string()
            failed=td_string!(l, host.delete_failed, title = "{title}").to_string()
            undo=td_string!(l, editor.undo).to_owned()
        />
    }
    .into_any()
}

fn place(stop: &StopForm) -> Place {
    let (lat, lng) = pair(&stop.lat).filter(|_| stop.lng.trim().is_empty()).unwrap_or((&stop.lat, &stop.lng));
    let at = degrees(lat).zip(degrees(lng)).and_then(|(lat, lng)| Coordinates::parse("", lat, lng).ok());
    Place { name: stop.name.clone(), at }
}

//! Where the stops are: what the map shows, and what is done on it.

use super::{Editor, dom, fields};
use crate::coordinates::{degrees, pair, text};
use crate::editor::Place;
use contract::place::Coordinates;
use leptos::prelude::Set;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Event, EventTarget};

impl Editor {
    /// The stops as they are written.
    pub(super) fn places(&self) -> Vec<Place> {
        (0..self.stops().len())
            .map(|index| {
                let field = |name: &str| fields::value(&self.form, &name_of(index, name));
                let (lat, lng) = (field("lat"), field("lng"));
                let (lat, lng) = pair(&lat).filter(|_| lng.trim().is_empty()).unwrap_or((&lat, &lng));
                let at = degrees(lat).zip(degrees(lng)).and_then(|(lat, lng)| Coordinates::parse("", lat, lng).ok());
                Place { name: field("name"), at }
            })
            .collect()
    }

    /// Puts a stop somewhere.
    pub(super) fn place(self: &Rc<Self>, index: usize, at: Coordinates) {
        for (name, degrees) in [("lat", at.lat), ("lng", at.lng)] {
            if let Some(field) = fields::named(&self.form, &name_of(index, name)) {
                fields::set(&field, &text(degrees));
            }
        }
        self.desk.update(self.places());
        self.touched();
    }

    /// Says where a stop was put.
    pub(super) fn placed(&self, index: usize) {
        let field = |name: &str| fields::value(&self.form, &name_of(index, name));
        let place = [field("lat"), field("lng")].join(", ");
        self.say(&self.words.placed.replace("{name}", &self.called(index)).replace("{place}", &place));
    }

    /// The stop that one works on is the one that the map moves.
    pub(super) fn choose(&self, target: Option<EventTarget>) {
        let Some(stop) = dom::closest(target, ".stop-fields") else { return };
        if let Some(index) = self.stops().iter().position(|known| *known == stop) {
            self.desk.chosen.set(index);
        }
    }

    /// "37.5443, 127.0374" in the first of the two boxes becomes both, as the server would read it.
    pub(super) fn split_pair(&self, target: Option<EventTarget>) {
        let Some((name, lng)) = latitude(target) else { return };
        let written = fields::value(&self.form, &name);
        if fields::value(&self.form, &lng).trim().is_empty()
            && let Some((lat, rest)) = pair(&written)
        {
            self.set_both(&name, lat, &lng, rest);
        }
    }

    /// The same as soon as it is pasted, whatever the second box says.
    pub(super) fn pasted(self: &Rc<Self>, event: &Event) {
        let Some((name, lng)) = latitude(event.target()) else { return };
        let pasted = event.dyn_ref::<ClipboardEvent>().and_then(|event| event.clipboard_data()?.get_data("text").ok());
        let Some(pasted) = pasted else { return };
        if let Some((lat, rest)) = pair(&pasted).filter(|(lat, lng)| degrees(lat).is_some() && degrees(lng).is_some()) {
            event.prevent_default();
            self.set_both(&name, lat, &lng, rest);
            self.desk.update(self.places());
            self.touched();
        }
    }

    fn set_both(&self, name: &str, lat: &str, lng_name: &str, lng: &str) {
        for (name, degrees) in [(name, lat), (lng_name, lng)] {
            if let Some(field) = fields::named(&self.form, name) {
                fields::set(&field, degrees);
            }
        }
    }
}

fn name_of(index: usize, field: &str) -> String {
    ["stops[", &index.to_string(), "].", field].concat()
}

/// The names of the latitude that is meant and of the longitude beside it.
fn latitude(target: Option<EventTarget>) -> Option<(String, String)> {
    let name = dom::name_of(target)?;
    let lng = [name.strip_suffix(".lat")?, ".lng"].concat();
    Some((name, lng))
}

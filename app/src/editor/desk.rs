//! What the islands of the editor share: signals that the browser's half sets and the islands show.

use super::setup::Words;
use crate::drawing::Frame;
use contract::place::Coordinates;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Width and height of the map, in its own units.
pub(crate) const MAP: (f64, f64) = (800.0, 640.0);
/// How far from the map's edges the stops are laid out, in its own units.
const MARGIN: f64 = 90.0;

/// A stop as the map shows it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// What it is called; may be empty.
    pub name: String,
    /// Where it is, if that can be told from what is written.
    pub at: Option<Coordinates>,
}

/// What became of what was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// Nothing was written yet.
    #[default]
    Quiet,
    /// In this browser, at this time.
    Kept(String),
    /// On the server, at this time.
    Saved(String),
    /// In this browser, because the server would refuse it as it is.
    Incomplete(String),
    /// In this browser until the server can be reached.
    Offline,
    /// Nowhere but on the page.
    NoRoom,
    /// On the page and in this browser; on the server there is another version.
    Changed,
    /// In this browser: the session has ended.
    SignedOut,
    /// In this browser: the server takes it no longer.
    Stopped,
}

impl Status {
    /// What is said of it.
    #[must_use]
    pub fn words(&self, words: &Words) -> String {
        match self {
            Self::Quiet => String::new(),
            Self::Kept(time) => words.kept.replace("{time}", time),
            Self::Saved(time) => words.saved.replace("{time}", time),
            Self::Incomplete(time) => words.incomplete.replace("{time}", time),
            Self::Offline => words.offline.clone(),
            Self::NoRoom => words.no_room.clone(),
            Self::Changed => words.changed.clone(),
            Self::SignedOut => words.signed_out.clone(),
            Self::Stopped => words.stopped.clone(),
        }
    }
}

/// Something kept from before, which may be taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// When it was written, as people read it.
    pub time: String,
    /// Whether the course has changed since.
    pub old: bool,
}

/// The signals.
#[derive(Clone)]
pub struct Desk {
    /// The stops, in their order.
    pub places: ArcRwSignal<Vec<Place>>,
    /// The stop that one works on.
    pub chosen: ArcRwSignal<usize>,
    /// What the map shows; `None` while no stop is anywhere.
    pub(crate) frame: ArcRwSignal<Option<Frame>>,
    /// What became of what was written.
    pub status: ArcRwSignal<Status>,
    /// What is said once, to who can't see it happen.
    pub said: ArcRwSignal<String>,
    /// What can be undone, in words.
    pub undo: ArcRwSignal<Option<String>>,
    /// What can be taken over.
    pub offer: ArcRwSignal<Option<Offer>>,
}

impl Desk {
    /// Nothing on it.
    #[must_use]
    pub fn new() -> Self {
        Self {
            places: ArcRwSignal::new(Vec::new()),
            chosen: ArcRwSignal::new(0),
            frame: ArcRwSignal::new(None),
            status: ArcRwSignal::new(Status::Quiet),
            said: ArcRwSignal::new(String::new()),
            undo: ArcRwSignal::new(None),
            offer: ArcRwSignal::new(None),
        }
    }

    /// Lays these stops on the map, drawn so that all of them are seen.
    pub fn lay_out(&self, places: Vec<Place>) {
        self.places.set(places);
        self.show_all();
    }

    /// Draws the map so that all stops are seen.
    pub fn show_all(&self) {
        let stops: Vec<Coordinates> = self.places.with_untracked(|places| places.iter().filter_map(|place| place.at).collect());
        self.frame.set(Frame::around(&stops, MAP.0, MAP.1, MARGIN));
    }

    /// Takes these stops for those on the map; it is drawn anew only where one of them couldn't be seen.
    pub fn update(&self, places: Vec<Place>) {
        let all_seen = self
            .frame
            .with_untracked(|frame| frame.is_some_and(|frame| places.iter().filter_map(|place| place.at).all(|at| frame.shows(at, 0.0))));
        let none_left = places.iter().all(|place| place.at.is_none());
        if self.places.with_untracked(|known| *known != places) {
            self.places.set(places);
        }
        if !all_seen || none_left {
            self.show_all();
        }
    }
}

impl Default for Desk {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lng: f64) -> Place {
        Place { name: String::new(), at: Some(Coordinates { lat, lng }) }
    }

    #[test]
    fn the_map_stands_still_until_a_stop_would_be_out_of_sight() {
        let owner = Owner::new_root(None);
        owner.with(|| {
            let desk = Desk::new();
            desk.lay_out(vec![at(37.54, 127.03), at(37.55, 127.04)]);
            let before = desk.frame.get_untracked();
            desk.update(vec![at(37.541, 127.03), at(37.55, 127.04)]);
            assert_eq!(desk.frame.get_untracked(), before);
            desk.update(vec![at(38.0, 127.03), at(37.55, 127.04)]);
            assert_ne!(desk.frame.get_untracked(), before);
            desk.update(vec![Place::default()]);
            assert_eq!(desk.frame.get_untracked(), None);
        });
    }
}

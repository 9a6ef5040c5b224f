//! What the editor is given by the page: what it works on, and its words.

use contract::CourseId;
use serde::{Deserialize, Serialize};

/// What stands for the id of a photo in the fields that script makes the next of.
pub(crate) const BLANK_PHOTO: &str = "00000000-0000-0000-0000-000000000000";

/// What the editor works on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// Who writes.
    pub account: String,
    /// What is written; `None` while it isn't registered.
    pub course: Option<CourseId>,
    /// Whether it is saved by itself: only what its host alone can see.
    pub saves: bool,
    /// Whether the form holds what is stored, and not what was sent and refused.
    pub fresh: bool,
    /// The address of the sign-in page.
    pub sign_in: String,
}

/// What the editor says. `{n}`, `{count}`, `{name}`, `{time}` and `{place}` stand for what is put there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the text of this name in the locales")]
pub struct Words {
    pub moved: String,
    pub added: String,
    pub removed: String,
    pub back: String,
    pub placed: String,
    pub undo: String,
    pub kept: String,
    pub saved: String,
    pub incomplete: String,
    pub offline: String,
    pub no_room: String,
    pub changed: String,
    pub compare: String,
    pub signed_out: String,
    pub sign_in: String,
    pub stopped: String,
    pub offer: String,
    pub offer_old: String,
    pub restore: String,
    pub discard: String,
    pub restored: String,
    pub discarded: String,
}

/// What stands on the map of the stops. `{n}` stands for a number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is the text of this name in the locales")]
pub struct MapWords {
    pub title: String,
    pub hint: String,
    pub empty: String,
    pub stop: String,
    pub closer: String,
    pub further: String,
    pub all: String,
}

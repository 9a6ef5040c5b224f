//! What the server says, taken from JSON by the browser's own parser: serde's would have to be downloaded first.

use crate::live::shown::{Shown, tenths};
use contract::viewpage::Counts;
use wasm_bindgen::JsValue;

/// The names of the events that are listened to. `ping` only says that the server is there.
pub(super) const NAMES: [&str; 7] = ["snapshot", "counts", "withdrawn", "watching", "message", "resync", "ping"];

/// What the server says to pages.
pub(super) enum Message {
    /// Counts of a course.
    Counts(String, Shown),
    /// A course was taken down.
    Withdrawn(String),
    /// So many have a course's page open.
    Looking(String, u64),
    /// So many messages were not read.
    Unread(u64),
}

impl Message {
    /// The message of an event; `None` for what isn't understood, which a later server may say.
    pub(super) fn read(name: &str, data: &str) -> Option<Self> {
        let data = || js_sys::JSON::parse(data).ok();
        match name {
            "snapshot" | "counts" => {
                let data = data()?;
                let counts = member(&data, "counts")?;
                let count = |name| number(&counts, name).unwrap_or_default();
                let counts =
                    Counts { likes: count("likes"), bookmarks: count("bookmarks"), comments: count("comments"), reviews: count("reviews") };
                let average = member(&data, "rating").and_then(|rating| member(&rating, "average")?.as_f64());
                Some(Self::Counts(
                    text(&data, "course_id")?,
                    Shown { version: number(&data, "version")?, counts, tenths: average.map(tenths) },
                ))
            }
            "withdrawn" => Some(Self::Withdrawn(text(&data()?, "course_id")?)),
            "watching" => {
                let data = data()?;
                Some(Self::Looking(text(&data, "course_id")?, number(&data, "watching")?))
            }
            "message" => Some(Self::Unread(number(&data()?, "unread")?)),
            _ => None,
        }
    }
}

fn member(object: &JsValue, name: &str) -> Option<JsValue> {
    js_sys::Reflect::get(object, &JsValue::from_str(name)).ok()
}

fn text(object: &JsValue, name: &str) -> Option<String> {
    member(object, name)?.as_string()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "numbers from JSON; a cast saturates")]
fn number(object: &JsValue, name: &str) -> Option<u64> {
    member(object, name)?.as_f64().map(|number| number as u64)
}

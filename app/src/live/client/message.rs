//! What the server says, taken from JSON by the browser's own parser: serde's would have to be downloaded first.

use crate::live::shown::{Shown, tenths};
use contract::viewpage::Counts;
use wasm_bindgen::JsValue;
use web_sys::MessageEvent;

/// The names of the events that are listened to. `ping` only says that the server is there.
pub(super) const NAMES: [&str; 6] = ["snapshot", "counts", "withdrawn", "message", "resync", "ping"];

/// What the server says.
pub(super) enum Message {
    /// Counts of a course.
    Counts(String, Shown),
    /// A course was taken down.
    Withdrawn(String),
    /// So many messages were not read.
    Unread(u64),
    /// Something was missed.
    Resync,
}

impl Message {
    /// The message of an event; `None` for what isn't understood, which a later server may say.
    pub(super) fn read(event: &MessageEvent) -> Option<Self> {
        let name = event.type_();
        match name.as_str() {
            "resync" => Some(Self::Resync),
            "snapshot" | "counts" => {
                let data = data(event)?;
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
            "withdrawn" => Some(Self::Withdrawn(text(&data(event)?, "course_id")?)),
            "message" => Some(Self::Unread(number(&data(event)?, "unread")?)),
            _ => None,
        }
    }
}

fn data(event: &MessageEvent) -> Option<JsValue> {
    js_sys::JSON::parse(&event.data().as_string()?).ok()
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

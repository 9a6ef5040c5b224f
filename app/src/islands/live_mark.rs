//! A quiet sign that the page moves by itself, and how many look at it now.

use crate::live::number::with_number;
use crate::live::{self, Connection};
use leptos::prelude::*;

/// From how many on it is said how many look at a course: that one looks at it oneself is no news.
const FEW: u64 = 2;

/// Says how the connection is, in a word, and how many look at this course now. Nothing is announced: it is there for who looks.
#[island]
pub fn LiveMark(
    /// The course of this page.
    course_id: String,
    /// The word while the page moves.
    live: String,
    /// The word while it doesn't.
    lost: String,
    /// How many look at it, with `{n}` for the number.
    looking: String,
) -> impl IntoView {
    let (connection, number) = (live::connection(), live::looking(&course_id));
    let moves = {
        let connection = connection.clone();
        move || connection.get() == Connection::Live
    };
    let word = move || match connection.get() {
        Connection::Opening => String::new(),
        Connection::Live => live.clone(),
        Connection::Lost | Connection::Offline => lost.clone(),
    };
    let is_live = moves.clone();
    let together = move || {
        let number = number.get();
        if moves() && number >= FEW { with_number(&looking, number) } else { String::new() }
    };
    view! {
        <p class="live-mark" class:live=is_live>
            <span class="live-word">{word}</span>
            <span class="looking">{together}</span>
        </p>
    }
}

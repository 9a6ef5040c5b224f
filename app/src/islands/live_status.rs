//! A quiet word when the page has stopped moving by itself.

use crate::live;
use leptos::prelude::*;

/// Says that the connection is gone, or that this page's course was taken down.
#[island]
pub fn LiveStatus(
    /// The course of this page; empty where there are several.
    course_id: String,
    /// What to say when the connection is gone.
    lost: String,
    /// What to say when the course was taken down.
    withdrawn: String,
) -> impl IntoView {
    let (is_lost, gone) = (live::lost(), live::withdrawn());
    let words = move || {
        if !course_id.is_empty() && gone.get().contains(&course_id) {
            withdrawn.clone()
        } else if is_lost.get() {
            lost.clone()
        } else {
            String::new()
        }
    };
    let is_quiet = {
        let words = words.clone();
        move || words().is_empty()
    };
    view! {
        <div class="live-status" role="status" class:quiet=is_quiet>
            <span>{words}</span>
        </div>
    }
}

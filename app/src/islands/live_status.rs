//! A quiet word when the page has stopped moving by itself.

use crate::live::{self, Connection};
use leptos::prelude::*;

/// Says that the connection or the network is gone, or that this page's course was taken down.
#[island]
pub fn LiveStatus(
    /// The course of this page; empty where there are several.
    course_id: String,
    /// What to say when the connection is gone.
    lost: String,
    /// What to say when there is no network.
    offline: String,
    /// What to say when the course was taken down.
    withdrawn: String,
) -> impl IntoView {
    let (connection, gone) = (live::connection(), live::withdrawn());
    let words = move || {
        if !course_id.is_empty() && gone.get().contains(&course_id) {
            return withdrawn.clone();
        }
        match connection.get() {
            Connection::Lost => lost.clone(),
            Connection::Offline => offline.clone(),
            Connection::Opening | Connection::Live => String::new(),
        }
    };
    let speaks = {
        let words = words.clone();
        move || !words().is_empty()
    };
    view! {
        <div class="live-status" role="status" class:speaks=speaks>
            <span>{words}</span>
        </div>
    }
}

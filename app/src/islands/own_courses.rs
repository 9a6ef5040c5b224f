//! Deleting one of one's own courses, with a way back.
//!
//! A deletion can't be taken back once it is done: whoever kept the course is told. So it is done late: for some seconds, and as
//! long as somebody is on the way back with the keyboard or the mouse, it is only announced.

#[cfg(feature = "hydrate")]
mod browser;

use crate::editor::forget_copy;
use leptos::prelude::*;

/// What is to be said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Notice {
    /// Nothing.
    #[default]
    Nothing,
    /// The course of this title is deleted after so many seconds.
    Deleting(String, u32),
    /// It stays.
    Undone(String),
    /// It could not be deleted.
    Failed(String),
}

/// Takes over the list's ways to delete a course.
#[island(lazy)]
pub fn OwnCourses(
    /// Whose list it is.
    account: String,
    /// The name of the copy that the browser needn't keep any longer, since it was saved; may be empty.
    copy: String,
    /// What to say before, with `{title}` and `{seconds}`.
    deleting: String,
    /// What to say when it stays, with `{title}`.
    undone: String,
    /// What to say when it didn't work, with `{title}`.
    failed: String,
    /// The word on the button that takes it back.
    undo: String,
) -> impl IntoView {
    let notice = RwSignal::new(Notice::Nothing);
    Effect::new(move |_| {
        if !copy.is_empty() {
            forget_copy(&account, &copy);
        }
        #[cfg(feature = "hydrate")]
        browser::take_over(notice);
    });
    let failure = failed.clone();
    // one that was taken back is in the list again, where it is seen
    let shown = move || match notice.get() {
        Notice::Nothing | Notice::Undone(_) => String::new(),
        Notice::Deleting(title, seconds) => deleting.replace("{title}", &title).replace("{seconds}", &seconds.to_string()),
        Notice::Failed(title) => failure.replace("{title}", &title),
    };
    // what is announced is said once, with the button that takes it back, and not every second
    let said = move || match notice.get() {
        Notice::Nothing | Notice::Deleting(..) => String::new(),
        Notice::Undone(title) => undone.replace("{title}", &title),
        Notice::Failed(title) => failed.replace("{title}", &title),
    };
    let is_deleting = move || matches!(notice.get(), Notice::Deleting(..));
    let take_back = move |_| {
        #[cfg(feature = "hydrate")]
        browser::undo(notice);
    };
    view! {
        <p class="unseen" aria-live="polite">{said}</p>
        <div class="deleting" hidden=move || matches!(notice.get(), Notice::Nothing | Notice::Undone(_))>
            <p id="deleting-words">{shown}</p>
            <button class="button small" type="button" id="undo-delete" aria-describedby="deleting-words" hidden=move || !is_deleting() on:click=take_back>{undo}</button>
        </div>
    }
}

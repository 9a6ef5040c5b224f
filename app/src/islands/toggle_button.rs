//! The buttons that like and keep a course: real forms, which the island takes over once it is there.

use super::CountKind;
use crate::actions::{Toggle, set_bookmark, set_like};
use crate::live::number::grouped;
use crate::live::{self, Shown};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::HtmlFormElement;

/// A press under way: what is shown until the answer is there.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Pending {
    on: bool,
    number: u64,
}

/// How one of the buttons looks and where its form goes.
struct Look {
    count: CountKind,
    set: &'static str,
    unset: &'static str,
    form: &'static str,
    button: &'static str,
    number: &'static str,
    path: &'static str,
}

impl Toggle {
    const fn look(self) -> Look {
        match self {
            Self::Like => Look {
                count: CountKind::Likes,
                set: "/like",
                unset: "/unlike",
                form: "toggle like",
                button: "toggle-button like-button",
                number: "toggle-number like-number",
                path: "M12 20.4 4.6 13a4.9 4.9 0 0 1 6.9-7l.5.5.5-.5a4.9 4.9 0 0 1 6.9 7z",
            },
            Self::Bookmark => Look {
                count: CountKind::Bookmarks,
                set: "/bookmark",
                unset: "/unbookmark",
                form: "toggle bookmark",
                button: "toggle-button bookmark-button",
                number: "toggle-number bookmark-number",
                path: "M6.5 4.5h11v15.3L12 15.6l-5.5 4.2z",
            },
        }
    }
}

/// Sets a like or a bookmark, and takes it back.
#[island]
pub fn ToggleButton(
    /// Which of the two.
    toggle: Toggle,
    /// The course.
    course_id: String,
    /// Where the form goes; `/like`, `/unlike` and so on are put behind it.
    href: String,
    /// Whether the visitor is signed in. The form of one who isn't leads to the sign-in page.
    signed_in: bool,
    /// Whether it is set, as rendered.
    on: bool,
    /// The counts as rendered.
    shown: Shown,
    /// The word on the button.
    word: String,
    /// What to say when it didn't work.
    failed: String,
) -> impl IntoView {
    let Look { count, set, unset, form, button, number, path } = toggle.look();
    let signal = live::watch(&course_id, shown);
    let kept = RwSignal::new(on);
    let pending = RwSignal::new(None::<Pending>);
    let wrong = RwSignal::new(false);
    let is_on = move || pending.get().map_or_else(|| kept.get(), |pending| pending.on);
    let total = {
        let signal = signal.clone();
        move || pending.get().map_or_else(|| count.of(&signal.get().counts), |pending| pending.number)
    };
    let action = move || [href.as_str(), if is_on() { unset } else { set }].concat();
    let submit = move |event: SubmitEvent| {
        if !signed_in {
            return;
        }
        event.prevent_default();
        wrong.set(false);
        let first = pending.get_untracked().is_none();
        let on = !pending.get_untracked().map_or_else(|| kept.get_untracked(), |pending| pending.on);
        let now = count.of(&signal.get_untracked().counts);
        let others = if kept.get_untracked() { now.saturating_sub(1) } else { now };
        pending.set(Some(Pending { on, number: others + u64::from(on) }));
        // a press while an answer is awaited changes the wish; whoever awaits it sends that next
        if first {
            spawn_local(send(toggle, course_id.clone(), event_target(&event), kept, pending, wrong));
        }
    };
    view! {
        <form class=form role="none" method="post" action=action on:submit=submit>
            <button type="submit" class=button aria-pressed=move || if is_on() { "true" } else { "false" }>
                <svg class="mark" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
                    <path d=path/>
                </svg>
                <span>{word}</span>
                <span class=number>{move || grouped(total())}</span>
            </button>
            <p class="toggle-failed" role="status">{move || if wrong.get() { failed.clone() } else { String::new() }}</p>
        </form>
    }
}

/// Sends the wish until it is what is kept.
async fn send(
    toggle: Toggle,
    course_id: String,
    form: HtmlFormElement,
    kept: RwSignal<bool>,
    pending: RwSignal<Option<Pending>>,
    wrong: RwSignal<bool>,
) {
    let Ok(id) = course_id.parse() else { return };
    while let Some(wish) = pending.get_untracked() {
        let answer = match toggle {
            Toggle::Like => set_like(id, wish.on).await,
            Toggle::Bookmark => set_bookmark(id, wish.on).await,
        };
        match answer {
            Ok(state) => {
                if let Some(shown) = state.shown {
                    live::tell(&course_id, shown);
                } else if let Some(number) = state.number {
                    live::correct(&course_id, |counts| match toggle {
                        Toggle::Like => counts.likes = number,
                        Toggle::Bookmark => counts.bookmarks = number,
                    });
                }
                kept.set(state.on);
                if pending.get_untracked().is_none_or(|now| now.on == wish.on) {
                    pending.set(None);
                }
            }
            Err(error) => {
                pending.set(None);
                if error.needs_sign_in() {
                    // the session has ended meanwhile: the form's own way leads to the sign-in page
                    let _ = form.submit();
                } else {
                    wrong.set(true);
                }
            }
        }
    }
}

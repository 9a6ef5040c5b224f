//! The like button: a real form, which the island takes over once it is there.

use crate::actions::set_like;
use crate::live::number::grouped;
use crate::live::{self, Shown};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::HtmlFormElement;

/// A like under way: what is shown until the answer is there.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Pending {
    liked: bool,
    likes: u64,
}

/// Likes a course and takes the like back.
#[island]
pub fn LikeButton(
    /// The course.
    course_id: String,
    /// Where the form goes to like; `/like` and `/unlike` are put behind it.
    href: String,
    /// Whether the visitor is signed in. The form of one who isn't leads to the sign-in page.
    signed_in: bool,
    /// Whether the visitor likes it, as rendered.
    liked: bool,
    /// The counts as rendered.
    shown: Shown,
    /// The word on the button.
    word: String,
    /// What to say when it didn't work.
    failed: String,
) -> impl IntoView {
    let signal = live::watch(&course_id, shown);
    let kept = RwSignal::new(liked);
    let pending = RwSignal::new(None::<Pending>);
    let wrong = RwSignal::new(false);
    let is_liked = move || pending.get().map_or_else(|| kept.get(), |pending| pending.liked);
    let likes = {
        let signal = signal.clone();
        move || pending.get().map_or_else(|| signal.get().counts.likes, |pending| pending.likes)
    };
    let action = move || if is_liked() { format!("{href}/unlike") } else { format!("{href}/like") };
    let submit = move |event: SubmitEvent| {
        if !signed_in {
            return;
        }
        event.prevent_default();
        wrong.set(false);
        let first = pending.get_untracked().is_none();
        let liked = !pending.get_untracked().map_or_else(|| kept.get_untracked(), |pending| pending.liked);
        let now = signal.get_untracked().counts.likes;
        let others = if kept.get_untracked() { now.saturating_sub(1) } else { now };
        pending.set(Some(Pending { liked, likes: others + u64::from(liked) }));
        // a press while an answer is awaited changes the wish; whoever awaits it sends that next
        if first {
            spawn_local(send(course_id.clone(), event_target(&event), kept, pending, wrong));
        }
    };
    view! {
        <form class="like" method="post" action=action on:submit=submit>
            <button type="submit" class="like-button" aria-pressed=move || if is_liked() { "true" } else { "false" }>
                <svg class="heart" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
                    <path d="M12 20.4 4.6 13a4.9 4.9 0 0 1 6.9-7l.5.5.5-.5a4.9 4.9 0 0 1 6.9 7z"/>
                </svg>
                <span>{word}</span>
                <span class="like-number">{move || grouped(likes())}</span>
            </button>
            <p class="like-failed" role="status">{move || if wrong.get() { failed.clone() } else { String::new() }}</p>
        </form>
    }
}

/// Sends the wish until it is what is kept.
async fn send(course_id: String, form: HtmlFormElement, kept: RwSignal<bool>, pending: RwSignal<Option<Pending>>, wrong: RwSignal<bool>) {
    let Ok(id) = course_id.parse() else { return };
    while let Some(wish) = pending.get_untracked() {
        match set_like(id, wish.liked).await {
            Ok(state) => {
                if let Some((version, counts)) = state.counts {
                    live::tell(&course_id, Shown { version, counts });
                } else if let Some(likes) = state.likes {
                    live::tell_likes(&course_id, likes);
                }
                kept.set(state.liked);
                if pending.get_untracked().is_none_or(|now| now.liked == wish.liked) {
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

//! The buttons that like and keep a course: real forms, which the island takes over once it is there.

use super::CountKind;
use crate::actions::{Toggle, set_bookmark, set_like};
use crate::live::number::grouped;
use crate::live::{self, Shown};
#[cfg(feature = "hydrate")]
use crate::{parting, toast};
#[cfg(feature = "hydrate")]
use js_sys::Array;
use js_sys::Promise;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
#[cfg(feature = "hydrate")]
use wasm_bindgen::JsCast;
#[cfg(feature = "hydrate")]
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlFormElement;

/// A press under way: what is shown until the answer is there.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Pending {
    on: bool,
    number: u64,
}

/// What was sent when the page was left.
struct Parting {
    /// The last of it.
    on: bool,
    /// Kept when all of it is answered.
    answer: Promise,
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
    /// What to say when it was taken back.
    undone: String,
    /// The word for setting it again.
    undo: String,
) -> impl IntoView {
    let Look { count, set, unset, form, button, number, path } = toggle.look();
    let signal = live::watch(&course_id, shown);
    let (kept, pending, wrong) = (RwSignal::new(on), RwSignal::new(None::<Pending>), RwSignal::new(false));
    let is_on = move || pending.get().map_or_else(|| kept.get(), |pending| pending.on);
    let total = {
        let signal = signal.clone();
        move || pending.get().map_or_else(|| count.of(&signal.get().counts), |pending| pending.number)
    };
    let button_of =
        Button { toggle, course_id, href: href.clone(), signal, kept, pending, parting: StoredValue::new_local(None), wrong, undone, undo };
    let action = move || [href.as_str(), if is_on() { unset } else { set }].concat();
    #[cfg(feature = "hydrate")]
    if signed_in {
        let button = button_of.clone();
        parting::on_leaving(move || button.part());
    }
    let submit = move |event: SubmitEvent| {
        if signed_in {
            event.prevent_default();
            button_of.press(event_target(&event));
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

/// The state of one of the buttons, and how it is pressed.
#[derive(Clone)]
struct Button {
    toggle: Toggle,
    course_id: String,
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser leaves"))]
    href: String,
    signal: ArcReadSignal<Shown>,
    kept: RwSignal<bool>,
    pending: RwSignal<Option<Pending>>,
    parting: StoredValue<Option<Parting>, LocalStorage>,
    wrong: RwSignal<bool>,
    undone: String,
    undo: String,
}

impl Button {
    /// Sets it where it isn't set, and the other way round.
    fn press(&self, form: HtmlFormElement) {
        #[cfg(feature = "hydrate")]
        toast::clear();
        self.wrong.set(false);
        let before = self.pending.get_untracked();
        let on = !before.map_or_else(|| self.kept.get_untracked(), |pending| pending.on);
        let now = self.toggle.look().count.of(&self.signal.get_untracked().counts);
        let others = if self.kept.get_untracked() { now.saturating_sub(1) } else { now };
        self.pending.set(Some(Pending { on, number: others + u64::from(on) }));
        // a press while an answer is awaited changes the wish; whoever awaits it sends that next
        if before.is_none() {
            spawn_local(self.clone().send(form));
        }
    }

    /// Sends the wish until it is what is kept.
    async fn send(self, form: HtmlFormElement) {
        let Ok(id) = self.course_id.parse() else { return };
        while self.pending.with_untracked(Option::is_some) {
            self.parted().await;
            let Some(wish) = self.pending.get_untracked() else { break };
            let answer = match self.toggle {
                Toggle::Like => set_like(id, wish.on).await,
                Toggle::Bookmark => set_bookmark(id, wish.on).await,
            };
            // the page was left meanwhile and is there again: what counts is said once more, after what was sent then
            if self.parting.with_value(Option::is_some) {
                continue;
            }
            match answer {
                Ok(state) => {
                    if let Some(shown) = state.shown {
                        live::tell(&self.course_id, shown);
                    } else if let Some(number) = state.number {
                        live::correct(&self.course_id, |counts| match self.toggle {
                            Toggle::Like => counts.likes = number,
                            Toggle::Bookmark => counts.bookmarks = number,
                        });
                    }
                    let was = self.kept.get_untracked();
                    self.kept.set(state.on);
                    if self.pending.get_untracked().is_none_or(|now| now.on == wish.on) {
                        self.pending.set(None);
                        if was && !state.on {
                            self.say_undone(form.clone());
                        }
                    }
                }
                Err(error) => {
                    self.pending.set(None);
                    if error.needs_sign_in() {
                        // the session has ended meanwhile: the form's own way leads to the sign-in page
                        let _ = form.submit();
                    } else {
                        self.wrong.set(true);
                    }
                }
            }
        }
    }

    /// Sends the wish that is not yet answered by a request that outlives the page: one that is under way may end with it, and what
    /// was pressed meanwhile would not be sent at all. To set twice what is set changes nothing. Which of the two arrives first is
    /// not certain, nor is it between two such requests: a page that comes back says what counts once more, one that is gone can't.
    #[cfg(feature = "hydrate")]
    fn part(&self) {
        let Some(Pending { on, .. }) = self.pending.get_untracked() else { return };
        if self.parting.with_value(|sent| sent.as_ref().is_some_and(|sent| sent.on == on)) {
            return;
        }
        let Look { set, unset, .. } = self.toggle.look();
        let Some(answer) = parting::send(&[self.href.as_str(), if on { set } else { unset }].concat()) else { return };
        self.parting.update_value(|sent| {
            // one sent before may be under way still
            let answer = match sent.take() {
                Some(before) => Promise::all_settled(&Array::of2(&before.answer, &answer)),
                None => answer,
            };
            *sent = Some(Parting { on, answer });
        });
    }

    /// Waits until what was sent when the page was left has arrived: nothing later is to be overtaken by it.
    async fn parted(&self) {
        let sent = self.parting.try_update_value(Option::take).flatten();
        #[cfg(feature = "hydrate")]
        if let Some(Parting { answer, .. }) = sent {
            let _ = JsFuture::from(answer).await;
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = sent.map(|Parting { on, answer }| (on, answer));
    }

    /// Says that it was taken back, and offers to set it again.
    fn say_undone(&self, form: HtmlFormElement) {
        #[cfg(feature = "hydrate")]
        {
            let button = self.clone();
            let again = move || {
                // the button of the toast goes away: the focus is not to go with it
                if let Some(own) = form.query_selector("button").ok().flatten().and_then(|own| own.dyn_into::<web_sys::HtmlElement>().ok())
                {
                    let _ = own.focus();
                }
                if !button.kept.get_untracked() {
                    button.press(form);
                }
            };
            toast::say(&self.undone, Some((&self.undo, Box::new(again))));
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = (form, &self.undone, &self.undo);
    }
}

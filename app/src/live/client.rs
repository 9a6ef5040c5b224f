//! The page's one live connection.
//!
//! web-sys's `EventSource` and not gloo-net's, whose queue has no bound and which doesn't say when it is open. The browser's
//! own retry isn't used either: it ends for good with any answer other than 200. So every error closes the connection and a
//! timer of ours opens the next, at once when the network or the page comes back.

mod message;
mod page;

use super::retry::{Backoff, is_dead};
use super::shown::Shown;
use contract::viewpage::Counts;
use leptos::prelude::*;
use message::Message;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use web_sys::{EventSource, MessageEvent};

/// Islands are hydrated one after the other; this long after the first, in milliseconds, all of them are there.
const GATHER: u32 = 50;
/// The greatest number of courses one stream watches ([`contract::viewpage::Watch::MAX_COURSES`]).
const MAX_COURSES: usize = contract::viewpage::Watch::MAX_COURSES;

thread_local! {
    static CLIENT: RefCell<Client> = RefCell::default();
}

#[derive(Default)]
struct Client {
    courses: Vec<(String, ArcRwSignal<Shown>)>,
    lost: Option<ArcRwSignal<bool>>,
    withdrawn: Option<ArcRwSignal<Vec<String>>>,
    /// How many messages were not read; `None` where nobody is signed in.
    unread: Option<ArcRwSignal<u64>>,
    source: Option<EventSource>,
    open: bool,
    listeners: Option<Listeners>,
    backoff: Backoff,
    last_event_id: Option<String>,
    /// When the server was last heard, or the connection begun; milliseconds of the page's clock.
    heard: f64,
    timer: Option<i32>,
}

/// Kept for the life of the page and given to each connection.
struct Listeners {
    opened: Closure<dyn Fn()>,
    failed: Closure<dyn Fn()>,
    said: Closure<dyn Fn(MessageEvent)>,
    retry: Closure<dyn Fn()>,
}

/// A course's counts, moving by themselves.
pub fn watch(course_id: &str, shown: Shown) -> ArcRwSignal<Shown> {
    CLIENT.with_borrow_mut(|client| {
        if let Some((_, known)) = client.courses.iter().find(|(id, _)| id == course_id) {
            return known.clone();
        }
        let signal = ArcRwSignal::new(shown);
        client.courses.push((course_id.to_owned(), signal.clone()));
        client.start();
        signal
    })
}

/// Stops watching courses that are no longer on the page: the next connection knows nothing of them.
pub fn forget(course_ids: &[String]) {
    CLIENT.with_borrow_mut(|client| client.courses.retain(|(id, _)| !course_ids.contains(id)));
}

/// How many messages were not read, moving by itself.
pub fn unread(rendered: u64) -> ArcRwSignal<u64> {
    CLIENT.with_borrow_mut(|client| {
        if let Some(known) = &client.unread {
            return known.clone();
        }
        let signal = ArcRwSignal::new(rendered);
        client.unread = Some(signal.clone());
        client.start();
        signal
    })
}

fn known(course_id: &str) -> Option<ArcRwSignal<Shown>> {
    CLIENT.with_borrow(|client| client.courses.iter().find(|(id, _)| id == course_id).map(|(_, signal)| signal.clone()))
}

/// Tells the islands about counts, unless they are older than what is shown.
pub fn tell(course_id: &str, shown: Shown) {
    if let Some(signal) = known(course_id)
        && shown.replaces(&signal.get_untracked())
    {
        signal.set(shown);
    }
}

/// Corrects one count on the islands; the version stays, and so the next counts replace it.
pub fn correct(course_id: &str, correction: impl FnOnce(&mut Counts)) {
    if let Some(signal) = known(course_id) {
        signal.update(|shown| correction(&mut shown.counts));
    }
}

/// Whether the connection is gone.
pub fn lost() -> ArcRwSignal<bool> {
    CLIENT.with_borrow_mut(|client| client.lost.get_or_insert_with(|| ArcRwSignal::new(false)).clone())
}

/// The courses that were taken down since the page was opened and have not come back.
pub fn withdrawn() -> ArcRwSignal<Vec<String>> {
    CLIENT.with_borrow_mut(|client| client.withdrawn.get_or_insert_with(|| ArcRwSignal::new(Vec::new())).clone())
}

impl Client {
    /// Sets everything up with the first thing watched; later ones only renew the connection.
    fn start(&mut self) {
        // Only without a last id does the server tell where something newly watched stands. The stream that doesn't know of it
        // is closed at once: until the next one opens, it would bring another id.
        self.close();
        self.last_event_id = None;
        if self.listeners.is_none() {
            self.listeners = Some(Listeners {
                opened: Closure::new(opened),
                failed: Closure::new(failed),
                said: Closure::new(said),
                retry: Closure::new(connect),
            });
            page::listen();
        }
        self.later(GATHER);
    }

    /// Connects after `wait` milliseconds, and forgets an earlier intention to.
    fn later(&mut self, wait: u32) {
        self.forget_timer();
        if let (Some(window), Some(listeners)) = (web_sys::window(), &self.listeners) {
            let wait = i32::try_from(wait).unwrap_or(i32::MAX);
            self.timer = window.set_timeout_with_callback_and_timeout_and_arguments_0(listeners.retry.as_ref().unchecked_ref(), wait).ok();
        }
    }

    fn forget_timer(&mut self) {
        if let (Some(timer), Some(window)) = (self.timer.take(), web_sys::window()) {
            window.clear_timeout_with_handle(timer);
        }
    }

    fn address(&self) -> String {
        let mut address = String::from("/api/v1/live?");
        // of more than a stream watches, those that came last: what is at the end of a long list is what one looks at
        for (id, _) in self.courses.iter().rev().take(MAX_COURSES) {
            address.push_str("course=");
            address.push_str(id);
            address.push('&');
        }
        if self.unread.is_some() {
            address.push_str("inbox=true&");
        }
        if let Some(last) = &self.last_event_id {
            address.push_str("last_event_id=");
            address.push_str(last);
        }
        address
    }

    fn close(&mut self) {
        self.open = false;
        if let Some(source) = self.source.take() {
            source.close();
        }
    }

    /// Opens the next connection in place of whatever there was.
    fn connect(&mut self) {
        self.close();
        // one that is still pending would tear this connection down
        self.forget_timer();
        self.heard = js_sys::Date::now();
        let (Some(listeners), Ok(source)) = (&self.listeners, EventSource::new(&self.address())) else { return };
        source.set_onopen(Some(listeners.opened.as_ref().unchecked_ref()));
        source.set_onerror(Some(listeners.failed.as_ref().unchecked_ref()));
        for name in message::NAMES {
            // fails for no name that a listener could be added for at all
            let _ = source.add_event_listener_with_callback(name, listeners.said.as_ref().unchecked_ref());
        }
        self.source = Some(source);
    }

    /// Gives the connection up and tries again later.
    fn fail(&mut self) -> bool {
        self.close();
        let wait = self.backoff.failed(js_sys::Math::random());
        self.later(wait);
        self.backoff.is_lost()
    }
}

// Signals are set after the client is let go of: what depends on them may ask it something.

/// Opens the connection now.
fn connect() {
    CLIENT.with_borrow_mut(Client::connect);
}

fn opened() {
    CLIENT.with_borrow_mut(|client| {
        client.open = true;
        client.heard = js_sys::Date::now();
        client.backoff.opened();
    });
    set_lost(false);
}

fn failed() {
    let is_lost = CLIENT.with_borrow_mut(Client::fail);
    set_lost(is_lost);
}

fn set_lost(is_lost: bool) {
    let signal = lost();
    if signal.get_untracked() != is_lost {
        signal.set(is_lost);
    }
}

fn said(event: MessageEvent) {
    CLIENT.with_borrow_mut(|client| {
        client.heard = js_sys::Date::now();
        let id = event.last_event_id();
        if !id.is_empty() {
            client.last_event_id = Some(id);
        }
    });
    match Message::read(&event) {
        Some(Message::Counts(course_id, shown)) => {
            tell(&course_id, shown);
            // only a published course is counted
            let gone = withdrawn();
            if gone.with_untracked(|courses| courses.contains(&course_id)) {
                gone.update(|courses| courses.retain(|id| *id != course_id));
            }
        }
        Some(Message::Withdrawn(course_id)) => {
            let gone = withdrawn();
            // each new connection says it again
            if gone.with_untracked(|courses| !courses.contains(&course_id)) {
                gone.update(|courses| courses.push(course_id));
            }
        }
        Some(Message::Unread(number)) => {
            let signal = CLIENT.with_borrow(|client| client.unread.clone());
            if let Some(signal) = signal.filter(|signal| signal.get_untracked() != number) {
                signal.set(number);
            }
        }
        // without a last id the server begins with a snapshot: that is reading again
        Some(Message::Resync) => CLIENT.with_borrow_mut(|client| {
            client.last_event_id = None;
            client.connect();
        }),
        None => {}
    }
}

/// Takes a silent connection for a dead one, which is a failure like any other.
fn check() {
    let dead = CLIENT.with_borrow(|client| client.source.is_some() && is_dead(js_sys::Date::now() - client.heard, client.open));
    if dead {
        failed();
    }
}

/// The page or the network is back: no more waiting.
fn wake() {
    check();
    CLIENT.with_borrow_mut(|client| {
        if client.source.is_none() {
            client.connect();
        }
    });
}

/// The network is gone, and says so.
fn offline() {
    CLIENT.with_borrow_mut(Client::fail);
    set_lost(true);
}

/// The page is left, perhaps to be kept for the way back: its connection is given to others.
fn hide() {
    CLIENT.with_borrow_mut(|client| {
        client.close();
        client.forget_timer();
    });
}

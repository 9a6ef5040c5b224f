//! The connection itself, which the leader holds.
//!
//! web-sys's `EventSource` and not gloo-net's, whose queue has no bound and which doesn't say when it is open. The browser's
//! own retry isn't used either: it ends for good with any answer other than 200. So every error closes the connection and a
//! timer of ours opens the next, at once when the network or the page comes back.

use super::message::NAMES;
use super::page::{Timer, now};
use crate::live::retry::{Backoff, is_dead};
use crate::live::tabs::Wants;
use wasm_bindgen::prelude::*;
use web_sys::{EventSource, MessageEvent};

/// Islands are hydrated one after the other, and tabs answer one after the other; this long after the first, in milliseconds, most of
/// them are there. Who comes later has the connection opened anew.
const GATHER: u32 = 50;

/// An `EventSource`, or the intention to open one.
pub(super) struct Stream {
    source: Option<EventSource>,
    open: bool,
    watched: Wants,
    backoff: Backoff,
    last_event_id: Option<String>,
    /// When the server was last heard, or the connection begun.
    heard: f64,
    timer: Timer,
    /// Whether the timer was set for a connection that only waits for all who watch something.
    soon: bool,
    // kept for the life of the page and given to each connection
    on_open: Closure<dyn Fn()>,
    on_error: Closure<dyn Fn()>,
    on_message: Closure<dyn Fn(MessageEvent)>,
}

impl Stream {
    /// A stream that tells what happens to it, and when it is time for the next connection.
    pub(super) fn new(connect: fn(), opened: fn(), failed: fn(), said: fn(MessageEvent)) -> Self {
        Self {
            source: None,
            open: false,
            watched: Wants::default(),
            backoff: Backoff::default(),
            last_event_id: None,
            heard: 0.0,
            timer: Timer::new(connect),
            soon: false,
            on_open: Closure::new(opened),
            on_error: Closure::new(failed),
            on_message: Closure::new(said),
        }
    }

    /// What the connection is for.
    pub(super) const fn watched(&self) -> &Wants {
        &self.watched
    }

    /// Whether a connection is there, open or being opened.
    pub(super) const fn is_there(&self) -> bool {
        self.source.is_some()
    }

    /// Whether a connection is there and nothing is heard of it any more.
    pub(super) fn is_dead(&self) -> bool {
        self.is_there() && is_dead(now() - self.heard, self.open)
    }

    /// A new connection is to tell where everything stands.
    ///
    /// Only without a last id does the server begin with that. The connection in place is closed at once: until the next one opens,
    /// it would bring another id.
    pub(super) fn renew(&mut self) {
        self.close();
        self.last_event_id = None;
        self.gather();
    }

    /// A new connection after `wait` milliseconds that goes on where this one ends, unless one is coming anyway.
    pub(super) fn follow(&mut self, wait: u32) {
        if self.is_there() && !self.timer.is_set() {
            self.soon = false;
            self.timer.set(wait);
        }
    }

    /// Where there is no connection, there is to be one as soon as possible.
    pub(super) fn hurry(&mut self) {
        if !self.is_there() {
            self.gather();
        }
    }

    fn gather(&mut self) {
        if !(self.soon && self.timer.is_set()) {
            self.soon = true;
            self.timer.set(GATHER);
        }
    }

    /// Opens the next connection in place of whatever there was; for the inbox of `account` and of nobody else.
    pub(super) fn connect(&mut self, wants: Wants, account: &str) {
        self.close();
        // one that is still pending would tear this connection down
        self.timer.forget();
        self.heard = now();
        if !self.watched.covers(&wants) {
            // what is new among it was never told of
            self.last_event_id = None;
        }
        self.watched = wants;
        if self.watched.is_empty() {
            return;
        }
        let mut address = String::from("/api/v1/live?");
        address.push_str(&self.watched.query(account));
        if let Some(last) = &self.last_event_id {
            address.push_str("last_event_id=");
            address.push_str(last);
        }
        let Ok(source) = EventSource::new(&address) else { return };
        source.set_onopen(Some(self.on_open.as_ref().unchecked_ref()));
        source.set_onerror(Some(self.on_error.as_ref().unchecked_ref()));
        for name in NAMES {
            // fails for no name that a listener could be added for at all
            let _ = source.add_event_listener_with_callback(name, self.on_message.as_ref().unchecked_ref());
        }
        self.source = Some(source);
    }

    /// Notes that the connection is open.
    pub(super) fn opened(&mut self) {
        self.open = true;
        self.heard = now();
        self.backoff.opened();
    }

    /// Notes that the server said something.
    pub(super) fn heard(&mut self, id: String) {
        self.heard = now();
        if !id.is_empty() {
            self.last_event_id = Some(id);
        }
    }

    /// Gives the connection up and tries again later. Answers whether people should be told.
    pub(super) fn fail(&mut self) -> bool {
        self.close();
        let wait = self.backoff.failed(js_sys::Math::random());
        self.soon = false;
        self.timer.set(wait);
        self.backoff.is_lost()
    }

    /// Gives the connection up for good: somebody else has the next one.
    pub(super) fn stop(&mut self) {
        self.close();
        self.timer.forget();
        self.last_event_id = None;
        self.watched = Wants::default();
    }

    fn close(&mut self) {
        self.open = false;
        if let Some(source) = self.source.take() {
            source.close();
        }
    }
}

//! This tab among the others of its browser: who holds the connection, and how the rest hear of what it brings.
//!
//! The leader is whoever holds a lock; the others wait for it, so that the next one takes over as soon as it is let go of: by a tab
//! that is closed, left, frozen, or killed. A new leader asks who watches what and begins with a snapshot of all of it, so nothing
//! is missed between two leaders, and a count that was told twice is the same count. Where a browser has no locks or no channels,
//! each tab is a leader by itself. All of it is one machine of three roles, which is why it is one file.

use super::locks::{Claim, Hold};
use super::page::{self, Timer, is_hidden, is_offline, now};
use super::stream::Stream;
use crate::live::Connection;
use crate::live::retry::{SILENCE, is_dead};
use crate::live::tabs::{Roster, Wants, Word};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent};

/// Names the lock and the channel, with the account behind it: tabs share a connection with those of the same person alone. Another number
/// as soon as tabs of two releases would misunderstand each other.
const NAME: &str = "dulle-live-1";
/// Islands are hydrated one after the other, in turns with whatever else there is to do: those that come within this long of each other, in
/// milliseconds, are told together.
const GATHER: u32 = 50;
/// How long what nobody watches any more is still watched, in milliseconds: a tab that goes is often one that comes to the next page.
const LINGER: u32 = 2_000;
/// How long a page that is shown again waits before it claims the lock, in milliseconds. The page that it takes the place of lets go of it
/// at the same moment; where it is a little late, browsers settle the contention by not keeping that page.
const RETURN: u32 = 250;
/// How long a tab that was asleep waits for the leader's next sign of life, in milliseconds.
const AWAKENING: f64 = 20_000.0;
/// How often the leader asks who is there, in milliseconds.
const ROLL_CALL: f64 = 30_000.0;

thread_local! {
    static LINK: RefCell<Link> = RefCell::new(Link::new());
}

/// What this tab is to the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Nothing: the page isn't shown, or watches nothing yet.
    Away,
    /// It listens, and waits to become the leader.
    Follower,
    /// It holds the connection.
    Leader,
}

struct Link {
    /// This tab's name among the others.
    tab: String,
    /// Whose page this is, as the others around it know: empty where nobody is signed in.
    account: String,
    role: Role,
    /// Counts what this tab has been, so that an answer to an earlier claim is known as such.
    turn: u32,
    claim: Option<Claim>,
    channel: Option<BroadcastChannel>,
    on_word: Closure<dyn Fn(MessageEvent)>,
    gather: Timer,
    /// Who watches what, as the leader knows it.
    roster: Roster,
    called: f64,
    stream: Stream,
    /// When the leader was last heard, and whether it was since this tab came; as a follower.
    heard: f64,
    told: bool,
    listens: bool,
}

impl Link {
    fn new() -> Self {
        Self {
            tab: js_sys::Math::random().to_string(),
            account: String::new(),
            role: Role::Away,
            turn: 0,
            claim: None,
            channel: None,
            on_word: Closure::new(word),
            gather: Timer::new(gathered),
            roster: Roster::default(),
            called: 0.0,
            stream: Stream::new(connect, opened, failed, said),
            heard: 0.0,
            told: false,
            listens: false,
        }
    }

    /// Comes among the others of `account`, if there can be any.
    fn come(&mut self, account: String) {
        self.account = account;
        if let Ok(channel) = BroadcastChannel::new(&self.name()) {
            channel.set_onmessage(Some(self.on_word.as_ref().unchecked_ref()));
            self.channel = Some(channel);
            self.follow();
        } else {
            self.lead_alone();
        }
    }

    fn name(&self) -> String {
        [NAME, &self.account].join("/")
    }

    /// Waits to become the leader.
    fn follow(&mut self) {
        self.turn_to(Role::Follower);
        self.heard = now();
        self.told = false;
        self.claim(false);
    }

    fn claim(&mut self, steal: bool) {
        // not two of them at a time
        self.claim = None;
        self.turn += 1;
        let turn = self.turn;
        self.claim = Claim::new(&self.name(), steal, move |hold| granted(turn, hold), move || refused(turn));
        if self.claim.is_none() {
            self.lead_alone();
        }
    }

    /// Holds a connection for this tab only.
    fn lead_alone(&mut self) {
        self.part();
        self.lead();
    }

    fn lead(&mut self) {
        self.turn_to(Role::Leader);
        self.roster = Roster::default();
        self.call_roll();
        self.stream.renew();
    }

    fn turn_to(&mut self, role: Role) {
        if self.role == Role::Leader {
            self.stream.stop();
        }
        self.role = role;
    }

    /// Leaves the others.
    fn part(&mut self) {
        self.say(&Word::Gone { tab: self.tab.clone() });
        self.claim = None;
        self.turn += 1;
        self.gather.forget();
        if let Some(channel) = self.channel.take() {
            channel.set_onmessage(None);
            channel.close();
        }
        self.turn_to(Role::Away);
    }

    fn say(&self, word: &Word) {
        if let Some(channel) = &self.channel {
            let _ = channel.post_message(&JsValue::from_str(&word.write()));
        }
    }

    /// Says what this tab watches: to the leader, or where it is itself the leader, notes it.
    fn say_here(&mut self, front: bool) {
        let (tab, wants) = (self.tab.clone(), super::wants());
        if self.role == Role::Leader {
            self.note_here(&tab, front, wants);
        } else {
            self.say(&Word::Here { tab, front, wants });
        }
    }

    fn note_here(&mut self, tab: &str, front: bool, wants: Wants) {
        if self.roster.here(tab, front, wants, self.stream.watched()) {
            self.stream.renew();
        } else {
            self.narrow();
        }
    }

    fn call_roll(&mut self) {
        self.called = now();
        self.roster.call();
        self.say_here(false);
        self.say(&Word::Roll);
    }

    /// A connection for what is watched now, if that is less than it was.
    fn narrow(&mut self) {
        if !self.roster.wants().covers(self.stream.watched()) {
            self.stream.follow(LINGER);
        }
    }

    fn say_state(&self, lost: bool) {
        self.say(&Word::State { lost, hidden: is_hidden() });
    }
}

// What is shown is changed after the link is let go of: what depends on it may ask for something.

/// This page watches something else, or is known to be somebody's.
pub(super) fn changed() {
    let account = super::account();
    LINK.with_borrow_mut(|link| {
        if !link.listens {
            link.listens = true;
            page::listen();
        }
        if link.role != Role::Away && link.account != account {
            link.part();
        }
        link.gather.set(GATHER);
    });
}

/// No island has come for a moment, or the page is shown again.
fn gathered() {
    let account = super::account();
    LINK.with_borrow_mut(|link| {
        link.gather.forget();
        if link.role == Role::Away {
            link.come(account);
        }
        link.say_here(true);
    });
}

fn granted(turn: u32, hold: Hold) {
    LINK.with_borrow_mut(|link| match &mut link.claim {
        Some(claim) if link.turn == turn => {
            claim.keep(hold);
            link.lead();
        }
        _ => hold.release(),
    });
}

/// The lock was refused, or taken away by a tab that heard nothing any more.
fn refused(turn: u32) {
    LINK.with_borrow_mut(|link| {
        if link.turn == turn {
            match link.role {
                Role::Leader => link.follow(),
                Role::Follower => link.lead_alone(),
                Role::Away => {}
            }
        }
    });
}

/// Another tab says something.
fn word(event: MessageEvent) {
    let Some(word) = event.data().as_string().and_then(|said| Word::read(&said)) else { return };
    match LINK.with_borrow_mut(|link| heard(link, word)) {
        Some(Told::Event { name, data }) => super::hear(&name, &data),
        Some(Told::State(connection)) => super::show(connection),
        None => {}
    }
}

/// What a follower is told.
enum Told {
    Event { name: String, data: String },
    State(Connection),
}

fn heard(link: &mut Link, word: Word) -> Option<Told> {
    match (link.role, word) {
        (Role::Leader, Word::Here { tab, front, wants }) => {
            link.note_here(&tab, front, wants);
            None
        }
        (Role::Leader, Word::Gone { tab }) => {
            if link.roster.gone(&tab) {
                link.narrow();
            }
            None
        }
        (Role::Follower, word @ (Word::Roll | Word::State { .. } | Word::Event { .. })) => {
            link.heard = now();
            link.told = true;
            match word {
                Word::Event { name, data } => Some(Told::Event { name, data }),
                Word::State { lost: true, hidden } => {
                    // out of sight, browsers slow the leader's next tries down
                    if hidden && !is_hidden() {
                        link.claim(true);
                    }
                    Some(Told::State(gone()))
                }
                Word::State { lost: false, .. } => Some(Told::State(Connection::Live)),
                _ => {
                    link.say_here(false);
                    None
                }
            }
        }
        _ => None,
    }
}

/// Opens the connection now.
fn connect() {
    LINK.with_borrow_mut(|link| {
        if link.role == Role::Leader {
            let wants = link.roster.wants();
            link.stream.connect(wants, &link.account);
        }
    });
}

fn opened() {
    LINK.with_borrow_mut(|link| {
        link.stream.opened();
        link.say_state(false);
    });
    super::show(Connection::Live);
}

fn failed() {
    let is_lost = LINK.with_borrow_mut(|link| {
        let is_lost = link.stream.fail();
        // also as a sign of life: this tab goes on trying
        link.say_state(is_lost);
        is_lost
    });
    if is_lost {
        super::show(gone());
    }
}

fn gone() -> Connection {
    if is_offline() { Connection::Offline } else { Connection::Lost }
}

fn said(event: MessageEvent) {
    let name = event.type_();
    let data = event.data().as_string().unwrap_or_default();
    LINK.with_borrow_mut(|link| {
        if name == "resync" {
            // without a last id the server begins with a snapshot: that is reading again
            link.stream.renew();
        } else {
            link.stream.heard(event.last_event_id());
            link.say(&Word::Event { name: name.clone(), data: data.clone() });
        }
    });
    super::hear(&name, &data);
}

/// Takes a silent connection for a dead one, which is a failure like any other, and a silent leader for one that hangs.
pub(super) fn check() {
    let dead = LINK.with_borrow_mut(|link| match link.role {
        Role::Away => false,
        Role::Follower => {
            if is_dead(now() - link.heard, link.told) {
                link.heard = now();
                link.claim(true);
            }
            false
        }
        Role::Leader => {
            if now() - link.called > ROLL_CALL {
                link.call_roll();
                link.narrow();
            }
            link.stream.is_dead()
        }
    });
    if dead {
        failed();
    }
}

/// The page or the network is back: no more waiting.
pub(super) fn wake() {
    let role = LINK.with_borrow_mut(|link| {
        if link.role == Role::Follower {
            // whatever was said while this tab slept is only now on its way
            link.heard = link.heard.max(now() - SILENCE + AWAKENING);
        }
        link.gather.set(if link.role == Role::Away { RETURN } else { GATHER });
        link.role
    });
    if role == Role::Leader {
        check();
        LINK.with_borrow_mut(|link| {
            link.stream.hurry();
        });
    }
}

/// The network is gone, and says so.
pub(super) fn offline() {
    LINK.with_borrow_mut(|link| {
        if link.role == Role::Leader {
            link.stream.fail();
        }
    });
    super::show(Connection::Offline);
}

/// The page is left, perhaps to be kept for the way back, or frozen: everything is given to others.
pub(super) fn leave() {
    LINK.with_borrow_mut(Link::part);
}

//! What the islands of this page watch, and the signals that they watch it by. How word of it arrives is [`link`]'s.

mod link;
mod locks;
mod message;
mod page;
mod stream;

use super::Connection;
use super::shown::Shown;
use super::tabs::Wants;
use contract::viewpage::Counts;
use leptos::prelude::*;
use message::Message;
use std::cell::RefCell;

thread_local! {
    static PAGE: RefCell<Page> = RefCell::default();
}

#[derive(Default)]
struct Page {
    courses: Vec<(String, ArcRwSignal<Shown>)>,
    looking: Vec<(String, ArcRwSignal<u64>)>,
    connection: Option<ArcRwSignal<Connection>>,
    withdrawn: Option<ArcRwSignal<Vec<String>>>,
    /// How many messages were not read; `None` where nobody is signed in.
    unread: Option<ArcRwSignal<u64>>,
    /// Whose messages those are.
    account: String,
}

/// A course's counts, moving by themselves.
pub fn watch(course_id: &str, shown: Shown) -> ArcRwSignal<Shown> {
    known(course_id).unwrap_or_else(|| {
        let signal = ArcRwSignal::new(shown);
        PAGE.with_borrow_mut(|page| page.courses.push((course_id.to_owned(), signal.clone())));
        link::changed();
        signal
    })
}

/// How many browsers have a course's page open. Told only of courses that are watched.
pub fn looking(course_id: &str) -> ArcRwSignal<u64> {
    let signal = ArcRwSignal::new(0);
    PAGE.with_borrow_mut(|page| page.looking.push((course_id.to_owned(), signal.clone())));
    link::changed();
    signal
}

/// Stops watching courses that are no longer on the page.
pub fn forget(course_ids: &[String]) {
    PAGE.with_borrow_mut(|page| page.courses.retain(|(id, _)| !course_ids.contains(id)));
    link::changed();
}

/// How many messages of `account` were not read, moving by itself.
pub fn unread(rendered: u64, account: &str) -> ArcRwSignal<u64> {
    if let Some(known) = PAGE.with_borrow(|page| page.unread.clone()) {
        return known;
    }
    let signal = ArcRwSignal::new(rendered);
    PAGE.with_borrow_mut(|page| {
        page.unread = Some(signal.clone());
        account.clone_into(&mut page.account);
    });
    link::changed();
    signal
}

fn known(course_id: &str) -> Option<ArcRwSignal<Shown>> {
    PAGE.with_borrow(|page| page.courses.iter().find(|(id, _)| id == course_id).map(|(_, signal)| signal.clone()))
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

/// How the connection is.
pub fn connection() -> ArcRwSignal<Connection> {
    PAGE.with_borrow_mut(|page| page.connection.get_or_insert_with(|| ArcRwSignal::new(Connection::default())).clone())
}

/// The courses that were taken down since the page was opened and have not come back.
pub fn withdrawn() -> ArcRwSignal<Vec<String>> {
    PAGE.with_borrow_mut(|page| page.withdrawn.get_or_insert_with(|| ArcRwSignal::new(Vec::new())).clone())
}

/// What this page watches. Of more than a stream watches, those that came last: what is at the end of a long list is what one looks at.
fn wants() -> Wants {
    PAGE.with_borrow(|page| Wants {
        courses: page.courses.iter().rev().map(|(id, _)| id.clone()).collect(),
        looking: page.looking.iter().map(|(id, _)| id.clone()).collect(),
        inbox: page.unread.is_some(),
    })
}

/// Who is signed in on this page; empty where nobody is.
fn account() -> String {
    PAGE.with_borrow(|page| page.account.clone())
}

// Signals are set after the page is let go of: what depends on them may ask it something.

/// Shows how the connection is.
fn show(connection: Connection) {
    page::mark(match connection {
        Connection::Opening => "opening",
        Connection::Live => "live",
        Connection::Lost => "lost",
        Connection::Offline => "offline",
    });
    set(&self::connection(), connection);
}

/// Shows what the server said, if it concerns this page.
fn hear(name: &str, data: &str) {
    match Message::read(name, data) {
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
            if known(&course_id).is_some() && gone.with_untracked(|courses| !courses.contains(&course_id)) {
                gone.update(|courses| courses.push(course_id));
            }
        }
        Some(Message::Looking(course_id, number)) => {
            let here = PAGE.with_borrow(|page| {
                page.looking.iter().filter(|(id, _)| *id == course_id).map(|(_, signal)| signal.clone()).collect::<Vec<_>>()
            });
            for signal in here {
                set(&signal, number);
            }
        }
        Some(Message::Unread(number)) => {
            if let Some(signal) = PAGE.with_borrow(|page| page.unread.clone()) {
                set(&signal, number);
            }
        }
        None => {}
    }
}

fn set<T: PartialEq + Clone + Send + Sync + 'static>(signal: &ArcRwSignal<T>, value: T) {
    if signal.get_untracked() != value {
        signal.set(value);
    }
}

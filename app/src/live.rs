//! What open pages are told as it happens: one connection for all tabs of a browser.
//!
//! On the server the signals just hold what was rendered. In the browser the first island that watches something joins the other
//! tabs: one of them, the leader, keeps an `EventSource` on `/api/v1/live` open and passes on what it is told (`client`).

pub mod number;
pub mod retry;
mod shown;
pub mod tabs;

#[cfg(feature = "hydrate")]
mod client;

pub use shown::{Shown, tenths};

#[cfg(feature = "hydrate")]
use crate::hydration::from_rendered;
use leptos::prelude::*;

/// How the connection is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Connection {
    /// Not there yet.
    #[default]
    Opening,
    /// The page moves by itself.
    Live,
    /// It is gone, and tried again.
    Lost,
    /// There is no network.
    Offline,
}

/// A course's counts, moving by themselves.
#[must_use]
pub fn watch(course_id: &str, shown: Shown) -> ArcReadSignal<Shown> {
    #[cfg(feature = "hydrate")]
    return from_rendered(&client::watch(course_id, shown), shown);
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = course_id;
        arc_signal(shown).0
    }
}

/// How many browsers have a course's page open, this one among them; 0 while that isn't known, so at first for each island.
#[must_use]
pub fn looking(course_id: &str) -> ArcReadSignal<u64> {
    #[cfg(feature = "hydrate")]
    return client::looking(course_id).read_only();
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = course_id;
        arc_signal(0).0
    }
}

/// Stops watching courses that are no longer on the page.
pub fn forget(course_ids: &[String]) {
    #[cfg(feature = "hydrate")]
    client::forget(course_ids);
    #[cfg(not(feature = "hydrate"))]
    let _ = course_ids;
}

/// Tells all islands of the page about counts that came another way than over the live connection.
pub fn tell(course_id: &str, shown: Shown) {
    #[cfg(feature = "hydrate")]
    client::tell(course_id, shown);
    #[cfg(not(feature = "hydrate"))]
    let _ = (course_id, shown);
}

/// Corrects one count of a course on all islands of the page, when that is all that is known.
pub fn correct(course_id: &str, correction: impl FnOnce(&mut contract::viewpage::Counts)) {
    #[cfg(feature = "hydrate")]
    client::correct(course_id, correction);
    #[cfg(not(feature = "hydrate"))]
    let _ = (course_id, correction);
}

/// How many messages of `account`, who is signed in, were not read, moving by itself.
#[must_use]
pub fn unread(rendered: u64, account: &str) -> ArcReadSignal<u64> {
    #[cfg(feature = "hydrate")]
    return from_rendered(&client::unread(rendered, account), rendered);
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = account;
        arc_signal(rendered).0
    }
}

/// How the connection is.
#[must_use]
pub fn connection() -> ArcReadSignal<Connection> {
    #[cfg(feature = "hydrate")]
    return from_rendered(&client::connection(), Connection::default());
    #[cfg(not(feature = "hydrate"))]
    arc_signal(Connection::default()).0
}

/// The courses that were taken down since the page was opened and have not come back.
#[must_use]
pub fn withdrawn() -> ArcReadSignal<Vec<String>> {
    #[cfg(feature = "hydrate")]
    return from_rendered(&client::withdrawn(), Vec::new());
    #[cfg(not(feature = "hydrate"))]
    arc_signal(Vec::new()).0
}

//! What open pages are told as it happens: one connection for all islands of a page.
//!
//! On the server the signals just hold what was rendered. In the browser the first island that watches something opens an
//! `EventSource` on `/api/v1/live` once all islands are there; `client` keeps it open.

pub mod number;
pub mod retry;
mod shown;

#[cfg(feature = "hydrate")]
mod client;

pub use shown::{Shown, tenths};

use leptos::prelude::*;

/// A course's counts, moving by themselves.
#[must_use]
pub fn watch(course_id: &str, shown: Shown) -> ArcRwSignal<Shown> {
    #[cfg(feature = "hydrate")]
    return client::watch(course_id, shown);
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = course_id;
        ArcRwSignal::new(shown)
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

/// How many messages of the signed-in person were not read, moving by itself.
#[must_use]
pub fn unread(rendered: u64) -> ArcRwSignal<u64> {
    #[cfg(feature = "hydrate")]
    return client::unread(rendered);
    #[cfg(not(feature = "hydrate"))]
    ArcRwSignal::new(rendered)
}

/// Whether the connection is gone.
#[must_use]
pub fn lost() -> ArcRwSignal<bool> {
    #[cfg(feature = "hydrate")]
    return client::lost();
    #[cfg(not(feature = "hydrate"))]
    ArcRwSignal::new(false)
}

/// The courses that were taken down since the page was opened and have not come back.
#[must_use]
pub fn withdrawn() -> ArcRwSignal<Vec<String>> {
    #[cfg(feature = "hydrate")]
    return client::withdrawn();
    #[cfg(not(feature = "hydrate"))]
    ArcRwSignal::new(Vec::new())
}

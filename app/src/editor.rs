//! The host's editor: what script adds to the form of a course.
//!
//! The form is the server's, and works without this. In the browser `browser` takes it over where it stands: it moves its stops,
//! draws them on a map, keeps what is written in the browser and saves drafts by themselves. What a field may hold is said by the
//! server alone. The islands share a [`Desk`]; on the server it holds what was rendered.

pub mod copy;
mod desk;
pub mod numbering;
pub mod saving;
mod setup;

#[cfg(feature = "hydrate")]
mod browser;

pub(crate) use desk::MAP;
pub use desk::{Desk, Offer, Place, Status};
pub(crate) use setup::BLANK_PHOTO;
pub use setup::{MapWords, Setup, Words};

use contract::place::Coordinates;

/// What the islands of the editor share.
#[must_use]
pub fn desk() -> Desk {
    #[cfg(feature = "hydrate")]
    return browser::desk();
    #[cfg(not(feature = "hydrate"))]
    Desk::new()
}

/// Takes the form over, once it is there.
pub fn take_over(setup: Setup, words: Words) {
    #[cfg(feature = "hydrate")]
    browser::take_over(setup, words);
    #[cfg(not(feature = "hydrate"))]
    let _ = (setup, words);
}

/// Something that is done on one of the islands to the form.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Deed {
    /// Draws the map of what is written.
    LayOut,
    /// Puts a stop somewhere.
    Place(usize, Coordinates),
    /// Says where a stop was put, when that is done.
    Placed(usize),
    /// Puts back the stop that was removed last.
    Undo,
    /// Takes over what the browser has kept.
    Restore,
    /// Throws it away.
    Discard,
}

/// Does it; before the form is taken over there is nothing to do it to.
pub fn act(deed: Deed) {
    #[cfg(feature = "hydrate")]
    browser::act(deed);
    #[cfg(not(feature = "hydrate"))]
    let _ = deed;
}

/// Throws away what the browser keeps of what was written: of `account` the copy of this name.
pub fn forget_copy(account: &str, name: &str) {
    #[cfg(feature = "hydrate")]
    browser::forget_copy(account, name);
    #[cfg(not(feature = "hydrate"))]
    let _ = (account, name);
}

/// Throws away everything that the browser keeps as soon as a form marked `data-forget` is sent: one that ends the session.
/// Called once for each page.
#[cfg(feature = "hydrate")]
pub fn forget_on_leaving() {
    browser::forget_on_leaving();
}

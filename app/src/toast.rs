//! A word about what was just done, with a way to take it back: one place for it on a page, which all islands share.
//!
//! On the server nothing is ever said.

use leptos::prelude::*;

/// What is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Toast {
    /// Counts what was said on this page.
    pub number: u32,
    /// What was done; empty when there is nothing to say.
    pub words: String,
    /// The word on the button that takes it back; empty where it can't be.
    pub undo: String,
}

/// What is said now.
#[must_use]
pub fn said() -> ArcReadSignal<Toast> {
    #[cfg(feature = "hydrate")]
    return crate::hydration::from_rendered(&page::said(), Toast::default());
    #[cfg(not(feature = "hydrate"))]
    arc_signal(Toast::default()).0
}

#[cfg(feature = "hydrate")]
pub use page::{Undo, clear, say, undo};

#[cfg(feature = "hydrate")]
mod page {
    use super::Toast;
    use leptos::prelude::*;
    use std::cell::RefCell;

    /// How something is taken back.
    pub type Undo = Box<dyn FnOnce()>;

    thread_local! {
        static SAID: RefCell<Option<ArcRwSignal<Toast>>> = const { RefCell::new(None) };
        static UNDO: RefCell<Option<Undo>> = const { RefCell::new(None) };
    }

    pub fn said() -> ArcRwSignal<Toast> {
        SAID.with_borrow_mut(|said| said.get_or_insert_with(|| ArcRwSignal::new(Toast::default())).clone())
    }

    /// Says what was done, in place of what was said before; with the word for taking it back, and how.
    pub fn say(words: &str, undo: Option<(&str, Undo)>) {
        let (undo, how) = undo.unzip();
        UNDO.set(how);
        said().update(|toast| {
            *toast = Toast { number: toast.number + 1, words: words.to_owned(), undo: undo.unwrap_or_default().to_owned() };
        });
    }

    /// Says nothing any more.
    pub fn clear() {
        UNDO.set(None);
        if !said().with_untracked(|toast| toast.words.is_empty()) {
            said().update(|toast| *toast = Toast { number: toast.number + 1, ..Toast::default() });
        }
    }

    /// Takes back what was done.
    pub fn undo() {
        let how = UNDO.take();
        clear();
        if let Some(how) = how {
            how();
        }
    }
}

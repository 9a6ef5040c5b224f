//! What an island shows of a course, and when news replaces it.

use contract::viewpage::Counts;
use serde::{Deserialize, Serialize};

/// A course's counts as of a version of its view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// As in [`contract::viewpage::CourseView::version`].
    pub version: u64,
    /// How many of each it has.
    pub counts: Counts,
}

impl Shown {
    /// Whether `self` replaces `other`: news arrives by several ways and not always in order.
    #[must_use]
    pub const fn is_newer_than(&self, other: &Self) -> bool {
        self.version > other.version
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_later_version_replaces() {
        let at = |version| Shown { version, ..Shown::default() };
        assert!(at(2).is_newer_than(&at(1)));
        assert!(!at(1).is_newer_than(&at(1)) && !at(1).is_newer_than(&at(2)));
    }
}

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
    /// Whether `self` replaces `other`: news arrives by several ways and not always in order. Of one version the later word
    /// holds, for a read model that was built anew corrects counts without another version.
    #[must_use]
    pub const fn replaces(&self, other: &Self) -> bool {
        self.version >= other.version
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_earlier_version_does_not_replace() {
        let at = |version| Shown { version, ..Shown::default() };
        assert!(at(2).replaces(&at(1)) && at(1).replaces(&at(1)));
        assert!(!at(1).replaces(&at(2)));
    }
}

//! What an island shows of a course, and when news replaces it.

use contract::viewpage::{Counts, Rating};
use serde::{Deserialize, Serialize};

/// A course's counts and rating as of a version of its view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// As in [`contract::viewpage::CourseView::version`].
    pub version: u64,
    /// How many of each it has.
    pub counts: Counts,
    /// How it is rated on average, in tenths of a star; `None` while nobody has rated.
    pub tenths: Option<u64>,
}

impl Shown {
    /// What is shown of these counts and this rating.
    #[must_use]
    pub fn new(version: u64, counts: Counts, rating: &Rating) -> Self {
        Self { version, counts, tenths: rating.average.map(tenths) }
    }

    /// Whether `self` replaces `other`: news arrives by several ways and not always in order. Of one version the later word
    /// holds, for a read model that was built anew corrects counts without another version.
    #[must_use]
    pub const fn replaces(&self, other: &Self) -> bool {
        self.version >= other.version
    }
}

/// An average to one decimal, in tenths.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an average is 1 to 5; a cast saturates")]
pub fn tenths(average: f64) -> u64 {
    (average * 10.0).round() as u64
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

    #[test]
    fn an_average_is_told_to_one_decimal() {
        let shown = |average| Shown::new(1, Counts::default(), &Rating { average, count: 3, distribution: None }).tenths;
        assert_eq!((shown(None), shown(Some(5.0)), shown(Some(4.333)), shown(Some(4.95))), (None, Some(50), Some(43), Some(50)));
    }
}

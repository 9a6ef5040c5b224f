//! What follows from the server's answer to what the editor sent by itself.

use super::Status;
use contract::{ApiError, Refusal};

/// How long one waits after the last change before it is sent, in milliseconds.
pub const PAUSE: u32 = 2_000;
/// The longest wait before it is tried again, in milliseconds.
const LONGEST: u32 = 60_000;

/// When it is sent next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// After so many milliseconds.
    In(u32),
    /// After the next change.
    Change,
    /// Not any more.
    Never,
}

/// What to say and when to try again, after `failures` tries in a row that failed. `time` is now, as people read it.
#[must_use]
pub fn after(trouble: &ApiError, failures: u32, time: String) -> (Status, Next) {
    let later = |seconds: u32| Next::In(seconds.saturating_mul(1_000).max(PAUSE << failures.min(5)).min(LONGEST));
    match trouble {
        ApiError::Refused(Refusal::Invalid(_) | Refusal::StopsMissing) => (Status::Incomplete(time), Next::Change),
        ApiError::Refused(Refusal::ChangedMeanwhile { .. }) => (Status::Changed, Next::Never),
        ApiError::Refused(Refusal::NotSignedIn) => (Status::SignedOut, Next::Change),
        ApiError::Refused(Refusal::TooMany { retry_after_seconds }) | ApiError::Unavailable { retry_after_seconds } => {
            (Status::Offline, later(*retry_after_seconds))
        }
        ApiError::Fault => (Status::Offline, later(10)),
        ApiError::Refused(_) => (Status::Stopped, Next::Never),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(trouble: ApiError, failures: u32) -> Next {
        after(&trouble, failures, String::new()).1
    }

    #[test]
    fn what_can_succeed_later_is_tried_again_ever_more_seldom() {
        let gone = ApiError::Unavailable { retry_after_seconds: 1 };
        assert_eq!(next(gone.clone(), 0), Next::In(2_000));
        assert_eq!(next(gone.clone(), 3), Next::In(16_000));
        assert_eq!(next(gone, 40), Next::In(60_000));
        assert_eq!(next(Refusal::TooMany { retry_after_seconds: 30 }.into(), 0), Next::In(30_000));
        assert_eq!(next(Refusal::TooMany { retry_after_seconds: u32::MAX }.into(), 0), Next::In(60_000));
    }

    #[test]
    fn what_was_refused_is_not_sent_again_as_it_is() {
        assert_eq!(next(Refusal::Invalid(Vec::new()).into(), 0), Next::Change);
        assert_eq!(next(Refusal::NotSignedIn.into(), 0), Next::Change);
        for refusal in [Refusal::ChangedMeanwhile { current: 2 }, Refusal::NotFound, Refusal::NotYours, Refusal::Malformed] {
            assert_eq!(next(refusal.clone().into(), 0), Next::Never, "{refusal}");
        }
    }
}

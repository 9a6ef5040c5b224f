//! Each call is heard once: its number is remembered for as long as its signature would be believed.
//!
//! By each process for itself: a call that was heard by one copy of a service could be placed once more at another, by somebody who can
//! read what passes between services and reach the other copy.

use super::signature::FRESH;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashSet;
use std::mem;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// For how long a number is remembered at least: a call that was signed as far in the future as is believed can be placed for so long.
const REMEMBERED: SignedDuration = SignedDuration::from_secs(2 * FRESH.as_secs());
/// How many numbers are remembered twice over at the most: 8,000 calls in a second. With more they are forgotten sooner, rather than that
/// memory grows without end; whoever gets here has the key.
const MOST: usize = 500_000;

/// The numbers of the calls that were heard lately.
#[derive(Debug, Default)]
pub(super) struct Replays(Mutex<Numbers>);

#[derive(Debug, Default)]
struct Numbers {
    /// When remembering into `newer` began.
    since: Timestamp,
    newer: HashSet<Uuid>,
    older: HashSet<Uuid>,
}

impl Replays {
    /// Whether a call of this number is heard for the first time, which from now on it isn't.
    pub(super) fn is_first(&self, nonce: Uuid, now: Timestamp) -> bool {
        let mut numbers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if now.duration_since(numbers.since) > REMEMBERED || numbers.newer.len() >= MOST {
            numbers.older = mem::take(&mut numbers.newer);
            numbers.since = now;
        }
        !numbers.older.contains(&nonce) && numbers.newer.insert(nonce)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    #[test]
    fn a_number_is_new_once_for_as_long_as_its_signature_is_believed() {
        let replays = Replays::default();
        let [one, two] = [1, 2].map(Uuid::from_u128);
        assert!(replays.is_first(one, at(1_000)) && !replays.is_first(one, at(1_000)));
        assert!(replays.is_first(two, at(1_059)));
        for second in [1_060, 1_061, 1_119] {
            assert!(!replays.is_first(one, at(second)) && !replays.is_first(two, at(second)), "{second}");
        }
    }

    #[test]
    fn what_is_remembered_has_an_end() {
        let replays = Replays::default();
        for second in 0..100 {
            assert!(replays.is_first(Uuid::from_u128(second), at(i64::try_from(second).expect("small") * 61)));
        }
        let numbers = replays.0.lock().expect("whole");
        assert!(numbers.newer.len() + numbers.older.len() <= 2, "{numbers:?}");
    }
}

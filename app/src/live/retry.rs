//! When to try again after a connection was lost, and when to say so.

/// The first wait, in milliseconds.
const FIRST: u32 = 500;
/// The longest wait, in milliseconds.
const LONGEST: u32 = 15_000;
/// Silence that means the connection is dead though nobody said so, in milliseconds: the server says something each 15 s.
pub const SILENCE: f64 = 40_000.0;
/// How long opening may take, in milliseconds.
const OPENING: f64 = 10_000.0;

/// Exponential back-off with jitter: a restarted server isn't met by all pages in the same moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// Notes a failure and answers how long to wait, in milliseconds; `chance` is 0 to 1.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of at most fifteen seconds")]
    pub fn failed(&mut self, chance: f64) -> u32 {
        let longest = FIRST.saturating_mul(1 << self.failures.min(10)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        (f64::from(longest) * 0.5f64.mul_add(chance.clamp(0.0, 1.0), 0.5)) as u32
    }

    /// Notes that the connection is open.
    pub fn opened(&mut self) {
        self.failures = 0;
    }

    /// Whether people should be told: a connection that comes back at the first try isn't worth a word.
    #[must_use]
    pub const fn is_lost(&self) -> bool {
        self.failures > 1
    }
}

/// Whether a connection that said something `silent_for` milliseconds ago must be taken for dead.
#[must_use]
pub fn is_dead(silent_for: f64, open: bool) -> bool {
    silent_for > if open { SILENCE } else { OPENING }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_fifteen_seconds_and_start_anew() {
        let mut backoff = Backoff::default();
        let longest: Vec<u32> = (0..7).map(|_| backoff.failed(1.0)).collect();
        assert_eq!(longest, [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
        backoff.opened();
        assert_eq!((backoff.failed(0.0), backoff.failed(0.0)), (250, 500));
    }

    #[test]
    fn counting_failures_never_overflows() {
        let mut backoff = Backoff { failures: u32::MAX };
        assert_eq!(backoff.failed(1.0), 15_000);
    }

    #[test]
    fn the_first_failure_stays_between_us() {
        let mut backoff = Backoff::default();
        let _ = backoff.failed(0.5);
        assert!(!backoff.is_lost());
        let _ = backoff.failed(0.5);
        assert!(backoff.is_lost());
        backoff.opened();
        assert!(!backoff.is_lost());
    }

    #[test]
    fn silence_is_death() {
        assert!(!is_dead(15_000.0, true) && is_dead(41_000.0, true));
        assert!(!is_dead(9_000.0, false) && is_dead(11_000.0, false));
    }
}

//! How long is waited for a service, and how often it is asked.

use super::Repeat;
use std::time::Duration;

/// How patient callers are.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How long one try may take of what can be tried again.
    pub again: Duration,
    /// How long what can't may take.
    pub once: Duration,
    /// How often it is tried at the most.
    pub tries: u32,
    /// The longest pause after the first try; it doubles with every other.
    pub pause: Duration,
    /// How many failures in a row open the breaker.
    pub failures: u32,
    /// How long it stays open.
    pub open: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            again: Duration::from_millis(2_000),
            // Passwords wait for their turn to be hashed.
            once: Duration::from_secs(10),
            tries: 3,
            pause: Duration::from_millis(100),
            failures: 5,
            open: Duration::from_secs(1),
        }
    }
}

impl Patience {
    pub(super) const fn of_a_try(&self, repeat: Repeat) -> Duration {
        match repeat {
            Repeat::Again => self.again,
            Repeat::Once => self.once,
        }
    }

    /// How long to wait after so many tries: anything up to a ceiling that doubles, so that those who failed together don't come together.
    pub(super) fn pause_after(&self, tries: u32) -> Duration {
        let ceiling = self.pause.saturating_mul(1 << tries.saturating_sub(1).min(6));
        ceiling.mul_f64(rand::random_range(0.0..1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_random_below_a_ceiling_that_doubles() {
        let patience = Patience { pause: Duration::from_millis(100), ..Patience::default() };
        for (tries, ceiling) in [(1, 100), (2, 200), (3, 400), (60, 6_400)] {
            let pauses: Vec<_> = (0..200).map(|_| patience.pause_after(tries)).collect();
            assert!(pauses.iter().all(|pause| *pause < Duration::from_millis(ceiling)), "{tries}");
            // Full jitter: from nothing on. Two hundred that are all in the upper half have a chance of 2^-200.
            assert!(pauses.iter().any(|pause| *pause < Duration::from_millis(ceiling / 2)), "{tries}");
            assert!(pauses.iter().any(|pause| *pause > Duration::from_millis(ceiling / 2)), "{tries}");
        }
    }
}

//! One bucket for each key, in bounded memory.
//!
//! What is kept is not the key but a slot that it falls into, by a hash with a seed of this process: there are never more slots than
//! [`SLOTS`], no key can be read back, and nobody can aim for someone else's. Two keys in one slot share a bucket, which is as likely
//! as one in [`SLOTS`] and lets through less, never more.

use super::REFUSED;
use contract::Refusal;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use std::hash::{BuildHasher, Hash, RandomState};
use std::marker::PhantomData;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How many slots there are: some 10 MB if all were in use.
const SLOTS: u64 = 1 << 18;
/// After how many tries slots that are full again are forgotten.
const SWEEP_EVERY: u32 = 4_096;

/// Buckets of one kind.
#[derive(Debug)]
pub(super) struct Buckets<K, C: Clock> {
    name: &'static str,
    limiter: RateLimiter<u32, HashMapStateStore<u32>, C, NoOpMiddleware<C::Instant>>,
    clock: C,
    seed: RandomState,
    tries: AtomicU32,
    keys: PhantomData<fn(&K)>,
}

impl<K: Hash, C: Clock + Clone> Buckets<K, C> {
    /// Buckets that hold `burst`, and get one more every `refill`.
    pub(super) fn new(name: &'static str, burst: u32, refill: Duration, clock: &C) -> Self {
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(refill).unwrap_or_else(|| Quota::per_second(NonZeroU32::MIN)).allow_burst(burst);
        Self {
            name,
            limiter: RateLimiter::hashmap_with_clock(quota, clock.clone()),
            clock: clock.clone(),
            seed: RandomState::new(),
            tries: AtomicU32::new(0),
            keys: PhantomData,
        }
    }

    /// Takes one from the bucket of `key`.
    ///
    /// # Errors
    /// `TooMany`, with the time until there is one.
    pub(super) fn take(&self, key: &K) -> Result<(), Refusal> {
        if self.tries.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
        let slot = self.seed.hash_one(key) % SLOTS;
        self.limiter.check_key(&u32::try_from(slot).unwrap_or_default()).map_err(|empty| {
            metrics::counter!(REFUSED, "limit" => self.name).increment(1);
            let wait = empty.wait_time_from(self.clock.now());
            // Rounded up: who comes back then is let through.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            Refusal::TooMany { retry_after_seconds: u32::try_from(seconds.max(1)).unwrap_or(u32::MAX) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;

    fn buckets(clock: &FakeRelativeClock) -> Buckets<u64, FakeRelativeClock> {
        Buckets::new("test", 3, Duration::from_secs(6), clock)
    }

    #[test]
    fn a_bucket_holds_its_burst_and_fills_up_with_time() {
        let clock = FakeRelativeClock::default();
        let buckets = buckets(&clock);
        for _ in 0..3 {
            assert_eq!(buckets.take(&1), Ok(()));
        }
        assert_eq!(buckets.take(&1), Err(Refusal::TooMany { retry_after_seconds: 6 }));
        assert_eq!(buckets.take(&2), Ok(()), "another's is its own");
        clock.advance(Duration::from_millis(4_500));
        assert_eq!(buckets.take(&1), Err(Refusal::TooMany { retry_after_seconds: 2 }), "rounded up");
        clock.advance(Duration::from_secs(2));
        assert_eq!(buckets.take(&1), Ok(()), "who waited as told is let through");
        assert!(buckets.take(&1).is_err());
        clock.advance(Duration::from_secs(3_600));
        for _ in 0..3 {
            assert_eq!(buckets.take(&1), Ok(()));
        }
        assert!(buckets.take(&1).is_err(), "it never holds more than its burst");
    }

    #[test]
    fn what_is_full_again_is_forgotten() {
        let clock = FakeRelativeClock::default();
        let buckets = buckets(&clock);
        for key in 0..u64::from(SWEEP_EVERY) - 1 {
            buckets.take(&key).expect("a bucket of its own, or shared with one other");
        }
        assert!(buckets.limiter.len() > 3_900, "{}", buckets.limiter.len());
        clock.advance(Duration::from_secs(60));
        buckets.take(&0).expect("full again");
        assert_eq!(buckets.limiter.len(), 1);
    }

    #[test]
    fn memory_is_bounded_however_many_come_at_once() {
        let buckets = Buckets::new("test", 3, Duration::from_secs(3_600), &FakeRelativeClock::default());
        for key in 0..SLOTS * 4 {
            let _either = buckets.take(&key);
        }
        assert!(u64::try_from(buckets.limiter.len()).expect("small") <= SLOTS, "{}", buckets.limiter.len());
    }
}

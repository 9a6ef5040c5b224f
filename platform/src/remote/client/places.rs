//! The addresses of one service, in turn. One at which nobody listens comes last for a moment: who asks is led to the others at once,
//! and what failed there says nothing about the service as a whole again and again.

use super::Address;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// The addresses of one service.
#[derive(Debug)]
pub(super) struct Places {
    places: Box<[Place]>,
    next: AtomicUsize,
}

/// An address, and until when it is left out.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) address: Address,
    left_out_until: Mutex<Option<Instant>>,
}

impl Place {
    /// Nobody listens there.
    pub(super) fn leave_out(&self, time: Duration) {
        *self.until() = Some(Instant::now() + time);
    }

    fn is_left_out(&self) -> bool {
        self.until().is_some_and(|until| Instant::now() < until)
    }

    fn until(&self) -> MutexGuard<'_, Option<Instant>> {
        self.left_out_until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    pub(super) fn new(addresses: Vec<Address>) -> Self {
        let places = addresses.into_iter().map(|address| Place { address, left_out_until: Mutex::default() }).collect();
        Self { places, next: AtomicUsize::default() }
    }

    /// Where the next call begins.
    pub(super) fn turn(&self) -> usize {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// The places for a try, each once, beginning with that of `turn`. Those that are left out come last: any of them may have come back.
    pub(super) fn in_turn(&self, turn: usize) -> impl Iterator<Item = &Place> {
        let from = turn.checked_rem(self.places.len()).unwrap_or(0);
        let (before, after) = self.places.split_at(from);
        let (left_out, others): (Vec<_>, Vec<_>) = after.iter().chain(before).partition(|place| place.is_left_out());
        others.into_iter().chain(left_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(count: u16) -> Places {
        Places::new((1..=count).map(|port| format!("http://127.0.0.1:{port}").parse().expect("an origin")).collect())
    }

    fn ports(places: &Places, turn: usize) -> Vec<Option<u16>> {
        places.in_turn(turn).map(|place| place.address.0.port()).collect()
    }

    #[test]
    fn each_comes_in_turn() {
        let three = places(3);
        assert_eq!((three.turn(), three.turn()), (0, 1));
        assert_eq!(ports(&three, 0), [Some(1), Some(2), Some(3)]);
        assert_eq!(ports(&three, 4), [Some(2), Some(3), Some(1)]);
        assert_eq!(ports(&places(0), 5), []);
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_is_dead_comes_last_for_a_moment() {
        let three = places(3);
        let second = Duration::from_secs(1);
        let leave_out = |turn| three.in_turn(turn).next().expect("known").leave_out(second);
        leave_out(1);
        assert_eq!(ports(&three, 1), [Some(3), Some(1), Some(2)]);
        leave_out(0);
        assert_eq!(ports(&three, 0), [Some(3), Some(1), Some(2)]);
        leave_out(0);
        assert_eq!(ports(&three, 1), [Some(2), Some(3), Some(1)], "with no other left, they come in turn");
        tokio::time::advance(second).await;
        assert_eq!(ports(&three, 0), [Some(1), Some(2), Some(3)]);
    }
}

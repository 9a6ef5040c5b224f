//! The addresses of one service, in turn. One at which nobody listens is left out for a moment: who asks is led to the others at once,
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

    pub(super) fn count(&self) -> usize {
        self.places.len()
    }

    /// Where the next call begins.
    pub(super) fn turn(&self) -> usize {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// The place for a try; that of the next turn is another. `None` where no address is known.
    pub(super) fn at(&self, turn: usize) -> Option<&Place> {
        let count = self.places.len();
        let from = turn.checked_rem(count)?;
        let mut in_turn = (from..count).chain(0..from).filter_map(|index| self.places.get(index));
        // Where all are left out, any may have come back.
        in_turn.find(|place| !place.is_left_out()).or_else(|| self.places.get(from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(count: u16) -> Places {
        Places::new((1..=count).map(|port| format!("http://127.0.0.1:{port}").parse().expect("an origin")).collect())
    }

    fn port(places: &Places, turn: usize) -> Option<u16> {
        places.at(turn)?.address.0.port()
    }

    #[test]
    fn each_comes_in_turn() {
        let three = places(3);
        assert_eq!((three.turn(), three.turn()), (0, 1));
        assert_eq!([0, 1, 2, 3].map(|turn| port(&three, turn)), [Some(1), Some(2), Some(3), Some(1)]);
        assert_eq!(port(&places(0), 0), None);
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_is_dead_is_left_out_for_a_moment() {
        let three = places(3);
        let second = Duration::from_secs(1);
        three.at(1).expect("known").leave_out(second);
        assert_eq!([0, 1, 2].map(|turn| port(&three, turn)), [Some(1), Some(3), Some(3)]);
        for turn in [0, 2] {
            three.at(turn).expect("known").leave_out(second);
        }
        assert_eq!([0, 1, 2].map(|turn| port(&three, turn)), [Some(1), Some(2), Some(3)], "with none left, all are tried");
        tokio::time::advance(second).await;
        assert_eq!([0, 1, 2].map(|turn| port(&three, turn)), [Some(1), Some(2), Some(3)]);
    }
}

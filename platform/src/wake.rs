//! The signal between those who write events and those who read them in the same process. It only saves waiting: readers poll
//! as well, and polling alone suffices.

use contract::event::AggregateKind;
use std::time::Duration;
use tokio::sync::watch;

/// How often it was said of each kind that there may be something new.
type Told = [u64; AggregateKind::ALL.len()];

/// Tells every waiting reader that there may be something new.
#[derive(Clone, Debug)]
pub struct Wake(watch::Sender<Told>);

impl Default for Wake {
    fn default() -> Self {
        Self(watch::Sender::new(Told::default()))
    }
}

impl Wake {
    /// Says that there may be something new.
    pub fn signal(&self) {
        self.signal_of(AggregateKind::ALL);
    }

    /// Says that there may be something new of `kinds`.
    pub fn signal_of(&self, kinds: impl IntoIterator<Item = AggregateKind>) {
        self.0.send_modify(|told| {
            for kind in kinds {
                told[kind as usize] = told[kind as usize].wrapping_add(1);
            }
        });
    }

    /// A waiter that hears every signal from now on.
    #[must_use]
    pub fn waiter(&self) -> Waiter {
        self.waiter_of(&AggregateKind::ALL)
    }

    /// A waiter that hears every signal of `kinds` from now on.
    #[must_use]
    pub fn waiter_of(&self, kinds: &'static [AggregateKind]) -> Waiter {
        let receiver = self.0.subscribe();
        let heard = *receiver.borrow();
        Waiter { receiver, kinds, heard }
    }
}

/// Waits for signals. One that comes between two waits is not lost.
#[derive(Debug)]
pub struct Waiter {
    receiver: watch::Receiver<Told>,
    kinds: &'static [AggregateKind],
    heard: Told,
}

impl Waiter {
    /// Waits for a signal, at most `limit`.
    pub async fn wait(&mut self, limit: Duration) {
        let Self { receiver, kinds, heard } = self;
        let something_new = async {
            let is_new = |told: &Told| kinds.iter().any(|kind| told[*kind as usize] != heard[*kind as usize]);
            receiver.wait_for(is_new).await.map(|told| *told)
        };
        // Neither the end of the time nor of the sender matters: both mean "look yourself".
        match tokio::time::timeout(limit, something_new).await {
            Ok(Ok(told)) => *heard = told,
            Ok(Err(_closed)) => tokio::time::sleep(limit).await,
            Err(_elapsed) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    const LONG: Duration = Duration::from_secs(3600);

    #[tokio::test]
    async fn a_waiter_hears_of_its_kinds_alone_and_loses_nothing() {
        let wake = Wake::default();
        let mut likes = wake.waiter_of(&[AggregateKind::Like, AggregateKind::Course]);
        assert!(likes.wait(LONG).now_or_never().is_none(), "nothing was said");
        wake.signal_of([AggregateKind::Inbox]);
        assert!(likes.wait(LONG).now_or_never().is_none(), "it is of another kind");
        wake.signal_of([AggregateKind::Inbox, AggregateKind::Like]);
        wake.signal_of([AggregateKind::Course]);
        assert!(likes.wait(LONG).now_or_never().is_some(), "said between two waits");
        assert!(likes.wait(LONG).now_or_never().is_none(), "both were heard at once");
        wake.signal();
        assert!(likes.wait(LONG).now_or_never().is_some(), "all kinds");
    }
}

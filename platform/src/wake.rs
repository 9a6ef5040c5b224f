//! The signal between those who write events and those who read them in the same process. It only saves waiting: readers poll
//! as well, and polling alone suffices.

use std::time::Duration;
use tokio::sync::watch;

/// Tells every waiting reader that there may be something new.
#[derive(Clone, Debug)]
pub struct Wake(watch::Sender<u64>);

impl Default for Wake {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}

impl Wake {
    /// Says that there may be something new.
    pub fn signal(&self) {
        self.0.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// A waiter that hears every signal from now on.
    #[must_use]
    pub fn waiter(&self) -> Waiter {
        Waiter(self.0.subscribe())
    }
}

/// Waits for signals. One that comes between two waits is not lost.
#[derive(Debug)]
pub struct Waiter(watch::Receiver<u64>);

impl Waiter {
    /// Waits for a signal, at most `limit`.
    pub async fn wait(&mut self, limit: Duration) {
        // Neither the end of the time nor of the sender matters: both mean "look yourself".
        if let Ok(Err(_closed)) = tokio::time::timeout(limit, self.0.changed()).await {
            tokio::time::sleep(limit).await;
        }
    }
}

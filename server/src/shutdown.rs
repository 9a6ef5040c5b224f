//! How the program is told to end, and by when it has ended.
//!
//! There is one deadline, and it counts from the signal. What ends comes in phases: requests, then what runs beside them, then the
//! database. Each phase may use whatever the ones before have left of the time, except what is kept for those after it.

use std::io;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// By when the program has ended: whoever sends SIGTERM waits ten seconds, and the process itself needs a moment.
pub const WITHIN: Duration = Duration::from_millis(9_500);
/// What a shell reports for a program that was interrupted: 128 and the number of the signal.
const INTERRUPTED: i32 = 130;

/// The end of the program, or of one phase of it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Shutdown {
    told: CancellationToken,
    within: Duration,
    /// When the first phase was told: one moment for all phases.
    begun: Arc<OnceLock<Instant>>,
}

impl Shutdown {
    /// An end that takes `within` at the most once it is told.
    #[must_use]
    pub fn new(within: Duration) -> Self {
        Self { told: CancellationToken::new(), within, begun: Arc::default() }
    }

    /// Another phase of the same end: told by itself, over by the same deadline.
    #[must_use]
    pub fn phase(&self) -> Self {
        Self { told: CancellationToken::new(), ..self.clone() }
    }

    /// Tells everyone who listens to [`told`](Self::told) to end.
    pub fn tell(&self) {
        let _begun = self.deadline();
        self.told.cancel();
    }

    /// Cancelled once this phase has been told to end.
    #[must_use]
    pub const fn told(&self) -> &CancellationToken {
        &self.told
    }

    /// By when everything has ended. It counts from when the first phase was told; from now if none was.
    #[must_use]
    pub fn deadline(&self) -> Deadline {
        Deadline(*self.begun.get_or_init(Instant::now) + self.within)
    }
}

/// A point in time by which something has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deadline(Instant);

impl Deadline {
    /// So long from now.
    #[must_use]
    pub fn within(limit: Duration) -> Self {
        Self(Instant::now() + limit)
    }

    /// Earlier by `reserve`, which is kept for what comes afterwards.
    #[must_use]
    pub fn keeping(self, reserve: Duration) -> Self {
        Self(self.0.checked_sub(reserve).unwrap_or(self.0))
    }

    /// So long from now, if that is earlier.
    #[must_use]
    pub fn at_most(self, limit: Duration) -> Self {
        Self(self.0.min(Instant::now() + limit))
    }

    /// The point in time.
    #[must_use]
    pub const fn instant(self) -> Instant {
        self.0
    }

    /// What `future` answers, or `None` if it doesn't in time. It is asked at least once.
    pub async fn limit<T>(self, future: impl Future<Output = T>) -> Option<T> {
        tokio::time::timeout_at(self.0.into(), future).await.ok()
    }
}

/// An end that is told by SIGTERM or SIGINT. Whoever asks a second time doesn't want to wait: then the process ends at once.
///
/// # Errors
/// When signals can't be listened to.
pub fn on_signal() -> io::Result<Shutdown> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let shutdown = Shutdown::new(WITHIN);
    let told = shutdown.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("ending: no new connections, requests are finished");
        told.tell();
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        std::process::exit(INTERRUPTED);
    });
    Ok(shutdown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_phases_have_one_deadline_whichever_is_told_first() {
        let requests = Shutdown::new(Duration::from_secs(60));
        let (beside, before) = (requests.phase(), Instant::now());
        requests.tell();
        assert!(requests.told().is_cancelled() && !beside.told().is_cancelled());
        let deadline = requests.deadline();
        while Instant::now() == before {
            std::hint::spin_loop();
        }
        beside.tell();
        assert!(beside.told().is_cancelled());
        assert_eq!((beside.deadline(), requests.deadline()), (deadline, deadline));
        assert_eq!(deadline.instant() - deadline.keeping(Duration::from_secs(3)).instant(), Duration::from_secs(3));
    }

    #[tokio::test]
    async fn what_is_done_counts_even_when_time_is_over() {
        let over = Deadline::within(Duration::ZERO);
        assert_eq!(over.limit(std::future::ready(1)).await, Some(1));
        assert_eq!(over.limit(std::future::pending::<()>()).await, None);
    }
}

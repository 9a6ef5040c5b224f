//! What of the surroundings of a request goes along with the calls that it leads to, where the traits don't carry it.

use contract::CorrelationId;
use std::future::Future;
use tokio::time::Instant;

tokio::task_local! {
    static AROUND: Around;
}

/// The surroundings of a request.
#[derive(Clone, Copy, Debug)]
pub struct Around {
    /// The case it belongs to.
    pub correlation_id: CorrelationId,
    /// When whoever asks stops waiting.
    pub deadline: Instant,
}

impl Around {
    /// The surroundings of what runs now; `None` outside of a request, and in tasks that it has started.
    #[must_use]
    pub fn now() -> Option<Self> {
        AROUND.try_with(|around| *around).ok()
    }

    /// Runs `work` in these surroundings.
    pub async fn hold<T>(self, work: impl Future<Output = T>) -> T {
        AROUND.scope(self, work).await
    }
}

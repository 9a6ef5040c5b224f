//! Time and identifiers, passed in so that tests decide them.

use jiff::Timestamp;
use std::sync::Arc;
use uuid::Uuid;

/// Tells the time, and makes identifiers that carry it.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The system's clock.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system for the time")]
    pub fn system() -> Self {
        Self(Arc::new(Timestamp::now))
    }

    /// A clock that tells what `now` answers.
    pub fn from_fn(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time, cut to the microseconds that Postgres keeps.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let now = (self.0)();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    /// A new UUID v7 (RFC 9562, 5.7): ids made later sort later, so that indexes grow at their end.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that makes ids; their random part need not be decided by tests")]
    pub fn uuid(&self) -> Uuid {
        let now = (self.0)();
        let millisecond = u64::try_from(now.as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millisecond, &rand::random()).into_uuid()
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}

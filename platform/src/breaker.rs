//! Circuit breaker around calls to another service: after several failures in a row it refuses at once instead of waiting again, and
//! after a while lets one call through to see whether the other side is back (M. Nygard, "Release It!", 2nd ed., 5.2).

use crate::clock::Clock;
use contract::{ApiError, ApiResult};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// When a breaker opens, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long a call may take; one that takes longer has failed.
    pub time: Duration,
    /// How many failures in a row open it.
    pub failures: u32,
    /// How long it stays open before one call is let through.
    pub open: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: Duration::from_millis(400), failures: 3, open: Duration::from_secs(5) }
    }
}

/// Where a breaker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Calls go through.
    Closed,
    /// Calls are refused at once.
    Open,
    /// One call is let through; what becomes of it decides.
    HalfOpen,
}

/// What is told of a breaker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Who calls whom.
    pub name: &'static str,
    /// Where it stands.
    pub state: State,
    /// Failures in a row.
    pub failures: u32,
    /// Seconds until a call is let through; 0 where calls are.
    pub retry_after_seconds: u32,
}

/// A breaker. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Breaker(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    name: &'static str,
    limits: Limits,
    clock: Clock,
    record: Mutex<Record>,
}

#[derive(Debug, Default)]
struct Record {
    failures: u32,
    open_until: Option<Timestamp>,
    probing: bool,
}

impl Breaker {
    /// A closed breaker. `name` says who calls whom, such as `review.course`.
    #[must_use]
    pub fn new(name: &'static str, limits: Limits, clock: Clock) -> Self {
        Self(Arc::new(Inner { name, limits, clock, record: Mutex::default() }))
    }

    /// Makes a call through the breaker. What a rule refuses is an answer like any other; what is unavailable, at fault or late is
    /// a failure.
    ///
    /// # Errors
    /// What the call answers; `Unavailable` when it took too long, and at once while the breaker is open.
    pub async fn call<T>(&self, work: impl Future<Output = ApiResult<T>>) -> ApiResult<T> {
        let attempt = self.admit()?;
        let outcome = tokio::time::timeout(self.0.limits.time, work).await.unwrap_or_else(|_| {
            tracing::warn!(breaker = self.0.name, limit = ?self.0.limits.time, "no answer in time");
            Err(self.unavailable())
        });
        attempt.end(!matches!(outcome, Err(ApiError::Unavailable { .. } | ApiError::Fault)));
        outcome.map_err(|error| match error {
            ApiError::Unavailable { .. } | ApiError::Fault => self.unavailable(),
            refused @ ApiError::Refused(_) => refused,
        })
    }

    /// Where it stands.
    #[must_use]
    pub fn status(&self) -> Status {
        let record = self.record();
        let state = match record.open_until {
            None => State::Closed,
            Some(until) if !record.probing && until > self.0.clock.now() => State::Open,
            Some(_) => State::HalfOpen,
        };
        Status { name: self.0.name, state, failures: record.failures, retry_after_seconds: self.retry_after(&record) }
    }

    fn admit(&self) -> ApiResult<Attempt<'_>> {
        let mut record = self.record();
        match record.open_until {
            None => Ok(Attempt { breaker: self, probe: false, ended: false }),
            Some(until) if !record.probing && until <= self.0.clock.now() => {
                record.probing = true;
                Ok(Attempt { breaker: self, probe: true, ended: false })
            }
            Some(_) => {
                metrics::counter!("dulle_breaker_refused_total", "breaker" => self.0.name).increment(1);
                Err(ApiError::Unavailable { retry_after_seconds: self.retry_after(&record).max(1) })
            }
        }
    }

    fn unavailable(&self) -> ApiError {
        ApiError::Unavailable { retry_after_seconds: self.retry_after(&self.record()).max(1) }
    }

    fn retry_after(&self, record: &Record) -> u32 {
        let left = record.open_until.map_or(SignedDuration::ZERO, |until| until.duration_since(self.0.clock.now()));
        u32::try_from((left.as_millis() + 999).div_euclid(1_000)).unwrap_or(0)
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.0.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call under way. One that nobody waits for any longer says nothing about the other side, and frees the way for the next.
struct Attempt<'a> {
    breaker: &'a Breaker,
    probe: bool,
    ended: bool,
}

impl Attempt<'_> {
    fn end(mut self, well: bool) {
        self.ended = true;
        let mut record = self.breaker.record();
        if self.probe {
            record.probing = false;
        }
        if well {
            // A late success of a call from before does not close what has opened meanwhile.
            if self.probe || record.open_until.is_none() {
                let reopened = record.open_until.take().is_some();
                record.failures = 0;
                if reopened {
                    tracing::info!(breaker = self.breaker.0.name, "closed again");
                }
            }
        } else {
            record.failures = record.failures.saturating_add(1);
            if self.probe || (record.open_until.is_none() && record.failures >= self.breaker.0.limits.failures) {
                let open = SignedDuration::try_from(self.breaker.0.limits.open).unwrap_or(SignedDuration::MAX);
                record.open_until = Some(self.breaker.0.clock.now().saturating_add(open).unwrap_or(Timestamp::MAX));
                tracing::warn!(breaker = self.breaker.0.name, failures = record.failures, "opened");
                metrics::counter!("dulle_breaker_opened_total", "breaker" => self.breaker.0.name).increment(1);
            }
        }
    }
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        if self.probe && !self.ended {
            self.breaker.record().probing = false;
        }
    }
}

#[cfg(test)]
mod tests;

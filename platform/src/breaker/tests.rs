use super::*;
use contract::Refusal;
use std::future::pending;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::sync::oneshot;

const LIMITS: Limits = Limits { time: Duration::from_secs(10), failures: 2, open: Duration::from_secs(5) };
const DEAD: ApiError = ApiError::Unavailable { retry_after_seconds: 1 };

/// A breaker, and a clock that stands still until it is moved.
struct Fixture {
    breaker: Breaker,
    seconds: Arc<AtomicI64>,
}

impl std::ops::Deref for Fixture {
    type Target = Breaker;

    fn deref(&self) -> &Breaker {
        &self.breaker
    }
}

impl Fixture {
    fn with(limits: Limits) -> Self {
        let seconds = Arc::new(AtomicI64::new(0));
        let told = seconds.clone();
        let clock = Clock::from_fn(move || Timestamp::from_second(told.load(Ordering::Relaxed)).unwrap_or(Timestamp::MAX));
        Self { breaker: Breaker::new("test", limits, clock), seconds }
    }

    fn advance(&self, by: Duration) {
        self.seconds.fetch_add(i64::try_from(by.as_secs()).unwrap_or(0), Ordering::Relaxed);
    }
}

fn breaker() -> Fixture {
    Fixture::with(LIMITS)
}

async fn fails(breaker: &Breaker) -> ApiError {
    breaker.call(async { Err::<(), _>(DEAD) }).await.expect_err("fails")
}

async fn opened() -> Fixture {
    let breaker = breaker();
    for _ in 0..LIMITS.failures {
        fails(&breaker).await;
    }
    assert_eq!(breaker.status().state, State::Open);
    breaker
}

#[tokio::test]
async fn opens_after_failures_in_a_row_and_refuses_at_once() {
    let breaker = breaker();
    fails(&breaker).await;
    breaker.call(async { Ok(()) }).await.expect("goes through");
    fails(&breaker).await;
    assert_eq!(breaker.status().state, State::Closed, "not in a row");
    fails(&breaker).await;
    let asked = std::cell::Cell::new(false);
    let work = async {
        asked.set(true);
        Ok(())
    };
    let refused = breaker.call(work).await;
    assert_eq!(refused, Err(ApiError::Unavailable { retry_after_seconds: 5 }));
    assert!(!asked.get(), "the other side is left alone");
}

#[tokio::test]
async fn what_takes_too_long_has_failed() {
    let breaker = Fixture::with(Limits { time: Duration::from_millis(1), ..LIMITS });
    assert!(breaker.call(pending::<ApiResult<()>>()).await.is_err());
    assert_eq!(breaker.status().failures, 1);
}

#[tokio::test]
async fn what_a_rule_refuses_is_an_answer() {
    let breaker = breaker();
    for _ in 0..10 {
        let refused = breaker.call(async { Err::<(), _>(Refusal::NotFound.into()) }).await;
        assert_eq!(refused, Err(Refusal::NotFound.into()));
    }
    assert_eq!(breaker.status().state, State::Closed);
}

#[tokio::test]
async fn one_call_is_let_through_and_closes_it() {
    let breaker = opened().await;
    breaker.advance(LIMITS.open);
    assert_eq!(breaker.status().state, State::HalfOpen);
    let (answer, answered) = oneshot::channel();
    let probe = breaker.call(async { answered.await.map_err(|_| ApiError::Fault) });
    let other = async {
        let refused = breaker.call(async { Ok(()) }).await;
        answer.send(()).map(|()| refused).unwrap_or(Ok(()))
    };
    assert_eq!(tokio::join!(probe, other), (Ok(()), Err(DEAD)), "only one at a time");
    assert_eq!(breaker.status().state, State::Closed);
}

#[tokio::test]
async fn a_failed_probe_opens_it_again() {
    let breaker = opened().await;
    breaker.advance(LIMITS.open);
    assert_eq!(fails(&breaker).await, ApiError::Unavailable { retry_after_seconds: 5 });
    assert_eq!(breaker.status().state, State::Open);
}

#[tokio::test]
async fn a_probe_that_nobody_waits_for_leaves_the_way_free() {
    let breaker = opened().await;
    breaker.advance(LIMITS.open);
    tokio::select! {
        biased;
        _ = breaker.call(pending::<ApiResult<()>>()) => unreachable!("never answers"),
        () = tokio::task::yield_now() => {}
    }
    breaker.call(async { Ok(()) }).await.expect("the next one probes");
    assert_eq!(breaker.status().state, State::Closed);
}

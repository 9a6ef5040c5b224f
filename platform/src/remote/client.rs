//! A service that lives elsewhere, seen from here.
//!
//! Every call has a time limit, and ends when whoever asked stops waiting. What can be placed twice is placed again when nobody answers,
//! with exponential back-off and full jitter (M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015), elsewhere if
//! the service has several addresses; what can't is, only if it surely never arrived. Around all of it is a breaker. A refusal, and
//! whatever else the service itself says, is an answer: it is handed on as it is and says that the service is well.

mod address;
mod patience;
mod places;

pub use self::address::{Address, NotAnAddress};
pub use self::patience::Patience;
use self::places::Places;
use super::around::Around;
use super::signature::ServiceKeys;
use super::{ACTOR, CALLER, CAUSATION_ID, CORRELATION_ID, MAX_BODY, WITHIN};
use crate::breaker::{self, Breaker};
use crate::clock::Clock;
use crate::trace;
use axum::body::Bytes;
use contract::{ApiError, ApiResult, Call, CorrelationId};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use reqwest::{Client, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

/// How long the way to another service may take to be opened.
const CONNECT: Duration = Duration::from_millis(500);
/// How long a connection is kept that nothing is asked on: shorter than services keep theirs (10 s).
const IDLE: Duration = Duration::from_secs(5);

/// Whether a call may be placed a second time when it isn't known what became of the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Reads, and commands that change nothing when they are done again.
    Again,
    /// Anything else.
    Once,
}

/// What all remote services of a process share: who calls, and with what.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// For what can be asked again: keeps connections.
    kept: Client,
    /// For what can't: opens one for each call. A service that ends closes the connections on which nothing is asked, and what is sent on
    /// one just then may or may not have been heard; on a new one everything is.
    fresh: Client,
    caller: HeaderValue,
    keys: ServiceKeys,
    clock: Clock,
    streams_end: CancellationToken,
    patience: Patience,
}

impl Outgoing {
    /// Calls in the name of `caller`, signed with the first of `keys`. Live streams end when `streams_end` is cancelled.
    #[must_use]
    pub fn new(caller: &str, keys: ServiceKeys, clock: Clock, streams_end: CancellationToken, patience: Patience) -> Self {
        let client = |idle| {
            // Neither proxies of the environment nor redirections: services speak to each other alone.
            let client = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).tcp_nodelay(true);
            // What can fail in building one is TLS, which this has none of.
            client.connect_timeout(CONNECT).pool_idle_timeout(IDLE).pool_max_idle_per_host(idle).build().unwrap_or_default()
        };
        let (kept, fresh) = (client(usize::MAX), client(0));
        let caller = HeaderValue::from_str(caller).unwrap_or(HeaderValue::from_static("unnamed"));
        Self { kept, fresh, caller, keys, clock, streams_end, patience }
    }
}

/// A service that lives elsewhere: whatever trait it has, this has, too. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Remote {
    service: &'static str,
    places: Arc<Places>,
    outgoing: Outgoing,
    breaker: Breaker,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Lost {
    #[error("no address is known")]
    Nowhere,
    #[error("not reached: {0}")]
    NotReached(reqwest::Error),
    #[error("no answer: {0}")]
    NoAnswer(reqwest::Error),
    #[error("no answer in time")]
    Late,
    #[error("answered {0} and nothing that a service says")]
    Status(StatusCode),
}

impl From<reqwest::Error> for Lost {
    fn from(error: reqwest::Error) -> Self {
        if error.is_connect() { Self::NotReached(error) } else { Self::NoAnswer(error) }
    }
}

impl Lost {
    /// Whether the call may have been heard.
    const fn was_heard(&self) -> bool {
        !matches!(self, Self::Nowhere | Self::NotReached(_))
    }
}

impl Remote {
    /// The service of this name at `addresses`, each as good as the other. `breaker` names who calls whom, such as `remote.course`.
    #[must_use]
    pub fn new(service: &'static str, breaker: &'static str, addresses: Vec<Address>, outgoing: Outgoing) -> Self {
        let patience = outgoing.patience;
        // The tries have limits of their own, all of them below this one.
        let time = patience.again.max(patience.once).saturating_mul(2);
        let limits = breaker::Limits { time, failures: patience.failures, open: patience.open };
        let breaker = Breaker::new(breaker, limits, outgoing.clock.clone());
        Self { service, places: Arc::new(Places::new(addresses)), outgoing, breaker }
    }

    /// The breaker around it, to be shown.
    #[must_use]
    pub const fn breaker(&self) -> &Breaker {
        &self.breaker
    }

    pub(super) const fn streams_end(&self) -> &CancellationToken {
        &self.outgoing.streams_end
    }

    /// Places a call.
    ///
    /// # Errors
    /// What the service answers, as it said it; `Unavailable` when it doesn't, and at once while the breaker is open.
    pub(super) async fn call<T: DeserializeOwned>(
        &self,
        operation: &'static str,
        repeat: Repeat,
        call: Option<&Call>,
        arguments: &(impl Serialize + Sync),
    ) -> ApiResult<T> {
        let limit = self.outgoing.patience.of_a_try(repeat);
        self.persist(operation, repeat, call, arguments, limit, |response| heard(operation, response)).await
    }

    /// Tries to be heard, as often as patience allows. `limit` is for one try, with all that `hear` waits for.
    pub(super) async fn persist<T, F: Future<Output = Result<ApiResult<T>, Lost>>>(
        &self,
        operation: &'static str,
        repeat: Repeat,
        call: Option<&Call>,
        arguments: &(impl Serialize + Sync),
        limit: Duration,
        hear: impl Fn(Response) -> F,
    ) -> ApiResult<T> {
        let body = Bytes::from(serde_json::to_vec(arguments).map_err(|error| {
            tracing::error!(service = self.service, operation, %error, "a call that can't be written down");
            ApiError::Fault
        })?);
        let around = Around::now().map(|around| around.correlation_id);
        let case = call.map(|call| call.correlation_id).or(around).unwrap_or_else(|| CorrelationId::new(self.outgoing.clock.uuid()));
        let span = trace::call(self.service, operation, case);
        self.tries((operation, repeat), trace::below(&span, self.headers(case, call)), body, limit, hear).instrument(span).await
    }

    async fn tries<T, F: Future<Output = Result<ApiResult<T>, Lost>>>(
        &self,
        (operation, repeat): (&'static str, Repeat),
        headers: HeaderMap,
        body: Bytes,
        limit: Duration,
        hear: impl Fn(Response) -> F,
    ) -> ApiResult<T> {
        let deadline = Around::now().map(|around| around.deadline);
        let mut turn = self.places.turn();
        let mut tries = 0;
        loop {
            tries += 1;
            turn = turn.wrapping_add(1);
            let left = deadline.map_or(limit, |deadline| deadline.saturating_duration_since(Instant::now()).min(limit));
            if left.is_zero() {
                return Err(ApiError::Unavailable { retry_after_seconds: 1 });
            }
            let mut again = false;
            let tried = self.breaker.call(async {
                let attempt = async { hear(self.send((operation, repeat), turn, (&headers, &body), left).await?).await };
                tokio::time::timeout(left, attempt).await.unwrap_or(Err(Lost::Late)).map_err(|lost| {
                    again = repeat == Repeat::Again || !lost.was_heard();
                    tracing::warn!(service = self.service, operation, tries, %lost, "a service is not heard");
                    ApiError::Unavailable { retry_after_seconds: 1 }
                })
            });
            match tried.await {
                Ok(answer) => return answer,
                Err(error) if !again || tries >= self.outgoing.patience.tries => return Err(error),
                Err(_) => {
                    metrics::counter!("dulle_remote_retries_total", "service" => self.service).increment(1);
                    tokio::time::sleep(self.outgoing.patience.pause_after(tries)).await;
                }
            }
        }
    }

    /// Says who calls and in which case.
    fn headers(&self, case: CorrelationId, call: Option<&Call>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CALLER, self.outgoing.caller.clone());
        let mut say = |name, id: Option<&dyn fmt::Display>| {
            // Ids are digits and dashes.
            if let Some(value) = id.and_then(|id| HeaderValue::from_str(&id.to_string()).ok()) {
                headers.insert(name, value);
            }
        };
        say(CORRELATION_ID, Some(&case));
        say(CAUSATION_ID, call.and_then(|call| call.causation_id.as_ref()).map(|id| id as &dyn fmt::Display));
        say(ACTOR, call.and_then(|call| call.actor.as_ref()).map(|id| id as &dyn fmt::Display));
        headers
    }

    /// Sends a call to an address at which somebody answers, and waits for the beginning of the answer. That nobody listens at one of several,
    /// or that one closes a connection as it ends, says nothing about the service: its breaker hears of it only where nobody answers at any.
    async fn send(
        &self,
        (operation, repeat): (&str, Repeat),
        turn: usize,
        (headers, body): (&HeaderMap, &Bytes),
        within: Duration,
    ) -> Result<Response, Lost> {
        let path = format!("/internal/v1/{}/{operation}", self.service);
        let Outgoing { kept, fresh, keys, clock, patience, .. } = &self.outgoing;
        let client = match repeat {
            Repeat::Again => kept,
            Repeat::Once => fresh,
        };
        let mut lost = Lost::Nowhere;
        for place in self.places.in_turn(turn) {
            let mut headers = headers.clone();
            headers.insert(WITHIN, HeaderValue::from(u64::try_from(within.as_millis()).unwrap_or(u64::MAX)));
            // Signed anew for each.
            keys.sign(&Method::POST, &path, &mut headers, body, (clock.now(), clock.uuid()));
            let mut url = place.address.0.clone();
            url.set_path(&path);
            match client.post(url).headers(headers).body(body.clone()).send().await.map_err(Lost::from) {
                Err(Lost::NotReached(error)) => {
                    place.leave_out(patience.open);
                    lost = Lost::NotReached(error);
                }
                Err(Lost::NoAnswer(error)) if repeat == Repeat::Again => lost = Lost::NoAnswer(error),
                answered => return answered,
            }
        }
        Err(lost)
    }
}

/// The result that a service tells, whatever the status above it.
pub(super) async fn heard<T: DeserializeOwned>(operation: &str, mut response: Response) -> Result<ApiResult<T>, Lost> {
    let status = response.status();
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await? {
        if body.len() + part.len() > MAX_BODY {
            tracing::error!(operation, "an answer of more than {MAX_BODY} bytes");
            return Ok(Err(ApiError::Fault));
        }
        body.extend_from_slice(&part);
    }
    match serde_json::from_slice(&body) {
        Ok(result) => Ok(result),
        // A gateway between the two, or a service that is on its way up or down.
        Err(_) if status.is_server_error() => Err(Lost::Status(status)),
        // One of the release before, which will be replaced in a moment. It is well, and its breaker stays closed for everything else.
        Err(_) if status == StatusCode::NOT_FOUND => {
            tracing::error!(operation, "the other side has no such operation");
            Ok(Err(ApiError::Unavailable { retry_after_seconds: 5 }))
        }
        // It was heard and will be answered the same again: another key, another release.
        Err(error) => {
            tracing::error!(operation, %status, category = ?error.classify(), "not an answer of this release, or refused for its signature");
            Ok(Err(ApiError::Fault))
        }
    }
}

//! What is answered to other services: calls of the traits that this process holds.

use super::around::Around;
use super::replay::Replays;
use super::signature::{NotAService, ServiceKeys, Signed, verify_body};
use super::{ACTOR, CALLER, CAUSATION_ID, CORRELATION_ID, MAX_BODY, WITHIN};
use crate::clock::Clock;
use crate::http::Problem;
use async_trait::async_trait;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use contract::{ApiError, ApiResult, Call, Refusal};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tracing::Instrument;

/// How long a call may take at the most, whatever its caller says.
const LONGEST: Duration = Duration::from_secs(30);

/// A service of this process, as other processes may call it. [`super::interface`] implements it for every trait.
#[async_trait]
pub trait Answers: Send + Sync {
    /// Places the call of `operation` with `arguments`, a JSON array.
    ///
    /// # Errors
    /// When there is no such operation, or it takes other arguments. What the service itself refuses is an answer.
    async fn answer(&self, operation: &str, call: &Call, arguments: &[u8]) -> Result<Response, Problem>;
}

/// A service that lives here.
pub struct Here<A: ?Sized>(pub Arc<A>);

/// The services of this process, by name.
#[derive(Clone)]
pub struct Internal(Arc<Inner>);

struct Inner {
    keys: ServiceKeys,
    clock: Clock,
    replays: Replays,
    services: BTreeMap<&'static str, Box<dyn Answers>>,
}

impl Internal {
    /// Answers for `services` to whoever has one of `keys`.
    #[must_use]
    pub fn new(keys: ServiceKeys, clock: Clock, services: BTreeMap<&'static str, Box<dyn Answers>>) -> Self {
        Self(Arc::new(Inner { keys, clock, replays: Replays::default(), services }))
    }

    /// The routes, with their whole path.
    pub fn routes(self) -> Router {
        Router::new().route("/internal/v1/{service}/{operation}", post(place)).with_state(self)
    }

    /// The headers and the body of a request of another service. Of whoever is none, no body is read.
    ///
    /// # Errors
    /// 401 for whoever is none, without a word why.
    async fn of_a_service(&self, request: Request) -> Result<(HeaderMap, Vec<u8>), Problem> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let nobody = |reason: NotAService| {
            // Without signature it is somebody who tries doors; with one, a service of ours may be set up wrongly.
            if reason != NotAService::Unsigned {
                tracing::warn!(%reason, path, "a call that is none of a service's");
            }
            metrics::counter!("dulle_internal_refused_total").increment(1);
            Problem::new(StatusCode::UNAUTHORIZED, "not_a_service")
        };
        let Inner { keys, clock, replays, .. } = &*self.0;
        let signed = Signed { method: &parts.method, path, headers: &parts.headers };
        let nonce = keys.verify(signed, clock.now()).map_err(nobody)?;
        let too_large = |_| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large");
        let body = axum::body::to_bytes(body, MAX_BODY).await.map_err(too_large)?;
        verify_body(&parts.headers, &body).map_err(nobody)?;
        // Last: nobody uses up a number who can't place the call.
        if !replays.is_first(nonce, clock.now()) {
            return Err(nobody(NotAService::Again));
        }
        Ok((parts.headers, body.into()))
    }
}

async fn place(
    State(internal): State<Internal>,
    Path((service, operation)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let arrived = Instant::now();
    let (headers, arguments) = tokio::time::timeout(LONGEST, internal.of_a_service(request))
        .await
        .map_err(|_| Problem::new(StatusCode::REQUEST_TIMEOUT, "too_slow"))??;
    let answers = internal.0.services.get(service.as_str()).ok_or(Refusal::NotFound)?;
    let call = call(&headers).ok_or(Refusal::Malformed)?;
    let within = given(&headers, &WITHIN).ok_or(Refusal::Malformed)?.map_or(LONGEST, Duration::from_millis).min(LONGEST);
    let around = Around { correlation_id: call.correlation_id, deadline: arrived + within };
    let caller = headers.get(CALLER).and_then(|caller| caller.to_str().ok()).unwrap_or_default();
    let span = tracing::info_span!("call", service, operation, caller, correlation_id = %call.correlation_id);
    let work = around.hold(answers.answer(&operation, &call, &arguments)).instrument(span);
    // Nobody waits for it any longer. A command that has begun is finished all the same, in its own task.
    let late = |_| Ok(told::<()>(&Err(ApiError::Unavailable { retry_after_seconds: 1 })));
    tokio::time::timeout_at(around.deadline, work).await.unwrap_or_else(late)
}

fn call(headers: &HeaderMap) -> Option<Call> {
    Some(Call {
        correlation_id: given(headers, &CORRELATION_ID)??,
        causation_id: given(headers, &CAUSATION_ID)?,
        actor: given(headers, &ACTOR)?,
    })
}

/// What a header says; `None` when it can't be read, `Some(None)` when it isn't there.
fn given<T: FromStr>(headers: &HeaderMap, name: &http::HeaderName) -> Option<Option<T>> {
    match headers.get(name) {
        None => Some(None),
        Some(value) => value.to_str().ok()?.parse().ok().map(Some),
    }
}

/// The arguments of an operation.
pub(super) fn read<T: DeserializeOwned>(arguments: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(arguments).map_err(|error| {
        // Without what was sent: there are passwords among it.
        tracing::error!(category = ?error.classify(), line = error.line(), column = error.column(), "arguments of another release");
        Refusal::Malformed.into()
    })
}

/// A result on its way back. The status is for whoever watches; the caller reads the body.
pub(super) fn told<T: Serialize>(result: &ApiResult<T>) -> Response {
    let status = result.as_ref().err().map_or(StatusCode::OK, crate::http::status);
    (status, Json(result)).into_response()
}

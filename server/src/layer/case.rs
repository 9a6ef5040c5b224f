//! The correlation id: taken from whoever calls, by itself or as the trace that the call is in, or made here; on every log line, event,
//! message and span of the case, and on the answer.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use contract::CorrelationId;
use platform::{Clock, trace};
use tracing::Instrument;

/// The header in which a case travels.
pub const CORRELATION_ID: HeaderName = platform::remote::CORRELATION_ID;

/// Gives the request its case and its span.
pub async fn give(State(clock): State<Clock>, mut request: Request, next: Next) -> Response {
    let given = request.headers().get(CORRELATION_ID).and_then(|value| value.to_str().ok()?.parse().ok());
    let id = given.or_else(|| trace::case_of(request.headers())).unwrap_or_else(|| CorrelationId::new(clock.uuid()));
    request.extensions_mut().insert(id);
    // The path without its query: queries hold what people search for.
    let (method, path, kind) = (request.method(), request.uri().path(), trace::kind("server"));
    let span = tracing::info_span!("request", correlation_id = %id, %method, path, otel.kind = kind);
    trace::answers(&span, id, request.headers());
    let mut response = next.run(request).instrument(span).await;
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(CORRELATION_ID, value);
    }
    response
}

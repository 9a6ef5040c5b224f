//! The correlation id: taken from whoever calls, or made here; on every log line, event and message of the case, and on the answer.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use contract::CorrelationId;
use platform::Clock;
use tracing::Instrument;

/// The header in which a case travels.
pub const CORRELATION_ID: HeaderName = platform::remote::CORRELATION_ID;

/// Gives the request its case and its span.
pub async fn give(State(clock): State<Clock>, mut request: Request, next: Next) -> Response {
    let given = request.headers().get(CORRELATION_ID).and_then(|value| value.to_str().ok()?.parse().ok());
    let id = given.unwrap_or_else(|| CorrelationId::new(clock.uuid()));
    request.extensions_mut().insert(id);
    // The path without its query: queries hold what people search for.
    let span = tracing::info_span!("request", correlation_id = %id, method = %request.method(), path = request.uri().path());
    let mut response = next.run(request).instrument(span).await;
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(CORRELATION_ID, value);
    }
    response
}

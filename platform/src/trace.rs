//! Traces for OpenTelemetry, sent by OTLP over HTTP to whoever takes them. A trace is a case: its id is the correlation id, so that
//! whatever carries that (events, messages, log lines, answers) leads to the trace, and nothing has to be stored for it.
//!
//! Where no traces are sent, all of this does nothing.

mod sampling;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use contract::CorrelationId;
use contract::event::Envelope;
use jiff::{SignedDuration, Timestamp};
use opentelemetry::trace::{
    Span as _, SpanContext, SpanId, SpanKind, Status, TraceContextExt, TraceFlags, TraceId, TraceState, Tracer, TracerProvider,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{ExporterBuildError, Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator, SdkTracer, SdkTracerProvider};
use sampling::Share;
use std::cell::Cell;
use std::sync::OnceLock;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use uuid::Uuid;

/// W3C Trace Context: in which trace a call is, and below which span.
pub const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// After which time an event is not traced any more.
const LATE: SignedDuration = SignedDuration::from_hours(1);

/// Where spans go that no code is in while they last.
static TRACER: OnceLock<SdkTracer> = OnceLock::new();

thread_local! {
    /// The case of the span that is being begun.
    static CASE: Cell<Option<TraceId>> = const { Cell::new(None) };
}

/// Sends spans, from a thread of its own.
#[derive(Debug)]
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// Sends them to a collector, such as `http://127.0.0.1:4318`, as those of `service`. `share` of all cases are sent: 1 is all of them.
    ///
    /// # Errors
    /// When the address can't be used.
    pub fn to(collector: &str, service: &str, share: f64) -> Result<Self, ExporterBuildError> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", collector.trim_end_matches('/')))
            .build()?;
        let provider = SdkTracerProvider::builder()
            .with_resource(Resource::builder().with_service_name(service.to_owned()).build())
            .with_id_generator(Ids::default())
            .with_sampler(Share::of(share))
            .with_batch_exporter(exporter)
            .build();
        let _first = TRACER.set(provider.tracer("dulle"));
        Ok(Self(provider))
    }

    /// By which `tracing` makes its spans those of traces.
    #[must_use]
    pub fn tracer(&self) -> SdkTracer {
        self.0.tracer("dulle")
    }

    /// Sends what has not been sent yet; after a few seconds without an answer it is lost.
    pub fn end(&self) {
        if let Err(error) = self.0.shutdown() {
            tracing::warn!(%error, "the last spans are not sent");
        }
    }
}

/// A span of a case has that case's id as its trace; others have one made up.
#[derive(Debug, Default)]
struct Ids(RandomIdGenerator);

impl IdGenerator for Ids {
    fn new_trace_id(&self) -> TraceId {
        CASE.get().unwrap_or_else(|| self.0.new_trace_id())
    }

    fn new_span_id(&self) -> SpanId {
        self.0.new_span_id()
    }
}

fn trace_of(case: CorrelationId) -> TraceId {
    TraceId::from_bytes(case.as_uuid().into_bytes())
}

/// Begins a span in its case. An id of zeros alone is that of no trace.
fn begin<T>(case: CorrelationId, begin: impl FnOnce() -> T) -> T {
    struct Begun;
    impl Drop for Begun {
        fn drop(&mut self) {
            CASE.set(None);
        }
    }
    let _begun = Begun;
    CASE.set(Some(trace_of(case)).filter(|id| *id != TraceId::INVALID));
    begin()
}

/// Which case a call is of by its trace, if it is in one.
#[must_use]
pub fn case_of(headers: &HeaderMap) -> Option<CorrelationId> {
    parent(headers).map(|parent| CorrelationId::new(Uuid::from_bytes(parent.trace_id().to_bytes())))
}

/// What a span is for others, where spans are sent: log lines don't say it.
#[must_use]
pub fn kind(kind: &'static str) -> Option<&'static str> {
    TRACER.get().map(|_| kind)
}

/// Puts a span that answers a call into the trace of its case, below the span that the caller was in.
pub fn answers(span: &Span, case: CorrelationId, headers: &HeaderMap) {
    if TRACER.get().is_none() {
        return;
    }
    if let Some(parent) = parent(headers).filter(|parent| parent.trace_id() == trace_of(case)) {
        // Only for a span that has begun, which this one has not.
        let _begun = span.set_parent(Context::new().with_remote_span_context(parent));
    }
    // Begins it.
    begin(case, || span.context());
}

/// A span of a call to another service, below the current one if there is any. Log lines are not in it: they are in that of the request.
#[must_use]
pub fn call(service: &'static str, operation: &'static str, case: CorrelationId) -> Span {
    let span = tracing::info_span!(target: "trace", "ask", service, operation, otel.kind = "client");
    begin(case, || span.context());
    span
}

/// Tells another process in which trace and below which span a call is.
#[must_use]
pub fn below(span: &Span, mut headers: HeaderMap) -> HeaderMap {
    if TRACER.get().is_some() {
        let context = span.context();
        let here = context.span().span_context().clone();
        let told = format!("00-{}-{}-{:02x}", here.trace_id(), here.span_id(), here.trace_flags() & TraceFlags::SAMPLED);
        if let (true, Ok(told)) = (here.is_valid(), HeaderValue::from_str(&told)) {
            headers.insert(TRACEPARENT, told);
        }
    }
    headers
}

/// Says what became of the request that the current span is about.
pub fn answered(method: &'static str, route: &str, status: u16) {
    if TRACER.get().is_none() {
        return;
    }
    let context = Span::current().context();
    let span = context.span();
    span.update_name(format!("{method} {route}"));
    span.set_attribute(KeyValue::new("http.request.method", method));
    span.set_attribute(KeyValue::new("http.route", route.to_owned()));
    span.set_attribute(KeyValue::new("http.response.status_code", i64::from(status)));
    if status >= 500 {
        span.set_status(Status::error(""));
    }
}

/// Tells that a consumer has handled events, each in its case. Not of a log that is read again: what happened long ago is not traced.
pub fn handled(consumer: &'static str, events: &[Envelope], since: Timestamp) {
    let Some(tracer) = TRACER.get() else { return };
    for event in events.iter().filter(|event| since.duration_since(event.occurred_at) < LATE) {
        let span = tracer.span_builder(consumer).with_kind(SpanKind::Consumer).with_start_time(since).with_attributes([
            KeyValue::new("messaging.operation.type", "process"),
            KeyValue::new("messaging.message.id", event.id.to_string()),
            KeyValue::new("dulle.event", event.event.name()),
            KeyValue::new("dulle.aggregate", event.aggregate.id.to_string()),
        ]);
        begin(event.correlation_id, || span.start_with_context(tracer, &Context::new())).end();
    }
}

/// The span that a call is below, as its sender says; `None` for what can't be read.
fn parent(headers: &HeaderMap) -> Option<SpanContext> {
    let mut parts = headers.get(TRACEPARENT)?.to_str().ok()?.split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let exact = version.len() == 2 && trace.len() == 32 && span.len() == 16 && flags.len() == 2 && version != "ff";
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?);
    let context = SpanContext::new(TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?, flags, true, TraceState::NONE);
    (exact && context.is_valid()).then_some(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(traceparent: &str) -> HeaderMap {
        HeaderMap::from_iter([(TRACEPARENT, HeaderValue::from_str(traceparent).expect("no header"))])
    }

    #[test]
    fn the_trace_of_a_call_is_its_case() {
        let case = case_of(&headers("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        assert_eq!(case.map(|case| case.to_string()), Some("0af76519-16cd-43dd-8448-eb211c80319c".to_owned()));
    }

    #[test]
    fn what_is_no_traceparent_says_nothing() {
        for wrong in [
            "",
            "00",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-zz",
        ] {
            assert_eq!(case_of(&headers(wrong)), None, "{wrong}");
        }
    }
}

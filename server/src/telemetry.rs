//! Log lines go to stderr; stdout is for what was asked for. `RUST_LOG` chooses which. Spans go to a collector, if one is named.

use crate::config::LogFormat;
use platform::trace::Traces;
use std::io::{IsTerminal, stderr};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::{FilterExt, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};
use tracing_subscriber::{EnvFilter, Layer, fmt};

/// What is logged unless `RUST_LOG` says otherwise. Postgres notices that what a migration would make is there already.
const USUAL: &str = "info,sqlx::postgres::notice=warn";

/// What is in traces alone.
const SPANS_ALONE: &str = "trace";
/// Whose spans are sent: ours.
const TRACED: [&str; 3] = ["platform", "server", SPANS_ALONE];

/// Starts logging, and making spans for `traces`.
///
/// # Errors
/// When something logs already.
pub fn start(format: LogFormat, traces: Option<&Traces>) -> Result<(), TryInitError> {
    let lines = fmt::layer().with_writer(stderr);
    let lines = match format {
        LogFormat::Text => lines.with_ansi(stderr().is_terminal()).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed(),
    };
    let chosen = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(USUAL));
    let not_logged = Targets::new().with_target(SPANS_ALONE, LevelFilter::OFF).with_default(LevelFilter::TRACE);
    tracing_subscriber::registry().with(lines.with_filter(chosen.and(not_logged))).with(traces.map(spans)).try_init()?;
    // As a line like all others, with the correlation id of the request it happened in.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, message = panic.payload_as_str().unwrap_or("no message"), "panic");
    }));
    Ok(())
}

fn spans<S: tracing::Subscriber + for<'a> LookupSpan<'a>>(traces: &Traces) -> impl Layer<S> {
    let ours = Targets::new().with_targets(TRACED.map(|target| (target, LevelFilter::INFO)));
    tracing_opentelemetry::layer().with_tracer(traces.tracer()).with_location(false).with_threads(false).with_filter(ours)
}

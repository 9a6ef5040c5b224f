//! Log lines go to stderr; stdout is for what was asked for. `RUST_LOG` chooses which.

use crate::config::LogFormat;
use std::io::{IsTerminal, stderr};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::util::TryInitError;

/// What is logged unless `RUST_LOG` says otherwise. Postgres notices that what a migration would make is there already.
const USUAL: &str = "info,sqlx::postgres::notice=warn";

/// Starts logging.
///
/// # Errors
/// When something logs already.
pub fn start(format: LogFormat) -> Result<(), TryInitError> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(USUAL));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr).with_span_events(FmtSpan::NONE);
    match format {
        LogFormat::Text => init(lines.with_ansi(stderr().is_terminal()).finish()),
        LogFormat::Json => init(lines.json().flatten_event(true).with_current_span(true).with_span_list(false).finish()),
    }?;
    // As a line like all others, with the correlation id of the request it happened in.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, message = panic.payload_as_str().unwrap_or("no message"), "panic");
    }));
    Ok(())
}

fn init(subscriber: impl tracing::Subscriber + Send + Sync + 'static) -> Result<(), TryInitError> {
    use tracing_subscriber::util::SubscriberInitExt;
    subscriber.try_init()
}

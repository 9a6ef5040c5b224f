//! Log lines go to stderr; stdout is for what was asked for. `RUST_LOG` chooses which. Spans go to a collector, if one is named.

use crate::config::LogFormat;
use platform::trace::Traces;
use std::io::{IsTerminal, stderr};
use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::{FilterExt, Targets, dynamic_filter_fn};
use tracing_subscriber::fmt::MakeWriter;
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
    let chosen = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(USUAL));
    tracing_subscriber::registry().with(lines(format, stderr, chosen)).with(traces.map(spans)).try_init()?;
    // As a line like all others, with the correlation id of the request it happened in.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, message = panic.payload_as_str().unwrap_or("no message"), "panic");
    }));
    Ok(())
}

fn lines<S, W>(format: LogFormat, writer: W, chosen: EnvFilter) -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = fmt::layer().with_writer(writer);
    let lines = match format {
        LogFormat::Text => lines.with_ansi(stderr().is_terminal()).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(true).with_span_list(false).boxed(),
    };
    let not_logged = Targets::new().with_target(SPANS_ALONE, LevelFilter::OFF).with_default(LevelFilter::TRACE);
    // Where all filters say "always", none is asked again, and a span gets what was answered last, about something else: it would be missing
    // in lines and traces (tracing issue 2519). So this one says "sometimes", of whatever the others let through.
    let asked_each_time = dynamic_filter_fn(|_, _| true).with_max_level_hint(LevelFilter::TRACE);
    lines.with_filter(chosen.and(not_logged).and(asked_each_time))
}

fn spans<S: Subscriber + for<'a> LookupSpan<'a>>(traces: &Traces) -> impl Layer<S> {
    let ours = Targets::new().with_targets(TRACED.map(|target| (target, LevelFilter::INFO)));
    tracing_opentelemetry::layer().with_tracer(traces.tracer()).with_location(false).with_threads(false).with_filter(ours)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;
    use std::sync::{Arc, Mutex};
    use tracing::dispatcher::get_default;
    use tracing::subscriber::with_default;

    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("nobody panicked").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_says_its_span_whatever_was_asked_for_before() {
        let written = Written::default();
        let writer = written.clone();
        let lines = lines(LogFormat::Json, move || writer.clone(), EnvFilter::new("info"));
        with_default(tracing_subscriber::registry().with(lines), || {
            // As the database driver asks after each statement whether that is to be logged.
            let unwanted = tracing::trace_span!("unwanted");
            get_default(|subscriber| subscriber.enabled(unwanted.metadata().expect("a span that isn't wanted says what it is, too")));
            tracing::info_span!("request", correlation_id = 7).in_scope(|| tracing::info!("answered"));
        });
        let line = String::from_utf8(written.0.lock().expect("nobody panicked").clone()).expect("text");
        assert!(line.contains(r#""correlation_id":7"#) && line.contains("answered"), "{line}");
    }
}

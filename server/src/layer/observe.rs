//! What operators see of requests: a log line and metrics by route and status. Live streams are counted, and told to end with the
//! program: an open stream would hold up its end.

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, Response, header};
use axum::middleware::Next;
use futures::StreamExt;
use metrics::{counter, gauge, histogram};
use std::time::Instant;
use tokio_util::sync::CancellationToken;

/// Seconds until an answer began, by method and route.
pub const DURATION: &str = "http_request_duration_seconds";

/// Logs and counts a request.
pub async fn observe(State(shutdown): State<CancellationToken>, request: Request, next: Next) -> Response<Body> {
    let begun = Instant::now();
    let method = request.method().clone();
    // The pattern and not the path: a metric for each course would be without end.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let duration = begun.elapsed();
    let status = response.status();

    let route = route.as_ref().map_or("none", |route| route.as_str()).to_owned();
    let of_a_service = route.starts_with(platform::remote::PREFIX);
    counter!("http_requests_total", "method" => known(&method), "route" => route.clone(), "status" => status.as_u16().to_string())
        .increment(1);
    histogram!(DURATION, "method" => known(&method), "route" => route.clone()).record(duration);
    platform::trace::answered(known(&method), &route, status.as_u16());
    let milliseconds = duration.as_secs_f64() * 1e3;
    match method {
        _ if status.is_server_error() => tracing::warn!(status = status.as_u16(), milliseconds, "answered"),
        // What services ask each other on behalf of somebody's request: that one is told of.
        _ if of_a_service => tracing::debug!(status = status.as_u16(), milliseconds, "answered"),
        Method::GET | Method::HEAD => tracing::debug!(status = status.as_u16(), milliseconds, "answered"),
        _ => tracing::info!(status = status.as_u16(), milliseconds, "answered"),
    }
    if is_live(&response) { response.map(|body| live(body, shutdown)) } else { response }
}

/// Clients may make up methods; metrics may not.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn is_live(response: &Response<Body>) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}

fn live(body: Body, shutdown: CancellationToken) -> Body {
    let open = OpenStream::new();
    let until_end = body.into_data_stream().take_until(shutdown.cancelled_owned());
    Body::from_stream(until_end.map(move |part| {
        let _held = &open;
        part
    }))
}

/// Counts an open live stream as long as it lives.
struct OpenStream(metrics::Gauge);

impl OpenStream {
    fn new() -> Self {
        let gauge = gauge!("live_streams_open");
        gauge.increment(1.0);
        Self(gauge)
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use futures::stream;
    use metrics_exporter_prometheus::PrometheusBuilder;
    use std::convert::Infallible;
    use std::time::Duration;
    use tower::ServiceExt;

    async fn open(kind: &'static str, shutdown: &CancellationToken) -> Response<Body> {
        let endless = async move || ([(header::CONTENT_TYPE, kind)], Body::from_stream(stream::pending::<Result<Vec<u8>, Infallible>>()));
        let router = Router::new().route("/", get(endless)).layer(from_fn_with_state(shutdown.clone(), observe));
        router.oneshot(Request::new(Body::empty())).await.expect("infallible")
    }

    #[tokio::test]
    async fn live_streams_are_counted_while_they_are_open() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let counted = || recorder.handle().render().lines().find_map(|line| line.strip_prefix("live_streams_open ").map(str::to_owned));
        let _recording = metrics::set_default_local_recorder(&recorder);
        let shutdown = CancellationToken::new();
        let other = open("text/html; charset=utf-8", &shutdown).await;
        assert_eq!(counted(), None);
        let two = [open("text/event-stream", &shutdown).await, open("text/event-stream", &shutdown).await];
        assert_eq!(counted().as_deref(), Some("2"));
        drop((other, two));
        assert_eq!(counted().as_deref(), Some("0"));
    }

    #[tokio::test]
    async fn live_streams_end_with_the_program() {
        let shutdown = CancellationToken::new();
        let response = open("text/event-stream", &shutdown).await;
        let reading = axum::body::to_bytes(response.into_body(), 1);
        shutdown.cancel();
        assert_eq!(tokio::time::timeout(Duration::from_secs(5), reading).await.expect("ends").expect("in order"), "");
    }
}

//! What operators ask on an address of its own: metrics, the state of circuit breakers, life and readiness.

use crate::layer::headers::{self, OverTls};
use crate::layer::observe;
use crate::readiness::Readiness;
use axum::http::header;
use axum::routing::get;
use axum::{Json, Router, middleware};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Upper bounds in seconds: from what a cached page takes to what a request may take at all.
const SECONDS: [f64; 14] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];
/// How often what was recorded is folded, so that it doesn't pile up while nobody asks.
const UPKEEP: Duration = Duration::from_secs(5);

/// Collects what all parts of the program record, from now on.
///
/// # Errors
/// When something collects already.
pub fn collect_metrics() -> Result<PrometheusHandle, BuildError> {
    let seconds = Matcher::Suffix("_seconds".to_owned());
    let handle = PrometheusBuilder::new().set_buckets_for_metric(seconds, &SECONDS)?.install_recorder()?;
    metrics::describe_counter!("http_requests_total", "Requests answered, by method, route and status");
    metrics::describe_histogram!(observe::DURATION, "Seconds until an answer began, by method and route");
    metrics::describe_gauge!("http_connections_open", "Open connections, by listener");
    metrics::describe_gauge!("live_streams_open", "Open live streams");
    Ok(handle)
}

/// Folds what was recorded, until `stop`.
pub async fn keep_up(metrics: PrometheusHandle, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(UPKEEP)).await.is_some() {
        metrics.run_upkeep();
    }
}

/// `/metrics`, `/breakers`, `/livez` and `/readyz`.
pub fn router(metrics: PrometheusHandle, readiness: &Readiness) -> Router {
    let render = async move || ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics.render());
    Router::new()
        .route("/metrics", get(render))
        // No service of this release is called over a network, so there is nothing to break.
        .route("/breakers", get(async || Json::<[(); 0]>([])))
        .merge(readiness.routes())
        .layer(middleware::from_fn_with_state(OverTls(false), headers::add))
}

//! What operators ask on an address of its own: metrics, the state of circuit breakers, life and readiness; and the log, for programs of theirs.

mod events;

use crate::config::EventsToken;
use crate::layer::headers::{self, OverTls};
use crate::layer::observe;
use crate::readiness::Readiness;
use axum::http::header;
use axum::routing::get;
use axum::{Json, Router, middleware};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use platform::breaker::{Breaker, State, Status};
use platform::{Database, saga};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Upper bounds in seconds: from what a cached page takes to what a request may take at all.
const SECONDS: [f64; 14] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];
/// How often what was recorded is folded, so that it doesn't pile up while nobody asks.
const UPKEEP: Duration = Duration::from_secs(5);

/// The kinds of cases that cross services, each named by the service that watches over it.
const SAGAS: [&str; 4] = ["bookmark", "course_withdrawn", "late_review", "account_closure"];

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
    metrics::describe_gauge!("dulle_breaker_state", "Circuit breakers: 0 closed, 1 half-open, 2 open");
    metrics::describe_gauge!("dulle_sagas_running", "Cases that cross services and have not ended, by kind");
    metrics::describe_gauge!("dulle_saga_oldest_age", "Seconds since the oldest of them began, by kind");
    Ok(handle)
}

/// The breakers of this process, once there are any: the address for operators is served before the services are there.
#[derive(Clone, Debug, Default)]
pub struct Breakers(Arc<OnceLock<Vec<Breaker>>>);

impl Breakers {
    /// Says which there are.
    pub fn are(&self, breakers: &[Breaker]) {
        let _said_already = self.0.set(breakers.to_vec());
    }

    /// How each stands.
    #[must_use]
    pub fn statuses(&self) -> Vec<Status> {
        self.0.get().map(|breakers| breakers.iter().map(Breaker::status).collect()).unwrap_or_default()
    }
}

/// Folds what was recorded and looks at what is only known when one looks, until `stop`.
pub async fn keep_up(metrics: PrometheusHandle, breakers: Breakers, databases: Vec<Database>, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(UPKEEP)).await.is_some() {
        for status in breakers.statuses() {
            let state = match status.state {
                State::Closed => 0.0,
                State::HalfOpen => 1.0,
                State::Open => 2.0,
            };
            metrics::gauge!("dulle_breaker_state", "breaker" => status.name).set(state);
        }
        let under_way =
            futures::future::try_join_all(databases.iter().map(|database| saga::under_way(database.pool(), database.clock().now())));
        if let Some(Ok(sagas)) = stop.run_until_cancelled(under_way).await
            && !databases.is_empty()
        {
            let sagas = sagas.concat();
            for kind in SAGAS {
                let (running, age) = sagas.iter().find(|(name, ..)| name == kind).map_or((0, 0.0), |(_, running, age)| (*running, *age));
                #[expect(clippy::cast_precision_loss, reason = "a number for a chart")]
                metrics::gauge!("dulle_sagas_running", "kind" => kind).set(running as f64);
                metrics::gauge!("dulle_saga_oldest_age", "kind" => kind).set(age);
            }
        }
        metrics.run_upkeep();
    }
}

/// `/metrics`, `/breakers`, `/livez` and `/readyz`; `/events` from the log of `database` for whoever has the token.
pub fn router(
    metrics: PrometheusHandle,
    readiness: &Readiness,
    breakers: Breakers,
    database: Option<&Database>,
    token: Option<&EventsToken>,
) -> Router {
    let render = async move || ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], metrics.render());
    Router::new()
        .route("/metrics", get(render))
        .route("/breakers", get(async move || Json(breakers.statuses())))
        .merge(readiness.routes())
        .merge(events::routes(database, readiness, token))
        .layer(middleware::from_fn_with_state(OverTls(false), headers::add))
}

//! Whether this process lives, and whether it can serve: what `/livez` and `/readyz` answer.

use axum::Router;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use platform::http::Problem;
use sqlx::postgres::PgPool;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How long the database may take to answer.
const DATABASE: Duration = Duration::from_secs(1);
/// How long an answer holds: however many ask, the database is asked four times a second.
const HOLDS: Duration = Duration::from_millis(250);

/// Whether this process can serve. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Readiness(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// None of a process that keeps nothing.
    pools: Vec<PgPool>,
    started: AtomicBool,
    shutdown: CancellationToken,
    last: Mutex<Option<(Instant, bool)>>,
}

/// Why it can't.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotReady {
    /// Migrations are not done yet.
    Starting,
    /// It has been told to end.
    Ending,
    /// The database does not answer.
    Database,
}

impl NotReady {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Ending => "ending",
            Self::Database => "database_unreachable",
        }
    }
}

impl Readiness {
    /// The readiness of a process that uses `pools` and ends with `shutdown`. It has not started yet. Services elsewhere are not asked:
    /// what is there goes on being served without the others.
    #[must_use]
    pub fn new(pools: Vec<PgPool>, shutdown: CancellationToken) -> Self {
        Self(Arc::new(Inner { pools, started: AtomicBool::new(false), shutdown, last: Mutex::default() }))
    }

    /// Says that everything that comes before serving is done.
    pub fn started(&self) {
        self.0.started.store(true, Ordering::Release);
    }

    /// Whether it can serve now.
    ///
    /// # Errors
    /// Says why not.
    pub async fn check(&self) -> Result<(), NotReady> {
        if self.0.shutdown.is_cancelled() {
            Err(NotReady::Ending)
        } else if !self.0.started.load(Ordering::Acquire) {
            Err(NotReady::Starting)
        } else if self.database_answers().await {
            Ok(())
        } else {
            Err(NotReady::Database)
        }
    }

    /// Whoever comes while it is being asked waits for the same answer.
    async fn database_answers(&self) -> bool {
        let mut last = self.0.last.lock().await;
        match *last {
            Some((when, answered)) if when.elapsed() < HOLDS => answered,
            _ => {
                let asked = futures::future::try_join_all(self.0.pools.iter().map(|pool| sqlx::query("SELECT 1").execute(pool)));
                let answered = matches!(tokio::time::timeout(DATABASE, asked).await, Ok(Ok(_)));
                *last = Some((Instant::now(), answered));
                answered
            }
        }
    }

    /// `/livez` and `/readyz`.
    pub fn routes(&self) -> Router {
        let readiness = self.clone();
        Router::new().route("/livez", get(async || "ok\n")).route("/readyz", get(async move || readiness.answer().await))
    }

    async fn answer(&self) -> Response {
        match self.check().await {
            Ok(()) => "ok\n".into_response(),
            Err(reason) => {
                let mut response = Problem::new(StatusCode::SERVICE_UNAVAILABLE, reason.code()).into_response();
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
                response
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

    #[tokio::test]
    async fn says_why_it_cannot_serve() {
        let nowhere = PgConnectOptions::new_without_pgpass().host("127.0.0.1").port(1);
        let pool = PgPoolOptions::new().acquire_timeout(Duration::from_millis(50)).connect_lazy_with(nowhere);
        let shutdown = CancellationToken::new();
        let readiness = Readiness::new(vec![pool], shutdown.clone());
        assert_eq!(readiness.check().await, Err(NotReady::Starting));
        readiness.started();
        assert_eq!(readiness.check().await, Err(NotReady::Database));
        let answer = readiness.answer().await;
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.headers().contains_key(header::RETRY_AFTER));
        shutdown.cancel();
        assert_eq!(readiness.check().await, Err(NotReady::Ending));
    }

    #[tokio::test]
    async fn who_keeps_nothing_needs_no_database() {
        let readiness = Readiness::new(Vec::new(), CancellationToken::new());
        readiness.started();
        assert_eq!(readiness.check().await, Ok(()));
    }
}

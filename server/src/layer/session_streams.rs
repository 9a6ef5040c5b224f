//! Live streams end with the session that they were opened in: whoever signs out, here or elsewhere, is told nothing more.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use contract::IdentityApi;
use futures::StreamExt;
use platform::http::SessionToken;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

/// How often sessions are looked after. A stream outlives its session by this and one question, which is bounded by [`PATIENCE`].
const EVERY: Duration = Duration::from_secs(2);
/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// The open streams of people who are signed in. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct SessionStreams(Arc<Mutex<Streams>>);

#[derive(Debug, Default)]
struct Streams {
    last: u64,
    open: HashMap<u64, (SessionToken, CancellationToken)>,
}

/// Registers a stream that is opened in a session.
pub async fn hold(State(streams): State<SessionStreams>, request: Request, next: Next) -> Response {
    let token = request.extensions().get::<SessionToken>().cloned();
    let response = next.run(request).await;
    match token {
        Some(token) if is_stream(&response) => response.map(|body| streams.held(token, body)),
        _ => response,
    }
}

fn is_stream(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}

impl SessionStreams {
    /// Asks `identity` again and again which sessions have ended, and ends their streams, until `stop`. While it can't be asked,
    /// they stay.
    pub async fn run(self, identity: Arc<dyn IdentityApi>, stop: CancellationToken) {
        let mut next = tokio::time::interval(EVERY);
        next.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while stop.run_until_cancelled(next.tick()).await.is_some() {
            self.end_what_ended(&*identity).await;
        }
    }

    /// One question for all of them.
    async fn end_what_ended(&self, identity: &dyn IdentityApi) {
        let asked: HashMap<u64, String> = self.streams().open.iter().map(|(id, (token, _))| (*id, token.0.clone())).collect();
        if asked.is_empty() {
            return;
        }
        let tokens: Vec<String> = asked.values().collect::<HashSet<_>>().into_iter().cloned().collect();
        match tokio::time::timeout(PATIENCE, identity.alive(&tokens)).await {
            Ok(Ok(alive)) => self.end(asked.into_iter().filter(|(_, token)| !alive.contains(token)).map(|(id, _)| id)),
            Ok(Err(error)) => tracing::warn!(%error, "streams stay open: identity can't be asked for their sessions"),
            Err(_) => tracing::warn!("streams stay open: identity does not answer for their sessions"),
        }
    }

    fn end(&self, ids: impl Iterator<Item = u64>) {
        let mut streams = self.streams();
        for id in ids {
            if let Some((_, end)) = streams.open.remove(&id) {
                end.cancel();
                metrics::counter!("dulle_session_streams_ended_total").increment(1);
            }
        }
    }

    fn held(&self, token: SessionToken, body: Body) -> Body {
        let end = CancellationToken::new();
        let mut streams = self.streams();
        streams.last += 1;
        let open = OpenStream { streams: self.clone(), id: streams.last };
        streams.open.insert(open.id, (token, end.clone()));
        drop(streams);
        Body::from_stream(body.into_data_stream().take_until(end.cancelled_owned()).map(move |part| {
            let _held = &open;
            part
        }))
    }

    fn streams(&self) -> MutexGuard<'_, Streams> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream is forgotten when it is dropped, whoever ended it.
struct OpenStream {
    streams: SessionStreams,
    id: u64,
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.streams.streams().open.remove(&self.id);
    }
}

#[cfg(test)]
mod tests;

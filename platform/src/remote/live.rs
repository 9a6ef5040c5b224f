//! The live stream across the wall: a line of JSON for each change, an empty one as a sign of life. A stream that breaks is opened again,
//! maybe at another address, after the last change that came through: whoever reads it notices nothing but a pause.

use super::client::{Lost, Remote, Repeat, heard};
use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use contract::viewpage::{LiveEvent, LiveMessage, LiveName, Watch};
use contract::{ApiResult, CorrelationId};
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::time::Duration;

/// How often a quiet stream says that it is alive.
const SIGN_OF_LIFE: Duration = Duration::from_secs(3);
/// After which silence a stream is taken for dead.
const SILENCE: Duration = Duration::from_secs(10);
/// How long the first answer may take.
const OPENED_WITHIN: Duration = Duration::from_secs(2);
/// The longest pause before a broken stream is opened again; every page that was on it comes at another time.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest line: a review of 2,000 characters with all that is around it is a tenth of that.
const MAX_LINE: usize = 256 * 1024;
const KIND: HeaderValue = HeaderValue::from_static("application/x-ndjson");

/// A [`LiveMessage`] on the wire: its text for browsers is written anew on the other side.
#[derive(Serialize, Deserialize)]
struct Line {
    id: u64,
    name: LiveName,
    event: LiveEvent,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    origin: Option<CorrelationId>,
}

/// What every line has, whatever its release says beside.
#[derive(Deserialize)]
struct Numbered {
    id: u64,
}

/// A change as it came. One that this release doesn't understand is one to read again for: asked for anew, it would come again.
fn understood(line: &[u8]) -> Option<LiveMessage> {
    if let Ok(Line { id, name, event, origin }) = serde_json::from_slice(line) {
        return Some(LiveMessage::new(id, name, event, origin));
    }
    tracing::error!("a live change of another release");
    let Numbered { id } = serde_json::from_slice(line).ok()?;
    Some(LiveMessage::new(id, LiveName::Resync, LiveEvent::Resync {}, None))
}

/// The stream as an answer.
pub(super) fn lines(messages: BoxStream<'static, LiveMessage>) -> Response {
    let lines = stream::unfold(messages, |mut messages| async move {
        let line = match tokio::time::timeout(SIGN_OF_LIFE, messages.next()).await {
            Ok(Some(LiveMessage { id, name, event, origin, .. })) => {
                // As `LiveMessage::new`: nothing in it can fail to be JSON.
                let mut line = serde_json::to_vec(&Line { id, name, event, origin }).unwrap_or_default();
                line.push(b'\n');
                line
            }
            Ok(None) => return None,
            Err(_quiet) => b"\n".to_vec(),
        };
        Some((Ok::<_, Infallible>(Bytes::from(line)), messages))
    });
    let mut response = Body::from_stream(lines).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, KIND);
    response
}

/// Messages as they come in, until the stream breaks or falls silent.
fn read(response: reqwest::Response) -> BoxStream<'static, LiveMessage> {
    let parts = response.bytes_stream().map_err(|error| tracing::debug!(%error, "a live stream broke"));
    messages(parts.boxed())
}

fn messages(parts: BoxStream<'static, Result<Bytes, ()>>) -> BoxStream<'static, LiveMessage> {
    stream::unfold((parts, Vec::new()), |(mut parts, mut buffer)| async move {
        loop {
            if let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = buffer.drain(..=end).collect();
                if line.len() == 1 {
                    continue;
                }
                return understood(&line).map(|message| (message, (parts, buffer)));
            }
            match tokio::time::timeout(SILENCE, parts.next()).await {
                Ok(Some(Ok(part))) if buffer.len() + part.len() <= MAX_LINE => buffer.extend_from_slice(&part),
                _ => return None,
            }
        }
    })
    .boxed()
}

impl Remote {
    /// A stream that goes on for as long as somebody reads it, or until this process ends its streams.
    pub(super) async fn watch_there(&self, watch: Watch) -> ApiResult<BoxStream<'static, LiveMessage>> {
        let first = self.open(&watch).await?;
        let there = self.clone();
        let messages = stream::unfold((there, watch, first), |(there, mut watch, mut open)| async move {
            loop {
                if let Some(message) = open.next().await {
                    // What has no place among the changes is not to be gone on from.
                    if message.id > 0 {
                        watch.after = Some(message.id);
                    }
                    return Some((message, (there, watch, open)));
                }
                metrics::counter!("dulle_remote_streams_reopened_total").increment(1);
                tokio::time::sleep(PAUSE.mul_f64(rand::random_range(0.0..1.0))).await;
                // While it can't be opened, it is as one that is quiet.
                open = reopened(&there, &watch).await;
            }
        });
        Ok(messages.take_until(self.streams_end().clone().cancelled_owned()).boxed())
    }

    async fn open(&self, watch: &Watch) -> ApiResult<BoxStream<'static, LiveMessage>> {
        self.persist("watch", Repeat::Again, None, &(watch,), OPENED_WITHIN, opened).await
    }
}

/// The stream that an answer is, or why it is none.
async fn opened(response: reqwest::Response) -> Result<ApiResult<BoxStream<'static, LiveMessage>>, Lost> {
    if response.status() == StatusCode::OK && response.headers().get(header::CONTENT_TYPE) == Some(&KIND) {
        return Ok(Ok(read(response)));
    }
    match heard::<()>("watch", response).await? {
        Ok(()) => Err(Lost::Status(StatusCode::OK)),
        Err(error) => Ok(Err(error)),
    }
}

async fn reopened(there: &Remote, watch: &Watch) -> BoxStream<'static, LiveMessage> {
    there.open(watch).await.unwrap_or_else(|error| {
        tracing::debug!(%error, "a live stream is not opened again yet");
        stream::empty().boxed()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::CourseId;
    use uuid::Uuid;

    fn message(id: u64) -> LiveMessage {
        let course_id = CourseId::new(Uuid::from_u128(7));
        LiveMessage::new(id, LiveName::Withdrawn, LiveEvent::Withdrawn { course_id }, Some(CorrelationId::new(Uuid::from_u128(9))))
    }

    #[tokio::test]
    async fn what_is_written_is_read_however_it_is_cut() {
        let sent = [message(1), LiveMessage::new(2, LiveName::Resync, LiveEvent::Resync {}, None), message(3)];
        let whole = axum::body::to_bytes(lines(stream::iter(sent.clone()).boxed()).into_body(), MAX_LINE).await.expect("it ends");
        for size in [1, 7, whole.len()] {
            let parts: Vec<Result<Bytes, ()>> = whole.chunks(size).map(|part| Ok(Bytes::copy_from_slice(part))).collect();
            let read: Vec<_> = messages(stream::iter(parts).boxed()).collect().await;
            assert_eq!(read, sent, "in pieces of {size}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_quiet_stream_says_that_it_is_alive_and_a_silent_one_ends() {
        let mut body = lines(stream::pending().boxed()).into_body().into_data_stream();
        assert_eq!(body.next().await.map(Result::unwrap_or_default), Some(Bytes::from_static(b"\n")));
        assert!(messages(stream::pending().boxed()).next().await.is_none());
    }

    #[tokio::test]
    async fn what_another_release_says_is_read_again_for() {
        let lines: &[u8] = b"{\"id\":8,\"name\":\"later\",\"event\":{\"what\":1}}\nnot a line\n";
        let read: Vec<_> = messages(stream::iter([Ok(Bytes::from_static(lines))]).boxed()).collect().await;
        assert_eq!(read, [LiveMessage::new(8, LiveName::Resync, LiveEvent::Resync {}, None)]);
    }

    #[tokio::test]
    async fn a_line_without_end_ends_the_stream() {
        let endless = stream::repeat_with(|| Ok(Bytes::from(vec![b'x'; 64 * 1024])));
        assert!(messages(endless.boxed()).next().await.is_none());
    }
}

//! `/live`: server-sent events (WHATWG HTML, 9.2).

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use contract::viewpage::{LiveMessage, Watch};
use contract::{Refusal, ViewpageApi};
use futures::StreamExt;
use platform::http::{HttpResult, ProblemBody};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

/// How often a quiet stream says that it is alive. As an event of its own and not as a comment, so that a page sees it too.
const PING_EVERY: Duration = Duration::from_secs(15);

/// Live changes of courses, as server-sent events.
///
/// `snapshot` and `counts` carry `CourseCounts`, `withdrawn` `{course_id}`, `resync` `{}`; `ping` comes every 15 s of quiet.
#[utoipa::path(
    get, path = "/live", tag = "viewpage",
    params(
        ("course" = Vec<contract::CourseId>, Query, description = "Courses to watch, repeated, at most 100", explode),
        ("last_event_id" = Option<u64>, Query, description = "As the header Last-Event-ID, for who can't set headers"),
        ("Last-Event-ID" = Option<u64>, Header, description = "The last id seen before the connection broke"),
    ),
    responses(
        (status = 200, description = "The stream", content_type = "text/event-stream", body = String),
        (status = 400, description = "Malformed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn stream(
    State(viewpage): State<Arc<dyn ViewpageApi>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> HttpResult<Response> {
    let watch = parse(query.as_deref().unwrap_or_default(), &headers).ok_or(Refusal::Malformed)?;
    let messages = viewpage.watch(watch).await?;
    let events = messages.map(|message| Ok::<_, Infallible>(event(&message)));
    let keep_alive = KeepAlive::new().interval(PING_EVERY).event(Event::default().event("ping").data("{}"));
    let mut response = Sse::new(events).keep_alive(keep_alive).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

fn event(message: &LiveMessage) -> Event {
    let event = Event::default().id(message.id.to_string()).event(message.name.as_str());
    event.json_data(&message.event).unwrap_or_else(|error| {
        tracing::error!(%error, "a live event that is no JSON");
        Event::default().comment("fault")
    })
}

/// `None` for an id that is none, too many courses, or none at all.
fn parse(query: &str, headers: &HeaderMap) -> Option<Watch> {
    let mut watch = Watch::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "course" => watch.courses.push(value.parse().ok()?),
            "last_event_id" if !value.is_empty() => watch.after = Some(value.parse().ok()?),
            _ => {}
        }
    }
    // The header is the browser's own and newer than what was in the address when it first connected.
    if let Some(id) = headers.get("last-event-id").filter(|id| !id.is_empty()) {
        watch.after = Some(id.to_str().ok()?.parse().ok()?);
    }
    (1..=Watch::MAX_COURSES).contains(&watch.courses.len()).then_some(watch)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COURSE: &str = "course=00000000-0000-0000-0000-000000000001";

    #[test]
    fn courses_repeat_and_the_header_wins() {
        let mut headers = HeaderMap::new();
        headers.insert("last-event-id", HeaderValue::from_static("9"));
        let watch = parse(&format!("{COURSE}&{COURSE}&last_event_id=7"), &headers).expect("well-formed");
        assert_eq!((watch.courses.len(), watch.after), (2, Some(9)));
    }

    #[test]
    fn what_is_no_watch_is_refused() {
        for query in ["", "course=1", "course=", &format!("{COURSE}&last_event_id=x"), &[COURSE; 101].join("&")] {
            assert_eq!(parse(query, &HeaderMap::new()), None, "{query}");
        }
    }
}

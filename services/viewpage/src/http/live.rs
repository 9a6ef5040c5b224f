//! `/live`: server-sent events (WHATWG HTML, 9.2).

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use contract::viewpage::{LiveMessage, LiveName, Watch};
use contract::{AccountId, Refusal, ViewpageApi};
use futures::StreamExt;
use platform::http::{Caller, HttpResult, ProblemBody};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

/// How often a quiet stream says that it is alive. As an event of its own and not as a comment, so that a page sees it too.
const PING_EVERY: Duration = Duration::from_secs(15);

/// Live changes of courses and of one's inbox, as server-sent events.
///
/// `snapshot` and `counts` carry `CourseCounts`; `review` `{course_id, version, op, review}` and `comment` `{course_id, version, op, comment}`,
/// op being `registered`, `modified` or `deleted`; `message` `{unread}`; `withdrawn` `{course_id}`; `resync` `{}`. Where it is known, `origin`
/// is the correlation id of what was done last. `watching` `{course_id, watching}` comes without an id, at most once a second for a course
/// that is looked at. `ping` comes every 15 s of quiet.
#[utoipa::path(
    get, path = "/live", tag = "viewpage",
    params(
        ("course" = Vec<contract::CourseId>, Query, description = "Courses to watch, repeated, at most 100", explode),
        ("looking" = Option<Vec<contract::CourseId>>, Query, description = "Those among the courses whose page is open, repeated: this stream counts as looking at them, and is told how many do", explode),
        ("inbox" = Option<bool>, Query, description = "Whether to watch one's inbox, with or without courses; nothing of it is told to who isn't signed in"),
        ("account" = Option<AccountId>, Query, description = "Who is expected to be signed in: of anyone else's inbox nothing is told"),
        ("last_event_id" = Option<u64>, Query, description = "As the header Last-Event-ID, for who can't set headers"),
        ("Last-Event-ID" = Option<u64>, Header, description = "The last id seen before the connection broke"),
    ),
    responses(
        (status = 200, description = "The stream", content_type = "text/event-stream", body = String),
        (status = 400, description = "Malformed", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "Too many streams at a time", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Come again", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn stream(
    State(viewpage): State<Arc<dyn ViewpageApi>>,
    Caller(call): Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> HttpResult<Response> {
    let asked = parse(query.as_deref().unwrap_or_default(), &headers).ok_or(Refusal::Malformed)?;
    let watch = Watch { inbox: asked.inbox_of(call.actor), ..asked.watch };
    let messages = viewpage.watch(watch).await?;
    let events = messages.map(|message| Ok::<_, Infallible>(event(&message)));
    let keep_alive = KeepAlive::new().interval(PING_EVERY).event(Event::default().event("ping").data("{}"));
    let mut response = Sse::new(events).keep_alive(keep_alive).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

fn event(message: &LiveMessage) -> Event {
    let event = Event::default().event(message.name.as_str()).data(&message.data);
    // what is no change leaves the reader's last id as it is
    if message.name == LiveName::Watching { event } else { event.id(message.id.to_string()) }
}

/// What is asked of a stream, before it is known whose inbox that is.
#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    watch: Watch,
    inbox: bool,
    account: Option<AccountId>,
}

impl Asked {
    /// Whose inbox is told of. A page outlives its session: it goes on with its courses, and there is no inbox any more to be told of, also
    /// when somebody else has signed in meanwhile in the same browser.
    fn inbox_of(&self, actor: Option<AccountId>) -> Option<AccountId> {
        actor.filter(|actor| self.inbox && self.account.is_none_or(|account| account == *actor))
    }
}

/// `None` for an id that is none, too many courses, or nothing at all to watch.
fn parse(query: &str, headers: &HeaderMap) -> Option<Asked> {
    let Asked { mut watch, mut inbox, mut account } = Asked::default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "course" => watch.courses.push(value.parse().ok()?),
            "looking" => watch.looking.push(value.parse().ok()?),
            "inbox" if !value.is_empty() => inbox = value.parse().ok()?,
            "account" if !value.is_empty() => account = Some(value.parse().ok()?),
            "last_event_id" if !value.is_empty() => watch.after = Some(value.parse().ok()?),
            _ => {}
        }
    }
    // The header is the browser's own and newer than what was in the address when it first connected.
    if let Some(id) = headers.get("last-event-id").filter(|id| !id.is_empty()) {
        watch.after = Some(id.to_str().ok()?.parse().ok()?);
    }
    let least = usize::from(!inbox);
    // one looks at nothing that one doesn't watch
    watch.looking.retain(|course| watch.courses.contains(course));
    (least..=Watch::MAX_COURSES).contains(&watch.courses.len()).then_some(Asked { watch, inbox, account })
}

#[cfg(test)]
mod tests {
    use super::*;

    const COURSE: &str = "course=00000000-0000-0000-0000-000000000001";

    #[test]
    fn courses_repeat_and_the_header_wins() {
        let mut headers = HeaderMap::new();
        headers.insert("last-event-id", HeaderValue::from_static("9"));
        let asked = parse(&format!("{COURSE}&{COURSE}&last_event_id=7"), &headers).expect("well-formed");
        assert_eq!((asked.watch.courses.len(), asked.watch.after, asked.inbox), (2, Some(9), false));
    }

    #[test]
    fn an_inbox_may_be_watched_alone() {
        let asked = parse("inbox=true", &HeaderMap::new()).expect("well-formed");
        assert_eq!((asked.watch.courses.len(), asked.inbox), (0, true));
        assert!(parse(&format!("inbox=true&{COURSE}"), &HeaderMap::new()).is_some());
        assert!(parse(&format!("inbox=&{COURSE}"), &HeaderMap::new()).is_some());
    }

    #[test]
    fn an_inbox_is_told_to_whoever_it_was_asked_for_and_to_nobody_else() {
        let (me, other) = (AccountId::new(uuid::Uuid::from_u128(1)), AccountId::new(uuid::Uuid::from_u128(2)));
        let whose = |query: &str, actor| parse(query, &HeaderMap::new()).expect("well-formed").inbox_of(actor);
        let mine = format!("inbox=true&account={me}");
        assert_eq!([whose(&mine, Some(me)), whose(&mine, Some(other)), whose(&mine, None)], [Some(me), None, None]);
        assert_eq!([whose("inbox=true", Some(other)), whose("inbox=true&account=", Some(other))], [Some(other); 2]);
        assert_eq!(whose(&format!("{COURSE}&account={me}"), Some(me)), None, "it wasn't asked for");
        assert_eq!(parse("inbox=true&account=x", &HeaderMap::new()), None);
    }

    #[test]
    fn one_looks_at_what_one_watches() {
        let other = "00000000-0000-0000-0000-000000000002";
        let asked = parse(&format!("{COURSE}&looking={other}&looking=00000000-0000-0000-0000-000000000001"), &HeaderMap::new());
        let watch = asked.expect("well-formed").watch;
        assert_eq!(watch.looking, watch.courses);
        assert_eq!(parse(&format!("{COURSE}&looking=x"), &HeaderMap::new()), None);
        assert_eq!(parse(&format!("looking={other}"), &HeaderMap::new()), None, "that is nothing to watch");
    }

    #[test]
    fn the_number_of_lookers_has_no_id() {
        let named = |name| format!("{:?}", event(&LiveMessage::new(7, name, contract::viewpage::LiveEvent::Resync {}, None)));
        assert!(named(LiveName::Counts).contains("id: 7") && !named(LiveName::Watching).contains("id: "));
    }

    #[test]
    fn what_is_no_watch_is_refused() {
        for query in ["", "course=1", "course=", "inbox=false", "inbox=yes", &format!("{COURSE}&last_event_id=x"), &[COURSE; 101].join("&")]
        {
            assert_eq!(parse(query, &HeaderMap::new()), None, "{query}");
        }
    }
}

//! The log for programs that follow it from outside: `GET /events?after=TRANSACTION,POSITION&limit=N`, with the token of
//! `DULLE_EVENTS_TOKEN`. What it tells and how it is followed is in docs/events.md.

use crate::config::EventsToken;
use crate::readiness::Readiness;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use axum::{Json, Router};
use contract::{ApiError, Refusal};
use platform::Database;
use platform::event_log::Cursor;
use platform::event_log::plain::{self, Event};
use platform::http::{HttpResult, Problem, Query, SessionToken, Whole};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// How many events an answer holds if nothing is said.
const USUAL: u32 = 100;
/// How many at the most.
const MOST: u32 = 1_000;
/// How long the database may take.
const DATABASE: Duration = Duration::from_secs(5);

/// How many read at the same time: people's requests use the same connections.
const AT_ONCE: usize = 2;
/// When to come again where the log can't be read now, in seconds.
const RETRY_AFTER: u32 = 2;

/// A log, and who may read it.
#[derive(Clone)]
struct Log {
    database: Database,
    readiness: Readiness,
    token: EventsToken,
    readers: Arc<Semaphore>,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    after: String,
    limit: Option<Whole>,
}

#[derive(Serialize)]
struct Told {
    items: Vec<Event>,
    /// Where to go on: `after` itself where there is nothing more yet.
    next: String,
}

/// `/events`, where a token is set and there is a log. Of several databases each holds the whole of it: any will do.
pub fn routes(database: Option<&Database>, readiness: &Readiness, token: Option<&EventsToken>) -> Router {
    match (database, token) {
        (Some(database), Some(token)) => {
            let (database, readiness, token) = (database.clone(), readiness.clone(), token.clone());
            let readers = Arc::new(Semaphore::new(AT_ONCE));
            Router::new().route("/events", get(tell)).with_state(Log { database, readiness, token, readers })
        }
        _ => Router::new(),
    }
}

async fn tell(State(log): State<Log>, headers: HeaderMap, asked: Result<Query<Asked>, Problem>) -> HttpResult<Json<Told>> {
    if !SessionToken::bearer(&headers).is_some_and(|given| log.token.is(&given.0)) {
        return Err(Refusal::NotSignedIn.into());
    }
    let Query(Asked { after, limit }) = asked?;
    let after: Cursor = match after.as_str() {
        "" => Cursor::default(),
        after => after.parse().map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "malformed"))?,
    };
    let limit = limit.map_or(USUAL, |Whole(limit)| limit.clamp(1, MOST));
    let unavailable = || ApiError::Unavailable { retry_after_seconds: RETRY_AFTER };
    // Before the start the log may be missing, or one that was restored and not adopted yet, whose places mean nothing.
    log.readiness.check().await.map_err(|_not_ready| unavailable())?;
    let _reader = log.readers.try_acquire().map_err(|_too_many| unavailable())?;
    let reading = async {
        let mut connection = log.database.pool().acquire().await?;
        if plain::has(&mut connection, after).await? { plain::read(&mut connection, after, limit.into()).await.map(Some) } else { Ok(None) }
    };
    let read = tokio::time::timeout(DATABASE, reading).await.map_err(|_elapsed| unavailable())?.map_err(ApiError::from)?;
    // A follower that went on from there would miss what it doesn't know of.
    let read = read.ok_or_else(|| Problem::new(StatusCode::CONFLICT, "another_log"))?;
    let next = read.last().map_or(after, |(cursor, _)| *cursor).to_string();
    Ok(Json(Told { items: read.into_iter().map(|(_, event)| event).collect(), next }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compose::{self, Composition, Services};
    use axum::body::Body;
    use axum::http::Request;
    use contract::CourseId;
    use contract::course::{CourseInput, StopInput};
    use platform::testing::{call, someone};
    use serde_json::Value;
    use tokio_util::sync::CancellationToken;
    use tower::ServiceExt;

    const TOKEN: &str = "0123456789abcdef0123456789abcdef";

    async fn ask(router: &Router, path: &str, token: Option<&str>) -> (StatusCode, Value) {
        let request = Request::get(path);
        let request = token.into_iter().fold(request, |request, token| request.header("authorization", format!("Bearer {token}")));
        let response = router.clone().oneshot(request.body(Body::empty()).expect("a request")).await.expect("infallible");
        let status = response.status();
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        (status, serde_json::from_slice(&body).unwrap_or_default())
    }

    async fn world() -> (Router, Database, Readiness) {
        let database = Database::new(platform::testing::fresh_database().await, 4, platform::Clock::system());
        compose::migrate(&database).await.expect("migrates");
        let (readiness, token) = (Readiness::new(vec![database.pool().clone()], CancellationToken::new()), TOKEN.parse().expect("a token"));
        let router = routes(Some(&database), &readiness, Some(&token));
        assert_eq!(ask(&router, "/events", Some(TOKEN)).await.0, StatusCode::SERVICE_UNAVAILABLE, "before the start");
        readiness.started();
        (router, database, readiness)
    }

    #[tokio::test]
    async fn is_told_to_whoever_has_the_token_and_to_nobody_else() {
        let (router, database, readiness) = world().await;
        for token in [None, Some(""), Some("0123456789abcdef0123456789abcdeF")] {
            assert_eq!(ask(&router, "/events", token).await.0, StatusCode::UNAUTHORIZED, "{token:?}");
            assert_eq!(ask(&router, "/events?after=no", token).await.0, StatusCode::UNAUTHORIZED, "{token:?}: told nothing");
        }
        assert_eq!(ask(&router, "/events", Some(TOKEN)).await, (StatusCode::OK, serde_json::json!({ "items": [], "next": "0,0" })));
        for wrong in ["after=1", "after=1,2,3", "after=-1,0", "after=a,b", "limit=-1", "after=99999999999999999999,0"] {
            assert_eq!(ask(&router, &format!("/events?{wrong}"), Some(TOKEN)).await.0, StatusCode::BAD_REQUEST, "{wrong}");
        }
        assert_eq!(
            ask(&routes(Some(&database), &readiness, None), "/events", Some(TOKEN)).await.0,
            StatusCode::NOT_FOUND,
            "nobody has set one"
        );
    }

    /// A published course, by what may happen to it.
    async fn a_course(database: &Database) -> (Services, CourseId) {
        let services = Composition::local(database, CancellationToken::new()).services;
        let host = call(Some(someone()));
        let stop = StopInput { name: "서울숲".into(), category: "park".into(), lat: 37.5, lng: 127.0, ..StopInput::default() };
        let input = CourseInput { title: "한 바퀴".into(), region: "seoul".into(), stops: vec![stop], ..CourseInput::default() };
        let course = services.course.register(&host, input).await.expect("registered").id;
        services.course.publish(&host, course).await.expect("published");
        (services, course)
    }

    /// All that is told from `next` on until `count` events are, in pages of two; and where it ended.
    async fn follow(router: &Router, mut next: String, count: usize) -> (Vec<String>, String) {
        let mut names = Vec::new();
        loop {
            let (status, page) = ask(router, &format!("/events?after={next}&limit=2"), Some(TOKEN)).await;
            assert_eq!(status, StatusCode::OK);
            let items = page["items"].as_array().expect("items");
            assert!(items.len() <= 2);
            names.extend(items.iter().map(|item| item["name"].as_str().expect("a name").to_owned()));
            let after = page["next"].as_str().expect("a place").to_owned();
            if items.is_empty() {
                assert_eq!(after, next, "there is nothing more");
                // The horizon is the whole server's: what other tests have open holds it back.
                if names.len() >= count {
                    return (names, next);
                }
            }
            next = after;
        }
    }

    #[tokio::test]
    async fn refuses_a_place_that_is_of_another_log() {
        let (router, database, _) = world().await;
        a_course(&database).await;
        let (names, next) = follow(&router, "0,0".to_owned(), 2).await;
        // As a log that was restored into another cluster is adopted.
        sqlx::query("UPDATE event_log.events SET transaction_id = '3'").execute(database.pool()).await.expect("adopted");
        let (status, problem) = ask(&router, &format!("/events?after={next}"), Some(TOKEN)).await;
        assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("another_log")));
        assert_eq!(follow(&router, "0,0".to_owned(), 2).await.0, names, "from the beginning again");
    }

    #[tokio::test]
    async fn tells_each_event_once_and_in_order_page_by_page() {
        let (router, database, _) = world().await;
        let (services, course) = a_course(&database).await;
        for _ in 0..3 {
            services.communication.like(&call(Some(someone())), course).await.expect("liked");
        }
        let like = "communication.like_registered.v1";
        assert_eq!(follow(&router, "0,0".to_owned(), 5).await.0, ["course.registered.v1", "course.published.v1", like, like, like]);
    }
}

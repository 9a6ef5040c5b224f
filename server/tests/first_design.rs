//! The mistakes of the first design, a chain of services around a broker: each of these fails when its mistake comes back.
#![expect(clippy::unwrap_used, reason = "a test")]

use async_trait::async_trait;
use contract::communication::CommentInput;
use contract::course::{Course, CourseInput, Standing, StopInput};
use contract::photo::{PhotoFile, Picture};
use contract::reply::ReplyInput;
use contract::review::ReviewInput;
use contract::viewpage::Rating;
use contract::{ApiError, ApiResult, Call, CourseApi, CourseId, Page, PageRequest, PhotoId, Refusal};
use platform::testing::{call, someone};
use platform::{Clock, Database};
use server::compose::{self, Composition, Services};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const IN_STEP: Duration = Duration::from_secs(60);

async fn database() -> Database {
    let database = Database::new(platform::testing::fresh_database().await, 10, Clock::system());
    compose::migrate(&database).await.unwrap();
    database
}

fn input(title: &str) -> CourseInput {
    let stop = StopInput { name: "서울숲".into(), category: "park".into(), lat: 37.5, lng: 127.0, ..StopInput::default() };
    CourseInput { title: title.into(), region: "seoul".into(), reviews_open: true, stops: vec![stop], ..CourseInput::default() }
}

fn review(rating: i64) -> ReviewInput {
    ReviewInput { rating, body: "또 걷고 싶어요".into() }
}

/// The names of the events that were published since the last time.
async fn published(database: &Database, seen: &mut i64) -> Vec<String> {
    let events: Vec<(i64, String)> = sqlx::query_as("SELECT position, name FROM event_log.events WHERE position > $1 ORDER BY position")
        .bind(*seen)
        .fetch_all(database.pool())
        .await
        .unwrap();
    *seen = events.last().map_or(*seen, |(position, _)| *position);
    events.into_iter().map(|(_, name)| name).collect()
}

/// There, one insert published Registered, Modified and Deleted together, and of all that customers do only "bookmark registered"
/// was ever published.
#[tokio::test]
async fn every_command_publishes_its_own_event_and_no_other() {
    let database = database().await;
    let Services { course: courses, communication, review: reviews, .. } = Composition::local(&database, CancellationToken::new()).services;
    let (host, customer) = (call(Some(someone())), call(Some(someone())));
    let mut seen = 0;
    let mut log = Vec::new();
    let mut told = async |what: &'static str| log.push((what, published(&database, &mut seen).await));

    let course = courses.register(&host, input("한 바퀴")).await.unwrap().id;
    told("course.registered.v1").await;
    courses.modify(&host, course, None, input("두 바퀴")).await.unwrap();
    told("course.modified.v1").await;
    courses.publish(&host, course).await.unwrap();
    told("course.published.v1").await;
    communication.like(&customer, course).await.unwrap();
    told("communication.like_registered.v1").await;
    communication.unlike(&customer, course).await.unwrap();
    told("communication.like_canceled.v1").await;
    communication.bookmark(&customer, course).await.unwrap();
    told("communication.bookmark_registered.v1").await;
    communication.unbookmark(&customer, course).await.unwrap();
    told("communication.bookmark_canceled.v1").await;
    let comment = communication.comment(&customer, course, CommentInput { body: "비가 와도 좋을까요?".into() }).await.unwrap().id;
    told("communication.comment_registered.v1").await;
    communication.modify_comment(&customer, comment, CommentInput { body: "눈이 와도 좋을까요?".into() }).await.unwrap();
    told("communication.comment_modified.v1").await;
    communication.answer_comment(&host, comment, ReplyInput { body: "네, 좋아요".into() }).await.unwrap();
    told("communication.comment_answered.v1").await;
    communication.delete_comment(&host, comment).await.unwrap();
    told("communication.comment_deleted.v1").await;
    let written = reviews.register(&customer, course, review(4)).await.unwrap().id;
    told("review.registered.v1").await;
    reviews.modify(&customer, written, review(5)).await.unwrap();
    told("review.modified.v1").await;
    reviews.reply(&host, written, ReplyInput { body: "고맙습니다".into() }).await.unwrap();
    told("review.replied.v1").await;
    reviews.delete(&customer, written).await.unwrap();
    told("review.deleted.v1").await;
    courses.unpublish(&host, course).await.unwrap();
    told("course.unpublished.v1").await;
    courses.delete(&host, course).await.unwrap();
    told("course.deleted.v1").await;
    for (expected, events) in log {
        assert_eq!(events, [expected]);
    }
}

/// A course service that can be gone, and counts what is done to it.
struct Watched {
    real: Arc<dyn CourseApi>,
    gone: bool,
    changes: AtomicUsize,
}

impl Watched {
    fn changed<T>(&self) -> ApiResult<T> {
        self.changes.fetch_add(1, Ordering::Relaxed);
        Err(ApiError::Fault)
    }
}

#[async_trait]
impl CourseApi for Watched {
    async fn standing(&self, call: &Call, id: CourseId) -> ApiResult<Option<Standing>> {
        if self.gone { Err(ApiError::Unavailable { retry_after_seconds: 1 }) } else { self.real.standing(call, id).await }
    }
    async fn course(&self, call: &Call, id: CourseId) -> ApiResult<Course> {
        if self.gone { Err(ApiError::Unavailable { retry_after_seconds: 1 }) } else { self.real.course(call, id).await }
    }
    async fn register(&self, _: &Call, _: CourseInput) -> ApiResult<Course> {
        self.changed()
    }
    async fn modify(&self, _: &Call, _: CourseId, _: Option<u64>, _: CourseInput) -> ApiResult<Course> {
        self.changed()
    }
    async fn publish(&self, _: &Call, _: CourseId) -> ApiResult<Course> {
        self.changed()
    }
    async fn unpublish(&self, _: &Call, _: CourseId) -> ApiResult<Course> {
        self.changed()
    }
    async fn delete(&self, _: &Call, _: CourseId) -> ApiResult<u64> {
        self.changed()
    }
    async fn add_photo(&self, _: &Call, _: Picture) -> ApiResult<PhotoId> {
        Err(ApiError::Fault)
    }

    async fn photo(&self, _: PhotoId, _: PhotoFile) -> ApiResult<Option<Picture>> {
        Err(ApiError::Fault)
    }

    async fn host_courses(&self, _: &Call, _: PageRequest) -> ApiResult<Page<Course>> {
        Err(ApiError::Fault)
    }
}

/// There, the review was stored first, and "checked" afterwards by sending an empty course to the route that creates courses.
#[tokio::test]
async fn whether_a_review_may_be_written_is_asked_before_anything_is_stored_and_changes_nothing() {
    let database = database().await;
    let real = Composition::local(&database, CancellationToken::new()).services.course;
    let (host, customer) = (call(Some(someone())), call(Some(someone())));
    let course = real.register(&host, input("한 바퀴")).await.unwrap().id;
    real.publish(&host, course).await.unwrap();
    let mut seen = 0;
    published(&database, &mut seen).await;

    for gone in [true, false] {
        let watched = Arc::new(Watched { real: real.clone(), gone, changes: AtomicUsize::new(0) });
        let reviews = Composition::asking(&database, watched.clone(), CancellationToken::new()).services.review;
        let answer = reviews.register(&customer, course, review(5)).await;
        assert_eq!(watched.changes.load(Ordering::Relaxed), 0, "it only asks");
        let events = published(&database, &mut seen).await;
        if gone {
            assert!(matches!(answer, Err(ApiError::Unavailable { .. })), "{answer:?}: never a pretended yes");
            assert_eq!(events, Vec::<String>::new());
            let stored: i64 = sqlx::query_scalar("SELECT count(*) FROM review.reviews").fetch_one(database.pool()).await.unwrap();
            assert_eq!(stored, 0);
        } else {
            answer.unwrap();
            assert_eq!(events, ["review.registered.v1"]);
        }
    }
}

/// There, the counters were stubs and the screen showed nulls.
#[tokio::test]
async fn the_screen_shows_every_count_and_each_is_exact() {
    let database = database().await;
    let composition = Composition::local(&database, CancellationToken::new());
    let Services { course: courses, communication, review: reviews, viewpage, .. } = &composition.services;
    let host = call(Some(someone()));
    let course = courses.register(&host, input("한 바퀴")).await.unwrap().id;
    courses.publish(&host, course).await.unwrap();
    for rating in 1..=4 {
        let customer = call(Some(someone()));
        communication.like(&customer, course).await.unwrap();
        if rating > 1 {
            communication.bookmark(&customer, course).await.unwrap();
        }
        if rating > 2 {
            communication.comment(&customer, course, CommentInput { body: "좋아요".into() }).await.unwrap();
        }
        reviews.register(&customer, course, review(rating)).await.unwrap();
    }
    composition.settle(IN_STEP).await.unwrap();
    let view = viewpage.course(course).await.unwrap().unwrap();
    let counts = view.counts;
    assert_eq!((counts.likes, counts.bookmarks, counts.comments, counts.reviews), (4, 3, 2, 4));
    assert_eq!(view.rating, Rating { average: Some(2.5), count: 4, distribution: Some([1, 1, 1, 1, 0]) });
    assert_eq!((view.reviews.len(), view.comments.len()), (4, 2));
    assert_eq!(server::audit::lasting_differences(&database).await.unwrap(), []);
}

/// There, nobody signed in and ids were free text.
#[tokio::test]
async fn what_is_someones_own_is_changed_by_nobody_else() {
    let database = database().await;
    let Services { course: courses, communication, review: reviews, .. } = Composition::local(&database, CancellationToken::new()).services;
    let (host, customer, other, nobody) = (call(Some(someone())), call(Some(someone())), call(Some(someone())), call(None));
    let course = courses.register(&host, input("한 바퀴")).await.unwrap().id;
    courses.publish(&host, course).await.unwrap();
    let comment = communication.comment(&customer, course, CommentInput { body: "좋아요".into() }).await.unwrap().id;
    let written = reviews.register(&customer, course, review(4)).await.unwrap().id;
    let mut seen = 0;
    published(&database, &mut seen).await;

    for (call, refusal) in [(&other, Refusal::NotYours), (&nobody, Refusal::NotSignedIn)] {
        let refused: ApiError = refusal.into();
        let words = || CommentInput { body: "남의 말".into() };
        assert_eq!(courses.modify(call, course, None, input("내 것")).await.unwrap_err(), refused);
        assert_eq!(courses.unpublish(call, course).await.unwrap_err(), refused);
        assert_eq!(courses.delete(call, course).await.unwrap_err(), refused);
        assert_eq!(communication.modify_comment(call, comment, words()).await.unwrap_err(), refused);
        assert_eq!(communication.delete_comment(call, comment).await.unwrap_err(), refused);
        let answer = ReplyInput { body: "남의 답".into() };
        assert_eq!(communication.answer_comment(call, comment, answer).await.unwrap_err(), refused);
        assert_eq!(reviews.modify(call, written, review(1)).await.unwrap_err(), refused);
        assert_eq!(reviews.delete(call, written).await.unwrap_err(), refused);
        assert_eq!(reviews.reply(call, written, ReplyInput { body: "고맙습니다".into() }).await.unwrap_err(), refused);
    }
    let refused: ApiError = Refusal::NotSignedIn.into();
    assert_eq!(communication.like(&nobody, course).await.unwrap_err(), refused);
    assert_eq!(communication.bookmark(&nobody, course).await.unwrap_err(), refused);
    assert_eq!(reviews.register(&nobody, course, review(5)).await.unwrap_err(), refused);
    assert_eq!(published(&database, &mut seen).await, Vec::<String>::new(), "nothing changed");
}

//! What tests start from.

use async_trait::async_trait;
use contract::course::{Course, CourseInput, CourseState, Standing};
use contract::event::{AccountClosed, CourseRef, CourseWritten, Event};
use contract::photo::PhotoFile;
use contract::review::{Ineligible, Review, ReviewInput};
use contract::{AccountId, ApiError, ApiResult, Call, CourseApi, CourseId, Page, PageRequest, PhotoId, Refusal, ReviewApi};
use jiff::{SignedDuration, Timestamp};
use platform::breaker::{Limits, State};
use platform::consumer::Consumer;
use platform::testing::{call, someone};
use platform::{Clock, Database};
use review::{CoursePolicy, Reviews};
use serde_json::Value;
use std::collections::HashMap;
use std::future::pending;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Semaphore;
use uuid::Uuid;

/// How the course service behaves.
#[derive(Clone, Debug)]
pub enum Mood {
    /// It answers.
    Well,
    /// It answers after this time.
    Slow(Duration),
    /// It never answers.
    Silent,
    /// It can't be reached.
    Dead,
    /// It answers what it knew when it was asked, once it gets a permit; it says on the other one that it was asked.
    Held { asked: Arc<Semaphore>, go: Arc<Semaphore> },
}

/// A course service that knows some courses, and is asked nothing but where they stand.
#[derive(Debug)]
pub struct Courses {
    known: Mutex<HashMap<CourseId, Standing>>,
    mood: Mutex<Mood>,
    asked: Mutex<Vec<CourseId>>,
}

impl Courses {
    pub fn set(&self, id: CourseId, standing: Option<Standing>) {
        let mut known = self.known.lock().expect("not poisoned");
        match standing {
            Some(standing) => known.insert(id, standing),
            None => known.remove(&id),
        };
    }

    pub fn mood(&self, mood: Mood) {
        *self.mood.lock().expect("not poisoned") = mood;
    }

    /// What was asked for since this was last called.
    pub fn asked(&self) -> Vec<CourseId> {
        std::mem::take(&mut *self.asked.lock().expect("not poisoned"))
    }
}

#[async_trait]
impl CourseApi for Courses {
    async fn standing(&self, _: &Call, id: CourseId) -> ApiResult<Option<Standing>> {
        self.asked.lock().expect("not poisoned").push(id);
        let standing = self.known.lock().expect("not poisoned").get(&id).copied();
        let mood = self.mood.lock().expect("not poisoned").clone();
        match mood {
            Mood::Well => {}
            Mood::Slow(time) => tokio::time::sleep(time).await,
            Mood::Silent => pending().await,
            Mood::Dead => return Err(ApiError::Unavailable { retry_after_seconds: 1 }),
            Mood::Held { asked, go } => {
                asked.add_permits(1);
                go.acquire().await.expect("not closed").forget();
            }
        }
        Ok(standing)
    }

    async fn register(&self, _: &Call, _: CourseInput) -> ApiResult<Course> {
        panic!("never asked")
    }
    async fn modify(&self, _: &Call, _: CourseId, _: Option<u64>, _: CourseInput) -> ApiResult<Course> {
        panic!("never asked")
    }
    async fn publish(&self, _: &Call, _: CourseId) -> ApiResult<Course> {
        panic!("never asked")
    }
    async fn unpublish(&self, _: &Call, _: CourseId) -> ApiResult<Course> {
        panic!("never asked")
    }
    async fn delete(&self, _: &Call, _: CourseId) -> ApiResult<u64> {
        panic!("never asked")
    }
    async fn course(&self, _: &Call, _: CourseId) -> ApiResult<Course> {
        panic!("never asked")
    }
    async fn add_photo(&self, _: &Call, _: Vec<u8>) -> ApiResult<PhotoId> {
        panic!("never asked")
    }

    async fn photo(&self, _: PhotoId, _: PhotoFile) -> ApiResult<Option<Vec<u8>>> {
        panic!("never asked")
    }

    async fn host_courses(&self, _: &Call, _: PageRequest) -> ApiResult<Page<Course>> {
        panic!("never asked")
    }
}

/// An event as the log keeps it.
#[derive(Debug, sqlx::FromRow)]
pub struct Logged {
    pub id: Uuid,
    pub name: String,
    pub aggregate_version: i64,
    pub correlation_id: Uuid,
    pub causation_id: Option<Uuid>,
    pub payload: Value,
}

/// The service on a database of its own, at a time that the test says; a host with a published course; and a customer.
pub struct World {
    pub database: Database,
    pub courses: Arc<Courses>,
    pub reviews: Reviews,
    pub consumer: Consumer,
    pub host: AccountId,
    pub course: CourseId,
    pub customer: AccountId,
    microsecond: Arc<AtomicI64>,
}

impl World {
    /// Patient with the course service: what answers at all is in time.
    pub async fn new() -> Self {
        Self::with(Some(Limits { time: Duration::from_secs(600), ..Limits::default() })).await
    }

    /// With these limits, or with those of the service.
    pub async fn with(limits: Option<Limits>) -> Self {
        let microsecond = Arc::new(AtomicI64::new(1_800_000_000_000_000));
        let clock = {
            let microsecond = Arc::clone(&microsecond);
            Clock::from_fn(move || Timestamp::from_microsecond(microsecond.load(Ordering::Relaxed)).expect("in range"))
        };
        let options = platform::testing::database(&[review::migrations()]).await.connect_options();
        let database = Database::new(options, 20, clock);
        let courses = Arc::new(Courses { known: Mutex::default(), mood: Mutex::new(Mood::Well), asked: Mutex::default() });
        let reviews = match limits {
            Some(limits) => Reviews::with_limits(database.clone(), courses.clone(), limits),
            None => Reviews::new(database.clone(), courses.clone()),
        };
        let consumer = Consumer::new(database.clone(), Arc::new(CoursePolicy::new(database.clone())));
        let course = CourseId::new(database.clock().uuid());
        let world = Self { database, courses, reviews, consumer, host: someone(), course, customer: someone(), microsecond };
        world.courses.set(course, Some(world.standing(CourseState::Published)));
        world
    }

    /// The course of the host, standing so.
    pub fn standing(&self, state: CourseState) -> Standing {
        Standing { host_id: self.host, state, reviews_open: true }
    }

    pub fn now(&self) -> Timestamp {
        self.database.clock().now()
    }

    pub fn pass(&self, time: SignedDuration) {
        self.microsecond.fetch_add(i64::try_from(time.as_micros()).expect("a short time"), Ordering::Relaxed);
    }

    pub async fn register(&self) -> ApiResult<Review> {
        self.reviews.register(&call(Some(self.customer)), self.course, said(4, "좋았어요")).await
    }

    /// A review of the customer.
    pub async fn review(&self) -> Review {
        self.register().await.expect("registers")
    }

    /// Appends an event that another service would.
    pub async fn tell(&self, event: Event, version: u64) {
        self.database
            .command(&call(None), move |unit| {
                Box::pin(async move {
                    unit.lock(event.aggregate()).await?;
                    unit.append(&event, version).await
                })
            })
            .await
            .expect("appends");
    }

    /// The course's events from `version` on: `registered`, `published`, `unpublished`, `deleted`, and `closed` to reviews.
    pub async fn tell_course(&self, version: u64, names: &[&str]) {
        for (name, version) in names.iter().zip(version..) {
            let subject = CourseRef { course_id: self.course, host_id: self.host };
            let written = |reviews_open| {
                let input = CourseInput { title: "밤 산책".into(), region: "seoul".into(), reviews_open, ..CourseInput::default() };
                CourseWritten { course_id: self.course, host_id: self.host, content: input.parse().expect("valid") }
            };
            let event = match *name {
                "registered" => Event::CourseRegistered(written(true)),
                "closed" => Event::CourseModified(written(false)),
                "published" => Event::CoursePublished(subject),
                "unpublished" => Event::CourseUnpublished(subject),
                "deleted" => Event::CourseDeleted(subject),
                other => panic!("no such event: {other}"),
            };
            self.tell(event, version).await;
        }
    }

    pub async fn tell_closed(&self, account: AccountId) {
        self.tell(Event::AccountClosed(AccountClosed { account_id: account }), 1).await;
    }

    /// Lets the policy hear all there is.
    pub async fn settle(&self) {
        self.consumer.settle().await.expect("settles");
    }

    /// Has the log read again from its beginning.
    pub async fn rewind(&self) {
        sqlx::query("UPDATE event_log.checkpoints SET transaction_id = '0', position = 0")
            .execute(self.database.pool())
            .await
            .expect("rewinds");
    }

    /// The events of this service, in the order in which they were written.
    pub async fn events(&self) -> Vec<Logged> {
        sqlx::query_as(
            "SELECT id, name, aggregate_version, correlation_id, causation_id, payload FROM event_log.events
             WHERE aggregate_kind IN ('review', 'erasure') ORDER BY position",
        )
        .fetch_all(self.database.pool())
        .await
        .expect("reads the log")
    }

    /// Asserts that the log holds exactly these events, as the versions 1, 2, … of one review.
    pub async fn expect_events(&self, names: &[&str]) {
        let events: Vec<_> = self.events().await.into_iter().map(|event| (event.name, event.aggregate_version)).collect();
        let expected: Vec<_> = names.iter().map(|name| format!("review.{name}.v1")).zip(1..).collect();
        assert_eq!(events, expected);
    }

    /// Asserts that nothing was written at all.
    pub async fn expect_nothing_stored(&self) {
        let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM review.reviews").fetch_one(self.database.pool()).await.expect("counts");
        let events: i64 =
            sqlx::query_scalar("SELECT count(*) FROM event_log.events").fetch_one(self.database.pool()).await.expect("counts");
        assert_eq!((rows, events), (0, 0));
    }

    /// Number and sum of ratings, as the audit counts them.
    pub async fn counted(&self) -> Vec<(CourseId, u64, u64)> {
        review::count_reviews(self.database.pool()).await.expect("counts")
    }

    pub fn breaker(&self) -> State {
        let [breaker] = &self.reviews.breakers()[..] else { panic!("one breaker") };
        assert_eq!(breaker.status().name, "review.course");
        breaker.status().state
    }
}

/// What a customer sends.
pub fn said(rating: i64, body: &str) -> ReviewInput {
    ReviewInput { rating, body: body.into() }
}

pub fn refused<T>(refusal: Refusal) -> Result<T, ApiError> {
    Err(ApiError::Refused(refusal))
}

pub fn ineligible<T>(reason: Ineligible) -> Result<T, ApiError> {
    refused(Refusal::Ineligible(reason))
}

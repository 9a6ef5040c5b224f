//! What tests start from.

use async_trait::async_trait;
use communication::{Communication, Policy};
use contract::course::{Course, CourseInput, CourseState, Standing};
use contract::event::{CourseRef, Delivery, Event, MessageDelivered};
use contract::message::MessageKind;
use contract::photo::PhotoFile;
use contract::{AccountId, ApiError, ApiResult, Call, CourseApi, CourseId, EventId, Page, PageRequest, PhotoId};
use jiff::{SignedDuration, Timestamp};
use platform::consumer::Consumer;
use platform::testing::{call, someone};
use platform::{Clock, Database};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

/// A course service that says what the test has told it, and can be gone.
#[derive(Default)]
pub struct Courses {
    pub standings: Mutex<HashMap<CourseId, Standing>>,
    pub gone: AtomicBool,
}

#[async_trait]
impl CourseApi for Courses {
    async fn course(&self, _: &Call, _: CourseId) -> ApiResult<Course> {
        panic!("not asked")
    }

    async fn register(&self, _: &Call, _: CourseInput) -> ApiResult<Course> {
        panic!("not asked")
    }

    async fn modify(&self, _: &Call, _: CourseId, _: Option<u64>, _: CourseInput) -> ApiResult<Course> {
        panic!("not asked")
    }

    async fn publish(&self, _: &Call, _: CourseId) -> ApiResult<Course> {
        panic!("not asked")
    }

    async fn unpublish(&self, _: &Call, _: CourseId) -> ApiResult<Course> {
        panic!("not asked")
    }

    async fn delete(&self, _: &Call, _: CourseId) -> ApiResult<u64> {
        panic!("not asked")
    }

    async fn standing(&self, _: &Call, id: CourseId) -> ApiResult<Option<Standing>> {
        if self.gone.load(Ordering::Relaxed) {
            return Err(ApiError::Unavailable { retry_after_seconds: 1 });
        }
        Ok(self.standings.lock().unwrap().get(&id).copied())
    }

    async fn add_photo(&self, _: &Call, _: Vec<u8>) -> ApiResult<PhotoId> {
        panic!("not asked")
    }

    async fn photo(&self, _: PhotoId, _: PhotoFile) -> ApiResult<Option<Vec<u8>>> {
        panic!("not asked")
    }

    async fn host_courses(&self, _: &Call, _: PageRequest) -> ApiResult<Page<Course>> {
        panic!("not asked")
    }
}

/// The service on a database of its own, at a time that the test says, with one course that the course service calls published and
/// that no event has told of.
pub struct World {
    pub database: Database,
    pub courses: Arc<Courses>,
    pub communication: Communication,
    pub course: CourseId,
    pub host: AccountId,
    seconds: Arc<AtomicI64>,
    version: AtomicI64,
}

impl World {
    pub async fn new() -> Self {
        let seconds = Arc::new(AtomicI64::new(1_800_000_000));
        let told = seconds.clone();
        let clock = Clock::from_fn(move || Timestamp::from_second(told.load(Ordering::Relaxed)).unwrap());
        let options = platform::testing::database(&[communication::migrations()]).await.connect_options();
        let database = Database::new(options, 20, clock);
        let courses = Arc::new(Courses::default());
        let communication = Communication::new(database.clone(), courses.clone());
        let (course, host) = (CourseId::new(someone().as_uuid()), someone());
        let world = Self { database, courses, communication, course, host, seconds, version: AtomicI64::new(0) };
        world.stands(CourseState::Published);
        world
    }

    /// The same with the course published in the log, and heard of.
    pub async fn with_course() -> Self {
        let world = Self::new().await;
        world.publish().await;
        world.settle().await;
        world
    }

    /// What the course service says from now on.
    pub fn stands(&self, state: CourseState) {
        let standing = Standing { host_id: self.host, state, reviews_open: true };
        self.courses.standings.lock().unwrap().insert(self.course, standing);
    }

    pub fn pass(&self, time: SignedDuration) {
        self.seconds.fetch_add(time.as_secs(), Ordering::Relaxed);
    }

    pub async fn publish(&self) {
        self.tell_of_course(Event::CoursePublished).await;
    }

    pub async fn unpublish(&self) {
        self.tell_of_course(Event::CourseUnpublished).await;
    }

    async fn tell_of_course(&self, event: fn(CourseRef) -> Event) {
        let event = event(CourseRef { course_id: self.course, host_id: self.host });
        let version = self.version.fetch_add(1, Ordering::Relaxed) + 1;
        self.append(&call(None), event, version.unsigned_abs()).await;
    }

    /// Writes an event of another service.
    pub async fn append(&self, call: &Call, event: Event, version: u64) {
        self.database.command(call, move |unit| Box::pin(async move { unit.append(&event, version).await })).await.unwrap();
    }

    /// The message service tells `recipient` of what `cause` was.
    pub async fn deliver(&self, cause: EventId, kind: MessageKind, recipient: AccountId) {
        let message = MessageDelivered {
            message_id: None,
            recipient_id: recipient,
            kind,
            course_id: self.course,
            outcome: Delivery::Muted,
            unread: 0,
        };
        let version: i64 = sqlx::query_scalar(
            "SELECT coalesce(max(aggregate_version), 0) + 1 FROM event_log.events WHERE aggregate_kind = 'inbox' AND aggregate_id = $1",
        )
        .bind(recipient.as_uuid())
        .fetch_one(self.database.pool())
        .await
        .unwrap();
        let call = Call { causation_id: Some(cause), ..call(None) };
        self.append(&call, Event::MessageDelivered(message), version.unsigned_abs()).await;
    }

    pub fn policy(&self) -> Policy {
        self.communication.policy()
    }

    pub async fn settle(&self) {
        Consumer::new(self.database.clone(), Arc::new(self.policy())).settle().await.unwrap();
        let parked: i64 = sqlx::query_scalar("SELECT count(*) FROM event_log.parked").fetch_one(self.database.pool()).await.unwrap();
        assert_eq!(parked, 0);
    }

    /// Lets the consumer begin at the beginning, having forgotten what it has handled: everything is delivered a second time.
    pub async fn deliver_twice(&self) {
        for forget in [
            "UPDATE event_log.checkpoints SET transaction_id = '0', position = 0",
            "DELETE FROM event_log.handled WHERE consumer = 'communication.sagas'",
        ] {
            sqlx::query(forget).execute(self.database.pool()).await.unwrap();
        }
        self.settle().await;
    }

    /// Names of what this service has published, in the order of the log.
    /// How many like the course, as it is kept and by the rows.
    pub async fn likes(&self) -> u64 {
        let pool = self.database.pool();
        self.same(communication::like_counts(pool).await.unwrap(), communication::count_likes(pool).await.unwrap())
    }

    /// How many keep the course, as it is kept and by the rows.
    pub async fn bookmarks(&self) -> u64 {
        let pool = self.database.pool();
        self.same(communication::bookmark_counts(pool).await.unwrap(), communication::count_bookmarks(pool).await.unwrap())
    }

    fn same(&self, kept: Vec<(CourseId, u64)>, counted: Vec<(CourseId, u64)>) -> u64 {
        let [kept, counted] = [kept, counted].map(HashMap::<_, _>::from_iter);
        assert_eq!(kept, counted);
        counted.get(&self.course).copied().unwrap_or_default()
    }

    pub async fn published(&self) -> Vec<String> {
        let names: Vec<String> = sqlx::query_scalar(
            "SELECT name FROM event_log.events WHERE name LIKE 'communication.%' OR name LIKE '%erased%'
             ORDER BY event_log.events.transaction_id, position",
        )
        .fetch_all(self.database.pool())
        .await
        .unwrap();
        names.iter().map(|name| name.trim_end_matches(".v1").rsplit('.').next().unwrap().to_owned()).collect()
    }

    /// The only event of this name.
    pub async fn event(&self, name: &str) -> EventId {
        let id: Uuid = sqlx::query_scalar("SELECT id FROM event_log.events WHERE name = $1")
            .bind(format!("communication.{name}.v1"))
            .fetch_one(self.database.pool())
            .await
            .unwrap();
        EventId::new(id)
    }

    /// State and step of every saga, the oldest first.
    pub async fn sagas(&self) -> Vec<(String, String)> {
        sqlx::query_as("SELECT state, step FROM event_log.sagas ORDER BY started_at, id").fetch_all(self.database.pool()).await.unwrap()
    }

    /// The only saga.
    pub async fn saga(&self) -> (String, String) {
        let mut sagas = self.sagas().await;
        assert_eq!(sagas.len(), 1, "{sagas:?}");
        sagas.remove(0)
    }

    /// Asserts that each aggregate's versions count from one without a gap in the order in which they are read.
    pub async fn expect_no_gaps(&self) {
        let rows: Vec<(String, Uuid, i64)> = sqlx::query_as(
            "SELECT aggregate_kind, aggregate_id, aggregate_version FROM event_log.events ORDER BY event_log.events.transaction_id, position",
        )
        .fetch_all(self.database.pool())
        .await
        .unwrap();
        let mut last: HashMap<(String, Uuid), i64> = HashMap::new();
        for (kind, id, version) in rows {
            let before = last.insert((kind, id), version).unwrap_or(0);
            assert_eq!(version, before + 1, "in reading order");
        }
    }
}

pub fn is(state: &str, step: &str) -> (String, String) {
    (state.to_owned(), step.to_owned())
}

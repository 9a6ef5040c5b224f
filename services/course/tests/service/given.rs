//! What tests start from.

use contract::course::{Course, CourseInput, StopInput, StopTranslationInput, TranslationInput};
use contract::{AccountId, ApiError, CourseApi, CourseId, Refusal};
use course::Courses;
use jiff::{SignedDuration, Timestamp};
use platform::testing::{call, someone};
use platform::{Clock, Database};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The service on a database of its own, at a time that the test says, and a host.
pub struct World {
    pub database: Database,
    pub courses: Courses,
    pub host: AccountId,
    microsecond: Arc<AtomicI64>,
}

impl World {
    pub async fn new() -> Self {
        let microsecond = Arc::new(AtomicI64::new(1_800_000_000_000_000));
        let clock = {
            let microsecond = Arc::clone(&microsecond);
            Clock::from_fn(move || Timestamp::from_microsecond(microsecond.load(Ordering::Relaxed)).expect("in range"))
        };
        let options = platform::testing::database(&[course::migrations()]).await.connect_options();
        let database = Database::new(options, 20, clock);
        Self { courses: Courses::new(database.clone()), database, host: someone(), microsecond }
    }

    pub fn now(&self) -> Timestamp {
        self.database.clock().now()
    }

    pub fn pass(&self, time: SignedDuration) {
        self.microsecond.fetch_add(i64::try_from(time.as_micros()).expect("a short time"), Ordering::Relaxed);
    }

    /// A draft of the host.
    pub async fn draft(&self) -> Course {
        self.register(walk()).await
    }

    /// A published course of the host.
    pub async fn published(&self) -> Course {
        let draft = self.draft().await;
        self.courses.publish(&call(Some(self.host)), draft.id).await.expect("publishes")
    }

    pub async fn register(&self, input: CourseInput) -> Course {
        self.courses.register(&call(Some(self.host)), input).await.expect("registers")
    }

    /// The host's own view of a course.
    pub async fn read(&self, id: CourseId) -> Course {
        self.courses.course(&call(Some(self.host)), id).await.expect("is there")
    }

    /// Name and aggregate's version of every event, in the order in which they were written.
    pub async fn events(&self) -> Vec<(String, i64)> {
        sqlx::query_as("SELECT name, aggregate_version FROM event_log.events ORDER BY position")
            .fetch_all(self.database.pool())
            .await
            .expect("reads the log")
    }

    pub async fn payload(&self, version: i64) -> serde_json::Value {
        sqlx::query_scalar("SELECT payload FROM event_log.events WHERE aggregate_version = $1")
            .bind(version)
            .fetch_one(self.database.pool())
            .await
            .expect("reads the log")
    }

    /// Asserts that the log holds exactly these events, as the versions 1, 2, … of one course.
    #[track_caller]
    pub fn expect_events(&self, events: &[(String, i64)], names: &[&str]) {
        let expected: Vec<_> = names.iter().map(|name| format!("course.{name}.v1")).zip(1..).collect();
        assert_eq!(events, expected);
    }
}

/// A course with everything a host can write.
pub fn walk() -> CourseInput {
    let stop = |name: &str, category: &str, lat, lng, cost_krw| StopInput {
        name: name.into(),
        category: category.into(),
        lat,
        lng,
        stay_minutes: 60,
        cost_krw,
        note: "해 질 무렵에\n가세요".into(),
    };
    CourseInput {
        title: "서울숲에서 성수까지".into(),
        summary: "나무 사이를 걷고\n커피를 마셔요".into(),
        region: "seoul".into(),
        tags: vec!["산책".into(), "카페".into()],
        reviews_open: true,
        stops: vec![stop("서울숲", "park", 37.544_3, 127.037_4, 0), stop("성수 카페", "cafe", 37.544_55, 127.055_9, 12_000)],
        translation: Some(TranslationInput {
            title: "From Seoul Forest to Seongsu".into(),
            summary: "Walk among trees".into(),
            stops: vec![StopTranslationInput { name: "Seoul Forest".into(), note: String::new() }, StopTranslationInput::default()],
        }),
        ..CourseInput::default()
    }
}

/// The same course under another title.
pub fn titled(title: &str) -> CourseInput {
    CourseInput { title: title.into(), ..walk() }
}

/// A course without stops.
pub fn empty() -> CourseInput {
    CourseInput { stops: Vec::new(), translation: None, ..walk() }
}

pub fn refused<T>(refusal: Refusal) -> Result<T, ApiError> {
    Err(ApiError::Refused(refusal))
}

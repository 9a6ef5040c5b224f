//! The course service slow, then dead, then back, seen over HTTP: reading is untouched, a review is refused at once and never
//! pretended, the breaker's state can be seen, and all recovers by itself.
#![expect(clippy::unwrap_used, reason = "a test")]

use async_trait::async_trait;
use contract::course::{Course, CourseInput, Standing, StopInput};
use contract::photo::{PhotoFile, Picture};
use contract::{ApiError, ApiResult, Call, CourseApi, CourseId, Page, PageRequest, PhotoId};
use platform::testing::{call, someone};
use platform::{Clock, Database};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use server::compose::{self, Composition};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

const WELL: u8 = 0;
/// What the first design waited for before it gave up (610 ms).
const SLOW: u8 = 1;
const DEAD: u8 = 2;

/// The way to the course service, which can be bad.
struct Way {
    real: Arc<dyn CourseApi>,
    state: AtomicU8,
}

impl Way {
    async fn pass(&self) -> ApiResult<()> {
        match self.state.load(Ordering::Relaxed) {
            SLOW => tokio::time::sleep(Duration::from_millis(610)).await,
            DEAD => return Err(ApiError::Unavailable { retry_after_seconds: 1 }),
            _ => {}
        }
        Ok(())
    }
}

#[async_trait]
impl CourseApi for Way {
    async fn standing(&self, call: &Call, id: CourseId) -> ApiResult<Option<Standing>> {
        self.pass().await?;
        self.real.standing(call, id).await
    }
    async fn course(&self, call: &Call, id: CourseId) -> ApiResult<Course> {
        self.pass().await?;
        self.real.course(call, id).await
    }
    async fn register(&self, _: &Call, _: CourseInput) -> ApiResult<Course> {
        Err(ApiError::Fault)
    }
    async fn modify(&self, _: &Call, _: CourseId, _: Option<u64>, _: CourseInput) -> ApiResult<Course> {
        Err(ApiError::Fault)
    }
    async fn publish(&self, _: &Call, _: CourseId) -> ApiResult<Course> {
        Err(ApiError::Fault)
    }
    async fn unpublish(&self, _: &Call, _: CourseId) -> ApiResult<Course> {
        Err(ApiError::Fault)
    }
    async fn delete(&self, _: &Call, _: CourseId) -> ApiResult<u64> {
        Err(ApiError::Fault)
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

struct World {
    database: Database,
    composition: Composition,
    way: Arc<Way>,
    course: CourseId,
    client: Client,
    origin: String,
    _stop: tokio_util::sync::DropGuard,
}

impl World {
    async fn new() -> Self {
        let database = Database::new(platform::testing::fresh_database().await, 10, Clock::system());
        compose::migrate(&database).await.unwrap();
        let real = Composition::local(&database, CancellationToken::new()).services.course;
        let host = call(Some(someone()));
        let stop = StopInput { name: "서울숲".into(), category: "park".into(), lat: 37.5, lng: 127.0, ..StopInput::default() };
        let input = CourseInput {
            title: "한 바퀴".into(),
            region: "seoul".into(),
            reviews_open: true,
            stops: vec![stop],
            ..CourseInput::default()
        };
        let course = real.register(&host, input).await.unwrap().id;
        real.publish(&host, course).await.unwrap();

        let way = Arc::new(Way { real, state: AtomicU8::new(WELL) });
        let end = CancellationToken::new();
        let composition = Composition::asking(&database, way.clone(), end.clone());
        // Before they run: consumers that somebody leads are not settled.
        composition.settle(Duration::from_secs(60)).await.unwrap();
        composition.run(&end, &TaskTracker::new());
        let router = server::rest::routes(&composition.services).layer(axum::middleware::from_fn_with_state(
            server::layer::authentication::Authentication {
                identity: composition.services.identity.clone(),
                cookie: server::layer::authentication::SessionCookie::new("dulle"),
            },
            server::layer::authentication::authenticate,
        ));
        let router = router.layer(axum::middleware::from_fn_with_state(Clock::system(), server::layer::case::give));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}/api/v1", listener.local_addr().unwrap());
        let ended = end.clone();
        tokio::spawn(async move { axum::serve(listener, router).with_graceful_shutdown(ended.cancelled_owned()).await });
        Self { database, composition, way, course, client: Client::new(), origin, _stop: end.drop_guard() }
    }

    fn set(&self, state: u8) {
        self.way.state.store(state, Ordering::Relaxed);
    }

    async fn customer(&self, name: &str) -> String {
        let body = json!({ "email": format!("{name}@example.com"), "password": "a long walk together", "display_name": name });
        self.client.post(format!("{}/accounts", self.origin)).json(&body).send().await.unwrap().error_for_status().unwrap();
        let session = self.client.post(format!("{}/sessions", self.origin)).json(&body).send().await.unwrap();
        session.json::<Value>().await.unwrap()["token"].as_str().unwrap().to_owned()
    }

    async fn review(&self, token: &str) -> reqwest::Response {
        let url = format!("{}/courses/{}/reviews", self.origin, self.course);
        let body = json!({ "rating": 5, "body": "또 걷고 싶어요" });
        self.client.post(url).bearer_auth(token).json(&body).send().await.unwrap()
    }

    /// A refused review, and for how many seconds.
    async fn refused(&self, token: &str) -> u32 {
        let answer = self.review(token).await;
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        let stored: i64 = sqlx::query_scalar("SELECT count(*) FROM review.reviews").fetch_one(self.database.pool()).await.unwrap();
        assert_eq!(stored, 0, "refused and not stored");
        answer.headers()["retry-after"].to_str().unwrap().parse().unwrap()
    }

    async fn reading_is_untouched(&self) {
        for path in [format!("/viewpages/{}", self.course), "/viewpages".into(), format!("/courses/{}/reviews", self.course)] {
            let answer = self.client.get(format!("{}{path}", self.origin)).send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "{path}");
        }
    }

    fn state(&self) -> String {
        let breakers = self.composition.breakers();
        let breaker = breakers.iter().map(|breaker| breaker.status()).find(|status| status.name == "review.course").unwrap();
        serde_json::to_value(&breaker).unwrap()["state"].as_str().unwrap().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_course_service_that_is_slow_then_dead_then_back() {
    let world = World::new().await;
    let token = world.customer("mina").await;
    assert_eq!(world.state(), "closed");

    world.set(SLOW);
    while world.state() == "closed" {
        assert!(world.refused(&token).await >= 1);
        world.reading_is_untouched().await;
    }
    world.set(DEAD);
    assert!(world.refused(&token).await >= 1);
    world.reading_is_untouched().await;

    world.set(WELL);
    let written = tokio::time::timeout(Duration::from_secs(60), async {
        loop {
            let answer = world.review(&token).await;
            if answer.status() == StatusCode::CREATED {
                return answer;
            }
            let seconds: u64 = answer.headers()["retry-after"].to_str().unwrap().parse().unwrap();
            tokio::time::sleep(Duration::from_secs(seconds)).await;
        }
    })
    .await
    .expect("it recovers by itself");
    assert_eq!(written.json::<Value>().await.unwrap()["rating"], 5);
    assert_eq!(world.state(), "closed");
}

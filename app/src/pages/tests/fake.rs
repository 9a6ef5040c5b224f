//! Services that hold one course in memory, and a browser without script.

use crate::{Site, router};
use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use contract::call::Call;
use contract::communication::LikeOutcome;
use contract::course::{Course, CourseContent, CourseInput, CourseState};
use contract::event::AggregateVersion;
use contract::identity::{Account, Credentials, NewAccount, OpenedSession, RegisteredAccount};
use contract::viewpage::{Counts, CourseCard, CourseCounts, CourseView, Host, LiveMessage, PublishedCourse, Rating, Search, Totals, Watch};
use contract::{
    AccountId, ApiError, ApiResult, CommunicationApi, CorrelationId, CourseApi, CourseId, IdentityApi, Page, PageRequest, Refusal,
    ViewpageApi,
};
use futures::stream::BoxStream;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use leptos::config::LeptosOptions;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tower::ServiceExt;
use uuid::Uuid;

pub const COURSE: CourseId = CourseId::new(Uuid::from_u128(0xc0));
pub const HOST: AccountId = AccountId::new(Uuid::from_u128(0xa0));

/// All services at once.
#[derive(Default)]
pub struct Fake {
    pub course: Mutex<Option<Course>>,
    pub likes: Mutex<Vec<AccountId>>,
    /// What every call to a service answers, if anything.
    pub trouble: Mutex<Option<ApiError>>,
    /// What the next publishing answers, if anything.
    pub publishing: Mutex<Option<ApiError>>,
    /// How many courses were registered.
    pub registered: AtomicU32,
    /// What the read model answers in place of counts.
    pub countless: Mutex<Option<ApiResult<Option<CourseCounts>>>>,
    /// What the likes themselves answer when they are counted, if anything.
    pub uncounted: Mutex<Option<ApiError>>,
}

impl Fake {
    fn trouble(&self) -> ApiResult<()> {
        self.trouble.lock().expect("unpoisoned").clone().map_or(Ok(()), Err)
    }

    fn course(&self) -> ApiResult<Course> {
        self.trouble()?;
        self.course.lock().expect("unpoisoned").clone().ok_or(ApiError::Refused(Refusal::NotFound))
    }

    fn change(&self, with: impl FnOnce(&mut Course)) -> ApiResult<Course> {
        let mut course = self.course()?;
        with(&mut course);
        course.version += 1;
        *self.course.lock().expect("unpoisoned") = Some(course.clone());
        Ok(course)
    }

    fn counts(&self) -> CourseCounts {
        let likes = self.likes.lock().expect("unpoisoned").len() as u64;
        CourseCounts { course_id: COURSE, version: 1 + likes, counts: Counts { likes, ..Counts::default() }, rating: Rating::default() }
    }

    fn host() -> Host {
        Host { id: HOST, display_name: "미나".into() }
    }
}

pub fn course(content: CourseContent) -> Course {
    let at = "2026-11-23T00:00:00Z".parse().expect("a time");
    Course { id: COURSE, version: 3, state: CourseState::Published, host_id: HOST, created_at: at, updated_at: at, content }
}

#[async_trait]
impl IdentityApi for Fake {
    async fn register(&self, _: &Call, account: NewAccount) -> ApiResult<RegisteredAccount> {
        self.trouble()?;
        Ok(RegisteredAccount { id: HOST, display_name: account.display_name })
    }
    async fn sign_in(&self, _: &Call, credentials: Credentials) -> ApiResult<OpenedSession> {
        self.trouble()?;
        if credentials.password == "correct horse" {
            Ok(OpenedSession { token: "t0ken".into(), expires_at: "2026-12-23T00:00:00Z".parse().expect("a time") })
        } else {
            Err(Refusal::WrongCredentials.into())
        }
    }
    async fn sign_out(&self, _: &Call, _: &str) -> ApiResult<()> {
        self.trouble()
    }
    async fn authenticate(&self, _: &str) -> ApiResult<Option<Account>> {
        Ok(None)
    }
}

#[async_trait]
impl CourseApi for Fake {
    async fn register(&self, call: &Call, input: CourseInput) -> ApiResult<Course> {
        let host = call.signed_in()?;
        self.trouble()?;
        self.registered.fetch_add(1, Ordering::Relaxed);
        let course = Course { state: CourseState::Draft, host_id: host, version: 1, ..course(input.parse()?) };
        *self.course.lock().expect("unpoisoned") = Some(course.clone());
        Ok(course)
    }
    async fn modify(&self, call: &Call, _: CourseId, expected: Option<u64>, input: CourseInput) -> ApiResult<Course> {
        call.signed_in()?;
        let current = self.course()?.version;
        if expected.is_some_and(|expected| expected != current) {
            return Err(Refusal::ChangedMeanwhile { current }.into());
        }
        let content = input.parse()?;
        self.change(|course| course.content = content)
    }
    async fn publish(&self, call: &Call, _: CourseId) -> ApiResult<Course> {
        call.signed_in()?;
        if self.course()?.content.stops.is_empty() {
            return Err(Refusal::StopsMissing.into());
        }
        if let Some(trouble) = self.publishing.lock().expect("unpoisoned").take() {
            return Err(trouble);
        }
        self.change(|course| course.state = CourseState::Published)
    }
    async fn unpublish(&self, call: &Call, _: CourseId) -> ApiResult<Course> {
        call.signed_in()?;
        self.change(|course| course.state = CourseState::Unpublished)
    }
    async fn delete(&self, call: &Call, _: CourseId) -> ApiResult<u64> {
        call.signed_in()?;
        self.course()?;
        *self.course.lock().expect("unpoisoned") = None;
        Ok(9)
    }
    async fn course(&self, _: &Call, _: CourseId) -> ApiResult<Course> {
        self.course()
    }
    async fn host_courses(&self, call: &Call, _: PageRequest) -> ApiResult<Page<Course>> {
        call.signed_in()?;
        Ok(Page { items: self.course.lock().expect("unpoisoned").clone().into_iter().collect(), next: None })
    }
}

#[async_trait]
impl CommunicationApi for Fake {
    async fn like(&self, call: &Call, _: CourseId) -> ApiResult<LikeOutcome> {
        let customer = call.signed_in()?;
        self.course()?;
        self.likes.lock().expect("unpoisoned").push(customer);
        Ok(LikeOutcome { liked: true, change: None })
    }
    async fn unlike(&self, call: &Call, _: CourseId) -> ApiResult<LikeOutcome> {
        call.signed_in()?;
        self.likes.lock().expect("unpoisoned").clear();
        Ok(LikeOutcome { liked: false, change: None })
    }
    async fn likes(&self, _: CourseId) -> ApiResult<u64> {
        self.uncounted.lock().expect("unpoisoned").clone().map_or(Ok(self.counts().counts.likes), Err)
    }
}

#[async_trait]
impl ViewpageApi for Fake {
    async fn course(&self, id: CourseId) -> ApiResult<Option<CourseView>> {
        self.trouble()?;
        let counts = self.counts();
        Ok(self.course().ok().filter(|course| course.id == id && course.state == CourseState::Published).map(|course| CourseView {
            course: PublishedCourse { id, totals: Totals::of(&course.content), published_at: course.created_at, content: course.content },
            host: Self::host(),
            counts: counts.counts,
            rating: counts.rating,
            version: counts.version,
        }))
    }
    async fn counts(&self, _: CourseId) -> ApiResult<Option<CourseCounts>> {
        self.countless.lock().expect("unpoisoned").clone().unwrap_or_else(|| Ok(Some(self.counts())))
    }
    async fn search(&self, search: Search) -> ApiResult<Page<CourseCard>> {
        let course = self.course()?;
        let card = CourseCard {
            course_id: course.id,
            title: course.content.title_in(search.language).to_owned(),
            summary: course.content.summary.as_str().to_owned(),
            language: course.content.language,
            region: course.content.region,
            tags: course.content.tags.clone(),
            path: course.content.stops.iter().map(|stop| (stop.lat, stop.lng)).collect(),
            totals: Totals::of(&course.content),
            host: Self::host(),
            counts: self.counts().counts,
            rating: Rating::default(),
            version: 1,
            published_at: course.created_at,
        };
        Ok(Page { items: vec![card], next: Some("next page".into()) })
    }
    async fn liked(&self, customer: AccountId, _: &[CourseId]) -> ApiResult<Vec<CourseId>> {
        Ok(self.likes.lock().expect("unpoisoned").iter().filter(|liker| **liker == customer).map(|_| COURSE).collect())
    }
    async fn folded(&self, _: AggregateVersion, _: Duration) -> bool {
        true
    }
    async fn watch(&self, _: Watch) -> ApiResult<BoxStream<'static, LiveMessage>> {
        Err(ApiError::Fault)
    }
}

/// A browser without script.
pub struct Browser {
    pub fake: Arc<Fake>,
    router: Router,
    pub account: Option<Account>,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub html: String,
}

impl Answer {
    pub fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Browser {
    pub fn new(content: Option<CourseContent>, base_url: &str) -> Self {
        let fake = Arc::new(Fake { course: Mutex::new(content.map(course)), ..Fake::default() });
        let site = Site {
            identity: fake.clone(),
            course: fake.clone(),
            communication: fake.clone(),
            viewpage: fake.clone(),
            base_url: base_url.into(),
            leptos: LeptosOptions::builder().output_name("dulle").build(),
        };
        Self { fake, router: router(site).expect("no built site is needed"), account: None }
    }

    pub fn signed_in(mut self) -> Self {
        self.account = Some(Account { id: HOST, email: "mina@example.com".into(), display_name: "미나".into() });
        self
    }

    pub async fn open(&self, path: &str) -> Answer {
        self.ask(Request::get(path).body(Body::empty()).expect("a request")).await
    }

    pub async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = serde_html_form::to_string(fields).expect("a form");
        self.ask(
            Request::post(path)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(body))
                .expect("a request"),
        )
        .await
    }

    pub async fn ask(&self, mut request: Request<Body>) -> Answer {
        let actor = self.account.as_ref().map(|account| account.id);
        request.extensions_mut().insert(Call { correlation_id: CorrelationId::new(Uuid::nil()), causation_id: None, actor });
        request.extensions_mut().insert(self.account.clone());
        let response = self.router.clone().oneshot(request).await.expect("infallible");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        Answer { status: parts.status, headers: parts.headers, html: String::from_utf8(bytes.to_vec()).expect("text") }
    }
}

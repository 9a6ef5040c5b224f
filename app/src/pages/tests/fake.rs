//! Services that hold one course in memory, and a browser without script.

mod talk;
mod viewpage;
pub use talk::{comment, review};

use crate::{Site, Tiles, router};
use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use contract::call::Call;
use contract::communication::{BookmarkOutcome, Comment, CommentInput, LikeOutcome};
use contract::course::{Course, CourseContent, CourseInput, CourseState, Standing};
use contract::event::{Aggregate, AggregateVersion};
use contract::identity::{Account, Credentials, NewAccount, OpenedSession, PasswordChange, RegisteredAccount};
use contract::message::{Message, MessageSettings};
use contract::photo::{PhotoFile, Picture};
use contract::reply::ReplyInput;
use contract::viewpage::{CommentView, Counts, CourseCounts, Host, Rating, ReviewView, Search};
use contract::{
    AccountId, ApiError, ApiResult, CommentId, CommunicationApi, CorrelationId, CourseApi, CourseId, FieldCode, FieldError, IdentityApi,
    Page, PageRequest, PhotoId, Refusal,
};
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use leptos::config::LeptosOptions;
use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use tower::ServiceExt;
use uuid::Uuid;

pub const COURSE: CourseId = CourseId::new(Uuid::from_u128(0xc0));
pub const HOST: AccountId = AccountId::new(Uuid::from_u128(0xa0));
pub const CUSTOMER: AccountId = AccountId::new(Uuid::from_u128(0xa1));

/// All services at once.
#[derive(Default)]
pub struct Fake {
    pub course: Mutex<Option<Course>>,
    pub likes: Mutex<Vec<AccountId>>,
    pub bookmarks: Mutex<Vec<AccountId>>,
    /// Newest first.
    pub comments: Mutex<Vec<CommentView>>,
    /// Newest first.
    pub reviews: Mutex<Vec<ReviewView>>,
    /// Newest first.
    pub messages: Mutex<Vec<Message>>,
    pub settings: Mutex<MessageSettings>,
    /// What the read model was asked for last.
    pub searched: Mutex<Option<Search>>,
    /// How often it was asked for lists of all.
    pub listings: AtomicU32,
    /// How often it was asked what is someone's own.
    pub asked_for_mine: AtomicU32,
    /// What the next writing of a review answers, if anything.
    pub unchecked: Mutex<Option<ApiError>>,
    /// What every call to a service answers, if anything.
    pub trouble: Mutex<Option<ApiError>>,
    /// What the next publishing answers, if anything.
    pub publishing: Mutex<Option<ApiError>>,
    /// What reading a course answers, if anything.
    pub unreadable: Mutex<Option<ApiError>>,
    /// How many courses were registered.
    pub registered: AtomicU32,
    /// How many days it is after the usual one.
    pub days_later: AtomicU32,
    /// What the read model answers in place of counts.
    pub countless: Mutex<Option<ApiResult<Option<CourseCounts>>>>,
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
        fn length<T>(list: &Mutex<Vec<T>>) -> u64 {
            list.lock().expect("unpoisoned").len() as u64
        }
        let (likes, bookmarks) = (length(&self.likes), length(&self.bookmarks));
        let (comments, reviews) = (length(&self.comments), length(&self.reviews));
        let stars: u32 = self.reviews.lock().expect("unpoisoned").iter().map(|review| u32::from(review.rating.get())).sum();
        let average = (reviews > 0).then(|| f64::from(stars) / f64::from(u32::try_from(reviews).expect("few")));
        CourseCounts {
            course_id: COURSE,
            version: 1 + likes + bookmarks + comments + reviews,
            counts: Counts { likes, bookmarks, comments, reviews },
            rating: Rating { average, count: reviews, distribution: None },
        }
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
    async fn sign_out_everywhere(&self, call: &Call) -> ApiResult<()> {
        call.signed_in()?;
        self.trouble()
    }
    async fn change_password(&self, call: &Call, token: &str, change: PasswordChange) -> ApiResult<()> {
        call.signed_in()?;
        self.trouble()?;
        assert_eq!(token, "t0ken", "the session that goes on");
        let mut errors = Vec::new();
        if change.current_password != "correct horse" {
            errors.push(FieldError::new("current_password", FieldCode::Mismatch));
        }
        if change.new_password.chars().count() < 8 {
            errors.push(FieldError::limited("new_password", FieldCode::TooShort, 8));
        }
        if errors.is_empty() { Ok(()) } else { Err(Refusal::Invalid(errors).into()) }
    }
    async fn close(&self, call: &Call, password: &str) -> ApiResult<AggregateVersion> {
        let account = call.signed_in()?;
        self.trouble()?;
        if password == "correct horse" {
            Ok(AggregateVersion { aggregate: Aggregate::account(account), version: 2 })
        } else {
            Err(Refusal::Invalid(vec![FieldError::new("password", FieldCode::Mismatch)]).into())
        }
    }
    async fn alive(&self, tokens: &[String]) -> ApiResult<HashSet<String>> {
        Ok(tokens.iter().cloned().collect())
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
    async fn course(&self, call: &Call, _: CourseId) -> ApiResult<Course> {
        if let Some(trouble) = self.unreadable.lock().expect("unpoisoned").clone() {
            return Err(trouble);
        }
        self.course().and_then(|course| {
            let hidden = course.state != CourseState::Published && call.actor != Some(course.host_id);
            if hidden { Err(Refusal::NotFound.into()) } else { Ok(course) }
        })
    }
    async fn standing(&self, _: &Call, _: CourseId) -> ApiResult<Option<Standing>> {
        Ok(self.course().ok().map(|course| Standing {
            host_id: course.host_id,
            state: course.state,
            reviews_open: course.content.reviews_open,
        }))
    }
    /// Takes in what begins as if it were a photo.
    async fn add_photo(&self, call: &Call, Picture(bytes): Picture) -> ApiResult<PhotoId> {
        call.signed_in()?;
        self.trouble()?;
        if bytes.starts_with(b"photo") {
            Ok(PhotoId::new(Uuid::from_u128(bytes.len() as u128)))
        } else {
            Err(Refusal::Invalid(vec![FieldError::new("photo", FieldCode::Malformed)]).into())
        }
    }

    async fn photo(&self, _: PhotoId, _: PhotoFile) -> ApiResult<Option<Picture>> {
        Ok(None)
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
        Ok(LikeOutcome { liked: true, likes: self.counts().counts.likes, change: None })
    }
    async fn unlike(&self, call: &Call, _: CourseId) -> ApiResult<LikeOutcome> {
        call.signed_in()?;
        self.likes.lock().expect("unpoisoned").clear();
        Ok(LikeOutcome { liked: false, likes: self.counts().counts.likes, change: None })
    }
    async fn bookmark(&self, call: &Call, _: CourseId) -> ApiResult<BookmarkOutcome> {
        let customer = call.signed_in()?;
        self.course()?;
        self.bookmarks.lock().expect("unpoisoned").push(customer);
        Ok(BookmarkOutcome { bookmarked: true, bookmarks: self.counts().counts.bookmarks, change: None })
    }
    async fn unbookmark(&self, call: &Call, _: CourseId) -> ApiResult<BookmarkOutcome> {
        call.signed_in()?;
        self.bookmarks.lock().expect("unpoisoned").clear();
        Ok(BookmarkOutcome { bookmarked: false, bookmarks: self.counts().counts.bookmarks, change: None })
    }
    async fn comment(&self, call: &Call, _: CourseId, input: CommentInput) -> ApiResult<Comment> {
        self.say(call, &input)
    }
    async fn modify_comment(&self, call: &Call, id: CommentId, input: CommentInput) -> ApiResult<Comment> {
        self.say_again(call, id, &input)
    }
    async fn delete_comment(&self, call: &Call, id: CommentId) -> ApiResult<AggregateVersion> {
        self.unsay(call, id)
    }
    async fn answer_comment(&self, call: &Call, id: CommentId, input: ReplyInput) -> ApiResult<Comment> {
        self.answer(call, id, &input)
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

    /// What our own scripts in the page bear, as its policy says.
    pub fn nonce(&self) -> &str {
        let policy = self.header(header::CONTENT_SECURITY_POLICY);
        policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce")
    }
}

impl Browser {
    pub fn new(content: Option<CourseContent>, base_url: &str) -> Self {
        let fake = Arc::new(Fake { course: Mutex::new(content.map(course)), ..Fake::default() });
        Self::of(fake, base_url, None)
    }

    /// Where maps are made of `tiles`.
    pub fn with_tiles(self, tiles: Tiles) -> Self {
        Self::of(self.fake, "http://localhost:3000", Some(tiles))
    }

    /// At a server that has been asked for nothing yet.
    pub fn anew(&self) -> Self {
        Self::of(self.fake.clone(), "http://localhost", None)
    }

    fn of(fake: Arc<Fake>, base_url: &str, tiles: Option<Tiles>) -> Self {
        let site = Site {
            identity: fake.clone(),
            course: fake.clone(),
            communication: fake.clone(),
            review: fake.clone(),
            message: fake.clone(),
            viewpage: fake.clone(),
            base_url: base_url.into(),
            tiles,
            now: {
                let (fake, usual) = (fake.clone(), "2026-11-23T00:00:00Z".parse::<jiff::Timestamp>().expect("a time"));
                Arc::new(move || usual + jiff::SignedDuration::from_hours(24 * i64::from(fake.days_later.load(Ordering::Relaxed))))
            },
            leptos: LeptosOptions::builder().output_name("dulle").build(),
        };
        Self { fake, router: router(site).expect("no built site is needed"), account: None }
    }

    /// As the host of the course.
    pub fn signed_in(self) -> Self {
        self.signed_in_as(HOST, "미나")
    }

    /// As someone else.
    pub fn signed_in_as_customer(self) -> Self {
        self.signed_in_as(CUSTOMER, "준")
    }

    pub fn signed_in_as(mut self, id: AccountId, name: &str) -> Self {
        self.account = Some(Account { id, email: "mina@example.com".into(), display_name: name.into() });
        self
    }

    pub fn signed_out(mut self) -> Self {
        self.account = None;
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
                .header(header::COOKIE, "dulle=t0ken")
                .body(Body::from(body))
                .expect("a request"),
        )
        .await
    }

    pub async fn ask(&self, request: Request<Body>) -> Answer {
        let (status, headers, body) = self.raw(request).await;
        Answer { status, headers, html: String::from_utf8(body).expect("text") }
    }

    /// What is no text.
    pub async fn bytes(&self, path: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
        self.raw(Request::get(path).body(Body::empty()).expect("a request")).await
    }

    async fn raw(&self, mut request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
        let actor = self.account.as_ref().map(|account| account.id);
        request.extensions_mut().insert(Call { correlation_id: CorrelationId::new(Uuid::nil()), causation_id: None, actor });
        request.extensions_mut().insert(self.account.clone());
        let response = self.router.clone().oneshot(request).await.expect("infallible");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        (parts.status, parts.headers, bytes.to_vec())
    }
}

//! What the read model shows, and what it tells open pages as it changes.

use crate::course::{CourseContent, Language};
use crate::event::AggregateVersion;
use crate::id::{AccountId, CommentId, CorrelationId, CourseId, ReviewId};
use crate::page::{Page, PageRequest};
use crate::photo::Photo;
use crate::place::Region;
use crate::refusal::ApiResult;
use crate::reply::Reply;
use crate::review::Stars;
use crate::setting::Setting;
use crate::text::{CommentBody, Query, ReviewBody, Tag};
use async_trait::async_trait;
use futures::stream::BoxStream;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

pub mod facets;

pub use facets::Facets;

/// How many of each a course has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Counts {
    /// Customers who like it.
    pub likes: u64,
    /// Customers who keep it.
    pub bookmarks: u64,
    /// Comments.
    pub comments: u64,
    /// Reviews.
    pub reviews: u64,
}

/// How customers rated a course.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rating {
    /// 1 to 5; `None` while nobody has rated.
    pub average: Option<f64>,
    /// How many have rated.
    pub count: u64,
    /// How many gave one star, two, and so on up to five. Told with a course's own view alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distribution: Option<[u64; 5]>,
}

/// Who offers a course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Host {
    /// The account.
    pub id: AccountId,
    /// The name shown to others.
    pub display_name: String,
}

/// Sums over the stops and the ways between them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Totals {
    /// Time at the stops and on the way, in minutes.
    pub minutes: u32,
    /// Way on foot, in metres.
    pub metres: u32,
    /// Cost, in won.
    pub cost_krw: u32,
}

impl Totals {
    /// The sums of a course.
    #[must_use]
    pub fn of(content: &CourseContent) -> Self {
        let points: Vec<_> = content.stops.iter().map(crate::course::Stop::coordinates).collect();
        let legs = crate::route::legs(&points);
        Self {
            minutes: content.stops.iter().map(|stop| stop.stay_minutes).sum::<u32>() + legs.iter().map(|leg| leg.minutes).sum::<u32>(),
            metres: legs.iter().map(|leg| leg.metres).sum(),
            cost_krw: content.stops.iter().map(|stop| stop.cost_krw).sum(),
        }
    }
}

/// A published course as the viewpage shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PublishedCourse {
    /// The course.
    pub id: CourseId,
    /// What the host wrote.
    #[serde(flatten)]
    pub content: CourseContent,
    /// Sums over the walk.
    pub totals: Totals,
    /// When it was first shown.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub published_at: Timestamp,
    /// When its host last changed what it says; not before it was first shown.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub modified_at: Timestamp,
}

/// The one screen of a course: everything about it with its counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CourseView {
    /// The course.
    pub course: PublishedCourse,
    /// Whose it is.
    pub host: Host,
    /// How many of each it has.
    pub counts: Counts,
    /// How it was rated.
    pub rating: Rating,
    /// The newest reviews, at most [`CourseView::NEWEST`].
    pub reviews: Vec<ReviewView>,
    /// The newest comments, at most [`CourseView::NEWEST`].
    pub comments: Vec<CommentView>,
    /// How many events have made this view what it is; two views of one version are the same.
    pub version: u64,
}

impl CourseView {
    /// How many reviews and comments a view carries; the rest are lists of their own.
    pub const NEWEST: usize = 20;
}

/// Who wrote something. The name is empty for a closed account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Author {
    /// The account.
    pub id: AccountId,
    /// The name shown to others.
    pub display_name: String,
}

/// A review as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewView {
    /// The review.
    pub id: ReviewId,
    /// Who wrote it.
    pub author: Author,
    /// 1 to 5.
    pub rating: Stars,
    /// What it says.
    pub body: ReviewBody,
    /// The host's answer.
    pub reply: Option<Reply>,
    /// When it was written.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// When its author last changed it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub updated_at: Timestamp,
}

/// A comment as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommentView {
    /// The comment.
    pub id: CommentId,
    /// Who wrote it.
    pub author: Author,
    /// What it says.
    pub body: CommentBody,
    /// The host's answer.
    pub answer: Option<Reply>,
    /// When it was written.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// When its author last changed it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub updated_at: Timestamp,
}

/// Whether a course that someone keeps is still shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum KeptState {
    /// It is.
    Published,
    /// Its host has taken it from view.
    Withdrawn,
}

/// A course that someone keeps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BookmarkedCourse {
    /// The course.
    pub course_id: CourseId,
    /// Whether it is still shown.
    pub state: KeptState,
    /// What it is called, in the language asked for; known also of one that is no longer shown.
    pub title: String,
    /// Since when it is kept.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub bookmarked_at: Timestamp,
    /// What lists show of it; `None` when it is withdrawn.
    pub card: Option<CourseCard>,
}

/// What is one person's own about courses, and what waits in the inbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mine {
    /// Which of the courses asked for are liked.
    pub liked: Vec<CourseId>,
    /// Which of the courses asked for are kept.
    pub bookmarked: Vec<CourseId>,
    /// How many messages were not read.
    pub unread: u64,
}

/// A course in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CourseCard {
    /// The course.
    pub course_id: CourseId,
    /// Title in the language asked for.
    pub title: String,
    /// Summary in the language asked for.
    pub summary: String,
    /// The language that title and summary are in.
    pub language: Language,
    /// Where it is.
    pub region: Region,
    /// Words it can be found by.
    pub tags: Vec<Tag>,
    /// Latitude and longitude of each stop: the shape of the walk.
    pub path: Vec<(f64, f64)>,
    /// The first of its photos, if it has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<Photo>,
    /// Sums over the walk.
    pub totals: Totals,
    /// In or out of doors.
    pub setting: Setting,
    /// Whose it is.
    pub host: Host,
    /// How many of each it has.
    pub counts: Counts,
    /// How it was rated.
    pub rating: Rating,
    /// As in [`CourseView::version`].
    pub version: u64,
    /// When it was first shown.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub published_at: Timestamp,
    /// As in [`PublishedCourse::modified_at`].
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub modified_at: Timestamp,
}

/// A course in the list of all, for whoever wants to know what there is and what has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The course.
    pub course_id: CourseId,
    /// As in [`PublishedCourse::modified_at`].
    pub modified_at: Timestamp,
}

impl Listed {
    /// The greatest number of courses that are listed at once.
    pub const MAX: u32 = 5_000;
}

/// In which order courses are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Most likes first.
    Popular,
    /// Last published first.
    #[default]
    New,
    /// Best rated first, among equals the more often rated; those without a rating last.
    Rating,
}

/// In which order reviews are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReviewSort {
    /// Last written first.
    #[default]
    Newest,
    /// Most stars first, among equals the last written.
    Highest,
    /// Fewest stars first, among equals the last written.
    Lowest,
}

/// Which courses are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Search {
    /// Only with all of these words, or parts of Korean words of two syllables or more, in title, summary, tags or stops.
    pub query: Option<Query>,
    /// Only of this region.
    pub region: Option<Region>,
    /// Only with this tag.
    pub tag: Option<Tag>,
    /// Only of this host.
    pub host: Option<AccountId>,
    /// Only up to this cost of the whole walk, in won.
    pub max_cost: Option<u32>,
    /// Only up to this time of the whole walk, in minutes.
    pub max_minutes: Option<u32>,
    /// Only in or only out of doors.
    pub setting: Option<Setting>,
    /// In which order.
    pub sort: Sort,
    /// Which words to show where there are two languages.
    pub language: Language,
    /// Which page of the list.
    pub page: PageRequest,
}

/// What open pages are told. The JSON of each variant is the `data` of the event of its name (contract of `/api/v1/live`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum LiveEvent {
    /// `snapshot` on connecting, `counts` afterwards: a course's counts as of a version.
    Counts(CourseCounts),
    /// `review`: a review of a course was written, changed or deleted.
    Review {
        /// The course.
        course_id: CourseId,
        /// As in [`CourseView::version`].
        version: u64,
        /// What was done.
        op: Op,
        /// The review; of a deleted one its last state.
        review: ReviewView,
    },
    /// `comment`: a comment on a course was written, changed or deleted.
    Comment {
        /// The course.
        course_id: CourseId,
        /// As in [`CourseView::version`].
        version: u64,
        /// What was done.
        op: Op,
        /// The comment; of a deleted one its last state.
        comment: CommentView,
    },
    /// `message`: how many messages the stream's owner has not read now. Told on connecting, too.
    Message {
        /// How many.
        unread: u64,
    },
    /// `watching`: how many streams of this process look at a course. Only for those who do; not kept for those who missed it.
    Watching {
        /// The course.
        course_id: CourseId,
        /// How many, the stream that is told among them.
        watching: u64,
    },
    /// `withdrawn`: a course is no longer shown.
    Withdrawn {
        /// The course.
        course_id: CourseId,
    },
    /// `resync`: what was missed is no longer kept; read again.
    Resync {},
}

/// What was done to something that is shown in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// It is new.
    Registered,
    /// It says something else.
    Modified,
    /// It is gone.
    Deleted,
}

/// A course's counts as of a version.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CourseCounts {
    /// The course.
    pub course_id: CourseId,
    /// As in [`CourseView::version`].
    pub version: u64,
    /// How many of each it has.
    pub counts: Counts,
    /// How it was rated.
    pub rating: Rating,
}

/// A change on its way to open pages.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveMessage {
    /// Grows; what a page that reconnects says it has seen. 0 for what has no place among the changes ([`LiveName::Watching`]).
    pub id: u64,
    /// Name of the event on the wire.
    pub name: LiveName,
    /// What to tell.
    pub event: LiveEvent,
    /// The case of the last event behind it, if it is known.
    pub origin: Option<CorrelationId>,
    /// The event with its origin as JSON, the `data` on the wire: written once, however many streams it goes to.
    pub data: Arc<str>,
}

impl LiveMessage {
    /// A change with its JSON.
    #[must_use]
    pub fn new(id: u64, name: LiveName, event: LiveEvent, origin: Option<CorrelationId>) -> Self {
        #[derive(Serialize)]
        struct Data<'a> {
            #[serde(flatten)]
            event: &'a LiveEvent,
            #[serde(skip_serializing_if = "Option::is_none")]
            origin: Option<CorrelationId>,
        }
        // Structs of texts, numbers and times alone: nothing in them can fail to be JSON.
        let data = serde_json::to_string(&Data { event: &event, origin }).unwrap_or_else(|_| "{}".to_owned());
        Self { id, name, event, origin, data: data.into() }
    }
}

/// Names of live events on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiveName {
    /// State on connecting.
    Snapshot,
    /// New counts.
    Counts,
    /// A review.
    Review,
    /// A comment.
    Comment,
    /// Something in the inbox.
    Message,
    /// How many look at a course.
    Watching,
    /// Gone from view.
    Withdrawn,
    /// Read again.
    Resync,
}

impl LiveName {
    /// The name as it is written.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Snapshot => "snapshot",
            Self::Counts => "counts",
            Self::Review => "review",
            Self::Comment => "comment",
            Self::Message => "message",
            Self::Watching => "watching",
            Self::Withdrawn => "withdrawn",
            Self::Resync => "resync",
        }
    }
}

/// What a stream of live events watches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// The courses, at most [`Watch::MAX_COURSES`].
    pub courses: Vec<CourseId>,
    /// Those among them that the stream counts as looking at, and of which it is told how many do.
    #[serde(default)]
    pub looking: Vec<CourseId>,
    /// Whose inbox, if any.
    pub inbox: Option<AccountId>,
    /// The last id seen before the connection broke.
    pub after: Option<u64>,
}

impl Watch {
    /// The greatest number of courses one stream watches.
    pub const MAX_COURSES: usize = 100;
}

/// The read model.
#[async_trait]
pub trait ViewpageApi: Send + Sync {
    /// A published course with its counts; `None` when it isn't shown.
    ///
    /// # Errors
    /// Only when storage can't be reached.
    async fn course(&self, id: CourseId) -> ApiResult<Option<CourseView>>;

    /// A published course's counts alone; `None` when it isn't shown.
    ///
    /// # Errors
    /// Only when storage can't be reached.
    async fn counts(&self, id: CourseId) -> ApiResult<Option<CourseCounts>>;

    /// Published courses.
    ///
    /// # Errors
    /// `Malformed` for a cursor that is none.
    async fn search(&self, search: Search) -> ApiResult<Page<CourseCard>>;

    /// How many courses each choice of a filter would give under the other filters of `search`. Its order, language and page don't matter.
    ///
    /// # Errors
    /// Only when storage can't be reached.
    async fn facets(&self, search: Search) -> ApiResult<Facets>;

    /// Who an account is to others; `None` for one that was never heard of or is closed.
    ///
    /// # Errors
    /// Only when storage can't be reached.
    async fn host(&self, id: AccountId) -> ApiResult<Option<Host>>;

    /// Published courses from `from` on, by id, at most `limit` and never more than [`Listed::MAX`].
    ///
    /// # Errors
    /// Only when storage can't be reached.
    async fn listed(&self, from: CourseId, limit: u32) -> ApiResult<Vec<Listed>>;

    /// Every `size`th published course by id, from the first on: where the parts of a list of all begin.
    ///
    /// # Errors
    /// Only when storage can't be reached.
    async fn parts(&self, size: u32) -> ApiResult<Vec<CourseId>>;

    /// Reviews of a published course; `None` when it isn't shown.
    ///
    /// # Errors
    /// `Malformed` for a cursor that is none, or is one of another order.
    async fn reviews(&self, id: CourseId, sort: ReviewSort, page: PageRequest) -> ApiResult<Option<Page<ReviewView>>>;

    /// Comments on a published course, newest first; `None` when it isn't shown.
    ///
    /// # Errors
    /// `Malformed` for a cursor that is none.
    async fn comments(&self, id: CourseId, page: PageRequest) -> ApiResult<Option<Page<CommentView>>>;

    /// The courses that a customer keeps, the last kept first, withdrawn ones too.
    ///
    /// # Errors
    /// `Malformed` for a cursor that is none.
    async fn bookmarks(&self, customer: AccountId, language: Language, page: PageRequest) -> ApiResult<Page<BookmarkedCourse>>;

    /// What is `person`'s own about `courses`.
    ///
    /// # Errors
    /// Only when storage can't be reached.
    async fn mine(&self, person: AccountId, courses: &[CourseId]) -> ApiResult<Mine>;

    /// Waits until the read model has folded `change`, at most `limit`. Answers whether it has.
    async fn folded(&self, change: AggregateVersion, limit: Duration) -> bool;

    /// Live events: a snapshot of each course, then changes; or, after a known id, what was missed, in order, nothing twice.
    /// The stream ends when the service stops or the reader is too slow; whoever reads connects again.
    ///
    /// # Errors
    /// Only when storage can't be reached.
    async fn watch(&self, watch: Watch) -> ApiResult<BoxStream<'static, LiveMessage>>;
}

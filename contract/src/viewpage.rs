//! What the read model shows, and what it tells open pages as it changes.

use crate::course::Language;
use crate::event::AggregateVersion;
use crate::id::{AccountId, CourseId};
use crate::page::{Page, PageRequest};
use crate::refusal::ApiResult;
use async_trait::async_trait;
use futures::stream::BoxStream;
use std::time::Duration;

mod card;
mod course;
pub mod facets;
mod live;
mod search;

pub use card::{BookmarkedCourse, CourseCard, KeptState, Listed, Mine};
pub use course::{Author, CommentView, Counts, CourseCounts, CourseView, Host, PublishedCourse, Rating, ReviewView, Totals};
pub use facets::Facets;
pub use live::{LiveEvent, LiveMessage, LiveName, Op, Watch};
pub use search::{ReviewSort, Search, Sort};

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

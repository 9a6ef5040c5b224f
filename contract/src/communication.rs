//! Likes, as other rooms see them.

use crate::call::Call;
use crate::event::AggregateVersion;
use crate::id::CourseId;
use crate::refusal::ApiResult;
use async_trait::async_trait;

/// What became of a like that was set or taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LikeOutcome {
    /// Whether the customer likes the course now.
    pub liked: bool,
    /// The change that made it so, now or earlier, for whoever waits to see it; `None` when this customer never liked the course.
    pub change: Option<AggregateVersion>,
}

/// Likes.
#[async_trait]
pub trait CommunicationApi: Send + Sync {
    /// The signed-in customer likes a course. Doing it again changes nothing and publishes nothing.
    ///
    /// # Errors
    /// `NotSignedIn`; `NotFound` when the course isn't published.
    async fn like(&self, call: &Call, course: CourseId) -> ApiResult<LikeOutcome>;

    /// The signed-in customer takes the like back. Doing it again changes nothing and publishes nothing.
    ///
    /// # Errors
    /// `NotSignedIn`; `NotFound` when the course isn't published and was never liked by this customer.
    async fn unlike(&self, call: &Call, course: CourseId) -> ApiResult<LikeOutcome>;

    /// How many customers like a course, counted from this service's own rows: for who can't wait for the read model.
    ///
    /// # Errors
    /// Only when storage can't be reached.
    async fn likes(&self, course: CourseId) -> ApiResult<u64>;
}

//! Likes, bookmarks and comments, as other rooms see them.

use crate::call::Call;
use crate::event::{Aggregate, AggregateVersion};
use crate::id::{AccountId, CommentId, CourseId};
use crate::refusal::ApiResult;
use crate::text::CommentBody;
use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What became of a like that was set or taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LikeOutcome {
    /// Whether the customer likes the course now.
    pub liked: bool,
    /// How many do, by this service's own count.
    pub likes: u64,
    /// The change that made it so, now or earlier, for whoever waits to see it; `None` when this customer never liked the course.
    pub change: Option<AggregateVersion>,
}

/// What became of a bookmark that was set or taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookmarkOutcome {
    /// Whether the customer keeps the course now.
    pub bookmarked: bool,
    /// How many do, by this service's own count.
    pub bookmarks: u64,
    /// As in [`LikeOutcome::change`].
    pub change: Option<AggregateVersion>,
}

/// A comment as someone sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommentInput {
    /// 1 to 1000 characters.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required, value_type = CommentBody))]
    pub body: String,
}

/// A comment as the communication service answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Comment {
    /// The comment.
    pub id: CommentId,
    /// Grows by one with every change.
    pub version: u64,
    /// What it is about.
    pub course_id: CourseId,
    /// Who wrote it.
    pub author_id: AccountId,
    /// What it says.
    pub body: CommentBody,
    /// When it was written.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub updated_at: Timestamp,
}

impl Comment {
    /// This version of it, for whoever waits to see it.
    #[must_use]
    pub const fn change(&self) -> AggregateVersion {
        AggregateVersion { aggregate: Aggregate::comment(self.id), version: self.version }
    }
}

/// Likes, bookmarks and comments.
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

    /// The signed-in customer keeps a course. Doing it again changes nothing and publishes nothing. When the course turns out to have
    /// been withdrawn before, the bookmark is taken back and the customer is told (`bookmark_refused`).
    ///
    /// # Errors
    /// `NotSignedIn`; `NotFound` when the course isn't published.
    async fn bookmark(&self, call: &Call, course: CourseId) -> ApiResult<BookmarkOutcome>;

    /// The signed-in customer no longer keeps a course. Doing it again changes nothing and publishes nothing.
    ///
    /// # Errors
    /// `NotSignedIn`; `NotFound` when the course isn't published and was never kept by this customer.
    async fn unbookmark(&self, call: &Call, course: CourseId) -> ApiResult<BookmarkOutcome>;

    /// Comments on a course.
    ///
    /// # Errors
    /// `NotSignedIn`; `NotFound` when the course isn't published; `Invalid`.
    async fn comment(&self, call: &Call, course: CourseId, input: CommentInput) -> ApiResult<Comment>;

    /// Rewords a comment; its author may. Saying the same publishes nothing.
    ///
    /// # Errors
    /// `NotSignedIn`; `NotFound` or `NotYours`; `Invalid`.
    async fn modify_comment(&self, call: &Call, id: CommentId, input: CommentInput) -> ApiResult<Comment>;

    /// Deletes a comment; its author may, and the course's host. Answers with the deletion.
    ///
    /// # Errors
    /// `NotSignedIn`; `NotFound` or `NotYours`.
    async fn delete_comment(&self, call: &Call, id: CommentId) -> ApiResult<AggregateVersion>;
}

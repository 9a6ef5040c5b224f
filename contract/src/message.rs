//! Messages to people, as other rooms see them.

use crate::call::Call;
use crate::course::Language;
use crate::event::AggregateVersion;
use crate::id::{CourseId, MessageId};
use crate::page::PageRequest;
use crate::refusal::ApiResult;
use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a message tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// The customer's receipt: the course is kept.
    BookmarkRegistered,
    /// The customer's receipt: the course is no longer kept.
    BookmarkCanceled,
    /// To the host: someone keeps the course. Does not say who.
    CourseBookmarked,
    /// To the host: someone no longer keeps the course. Does not say who.
    CourseUnbookmarked,
    /// To the customer: the bookmark was taken back, the course had been withdrawn.
    BookmarkRefused,
    /// To who keeps the course: it was withdrawn.
    CourseWithdrawn,
    /// To the host: a review was written.
    ReviewReceived,
    /// To a review's author: the host has answered.
    ReviewReplied,
    /// To the host: a comment was written.
    CommentReceived,
}

impl MessageKind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::BookmarkRegistered,
        Self::BookmarkCanceled,
        Self::CourseBookmarked,
        Self::CourseUnbookmarked,
        Self::BookmarkRefused,
        Self::CourseWithdrawn,
        Self::ReviewReceived,
        Self::ReviewReplied,
        Self::CommentReceived,
    ];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::BookmarkRegistered => "bookmark_registered",
            Self::BookmarkCanceled => "bookmark_canceled",
            Self::CourseBookmarked => "course_bookmarked",
            Self::CourseUnbookmarked => "course_unbookmarked",
            Self::BookmarkRefused => "bookmark_refused",
            Self::CourseWithdrawn => "course_withdrawn",
            Self::ReviewReceived => "review_received",
            Self::ReviewReplied => "review_replied",
            Self::CommentReceived => "comment_received",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// The message.
    pub id: MessageId,
    /// What it tells.
    pub kind: MessageKind,
    /// Of which course.
    pub course_id: CourseId,
    /// What that course is called now; empty for one that was never heard of.
    pub course_title: String,
    /// When what it tells happened.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// Whether it was read.
    pub read: bool,
}

/// A page of someone's messages, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Inbox {
    /// The messages.
    pub items: Vec<Message>,
    /// How many were not read, on all pages.
    pub unread: u64,
    /// The cursor of the page after; `None` when this is the last.
    pub next: Option<String>,
}

/// What became of reading messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadOutcome {
    /// How many are not read now.
    pub unread: u64,
    /// The change that made it so, for whoever waits to see it; `None` when nothing changed.
    pub change: Option<AggregateVersion>,
}

/// What someone wants to be told. That a bookmark was refused or a kept course withdrawn is always told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct MessageSettings {
    /// Receipts for one's own bookmarks.
    pub receipts: bool,
    /// That someone keeps one's course, or no longer does.
    pub bookmarks: bool,
    /// Reviews of one's courses.
    pub reviews: bool,
    /// Hosts' answers to one's reviews.
    pub replies: bool,
    /// Comments on one's courses.
    pub comments: bool,
}

impl Default for MessageSettings {
    fn default() -> Self {
        Self { receipts: true, bookmarks: true, reviews: true, replies: true, comments: true }
    }
}

impl MessageSettings {
    /// Whether messages of this kind are wanted.
    #[must_use]
    pub const fn wants(self, kind: MessageKind) -> bool {
        match kind {
            MessageKind::BookmarkRegistered | MessageKind::BookmarkCanceled => self.receipts,
            MessageKind::CourseBookmarked | MessageKind::CourseUnbookmarked => self.bookmarks,
            MessageKind::BookmarkRefused | MessageKind::CourseWithdrawn => true,
            MessageKind::ReviewReceived => self.reviews,
            MessageKind::ReviewReplied => self.replies,
            MessageKind::CommentReceived => self.comments,
        }
    }
}

/// Messages.
#[async_trait]
pub trait MessageApi: Send + Sync {
    /// The signed-in person's messages, newest first, with their courses' titles in `language` where they have one.
    ///
    /// # Errors
    /// `NotSignedIn`; `Malformed` for a cursor that is none.
    async fn inbox(&self, call: &Call, language: Language, page: PageRequest) -> ApiResult<Inbox>;

    /// Marks a message as read; one that was read already stays so, and nothing is published.
    ///
    /// # Errors
    /// `NotSignedIn`; `NotFound`, also for another's.
    async fn read(&self, call: &Call, id: MessageId) -> ApiResult<ReadOutcome>;

    /// Marks all messages as read.
    ///
    /// # Errors
    /// `NotSignedIn`.
    async fn read_all(&self, call: &Call) -> ApiResult<ReadOutcome>;

    /// What the signed-in person wants to be told.
    ///
    /// # Errors
    /// `NotSignedIn`.
    async fn settings(&self, call: &Call) -> ApiResult<MessageSettings>;

    /// Changes what the signed-in person wants to be told, from now on.
    ///
    /// # Errors
    /// `NotSignedIn`.
    async fn change_settings(&self, call: &Call, settings: MessageSettings) -> ApiResult<MessageSettings>;
}

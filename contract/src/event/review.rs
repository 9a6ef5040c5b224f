//! Payloads of what the review service tells.

use crate::id::{AccountId, CourseId, ReviewId};
use crate::review::Stars;
use crate::text::{ReplyBody, ReviewBody};
use serde::{Deserialize, Serialize};

/// Payload of `review.registered.v1` and `review.modified.v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewWritten {
    /// The review.
    pub review_id: ReviewId,
    /// What it is about.
    pub course_id: CourseId,
    /// Who wrote it.
    pub author_id: AccountId,
    /// 1 to 5.
    pub rating: Stars,
    /// What it says.
    pub body: ReviewBody,
    /// What the rating was before, where it was modified: sums stay exact without a look at what was there.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub previous_rating: Option<Stars>,
}

/// Payload of `review.deleted.v1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewDeleted {
    /// The review.
    pub review_id: ReviewId,
    /// What it was about.
    pub course_id: CourseId,
    /// Who wrote it.
    pub author_id: AccountId,
    /// What it rated.
    pub rating: Stars,
}

/// Payload of `review.replied.v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewReplied {
    /// The review.
    pub review_id: ReviewId,
    /// What it is about.
    pub course_id: CourseId,
    /// Who wrote the review.
    pub author_id: AccountId,
    /// Who answered.
    pub host_id: AccountId,
    /// What the answer says.
    pub body: ReplyBody,
}

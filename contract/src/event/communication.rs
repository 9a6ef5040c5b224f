//! Payloads of what the communication service tells.

use crate::id::{AccountId, CommentId, CourseId};
use crate::text::{CommentBody, ReplyBody};
use serde::{Deserialize, Serialize};

/// Payload of the like and bookmark events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Hash)]
pub struct CourseAndCustomer {
    /// The course.
    pub course_id: CourseId,
    /// The customer.
    pub customer_id: AccountId,
}

/// Payload of `communication.comment_registered.v1` and `communication.comment_modified.v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentWritten {
    /// The comment.
    pub comment_id: CommentId,
    /// What it is about.
    pub course_id: CourseId,
    /// Who wrote it.
    pub author_id: AccountId,
    /// What it says.
    pub body: CommentBody,
}

/// Payload of `communication.comment_deleted.v1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentRef {
    /// The comment.
    pub comment_id: CommentId,
    /// What it was about.
    pub course_id: CourseId,
    /// Who wrote it.
    pub author_id: AccountId,
}

/// Payload of `communication.comment_answered.v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentAnswered {
    /// The comment.
    pub comment_id: CommentId,
    /// What it is about.
    pub course_id: CourseId,
    /// Who wrote the comment.
    pub author_id: AccountId,
    /// Who answered.
    pub host_id: AccountId,
    /// What the answer says.
    pub body: ReplyBody,
}

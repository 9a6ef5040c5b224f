//! Payloads of what the course service tells.

use crate::course::CourseContent;
use crate::id::{AccountId, CourseId};
use serde::{Deserialize, Serialize};

/// Payload of `course.registered.v1` and `course.modified.v1`: the whole of what the host wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CourseWritten {
    /// The course.
    pub course_id: CourseId,
    /// Whose it is.
    pub host_id: AccountId,
    /// What it says.
    pub content: CourseContent,
}

/// Payload of the course events that change no content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseRef {
    /// The course.
    pub course_id: CourseId,
    /// Whose it is.
    pub host_id: AccountId,
}

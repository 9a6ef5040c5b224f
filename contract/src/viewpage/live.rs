//! What open pages are told as the read model changes.

use super::{CommentView, CourseCounts, ReviewView};
use crate::id::{AccountId, CorrelationId, CourseId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

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
        /// As in [`CourseView::version`](super::CourseView::version).
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
        /// As in [`CourseView::version`](super::CourseView::version).
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

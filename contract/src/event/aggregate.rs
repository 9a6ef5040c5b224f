//! What events happen to.

use super::Participant;
use crate::id::{AccountId, CommentId, CourseId, ReviewId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What an event happened to: events of one aggregate are delivered in the order of their versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Aggregate {
    /// What kind of thing it is.
    pub kind: AggregateKind,
    /// Which one.
    pub id: Uuid,
}

impl Aggregate {
    /// The aggregate of a course.
    #[must_use]
    pub const fn course(id: CourseId) -> Self {
        Self { kind: AggregateKind::Course, id: id.as_uuid() }
    }

    /// The aggregate of an account.
    #[must_use]
    pub const fn account(id: AccountId) -> Self {
        Self { kind: AggregateKind::Account, id: id.as_uuid() }
    }

    /// The aggregate of one customer's like of one course: a UUID v5 (RFC 9562, 5.5) of the customer in the name space of the course.
    #[must_use]
    pub fn like(course: CourseId, customer: AccountId) -> Self {
        Self { kind: AggregateKind::Like, id: Uuid::new_v5(&course.as_uuid(), customer.as_uuid().as_bytes()) }
    }

    /// The aggregate of one customer's bookmark of one course; its id is made as that of a like.
    #[must_use]
    pub fn bookmark(course: CourseId, customer: AccountId) -> Self {
        Self { kind: AggregateKind::Bookmark, ..Self::like(course, customer) }
    }

    /// The aggregate of a comment.
    #[must_use]
    pub const fn comment(id: CommentId) -> Self {
        Self { kind: AggregateKind::Comment, id: id.as_uuid() }
    }

    /// The aggregate of a review.
    #[must_use]
    pub const fn review(id: ReviewId) -> Self {
        Self { kind: AggregateKind::Review, id: id.as_uuid() }
    }

    /// The aggregate of all messages of one person: what is told of them is in the order in which it became so.
    #[must_use]
    pub const fn inbox(owner: AccountId) -> Self {
        Self { kind: AggregateKind::Inbox, id: owner.as_uuid() }
    }

    /// The aggregate of what one service does when an account is closed: a UUID v5 of the service's name in the name space of the account.
    #[must_use]
    pub fn erasure(account: AccountId, service: Participant) -> Self {
        Self { kind: AggregateKind::Erasure, id: Uuid::new_v5(&account.as_uuid(), service.code().as_bytes()) }
    }
}

/// Kinds of aggregates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AggregateKind {
    /// An account.
    Account,
    /// A course.
    Course,
    /// A customer's like of a course.
    Like,
    /// A customer's bookmark of a course.
    Bookmark,
    /// A comment on a course.
    Comment,
    /// A customer's review of a course.
    Review,
    /// All messages of one person.
    Inbox,
    /// What one service does when an account is closed.
    Erasure,
}

impl AggregateKind {
    /// All there are.
    pub const ALL: [Self; 8] =
        [Self::Account, Self::Course, Self::Like, Self::Bookmark, Self::Comment, Self::Review, Self::Inbox, Self::Erasure];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Course => "course",
            Self::Like => "like",
            Self::Bookmark => "bookmark",
            Self::Comment => "comment",
            Self::Review => "review",
            Self::Inbox => "inbox",
            Self::Erasure => "erasure",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// An aggregate as of one of its versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AggregateVersion {
    /// The aggregate.
    pub aggregate: Aggregate,
    /// Counts from one, without a gap.
    pub version: u64,
}

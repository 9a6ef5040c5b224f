//! What has happened, as the log keeps it and as everyone may follow it. Names and payloads are a public contract
//! (docs/events.md): they grow by optional fields; anything else is a new version of the name.

use crate::course::CourseContent;
use crate::id::{AccountId, CorrelationId, CourseId, EventId};
use crate::text::DisplayName;
use jiff::Timestamp;
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
}

impl AggregateKind {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Course => "course",
            Self::Like => "like",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Account, Self::Course, Self::Like].into_iter().find(|kind| kind.code() == code)
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

/// An event and what ties it to its case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// UUID v7.
    pub id: EventId,
    /// Where it stands in the log of its database. Grows, but not in the order of commits.
    pub position: i64,
    /// What it happened to.
    pub aggregate: Aggregate,
    /// Which version of the aggregate it made.
    pub version: u64,
    /// The case it belongs to.
    pub correlation_id: CorrelationId,
    /// The event that caused it, if one did.
    pub causation_id: Option<EventId>,
    /// Who did it, if a person did.
    pub actor: Option<AccountId>,
    /// When.
    pub occurred_at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub event: Event,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "name", content = "payload")]
pub enum Event {
    /// An account was opened.
    #[serde(rename = "identity.account_registered.v1")]
    AccountRegistered(AccountRegistered),
    /// A draft was registered.
    #[serde(rename = "course.registered.v1")]
    CourseRegistered(CourseWritten),
    /// What a course says was replaced.
    #[serde(rename = "course.modified.v1")]
    CourseModified(CourseWritten),
    /// A course was shown to everyone.
    #[serde(rename = "course.published.v1")]
    CoursePublished(CourseRef),
    /// A course was taken back from view.
    #[serde(rename = "course.unpublished.v1")]
    CourseUnpublished(CourseRef),
    /// A course was deleted.
    #[serde(rename = "course.deleted.v1")]
    CourseDeleted(CourseRef),
    /// A customer likes a course.
    #[serde(rename = "communication.like_registered.v1")]
    LikeRegistered(CourseAndCustomer),
    /// A customer took a like back.
    #[serde(rename = "communication.like_canceled.v1")]
    LikeCanceled(CourseAndCustomer),
}

/// Payload of `identity.account_registered.v1`. The address is not in it: events are kept, addresses may have to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRegistered {
    /// The account.
    pub account_id: AccountId,
    /// The name shown to others.
    pub display_name: DisplayName,
}

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

/// Payload of the like events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseAndCustomer {
    /// The course.
    pub course_id: CourseId,
    /// The customer.
    pub customer_id: AccountId,
}

impl Event {
    /// The name with its version.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::AccountRegistered(_) => "identity.account_registered.v1",
            Self::CourseRegistered(_) => "course.registered.v1",
            Self::CourseModified(_) => "course.modified.v1",
            Self::CoursePublished(_) => "course.published.v1",
            Self::CourseUnpublished(_) => "course.unpublished.v1",
            Self::CourseDeleted(_) => "course.deleted.v1",
            Self::LikeRegistered(_) => "communication.like_registered.v1",
            Self::LikeCanceled(_) => "communication.like_canceled.v1",
        }
    }

    /// What it happened to.
    #[must_use]
    pub fn aggregate(&self) -> Aggregate {
        match self {
            Self::AccountRegistered(event) => Aggregate::account(event.account_id),
            Self::CourseRegistered(event) | Self::CourseModified(event) => Aggregate::course(event.course_id),
            Self::CoursePublished(event) | Self::CourseUnpublished(event) | Self::CourseDeleted(event) => {
                Aggregate::course(event.course_id)
            }
            Self::LikeRegistered(event) | Self::LikeCanceled(event) => Aggregate::like(event.course_id, event.customer_id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn like() -> Event {
        Event::LikeRegistered(CourseAndCustomer {
            course_id: CourseId::new(Uuid::from_u128(1)),
            customer_id: AccountId::new(Uuid::from_u128(2)),
        })
    }

    #[test]
    fn the_name_in_json_is_the_name() {
        let json = serde_json::to_value(like()).expect("serialises");
        assert_eq!(json["name"], like().name());
        assert_eq!(json["payload"]["course_id"], Uuid::from_u128(1).to_string());
        assert_eq!(serde_json::from_value::<Event>(json).expect("parses"), like());
    }

    #[test]
    fn likes_of_two_customers_are_two_aggregates() {
        let course = CourseId::new(Uuid::from_u128(1));
        let [one, two] = [3, 4].map(|id| Aggregate::like(course, AccountId::new(Uuid::from_u128(id))));
        assert_ne!(one, two);
        assert_eq!(one, Aggregate::like(course, AccountId::new(Uuid::from_u128(3))));
    }
}

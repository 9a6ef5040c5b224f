//! What has happened, as the log keeps it and as everyone may follow it. Names and payloads are a public contract
//! (docs/events.md): they grow by optional fields; anything else is a new version of the name.

use crate::id::{AccountId, CorrelationId, EventId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

mod aggregate;
mod communication;
mod course;
mod identity;
mod message;
mod review;

pub use aggregate::{Aggregate, AggregateKind, AggregateVersion};
pub use communication::{CommentAnswered, CommentRef, CommentWritten, CourseAndCustomer};
pub use course::{CourseRef, CourseWritten};
pub use identity::{AccountClosed, AccountErased, AccountRegistered, Participant};
pub use message::{Delivery, MessageDelivered, MessageRead};
pub use review::{ReviewDeleted, ReviewReplied, ReviewWritten};

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
    /// An account was closed: whoever holds something of that person erases it or takes the person out of it.
    #[serde(rename = "identity.account_closed.v1")]
    AccountClosed(AccountClosed),
    /// A service has erased what it held of a closed account.
    #[serde(rename = "identity.account_erased.v1")]
    AccountErased(AccountErased),
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
    /// A customer keeps a course.
    #[serde(rename = "communication.bookmark_registered.v1")]
    BookmarkRegistered(CourseAndCustomer),
    /// A customer no longer keeps a course.
    #[serde(rename = "communication.bookmark_canceled.v1")]
    BookmarkCanceled(CourseAndCustomer),
    /// A bookmark was taken back because its course had been withdrawn before.
    #[serde(rename = "communication.bookmark_refused.v1")]
    BookmarkRefused(CourseAndCustomer),
    /// Someone commented on a course.
    #[serde(rename = "communication.comment_registered.v1")]
    CommentRegistered(CommentWritten),
    /// A comment was reworded.
    #[serde(rename = "communication.comment_modified.v1")]
    CommentModified(CommentWritten),
    /// A comment was deleted, by its author or by the course's host.
    #[serde(rename = "communication.comment_deleted.v1")]
    CommentDeleted(CommentRef),
    /// The host answered a comment, or reworded the answer.
    #[serde(rename = "communication.comment_answered.v1")]
    CommentAnswered(CommentAnswered),
    /// A customer reviewed a course.
    #[serde(rename = "review.registered.v1")]
    ReviewRegistered(ReviewWritten),
    /// A review was reworded or rated anew.
    #[serde(rename = "review.modified.v1")]
    ReviewModified(ReviewWritten),
    /// A review was deleted.
    #[serde(rename = "review.deleted.v1")]
    ReviewDeleted(ReviewDeleted),
    /// The host answered a review, or reworded the answer.
    #[serde(rename = "review.replied.v1")]
    ReviewReplied(ReviewReplied),
    /// A message came into an inbox, or into one that was there.
    #[serde(rename = "message.delivered.v1")]
    MessageDelivered(MessageDelivered),
    /// Messages were read.
    #[serde(rename = "message.read.v1")]
    MessageRead(MessageRead),
}

impl Event {
    /// The name with its version.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::AccountRegistered(_) => "identity.account_registered.v1",
            Self::AccountClosed(_) => "identity.account_closed.v1",
            Self::AccountErased(_) => "identity.account_erased.v1",
            Self::CourseRegistered(_) => "course.registered.v1",
            Self::CourseModified(_) => "course.modified.v1",
            Self::CoursePublished(_) => "course.published.v1",
            Self::CourseUnpublished(_) => "course.unpublished.v1",
            Self::CourseDeleted(_) => "course.deleted.v1",
            Self::LikeRegistered(_) => "communication.like_registered.v1",
            Self::LikeCanceled(_) => "communication.like_canceled.v1",
            Self::BookmarkRegistered(_) => "communication.bookmark_registered.v1",
            Self::BookmarkCanceled(_) => "communication.bookmark_canceled.v1",
            Self::BookmarkRefused(_) => "communication.bookmark_refused.v1",
            Self::CommentRegistered(_) => "communication.comment_registered.v1",
            Self::CommentModified(_) => "communication.comment_modified.v1",
            Self::CommentDeleted(_) => "communication.comment_deleted.v1",
            Self::CommentAnswered(_) => "communication.comment_answered.v1",
            Self::ReviewRegistered(_) => "review.registered.v1",
            Self::ReviewModified(_) => "review.modified.v1",
            Self::ReviewDeleted(_) => "review.deleted.v1",
            Self::ReviewReplied(_) => "review.replied.v1",
            Self::MessageDelivered(_) => "message.delivered.v1",
            Self::MessageRead(_) => "message.read.v1",
        }
    }

    /// What it happened to.
    #[must_use]
    pub fn aggregate(&self) -> Aggregate {
        match self {
            Self::AccountRegistered(event) => Aggregate::account(event.account_id),
            Self::AccountClosed(event) => Aggregate::account(event.account_id),
            Self::AccountErased(event) => Aggregate::erasure(event.account_id, event.service),
            Self::CourseRegistered(event) | Self::CourseModified(event) => Aggregate::course(event.course_id),
            Self::CoursePublished(event) | Self::CourseUnpublished(event) | Self::CourseDeleted(event) => {
                Aggregate::course(event.course_id)
            }
            Self::LikeRegistered(event) | Self::LikeCanceled(event) => Aggregate::like(event.course_id, event.customer_id),
            Self::BookmarkRegistered(event) | Self::BookmarkCanceled(event) | Self::BookmarkRefused(event) => {
                Aggregate::bookmark(event.course_id, event.customer_id)
            }
            Self::CommentRegistered(event) | Self::CommentModified(event) => Aggregate::comment(event.comment_id),
            Self::CommentDeleted(event) => Aggregate::comment(event.comment_id),
            Self::CommentAnswered(event) => Aggregate::comment(event.comment_id),
            Self::ReviewRegistered(event) | Self::ReviewModified(event) => Aggregate::review(event.review_id),
            Self::ReviewDeleted(event) => Aggregate::review(event.review_id),
            Self::ReviewReplied(event) => Aggregate::review(event.review_id),
            Self::MessageDelivered(event) => Aggregate::inbox(event.recipient_id),
            Self::MessageRead(event) => Aggregate::inbox(event.recipient_id),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::CourseId;
    use uuid::Uuid;

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

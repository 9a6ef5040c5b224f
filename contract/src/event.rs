//! What has happened, as the log keeps it and as everyone may follow it. Names and payloads are a public contract
//! (docs/events.md): they grow by optional fields; anything else is a new version of the name.

use crate::course::CourseContent;
use crate::id::{AccountId, CommentId, CorrelationId, CourseId, EventId, MessageId, ReviewId};
use crate::message::MessageKind;
use crate::review::Stars;
use crate::text::{CommentBody, DisplayName, ReplyBody, ReviewBody};
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

/// Payload of `identity.account_registered.v1`. The address is not in it: events are kept, addresses may have to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRegistered {
    /// The account.
    pub account_id: AccountId,
    /// The name shown to others.
    pub display_name: DisplayName,
}

/// Payload of `identity.account_closed.v1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountClosed {
    /// The account.
    pub account_id: AccountId,
}

/// Who has to erase what it holds of a closed account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Participant {
    /// The course service.
    Course,
    /// The communication service.
    Communication,
    /// The review service.
    Review,
    /// The message service.
    Message,
}

impl Participant {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Course, Self::Communication, Self::Review, Self::Message];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Course => "course",
            Self::Communication => "communication",
            Self::Review => "review",
            Self::Message => "message",
        }
    }
}

/// Payload of `identity.account_erased.v1`. Its cause is the `identity.account_closed.v1` that it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountErased {
    /// The account.
    pub account_id: AccountId,
    /// Who has erased it.
    pub service: Participant,
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

/// Payload of `message.delivered.v1`: also told when nothing new appears in the inbox, so that whoever waits for it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageDelivered {
    /// The message; none when it was muted.
    pub message_id: Option<MessageId>,
    /// Whose inbox.
    pub recipient_id: AccountId,
    /// What it tells.
    pub kind: MessageKind,
    /// Of which course.
    pub course_id: CourseId,
    /// What became of it.
    pub outcome: Delivery,
    /// How many the recipient has not read now.
    pub unread: u64,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// A new message.
    New,
    /// One of the last hour about the same was brought up to date.
    Folded,
    /// The recipient does not want to be told.
    Muted,
}

/// Payload of `message.read.v1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRead {
    /// Whose inbox.
    pub recipient_id: AccountId,
    /// The message; none when all were.
    pub message_id: Option<MessageId>,
    /// How many the recipient has not read now.
    pub unread: u64,
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

//! What an event has to tell, to whom, and whether it is told. Pure rules.

use contract::event::{Aggregate, CourseAndCustomer, Envelope, Event};
use contract::message::{MessageKind, MessageSettings};
use contract::{AccountId, Call, CorrelationId, CourseId, EventId};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// Within this time of its first delivery a message about a bookmark is brought up to date, and no second one is sent.
const FOLDED_WITHIN: SignedDuration = SignedDuration::from_hours(1);

/// A message to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    pub recipient_id: AccountId,
    pub kind: MessageKind,
    pub course_id: CourseId,
    /// The bookmark it is about, where such messages are folded.
    pub bookmark_id: Option<Uuid>,
    /// What was answered, where that is told once, however often the answer is changed.
    pub answered_id: Option<Uuid>,
}

/// A message to the host of a course, whoever that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HostLetter {
    pub course_id: CourseId,
    pub kind: MessageKind,
    /// Who did what it tells: hosts are not told what they do themselves. `None` when that account is closed.
    pub doer_id: Option<AccountId>,
    pub bookmark_id: Option<Uuid>,
}

impl HostLetter {
    /// The message to `host`, unless it would tell them what they did.
    pub(crate) fn to(self, host: AccountId) -> Option<Letter> {
        let Self { course_id, kind, doer_id, bookmark_id } = self;
        (doer_id != Some(host)).then_some(Letter { recipient_id: host, kind, course_id, bookmark_id, answered_id: None })
    }
}

/// What an event has to tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tidings {
    pub person: Option<Letter>,
    pub host: Option<HostLetter>,
}

impl Tidings {
    /// What `event` has to tell. Withdrawals are told by a saga of their own.
    pub(crate) fn of(event: &Event) -> Self {
        match event {
            Event::BookmarkRegistered(event) => Self::of_bookmark(event, MessageKind::BookmarkRegistered, MessageKind::CourseBookmarked),
            Event::BookmarkCanceled(event) => Self::of_bookmark(event, MessageKind::BookmarkCanceled, MessageKind::CourseUnbookmarked),
            Event::BookmarkRefused(event) => Self::to_person(event.customer_id, MessageKind::BookmarkRefused, event.course_id, None),
            Event::ReviewRegistered(event) => Self::to_host(event.course_id, MessageKind::ReviewReceived, event.author_id),
            Event::ReviewReplied(event) if event.author_id != event.host_id => {
                let review = Some(event.review_id.as_uuid());
                Self::to_person(event.author_id, MessageKind::ReviewReplied, event.course_id, review)
            }
            Event::CommentAnswered(event) if event.author_id != event.host_id => {
                let comment = Some(event.comment_id.as_uuid());
                Self::to_person(event.author_id, MessageKind::CommentAnswered, event.course_id, comment)
            }
            Event::CommentRegistered(event) => Self::to_host(event.course_id, MessageKind::CommentReceived, event.author_id),
            _ => Self::default(),
        }
    }

    /// The customer's receipt, and the host's message that does not say whose bookmark it is.
    fn of_bookmark(event: &CourseAndCustomer, receipt: MessageKind, notice: MessageKind) -> Self {
        let CourseAndCustomer { course_id, customer_id } = *event;
        let bookmark_id = Some(Aggregate::bookmark(course_id, customer_id).id);
        Self {
            person: Some(Letter { recipient_id: customer_id, kind: receipt, course_id, bookmark_id, answered_id: None }),
            host: Some(HostLetter { course_id, kind: notice, doer_id: Some(customer_id), bookmark_id }),
        }
    }

    fn to_person(recipient_id: AccountId, kind: MessageKind, course_id: CourseId, answered_id: Option<Uuid>) -> Self {
        Self { person: Some(Letter { recipient_id, kind, course_id, bookmark_id: None, answered_id }), host: None }
    }

    fn to_host(course_id: CourseId, kind: MessageKind, doer: AccountId) -> Self {
        Self { person: None, host: Some(HostLetter { course_id, kind, doer_id: Some(doer), bookmark_id: None }) }
    }
}

/// Messages about one bookmark that were first delivered after this are folded at `now`.
pub(crate) fn folded_since(now: Timestamp) -> Timestamp {
    now.saturating_sub(FOLDED_WITHIN).unwrap_or(Timestamp::MIN)
}

/// Why something is told: the event, and the case that it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    pub event_id: EventId,
    pub correlation_id: CorrelationId,
}

impl Cause {
    pub(crate) const fn of(envelope: &Envelope) -> Self {
        Self { event_id: envelope.id, correlation_id: envelope.correlation_id }
    }

    /// As the call under which events are appended.
    pub(crate) const fn call(self) -> Call {
        Call { correlation_id: self.correlation_id, causation_id: Some(self.event_id), actor: None }
    }
}

/// Where an inbox stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    pub version: u64,
    pub unread: u64,
    /// Whether its owner's account is closed: nothing is delivered any more.
    pub closed: bool,
    pub settings: MessageSettings,
}

impl Standing {
    pub(crate) const fn wants(&self, kind: MessageKind) -> bool {
        !self.closed && self.settings.wants(kind)
    }
}

/// What is known of a course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Known {
    pub host_id: AccountId,
    pub published: bool,
    pub withdrawn: Option<Withdrawn>,
}

/// The last withdrawal of a course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Withdrawn {
    pub at: Timestamp,
    pub cause: Cause,
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::event::{CommentAnswered, ReviewReplied};
    use contract::text::ReplyBody;

    fn person(number: u128) -> AccountId {
        AccountId::new(Uuid::from_u128(number))
    }

    #[test]
    fn the_hosts_message_about_a_bookmark_holds_nothing_of_the_customer() {
        let course_id = CourseId::new(Uuid::from_u128(9));
        let tidings = Tidings::of(&Event::BookmarkRegistered(CourseAndCustomer { course_id, customer_id: person(1) }));
        let letter = tidings.host.and_then(|host| host.to(person(2))).expect("told");
        assert_eq!((letter.recipient_id, letter.kind), (person(2), MessageKind::CourseBookmarked));
        assert_ne!(letter.bookmark_id, Some(person(1).as_uuid()));
    }

    #[test]
    fn hosts_are_not_told_what_they_do_themselves() {
        let course_id = CourseId::new(Uuid::from_u128(9));
        let tidings = Tidings::of(&Event::BookmarkCanceled(CourseAndCustomer { course_id, customer_id: person(1) }));
        assert_eq!(tidings.host.and_then(|host| host.to(person(1))), None);
        assert_eq!(tidings.person.map(|letter| letter.kind), Some(MessageKind::BookmarkCanceled));
        let reply = ReviewReplied {
            review_id: contract::ReviewId::new(Uuid::from_u128(3)),
            course_id,
            author_id: person(1),
            host_id: person(1),
            body: ReplyBody::parse("body", "네").expect("valid"),
        };
        assert_eq!(Tidings::of(&Event::ReviewReplied(reply.clone())), Tidings::default());
        let ReviewReplied { author_id, host_id, body, .. } = reply;
        let comment_id = contract::CommentId::new(Uuid::from_u128(4));
        let answer = CommentAnswered { comment_id, course_id, author_id, host_id, body };
        assert_eq!(Tidings::of(&Event::CommentAnswered(answer)), Tidings::default());
    }

    #[test]
    fn nobody_is_at_a_closed_inbox() {
        let open = Standing::default();
        assert!(MessageKind::ALL.into_iter().all(|kind| open.wants(kind)));
        let closed = Standing { closed: true, ..open };
        assert!(!MessageKind::ALL.into_iter().any(|kind| closed.wants(kind)));
    }
}

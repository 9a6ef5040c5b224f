//! What customers set on courses and say to them: which events tell of it, and who may do what.

use contract::communication::{Comment, CommentInput};
use contract::event::{Aggregate, AggregateKind, CommentRef, CommentWritten, CourseAndCustomer, Event};
use contract::text::CommentBody;
use contract::{AccountId, CommentId, CourseId, Refusal};
use jiff::Timestamp;

/// What a customer sets on a course and takes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Mark {
    Like,
    Bookmark,
}

impl Mark {
    pub(crate) const ALL: [Self; 2] = [Self::Like, Self::Bookmark];

    pub(crate) fn aggregate(self, subject: CourseAndCustomer) -> Aggregate {
        match self {
            Self::Like => Aggregate::like(subject.course_id, subject.customer_id),
            Self::Bookmark => Aggregate::bookmark(subject.course_id, subject.customer_id),
        }
    }

    /// What is told of in the log.
    pub(crate) const fn kind(self) -> AggregateKind {
        match self {
            Self::Like => AggregateKind::Like,
            Self::Bookmark => AggregateKind::Bookmark,
        }
    }

    /// What is told when it is set or taken back.
    pub(crate) const fn event(self, subject: CourseAndCustomer, active: bool) -> Event {
        match (self, active) {
            (Self::Like, true) => Event::LikeRegistered(subject),
            (Self::Like, false) => Event::LikeCanceled(subject),
            (Self::Bookmark, true) => Event::BookmarkRegistered(subject),
            (Self::Bookmark, false) => Event::BookmarkCanceled(subject),
        }
    }
}

fn body(input: &CommentInput) -> Result<CommentBody, Refusal> {
    CommentBody::parse("body", &input.body).map_err(|error| Refusal::Invalid(vec![error]))
}

/// A new comment.
pub(crate) fn comment(
    id: CommentId,
    course_id: CourseId,
    author_id: AccountId,
    input: &CommentInput,
    now: Timestamp,
) -> Result<(Comment, Event), Refusal> {
    let comment = Comment { id, version: 1, course_id, author_id, body: body(input)?, created_at: now, updated_at: now };
    let event = Event::CommentRegistered(written(&comment));
    Ok((comment, event))
}

/// Rewords a comment; `None` when it says so already. Whether it may be changed at all is said before what is wrong with the change.
pub(crate) fn reword(comment: &mut Comment, who: AccountId, input: &CommentInput, now: Timestamp) -> Result<Option<Event>, Refusal> {
    if comment.author_id != who {
        return Err(Refusal::NotYours);
    }
    let body = body(input)?;
    if comment.body == body {
        return Ok(None);
    }
    comment.body = body;
    comment.version += 1;
    comment.updated_at = now;
    Ok(Some(Event::CommentModified(written(comment))))
}

/// Deletes a comment, whoever does it.
pub(crate) fn delete(comment: &mut Comment, now: Timestamp) -> Event {
    comment.version += 1;
    comment.updated_at = now;
    Event::CommentDeleted(CommentRef { comment_id: comment.id, course_id: comment.course_id, author_id: comment.author_id })
}

fn written(comment: &Comment) -> CommentWritten {
    CommentWritten { comment_id: comment.id, course_id: comment.course_id, author_id: comment.author_id, body: comment.body.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::{FieldCode, FieldError};
    use uuid::Uuid;

    fn someone(number: u128) -> AccountId {
        AccountId::new(Uuid::from_u128(number))
    }

    fn says(body: &str) -> CommentInput {
        CommentInput { body: body.into() }
    }

    fn a_comment() -> Comment {
        let (id, course) = (CommentId::new(Uuid::from_u128(1)), CourseId::new(Uuid::from_u128(2)));
        comment(id, course, someone(3), &says("비 오는 날에도 괜찮을까요?"), Timestamp::UNIX_EPOCH).expect("valid").0
    }

    #[test]
    fn rewording_is_one_event_and_saying_the_same_is_none() {
        let mut comment = a_comment();
        let later = Timestamp::from_second(60).expect("in range");
        assert_eq!(reword(&mut comment, someone(3), &says(" 비 오는 날에도 괜찮을까요? "), later), Ok(None));
        assert_eq!(comment, a_comment());
        let event = reword(&mut comment, someone(3), &says("눈 오는 날은요?"), later).expect("allowed").expect("changes");
        assert_eq!((comment.version, comment.updated_at, comment.created_at), (2, later, Timestamp::UNIX_EPOCH));
        assert!(matches!(event, Event::CommentModified(written) if written.body == comment.body));
    }

    #[test]
    fn others_are_refused_before_their_words_are_looked_at() {
        assert_eq!(reword(&mut a_comment(), someone(4), &says(""), Timestamp::UNIX_EPOCH), Err(Refusal::NotYours));
        let required = Refusal::Invalid(vec![FieldError::new("body", FieldCode::Required)]);
        assert_eq!(reword(&mut a_comment(), someone(3), &says(" "), Timestamp::UNIX_EPOCH), Err(required));
    }

    #[test]
    fn what_is_told_is_told_of_the_mark() {
        let subject = CourseAndCustomer { course_id: CourseId::new(Uuid::from_u128(1)), customer_id: someone(2) };
        for mark in Mark::ALL {
            for active in [true, false] {
                assert_eq!(mark.event(subject, active).aggregate(), mark.aggregate(subject));
            }
        }
        assert_ne!(Mark::Like.aggregate(subject), Mark::Bookmark.aggregate(subject));
    }
}

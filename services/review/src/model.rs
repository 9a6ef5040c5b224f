//! The rules: who may write, change and answer a review, and what each change makes of it. A change that changes nothing has no event.

use contract::course::{CourseState, Standing};
use contract::event::{Event, ReviewDeleted, ReviewReplied, ReviewWritten};
use contract::reply::Reply;
use contract::review::{Ineligible, Review, Stars};
use contract::text::{ReplyBody, ReviewBody};
use contract::{AccountId, CourseId, Refusal, ReviewId};
use jiff::Timestamp;

/// Why `customer` may not review a course that stands so, as far as the course itself says; `None` when it may be done.
///
/// # Errors
/// `NotFound` for someone else's draft, which one may not know of.
pub(crate) fn ineligible(standing: &Standing, customer: AccountId) -> Result<Option<Ineligible>, Refusal> {
    let own = standing.host_id == customer;
    match standing.state {
        CourseState::Draft if !own => Err(Refusal::NotFound),
        CourseState::Draft | CourseState::Unpublished => Ok(Some(Ineligible::NotPublished)),
        CourseState::Published if !standing.reviews_open => Ok(Some(Ineligible::ReviewsClosed)),
        CourseState::Published if own => Ok(Some(Ineligible::OwnCourse)),
        CourseState::Published => Ok(None),
    }
}

/// A review with what is known of its course.
#[derive(Debug)]
pub(crate) struct Found {
    pub review: Review,
    /// Whose the course is, once it was heard of.
    pub host: Option<AccountId>,
    /// Whether the course is known to be withdrawn, and its reviews with it.
    pub hidden: bool,
}

impl Found {
    /// Lets its author change it.
    ///
    /// # Errors
    /// `NotYours`; `NotFound` for what `who` may not even know of.
    pub(crate) fn require_author(&self, who: AccountId) -> Result<(), Refusal> {
        if self.review.author_id == who { Ok(()) } else { Err(self.no_right(self.host == Some(who))) }
    }

    /// Lets the course's host answer it.
    ///
    /// # Errors
    /// `NotYours`; `NotFound` for what `who` may not even know of.
    pub(crate) fn require_host(&self, host: AccountId, who: AccountId) -> Result<(), Refusal> {
        if host == who { Ok(()) } else { Err(self.no_right(self.review.author_id == who)) }
    }

    const fn no_right(&self, concerned: bool) -> Refusal {
        if self.hidden && !concerned { Refusal::NotFound } else { Refusal::NotYours }
    }
}

/// A new review.
pub(crate) fn register(
    id: ReviewId,
    course_id: CourseId,
    author_id: AccountId,
    (rating, body): (Stars, ReviewBody),
    now: Timestamp,
) -> (Review, Event) {
    let review = Review { id, version: 1, course_id, author_id, rating, body, reply: None, created_at: now, updated_at: now };
    let event = Event::ReviewRegistered(written(&review, None));
    (review, event)
}

/// Replaces what it says and how it rates.
pub(crate) fn modify(review: &mut Review, rating: Stars, body: ReviewBody, now: Timestamp) -> Option<Event> {
    if (review.rating, &review.body) == (rating, &body) {
        return None;
    }
    let previous = std::mem::replace(&mut review.rating, rating);
    review.body = body;
    review.version += 1;
    review.updated_at = now;
    Some(Event::ReviewModified(written(review, Some(previous))))
}

/// Deletes it: its last version.
pub(crate) fn delete(review: &mut Review) -> Event {
    review.version += 1;
    Event::ReviewDeleted(ReviewDeleted {
        review_id: review.id,
        course_id: review.course_id,
        author_id: review.author_id,
        rating: review.rating,
    })
}

/// Answers it, in place of an answer that is there. When its author last changed it stays as it is.
pub(crate) fn reply(review: &mut Review, host_id: AccountId, body: ReplyBody, now: Timestamp) -> Option<Event> {
    if !Reply::put(&mut review.reply, &body, now) {
        return None;
    }
    review.version += 1;
    Some(Event::ReviewReplied(ReviewReplied {
        review_id: review.id,
        course_id: review.course_id,
        author_id: review.author_id,
        host_id,
        body,
    }))
}

fn written(review: &Review, previous_rating: Option<Stars>) -> ReviewWritten {
    ReviewWritten {
        review_id: review.id,
        course_id: review.course_id,
        author_id: review.author_id,
        rating: review.rating,
        body: review.body.clone(),
        previous_rating,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const HOST: AccountId = AccountId::new(Uuid::from_u128(1));
    const CUSTOMER: AccountId = AccountId::new(Uuid::from_u128(2));
    const STRANGER: AccountId = AccountId::new(Uuid::from_u128(3));

    const fn standing(state: CourseState, reviews_open: bool) -> Standing {
        Standing { host_id: HOST, state, reviews_open }
    }

    #[test]
    fn the_first_reason_of_the_order_is_told() {
        use CourseState::{Draft, Published, Unpublished};
        for (state, open, who, expected) in [
            (Published, true, CUSTOMER, Ok(None)),
            (Published, true, HOST, Ok(Some(Ineligible::OwnCourse))),
            (Published, false, CUSTOMER, Ok(Some(Ineligible::ReviewsClosed))),
            (Published, false, HOST, Ok(Some(Ineligible::ReviewsClosed))),
            (Unpublished, false, CUSTOMER, Ok(Some(Ineligible::NotPublished))),
            (Unpublished, true, HOST, Ok(Some(Ineligible::NotPublished))),
            (Draft, false, HOST, Ok(Some(Ineligible::NotPublished))),
            (Draft, true, CUSTOMER, Err(Refusal::NotFound)),
        ] {
            assert_eq!(ineligible(&standing(state, open), who), expected, "{state:?} {open} {who}");
        }
    }

    fn found(host: Option<AccountId>, hidden: bool) -> Found {
        let said = (Stars::parse("rating", 4).expect("valid"), ReviewBody::parse("body", "좋아요").expect("valid"));
        let (id, course) = (ReviewId::new(Uuid::from_u128(4)), CourseId::new(Uuid::from_u128(5)));
        Found { review: register(id, course, CUSTOMER, said, Timestamp::UNIX_EPOCH).0, host, hidden }
    }

    #[test]
    fn only_its_author_changes_it_and_only_the_host_answers() {
        let shown = found(Some(HOST), false);
        assert_eq!(shown.require_author(CUSTOMER), Ok(()));
        assert_eq!(shown.require_author(HOST), Err(Refusal::NotYours));
        assert_eq!(shown.require_author(STRANGER), Err(Refusal::NotYours));
        assert_eq!(shown.require_host(HOST, HOST), Ok(()));
        assert_eq!(shown.require_host(HOST, CUSTOMER), Err(Refusal::NotYours));
    }

    #[test]
    fn strangers_do_not_know_of_reviews_of_a_withdrawn_course() {
        let hidden = found(Some(HOST), true);
        assert_eq!(hidden.require_author(CUSTOMER), Ok(()));
        assert_eq!(hidden.require_author(HOST), Err(Refusal::NotYours));
        assert_eq!(hidden.require_author(STRANGER), Err(Refusal::NotFound));
        assert_eq!(hidden.require_host(HOST, CUSTOMER), Err(Refusal::NotYours));
        assert_eq!(hidden.require_host(HOST, STRANGER), Err(Refusal::NotFound));
    }
}

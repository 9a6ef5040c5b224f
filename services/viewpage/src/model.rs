//! The pure fold of a batch of events into what is to be written.

use contract::event::{CourseWritten, Envelope, Event};
use contract::{AccountId, CourseId};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What a batch changes.
#[derive(Debug, Default)]
pub(crate) struct Fold {
    pub accounts: BTreeMap<AccountId, String>,
    pub courses: BTreeMap<CourseId, CourseFold>,
    /// Who likes what, as of the end of the batch.
    pub likes: BTreeMap<(CourseId, AccountId), bool>,
}

/// What a batch changes of one course.
#[derive(Debug, Default)]
pub(crate) struct CourseFold {
    /// The last content, if it was written.
    pub written: Option<CourseWritten>,
    /// Since when it is shown, or that it isn't, if that was said.
    pub shown: Option<Option<Timestamp>>,
    pub likes: i64,
    /// How many events it is.
    pub events: i64,
}

impl Fold {
    pub(crate) fn of(events: &[Envelope]) -> Self {
        let mut fold = Self::default();
        for envelope in events {
            fold.add(envelope);
        }
        fold
    }

    fn add(&mut self, envelope: &Envelope) {
        match &envelope.event {
            Event::AccountRegistered(event) => {
                self.accounts.insert(event.account_id, event.display_name.as_str().to_owned());
            }
            Event::CourseRegistered(event) | Event::CourseModified(event) => self.course(event.course_id).written = Some(event.clone()),
            Event::CoursePublished(event) => self.course(event.course_id).shown = Some(Some(envelope.occurred_at)),
            Event::CourseUnpublished(event) | Event::CourseDeleted(event) => self.course(event.course_id).shown = Some(None),
            Event::LikeRegistered(event) => {
                self.course(event.course_id).likes += 1;
                self.likes.insert((event.course_id, event.customer_id), true);
            }
            Event::LikeCanceled(event) => {
                self.course(event.course_id).likes -= 1;
                self.likes.insert((event.course_id, event.customer_id), false);
            }
        }
    }

    fn course(&mut self, id: CourseId) -> &mut CourseFold {
        let course = self.courses.entry(id).or_default();
        course.events += 1;
        course
    }

    /// The courses that were taken from view.
    pub(crate) fn withdrawn(&self) -> BTreeSet<CourseId> {
        self.courses.iter().filter(|(_, course)| course.shown == Some(None)).map(|(id, _)| *id).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::event::{CourseAndCustomer, CourseRef};
    use contract::{CorrelationId, EventId};
    use uuid::Uuid;

    fn envelope(event: Event) -> Envelope {
        Envelope {
            id: EventId::new(Uuid::nil()),
            position: 1,
            aggregate: event.aggregate(),
            version: 1,
            correlation_id: CorrelationId::new(Uuid::nil()),
            causation_id: None,
            actor: None,
            occurred_at: Timestamp::UNIX_EPOCH,
            event,
        }
    }

    fn course() -> CourseId {
        CourseId::new(Uuid::from_u128(1))
    }

    fn like(customer: u128, liked: bool) -> Envelope {
        let subject = CourseAndCustomer { course_id: course(), customer_id: AccountId::new(Uuid::from_u128(customer)) };
        envelope(if liked { Event::LikeRegistered(subject) } else { Event::LikeCanceled(subject) })
    }

    #[test]
    fn likes_of_a_batch_are_one_sum() {
        let fold = Fold::of(&[like(2, true), like(3, true), like(2, false)]);
        let course = &fold.courses[&course()];
        assert_eq!((course.likes, course.events), (1, 3));
        assert_eq!(fold.likes.values().filter(|liked| **liked).count(), 1);
    }

    #[test]
    fn only_the_last_word_on_being_shown_counts() {
        let subject = CourseRef { course_id: course(), host_id: AccountId::new(Uuid::from_u128(2)) };
        let fold = Fold::of(&[envelope(Event::CourseUnpublished(subject)), envelope(Event::CoursePublished(subject))]);
        assert!(fold.withdrawn().is_empty());
        assert_eq!(fold.courses[&course()].shown, Some(Some(Timestamp::UNIX_EPOCH)));
    }
}

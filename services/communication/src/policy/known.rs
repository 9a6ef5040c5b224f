//! What is known as a batch begins. Read before anything is locked or written, and kept until the batch has been handled: what a
//! customer does in between is not in it, and comes later in the log.

use crate::model::Mark;
use crate::store;
use contract::event::{Aggregate, CourseAndCustomer, Envelope, Event, Participant};
use contract::{AccountId, CourseId};
use platform::Result;
use sqlx::postgres::PgConnection;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Where the courses stand that the batch is about, as of the event that is being handled.
    pub published: HashMap<CourseId, bool>,
    /// Which of the customers that the batch is about have closed their accounts.
    pub closed: HashSet<AccountId>,
    /// What accounts that are closed by this batch have set.
    pub marks: BTreeMap<AccountId, Vec<(Mark, CourseId)>>,
    changing: BTreeSet<CourseId>,
}

impl Known {
    pub(super) async fn read(connection: &mut PgConnection, events: &[&Envelope]) -> Result<Self> {
        let mut known = Self::default();
        let (mut courses, mut customers) = (BTreeSet::new(), BTreeSet::new());
        for envelope in events {
            if let Some(subject) = subject(&envelope.event) {
                courses.insert(subject.course_id.as_uuid());
                customers.insert(subject.customer_id.as_uuid());
            }
            match &envelope.event {
                Event::CoursePublished(course) | Event::CourseUnpublished(course) | Event::CourseDeleted(course) => {
                    known.changing.insert(course.course_id);
                }
                Event::AccountClosed(closed) => {
                    known.marks.insert(closed.account_id, Vec::new());
                }
                _ => {}
            }
        }
        if !courses.is_empty() {
            known.published = store::courses::published(connection, &courses.into_iter().collect::<Vec<_>>()).await?;
            known.closed = store::accounts::closed(connection, &customers.into_iter().collect::<Vec<_>>()).await?;
        }
        for (account, marks) in &mut known.marks {
            for mark in Mark::ALL {
                let courses = store::marks::courses_of(connection, mark, *account).await?;
                marks.extend(courses.into_iter().map(|course| (mark, CourseId::new(course))));
            }
        }
        Ok(known)
    }

    /// The courses whose standing the batch changes.
    pub(super) fn changing(&self) -> impl Iterator<Item = CourseId> {
        self.changing.iter().copied()
    }

    /// What is written to when accounts are closed.
    pub(super) fn closing(&self) -> impl Iterator<Item = Aggregate> {
        self.marks.iter().flat_map(|(account, marks)| {
            let erasure = Aggregate::erasure(*account, Participant::Communication);
            let of = |(mark, course): &(Mark, CourseId)| mark.aggregate(CourseAndCustomer { course_id: *course, customer_id: *account });
            marks.iter().map(of).chain([erasure])
        })
    }

    /// What an event is about, where it may have to be taken back.
    pub(super) fn concerned(&self, envelope: &Envelope) -> Option<Aggregate> {
        let subject = subject(&envelope.event)?;
        let shown = self.published.get(&subject.course_id) == Some(&true) && !self.changing.contains(&subject.course_id);
        let closed = self.closed.contains(&subject.customer_id) || self.marks.contains_key(&subject.customer_id);
        (!shown || closed).then_some(envelope.aggregate)
    }
}

/// Who has said what to which course, in events that may have come too late.
fn subject(event: &Event) -> Option<CourseAndCustomer> {
    match event {
        Event::LikeRegistered(subject) | Event::BookmarkRegistered(subject) => Some(*subject),
        Event::CommentRegistered(comment) => Some(CourseAndCustomer { course_id: comment.course_id, customer_id: comment.author_id }),
        _ => None,
    }
}

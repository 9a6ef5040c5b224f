//! What reviews do on hearing of others: they remember how courses stand, take back a review that came too late, and answer for
//! closed accounts.

use crate::saga::late_review;
use crate::store;
use async_trait::async_trait;
use contract::event::{AccountClosed, AccountErased, Aggregate, AggregateKind, CourseRef, Envelope, Event, Participant};
use contract::{AccountId, Call, CourseId, ReviewId};
use platform::consumer::Handler;
use platform::{Database, Result, event_log};
use sqlx::postgres::PgConnection;
use std::collections::BTreeMap;

/// What has been heard of a course; `None` is what has not been heard yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HeardCourse {
    pub host_id: AccountId,
    /// `Some(false)` once it was withdrawn, `None` before it was ever shown.
    pub published: Option<bool>,
    pub reviews_open: Option<bool>,
}

impl HeardCourse {
    const fn of(host_id: AccountId) -> Self {
        Self { host_id, published: None, reviews_open: None }
    }
}

/// The consumer `review.courses`.
#[derive(Clone, Debug)]
pub struct CoursePolicy {
    database: Database,
}

impl CoursePolicy {
    /// The policy of the review service on `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl Handler for CoursePolicy {
    fn name(&self) -> &'static str {
        "review.courses"
    }

    fn kinds(&self) -> &'static [AggregateKind] {
        &[AggregateKind::Course, AggregateKind::Review, AggregateKind::Account]
    }

    async fn concerns(&self, _: &mut PgConnection, events: &[&Envelope]) -> Result<Vec<Aggregate>> {
        let concerned = |envelope: &&Envelope| match &envelope.event {
            Event::ReviewRegistered(event) => Some(Aggregate::review(event.review_id)),
            Event::AccountClosed(event) => Some(Aggregate::erasure(event.account_id, Participant::Review)),
            _ => None,
        };
        Ok(events.iter().filter_map(concerned).collect())
    }

    async fn handle(&self, connection: &mut PgConnection, events: &[Envelope]) -> Result<()> {
        let late = hear(connection, events).await?;
        for (registered, review) in late {
            late_review::compensate(connection, self.database.clock(), registered, review).await?;
        }
        for envelope in events {
            if let Event::AccountClosed(AccountClosed { account_id }) = envelope.event {
                self.erase(connection, envelope, account_id).await?;
            }
        }
        Ok(())
    }
}

impl CoursePolicy {
    /// A closed account's reviews stay: they are part of what is on record of a course, and name their author by id alone, which no
    /// longer leads to a person. So nothing is to be erased, and that is what is answered, once.
    async fn erase(&self, connection: &mut PgConnection, closed: &Envelope, account_id: AccountId) -> Result<()> {
        if store::begin_erasure(connection, account_id).await? {
            let event = Event::AccountErased(AccountErased { account_id, service: Participant::Review });
            event_log::append(connection, self.database.clock(), &Call::caused_by(closed), &event, 1).await?;
        }
        Ok(())
    }
}

/// Remembers how courses stand after `events`. Answers the registrations that were heard while their course was withdrawn. One that is
/// heard before its course was ever shown is no such: the course service said that it is shown, and its event is yet to come.
async fn hear<'a>(connection: &mut PgConnection, events: &'a [Envelope]) -> Result<Vec<(&'a Envelope, ReviewId)>> {
    let heard = store::courses(connection, &concerned(events)).await?;
    let mut courses = heard.clone();
    let mut late = Vec::new();
    for envelope in events {
        match &envelope.event {
            Event::CourseRegistered(event) | Event::CourseModified(event) => {
                let course = courses.entry(event.course_id).or_insert(HeardCourse::of(event.host_id));
                course.reviews_open = Some(event.content.reviews_open);
            }
            Event::CoursePublished(event) => show(&mut courses, *event, true),
            Event::CourseUnpublished(event) | Event::CourseDeleted(event) => show(&mut courses, *event, false),
            Event::ReviewRegistered(event) if withdrawn(&courses, event.course_id) => late.push((envelope, event.review_id)),
            _ => {}
        }
    }
    courses.retain(|id, course| heard.get(id) != Some(course));
    store::keep_courses(connection, &courses).await?;
    Ok(late)
}

fn show(courses: &mut BTreeMap<CourseId, HeardCourse>, event: CourseRef, published: bool) {
    courses.entry(event.course_id).or_insert(HeardCourse::of(event.host_id)).published = Some(published);
}

fn withdrawn(courses: &BTreeMap<CourseId, HeardCourse>, id: CourseId) -> bool {
    courses.get(&id).is_some_and(|course| course.published == Some(false))
}

fn concerned(events: &[Envelope]) -> Vec<CourseId> {
    let course = |envelope: &Envelope| match &envelope.event {
        Event::ReviewRegistered(event) => Some(event.course_id),
        _ if envelope.aggregate.kind == AggregateKind::Course => Some(CourseId::new(envelope.aggregate.id)),
        _ => None,
    };
    events.iter().filter_map(course).collect()
}

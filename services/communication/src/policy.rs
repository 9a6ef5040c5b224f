//! What communication does on hearing of others, in the order of the log: it keeps its copy of which courses are published, watches
//! over bookmarks until their customers are told, takes back what came too late, and lets go of who has closed an account.
//!
//! One consumer for all of it: whether a bookmark came before or after its course was withdrawn is said by the log's order alone.

mod known;

use crate::saga::{account_closure, bookmark, course_withdrawal};
use crate::store;
use async_trait::async_trait;
use contract::Call;
use contract::event::{Aggregate, AggregateKind, CourseRef, Envelope, Event};
pub(crate) use known::Known;
use platform::consumer::Handler;
use platform::{Clock, Result, event_log};
use sqlx::postgres::PgConnection;
use std::sync::{Mutex, PoisonError};

/// The consumer's handler.
#[derive(Debug)]
pub struct Policy {
    pub(crate) clock: Clock,
    known: Mutex<Known>,
}

impl Policy {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, known: Mutex::default() }
    }

    /// Appends an event to an aggregate that [`Handler::concerns`] has named.
    pub(crate) async fn append(&self, connection: &mut PgConnection, call: &Call, event: &Event, version: u64) -> Result<()> {
        event_log::append(connection, &self.clock, call, event, version).await?;
        Ok(())
    }

    async fn hear(&self, connection: &mut PgConnection, known: &mut Known, envelope: &Envelope) -> Result<()> {
        match &envelope.event {
            Event::CoursePublished(course) => self.hear_of_course(connection, known, *course, true).await,
            Event::CourseUnpublished(course) | Event::CourseDeleted(course) => self.hear_of_course(connection, known, *course, false).await,
            Event::LikeRegistered(subject) => course_withdrawal::like(self, connection, known, envelope, *subject).await,
            Event::CommentRegistered(comment) => course_withdrawal::comment(self, connection, known, envelope, comment).await,
            Event::BookmarkRegistered(subject) => bookmark::registered(self, connection, known, envelope, *subject).await,
            Event::BookmarkRefused(_) => bookmark::refused(self, connection, envelope).await,
            Event::MessageDelivered(message) => bookmark::delivered(self, connection, envelope, message).await,
            Event::AccountClosed(closed) => account_closure::close(self, connection, known, envelope, closed.account_id).await,
            _ => Ok(()),
        }
    }

    /// A draft is as good as unknown: what was set on it can only mean that its publishing has not been heard of yet.
    async fn hear_of_course(&self, connection: &mut PgConnection, known: &mut Known, course: CourseRef, published: bool) -> Result<()> {
        store::courses::remember(connection, course, published).await?;
        known.published.insert(course.course_id, published);
        bookmark::course_heard(self, connection, course.course_id, published).await
    }
}

#[async_trait]
impl Handler for Policy {
    fn name(&self) -> &'static str {
        "communication.sagas"
    }

    fn kinds(&self) -> &'static [AggregateKind] {
        &[
            AggregateKind::Account,
            AggregateKind::Course,
            AggregateKind::Like,
            AggregateKind::Bookmark,
            AggregateKind::Comment,
            AggregateKind::Inbox,
        ]
    }

    /// A like has to be taken back only where its course was withdrawn at the same moment.
    fn urgent(&self) -> &'static [AggregateKind] {
        &[AggregateKind::Account, AggregateKind::Course, AggregateKind::Bookmark, AggregateKind::Comment, AggregateKind::Inbox]
    }

    /// What is read here is what [`Handler::handle`] goes by: nothing is written to that was not named.
    async fn concerns(&self, connection: &mut PgConnection, events: &[&Envelope]) -> Result<Vec<Aggregate>> {
        let known = Known::read(connection, events).await?;
        let mut concerned: Vec<Aggregate> = events.iter().filter_map(|envelope| known.concerned(envelope)).collect();
        concerned.extend(known.closing());
        for course in known.changing() {
            concerned.extend(bookmark::waiting_for(connection, course).await?);
        }
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = known;
        Ok(concerned)
    }

    async fn handle(&self, connection: &mut PgConnection, events: &[Envelope]) -> Result<()> {
        let mut known = std::mem::take(&mut *self.known.lock().unwrap_or_else(PoisonError::into_inner));
        for envelope in events {
            self.hear(connection, &mut known, envelope).await?;
        }
        Ok(())
    }
}

//! What messages do on hearing of anything: they tell those whom it concerns.
//!
//! Events of one aggregate come in order, those of different ones in any. So what is told to a host whose course was not heard of yet
//! waits for the course; who keeps a course and is heard of after its withdrawal is told of it then; and nothing is delivered to, or
//! remembered of, a closed account. A bookmark that was given up before a withdrawal, and whose giving up is heard of after it, can't be
//! known: that customer is told once too often.

use crate::delivery::Inboxes;
use crate::model::{Cause, HostLetter, Known, Letter, Tidings, Withdrawn};
use crate::saga::withdrawal;
use crate::store::{self, course};
use async_trait::async_trait;
use contract::course::Language;
use contract::event::{Aggregate, AggregateKind, CourseAndCustomer, CourseRef, Envelope, Event, Participant};
use contract::message::MessageKind;
use contract::{AccountId, CourseId};
use jiff::Timestamp;
use platform::consumer::Handler;
use platform::{Database, Result};
use sqlx::postgres::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

/// Tells people what concerns them.
#[derive(Clone, Debug)]
pub struct MessagePolicy {
    database: Database,
}

impl MessagePolicy {
    /// The policy on `database`, whose readers it wakes.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

#[async_trait]
impl Handler for MessagePolicy {
    fn name(&self) -> &'static str {
        "message"
    }

    fn kinds(&self) -> &'static [AggregateKind] {
        &[AggregateKind::Course, AggregateKind::Bookmark, AggregateKind::Review, AggregateKind::Comment, AggregateKind::Account]
    }

    async fn concerns(&self, connection: &mut PgConnection, events: &[&Envelope]) -> Result<Vec<Aggregate>> {
        let known = course::known(connection, &courses(events.iter().copied())).await?;
        let erasures = events.iter().filter_map(|envelope| match &envelope.event {
            Event::AccountClosed(event) => Some(Aggregate::erasure(event.account_id, Participant::Message)),
            _ => None,
        });
        Ok(people(events.iter().copied(), &known).into_iter().map(Aggregate::inbox).chain(erasures).collect())
    }

    async fn handle(&self, connection: &mut PgConnection, events: &[Envelope]) -> Result<()> {
        let known = course::known(connection, &courses(events)).await?;
        let inboxes = Inboxes::read(connection, self.database.clock().clone(), &people(events, &known)).await?;
        let mut hearing = Hearing { inboxes, known };
        for envelope in events {
            hearing.hear(connection, envelope).await?;
        }
        hearing.inboxes.write(connection).await
    }

    async fn committed(&self) {
        self.database.wake().signal();
    }
}

/// The courses whose hosts may be told of `events`.
fn courses<'a>(events: impl IntoIterator<Item = &'a Envelope>) -> BTreeSet<CourseId> {
    let course = |envelope: &Envelope| match &envelope.event {
        Event::CourseRegistered(event) | Event::CourseModified(event) => Some(event.course_id),
        Event::CoursePublished(event) | Event::CourseUnpublished(event) | Event::CourseDeleted(event) => Some(event.course_id),
        event => Tidings::of(event).host.map(|letter| letter.course_id),
    };
    events.into_iter().filter_map(course).collect()
}

/// Whose inboxes `events` may touch. A host whom nobody knows yet is not told now.
fn people<'a>(events: impl IntoIterator<Item = &'a Envelope>, known: &BTreeMap<CourseId, Known>) -> BTreeSet<AccountId> {
    let person = |envelope: &Envelope| match &envelope.event {
        Event::CourseRegistered(event) | Event::CourseModified(event) => Some(event.host_id),
        Event::CoursePublished(event) | Event::CourseUnpublished(event) | Event::CourseDeleted(event) => Some(event.host_id),
        Event::AccountClosed(event) => Some(event.account_id),
        event => Tidings::of(event).person.map(|letter| letter.recipient_id),
    };
    events.into_iter().filter_map(person).chain(known.values().map(|course| course.host_id)).collect()
}

/// One batch being heard.
struct Hearing {
    inboxes: Inboxes,
    known: BTreeMap<CourseId, Known>,
}

impl Hearing {
    async fn hear(&mut self, connection: &mut PgConnection, envelope: &Envelope) -> Result<()> {
        let cause = Cause::of(envelope);
        match &envelope.event {
            Event::CourseRegistered(event) | Event::CourseModified(event) => {
                self.meet(connection, event.course_id, event.host_id).await?;
                let [ko, en] = [Language::Ko, Language::En].map(|language| event.content.title_in(language));
                course::entitle(connection, event.course_id, ko, en).await?;
            }
            Event::CoursePublished(event) => {
                self.meet(connection, event.course_id, event.host_id).await?.published = true;
                course::publish(connection, event.course_id).await?;
            }
            Event::CourseUnpublished(event) | Event::CourseDeleted(event) => self.withdraw(connection, envelope, event).await?,
            Event::BookmarkRegistered(event) if !self.inboxes.is_closed(event.customer_id) => {
                let since = self.kept_since(envelope.occurred_at, event.course_id);
                course::keep(connection, event.course_id, event.customer_id, since).await?;
            }
            Event::BookmarkCanceled(event) | Event::BookmarkRefused(event) => {
                course::let_go(connection, event.course_id, event.customer_id).await?;
            }
            Event::AccountClosed(event) => self.inboxes.erase(connection, cause, event.account_id).await?,
            _ => {}
        }
        let tidings = Tidings::of(&envelope.event);
        if let Some(letter) = &tidings.person
            && self.inboxes.deliver(connection, cause, letter).await?
            && let Event::BookmarkRegistered(event) = &envelope.event
        {
            self.tell_late(connection, envelope, event).await?;
        }
        if let Some(letter) = tidings.host {
            match self.known.get(&letter.course_id) {
                Some(course) => self.tell_host(connection, cause, letter, course.host_id).await?,
                None => store::pending::put(connection, cause, &letter).await?,
            }
        }
        Ok(())
    }

    /// What is known of a course. When it is heard of for the first time, its host is told what has been waiting.
    async fn meet(&mut self, connection: &mut PgConnection, id: CourseId, host: AccountId) -> Result<&mut Known> {
        if !self.known.contains_key(&id) {
            course::meet(connection, id, host).await?;
            for (cause, letter) in store::pending::take(connection, id).await? {
                self.tell_host(connection, cause, letter, host).await?;
            }
        }
        Ok(self.known.entry(id).or_insert(Known { host_id: host, published: false, withdrawn: None }))
    }

    async fn tell_host(&mut self, connection: &mut PgConnection, cause: Cause, letter: HostLetter, host: AccountId) -> Result<()> {
        if let Some(letter) = letter.to(host) {
            self.inboxes.deliver(connection, cause, &letter).await?;
        }
        Ok(())
    }

    /// Begins to tell who keeps the course. One that was withdrawn before it was deleted is withdrawn once.
    async fn withdraw(&mut self, connection: &mut PgConnection, envelope: &Envelope, event: &CourseRef) -> Result<()> {
        let course = self.meet(connection, event.course_id, event.host_id).await?;
        if course.published {
            let withdrawn = Withdrawn { at: envelope.occurred_at, cause: Cause::of(envelope) };
            *course = Known { published: false, withdrawn: Some(withdrawn), ..*course };
            course::withdraw(connection, event.course_id, withdrawn).await?;
            withdrawal::begin(connection, envelope, event.course_id).await?;
        }
        Ok(())
    }

    /// Since when a bookmark counts as kept. One that is heard of after its course's withdrawal, and is younger, came after it in the log,
    /// too: it is put so far behind that it isn't taken for one of the same time.
    fn kept_since(&self, registered_at: Timestamp, course: CourseId) -> Timestamp {
        let withdrawn = self.known.get(&course).filter(|course| !course.published).and_then(|course| course.withdrawn);
        match withdrawn.filter(|withdrawn| registered_at > withdrawn.at) {
            Some(withdrawn) => registered_at.max(withdrawal::no_longer_at_the_same_time(withdrawn.at)),
            None => registered_at,
        }
    }

    /// Tells a customer of a withdrawal that was heard of before the bookmark, though the bookmark is older. One that is younger will be
    /// refused, and that is told then.
    async fn tell_late(&mut self, connection: &mut PgConnection, envelope: &Envelope, event: &CourseAndCustomer) -> Result<()> {
        let CourseAndCustomer { course_id, customer_id } = *event;
        let withdrawn = self.known.get(&course_id).and_then(|course| course.withdrawn);
        if let Some(withdrawn) = withdrawn.filter(|withdrawn| envelope.occurred_at <= withdrawn.at) {
            let kind = MessageKind::CourseWithdrawn;
            let letter = Letter { recipient_id: customer_id, kind, course_id, bookmark_id: None, answered_id: None };
            self.inboxes.deliver(connection, withdrawn.cause, &letter).await?;
        }
        Ok(())
    }
}

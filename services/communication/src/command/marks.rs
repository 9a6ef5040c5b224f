//! Liking or keeping a course, and taking it back.

use crate::model::Mark;
use crate::store::marks::{Wanted, Wish, Written};
use crate::{Communication, store};
use contract::event::{AggregateVersion, CourseAndCustomer};
use contract::{ApiResult, Call, CourseId};
use platform::coalesced::Coalesced;
use platform::event_log::Draft;
use platform::{Database, Result};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

impl Communication {
    /// Sets the signed-in customer's mark or takes it back. Answers the change that made it so, now or earlier,
    /// and how many customers have such a mark on the course.
    pub(super) async fn mark(&self, call: &Call, mark: Mark, course: CourseId, active: bool) -> ApiResult<(Option<AggregateVersion>, u64)> {
        let subject = CourseAndCustomer { course_id: course, customer_id: call.signed_in()? };
        let aggregate = mark.aggregate(subject);
        // Whether the course is published is asked as the mark is set; only where that isn't known here, of the course service.
        let wish = if active { Wish::SetIfPublished } else { Wish::TakenBack };
        let mut written = self.write_mark(call, mark, subject, wish).await?;
        if written.is_none() && active {
            self.require_published(call, course).await?;
            written = self.write_mark(call, mark, subject, Wish::Set).await?;
        }
        let (version, count) = match written {
            Some(Written { version, count }) => (Some(version), count),
            None => store::marks::standing(self.database.pool(), mark, subject).await?,
        };
        if version.is_none() {
            self.require_published(call, course).await?;
        }
        Ok((version.map(|version| AggregateVersion { aggregate, version }), count))
    }

    /// Answers what it made, or `None` when nothing changed.
    async fn write_mark(&self, call: &Call, mark: Mark, subject: CourseAndCustomer, wish: Wish) -> ApiResult<Option<Written>> {
        let event = Draft::new(self.database.clock(), call, &mark.event(subject, wish != Wish::TakenBack))?;
        let writer = match mark {
            Mark::Like => &self.likes,
            Mark::Bookmark => &self.bookmarks,
        };
        writer.get(Wanted { subject, wish, event }).await
    }
}

/// Writes likes, or bookmarks: those that come while a statement is under way are written together in the next, which commits for all.
pub(crate) fn writer(database: &Database, mark: Mark) -> Coalesced<Wanted, Written> {
    let database = database.clone();
    Coalesced::new(move |wanted| {
        let database = database.clone();
        Box::pin(async move { write(&database, mark, wanted).await })
    })
}

async fn write(database: &Database, mark: Mark, mut wanted: Vec<Wanted>) -> Result<HashMap<Wanted, Written>> {
    let mut connection = database.pool().acquire().await?;
    let mut all = HashMap::new();
    while !wanted.is_empty() {
        // What one customer wants of one course twice is written one after the other, in the order in which it came.
        let mut subjects = HashSet::new();
        let (now, later): (Vec<Wanted>, Vec<Wanted>) = wanted.into_iter().partition(|wanted| subjects.insert(wanted.event.aggregate));
        let made: HashMap<Uuid, Written> = store::marks::write(&mut connection, mark, &now).await?.into_iter().collect();
        all.extend(now.into_iter().filter_map(|wanted| made.get(&wanted.event.id).map(|written| (wanted, *written))));
        wanted = later;
    }
    if !all.is_empty() {
        database.wake().signal_of([mark.kind()]);
    }
    Ok(all)
}

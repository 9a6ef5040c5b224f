//! What communication does on hearing of courses: it remembers which are published.

use crate::store;
use async_trait::async_trait;
use contract::event::{AggregateKind, Envelope, Event};
use platform::Result;
use platform::consumer::Handler;
use sqlx::postgres::PgConnection;
use std::collections::BTreeMap;

/// Remembers which courses are published.
#[derive(Clone, Copy, Debug, Default)]
pub struct CoursePolicy;

#[async_trait]
impl Handler for CoursePolicy {
    fn name(&self) -> &'static str {
        "communication.courses"
    }

    fn kinds(&self) -> &'static [AggregateKind] {
        &[AggregateKind::Course]
    }

    async fn handle(&self, connection: &mut PgConnection, events: &[Envelope]) -> Result<()> {
        let published: BTreeMap<_, _> = events
            .iter()
            .filter_map(|envelope| match &envelope.event {
                Event::CoursePublished(event) => Some((event.course_id.as_uuid(), true)),
                Event::CourseUnpublished(event) | Event::CourseDeleted(event) => Some((event.course_id.as_uuid(), false)),
                _ => None,
            })
            .collect();
        let (courses, published): (Vec<_>, Vec<_>) = published.into_iter().unzip();
        store::set_published(connection, &courses, &published).await
    }
}

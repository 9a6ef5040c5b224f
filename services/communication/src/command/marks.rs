//! Liking or keeping a course, and taking it back.

use crate::model::Mark;
use crate::store::marks::Wish;
use crate::{Communication, store};
use contract::event::{AggregateVersion, CourseAndCustomer};
use contract::{ApiResult, Call, CourseId};
use platform::Result;

impl Communication {
    /// Sets the signed-in customer's mark or takes it back. Answers the change that made it so, now or earlier.
    pub(super) async fn mark(&self, call: &Call, mark: Mark, course: CourseId, active: bool) -> ApiResult<Option<AggregateVersion>> {
        let subject = CourseAndCustomer { course_id: course, customer_id: call.signed_in()? };
        let aggregate = mark.aggregate(subject);
        // Whether the course is published is asked as the mark is set; only where that isn't known here, of the course service.
        let wish = if active { Wish::SetIfPublished } else { Wish::TakenBack };
        let mut version = self.write_mark(call, mark, subject, wish).await?;
        if version.is_none() && active {
            self.require_published(call, course).await?;
            version = self.write_mark(call, mark, subject, Wish::Set).await?;
        }
        if version.is_none() {
            version = store::marks::version(self.database.pool(), mark, subject).await?;
        }
        if version.is_none() {
            self.require_published(call, course).await?;
        }
        Ok(version.map(|version| AggregateVersion { aggregate, version }))
    }

    /// Answers the version that it made, or `None` when nothing changed.
    async fn write_mark(&self, call: &Call, mark: Mark, subject: CourseAndCustomer, wish: Wish) -> Result<Option<u64>> {
        let event = mark.event(subject, wish != Wish::TakenBack);
        self.database
            .statement(call, &event, move |connection, event| Box::pin(store::marks::write(connection, mark, subject, wish, event)))
            .await
    }
}

//! Liking or keeping a course, and taking it back.

use crate::model::Mark;
use crate::{Communication, store};
use contract::event::{AggregateVersion, CourseAndCustomer};
use contract::{ApiResult, Call, CourseId};
use platform::Result;

impl Communication {
    /// Sets the signed-in customer's mark or takes it back. Answers the change that made it so, now or earlier.
    pub(super) async fn mark(&self, call: &Call, mark: Mark, course: CourseId, active: bool) -> ApiResult<Option<AggregateVersion>> {
        let subject = CourseAndCustomer { course_id: course, customer_id: call.signed_in()? };
        if active {
            self.require_published(call, course).await?;
        }
        let change = self.set_mark(call, mark, subject, active).await?;
        if change.is_none() {
            self.require_published(call, course).await?;
        }
        Ok(change)
    }

    async fn set_mark(&self, call: &Call, mark: Mark, subject: CourseAndCustomer, active: bool) -> Result<Option<AggregateVersion>> {
        let aggregate = mark.aggregate(subject);
        self.database
            .command(call, move |unit| {
                Box::pin(async move {
                    unit.lock(aggregate).await?;
                    let now = unit.clock().now();
                    if let Some(version) = store::marks::set(unit.connection(), mark, subject, active, now).await? {
                        return Ok(Some(unit.append(&mark.event(subject, active), version).await?));
                    }
                    let version = store::marks::version(unit.connection(), mark, subject).await?;
                    Ok(version.map(|version| AggregateVersion { aggregate, version }))
                })
            })
            .await
    }
}

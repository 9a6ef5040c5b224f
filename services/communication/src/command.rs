//! Liking a course, and taking it back.

use crate::{Communication, store};
use async_trait::async_trait;
use contract::communication::LikeOutcome;
use contract::course::CourseState;
use contract::event::{Aggregate, AggregateVersion, CourseAndCustomer, Event};
use contract::{AccountId, ApiError, ApiResult, Call, CommunicationApi, CourseId, Refusal};
use platform::Result;

#[async_trait]
impl CommunicationApi for Communication {
    async fn like(&self, call: &Call, course: CourseId) -> ApiResult<LikeOutcome> {
        let customer = call.signed_in()?;
        self.require_published(call, course).await?;
        Ok(self.set_like(call, course, customer, true).await?)
    }

    async fn unlike(&self, call: &Call, course: CourseId) -> ApiResult<LikeOutcome> {
        let customer = call.signed_in()?;
        let outcome = self.set_like(call, course, customer, false).await?;
        if outcome.change.is_none() {
            self.require_published(call, course).await?;
        }
        Ok(outcome)
    }

    async fn likes(&self, course: CourseId) -> ApiResult<u64> {
        Ok(store::likes(self.database.pool(), course).await?)
    }
}

impl Communication {
    async fn set_like(&self, call: &Call, course: CourseId, customer: AccountId, active: bool) -> Result<LikeOutcome> {
        let aggregate = Aggregate::like(course, customer);
        self.database
            .command(call, move |unit| {
                Box::pin(async move {
                    unit.lock(aggregate).await?;
                    let now = unit.clock().now();
                    if let Some(version) = store::set_like(unit.connection(), course, customer, active, now).await? {
                        let subject = CourseAndCustomer { course_id: course, customer_id: customer };
                        let event = if active { Event::LikeRegistered(subject) } else { Event::LikeCanceled(subject) };
                        let change = unit.append(&event, version.unsigned_abs()).await?;
                        return Ok(LikeOutcome { liked: active, change: Some(change) });
                    }
                    let change = store::like_version(unit.connection(), course, customer)
                        .await?
                        .map(|version| AggregateVersion { aggregate, version: version.unsigned_abs() });
                    Ok(LikeOutcome { liked: active, change })
                })
            })
            .await
    }

    /// What is published is known here from events; what isn't known yet is asked of the course service.
    async fn require_published(&self, call: &Call, course: CourseId) -> ApiResult<()> {
        if store::is_published(self.database.pool(), course).await? == Some(true) {
            return Ok(());
        }
        match self.courses.course(call, course).await?.state {
            CourseState::Published => Ok(()),
            CourseState::Draft | CourseState::Unpublished => Err(ApiError::Refused(Refusal::NotFound)),
        }
    }
}

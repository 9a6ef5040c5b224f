//! What customers say of a course after having walked it: reviews, the host's replies, and the question whether one may be written.
//!
//! Knows `contract` and `platform`; asks the course service through [`contract::CourseApi`] and hears of courses through events, never
//! another service's tables. Owns the Postgres schema `review`.

mod command;
mod eligibility;
pub mod http;
mod model;
mod policy;
mod saga;
mod store;

use async_trait::async_trait;
use contract::event::AggregateVersion;
use contract::reply::ReplyInput;
use contract::review::{Eligibility, Review, ReviewApi, ReviewInput};
use contract::{ApiResult, Call, CourseApi, CourseId, ReviewId};
use eligibility::Standings;
use platform::Database;
use platform::breaker::{Breaker, Limits};
use platform::migrate::Migrations;
use std::sync::Arc;

pub use policy::CoursePolicy;
pub use store::{count_reviews, count_stars};

/// The review service.
#[derive(Clone)]
pub struct Reviews {
    database: Database,
    standings: Standings,
}

impl Reviews {
    /// The service on `database`; `courses` is asked whether a review may be written.
    #[must_use]
    pub fn new(database: Database, courses: Arc<dyn CourseApi>) -> Self {
        Self::with_limits(database, courses, eligibility::LIMITS)
    }

    /// The same, with other limits to the patience with `courses`.
    #[must_use]
    pub fn with_limits(database: Database, courses: Arc<dyn CourseApi>, limits: Limits) -> Self {
        let standings = Standings::new(courses, limits, database.clock().clone());
        Self { database, standings }
    }

    /// The breakers around calls to other services, to be shown.
    #[must_use]
    pub fn breakers(&self) -> Vec<Breaker> {
        vec![self.standings.breaker().clone()]
    }
}

/// The migrations of the schema `review`.
#[must_use]
pub fn migrations() -> Migrations {
    Migrations::new("review", sqlx::migrate!())
}

#[async_trait]
impl ReviewApi for Reviews {
    async fn eligibility(&self, call: &Call, course: CourseId) -> ApiResult<Eligibility> {
        let customer = call.signed_in()?;
        Ok(self.ineligible(call, course, customer).await?.into())
    }

    async fn register(&self, call: &Call, course: CourseId, input: ReviewInput) -> ApiResult<Review> {
        Ok(self.register_review(call, course, &input).await?)
    }

    async fn modify(&self, call: &Call, id: ReviewId, input: ReviewInput) -> ApiResult<Review> {
        Ok(self.modify_review(call, id, input).await?)
    }

    async fn delete(&self, call: &Call, id: ReviewId) -> ApiResult<AggregateVersion> {
        Ok(self.delete_review(call, id).await?)
    }

    async fn reply(&self, call: &Call, id: ReviewId, input: ReplyInput) -> ApiResult<Review> {
        Ok(self.reply_to_review(call, id, input).await?)
    }
}

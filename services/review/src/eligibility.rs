//! Whether a review may be written: asked of the course service before anything is stored, and never answered with a guess.

use crate::{Reviews, model, store};
use contract::course::Standing;
use contract::review::Ineligible;
use contract::{AccountId, ApiResult, Call, CourseApi, CourseId, Refusal};
use platform::breaker::{Breaker, Limits};
use platform::{Clock, Result};
use std::sync::Arc;
use std::time::Duration;

/// How patient this service is with the course service.
pub(crate) const LIMITS: Limits = Limits { time: Duration::from_millis(400), failures: 3, open: Duration::from_secs(5) };

/// The port to the course service: where a course stands, through a breaker.
#[derive(Clone)]
pub(crate) struct Standings {
    courses: Arc<dyn CourseApi>,
    breaker: Breaker,
}

impl Standings {
    pub(crate) fn new(courses: Arc<dyn CourseApi>, limits: Limits, clock: Clock) -> Self {
        Self { courses, breaker: Breaker::new("review.course", limits, clock) }
    }

    pub(crate) const fn breaker(&self) -> &Breaker {
        &self.breaker
    }

    /// Where a course stands.
    ///
    /// # Errors
    /// `NotFound` for one that never was or is deleted; `Unavailable` when there is no answer in time.
    pub(crate) async fn of(&self, call: &Call, course: CourseId) -> ApiResult<Standing> {
        let standing = self.breaker.call(self.courses.standing(call, course)).await?;
        standing.ok_or_else(|| Refusal::NotFound.into())
    }
}

impl Reviews {
    /// Why `customer` may not review `course` now; `None` when it may be done. To be called outside of any transaction: it waits for
    /// another service.
    ///
    /// # Errors
    /// `NotFound` for a course that one may not know of; `Unavailable` when it can't be checked.
    pub(crate) async fn ineligible(&self, call: &Call, course: CourseId, customer: AccountId) -> Result<Option<Ineligible>> {
        let standing = self.standings.of(call, course).await?;
        if let Some(reason) = model::ineligible(&standing, customer)? {
            return Ok(Some(reason));
        }
        let reviewed = store::has_reviewed(self.database.pool(), course, customer).await?;
        Ok(reviewed.then_some(Ineligible::AlreadyReviewed))
    }
}

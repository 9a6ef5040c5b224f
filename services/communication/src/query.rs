//! What this service knows of courses, and asks where it doesn't.

use crate::{Communication, store};
use contract::course::{CourseState, Standing};
use contract::{AccountId, ApiResult, Call, CourseId, Refusal};

impl Communication {
    /// What is published is known here from events; what isn't known yet is asked of the course service.
    pub(crate) async fn require_published(&self, call: &Call, course: CourseId) -> ApiResult<()> {
        if store::courses::is_published(self.database.pool(), course).await? == Some(true) {
            return Ok(());
        }
        match self.standing(call, course).await? {
            Some(Standing { state: CourseState::Published, .. }) => Ok(()),
            _ => Err(Refusal::NotFound.into()),
        }
    }

    /// Whose a course is; `None` when it never was or is deleted.
    pub(crate) async fn host(&self, call: &Call, course: CourseId) -> ApiResult<Option<AccountId>> {
        match store::courses::host(self.database.pool(), course).await? {
            Some(host) => Ok(Some(host)),
            None => Ok(self.standing(call, course).await?.map(|standing| standing.host_id)),
        }
    }

    /// Where a course stands, as the course service says.
    pub(crate) async fn standing(&self, call: &Call, course: CourseId) -> ApiResult<Option<Standing>> {
        self.course.call(self.courses.standing(call, course)).await
    }
}

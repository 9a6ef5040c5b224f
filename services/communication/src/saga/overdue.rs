//! Bookmarks whose course was not heard of in time: the course service is asked.

use super::bookmark::{CONFIRM, LASTS, SAGAS, decide};
use crate::Communication;
use crate::model::Mark;
use contract::Call;
use contract::course::{CourseState, Standing};
use platform::Result;
use std::time::Duration;

/// How often to look for such.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How many are looked at in one go.
const AT_ONCE: i64 = 100;

impl Communication {
    /// Decides what has waited too long, from time to time. Never ends: to be dropped when the program does.
    pub async fn run_overdue(&self) {
        loop {
            if let Err(error) = self.decide_overdue().await {
                tracing::warn!(%error, "bookmarks wait to be confirmed");
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Decides what has waited too long now. Answers how many bookmarks that were.
    ///
    /// # Errors
    /// When the database or the course service can't be reached.
    pub async fn decide_overdue(&self) -> Result<usize> {
        let since = self.database.clock().now().saturating_sub(LASTS).unwrap_or(jiff::Timestamp::MIN);
        let mut overdue = SAGAS.waiting(self.database.pool(), CONFIRM, AT_ONCE).await?;
        overdue.retain(|saga| saga.data.registered_at <= since);
        for saga in &overdue {
            let call = Call { correlation_id: saga.correlation_id, causation_id: Some(saga.id), actor: None };
            let standing = self.standing(&call, saga.data.course_id).await?;
            let published = matches!(standing, Some(Standing { state: CourseState::Published, .. }));
            let (id, aggregate) = (saga.id, Mark::Bookmark.aggregate(saga.data.subject()));
            self.database
                .command(&call, move |unit| {
                    Box::pin(async move {
                        unit.lock(aggregate).await?;
                        let now = unit.clock().now();
                        // Where the course was heard of meanwhile, it is decided already.
                        if let Some((event, version, _)) = decide(unit.connection(), id, published, now).await? {
                            unit.append(&event, version).await?;
                        }
                        Ok(())
                    })
                })
                .await?;
        }
        Ok(overdue.len())
    }
}

//! What waits for a course to be heard of.

use super::kind;
use crate::model::{Cause, HostLetter};
use contract::{AccountId, CorrelationId, CourseId, EventId};
use platform::Result;
use sqlx::postgres::PgConnection;

/// Keeps a message for the host of a course that was not heard of yet.
pub(crate) async fn put(connection: &mut PgConnection, cause: Cause, letter: &HostLetter) -> Result<()> {
    sqlx::query!(
        "INSERT INTO message.pending (cause_id, course_id, case_id, kind, doer_id, bookmark_id) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT DO NOTHING",
        cause.event_id.as_uuid(),
        letter.course_id.as_uuid(),
        cause.correlation_id.as_uuid(),
        letter.kind.code(),
        letter.doer_id.map(AccountId::as_uuid),
        letter.bookmark_id,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes what waits for `course`, in the order in which it came.
pub(crate) async fn take(connection: &mut PgConnection, course: CourseId) -> Result<Vec<(Cause, HostLetter)>> {
    let rows = sqlx::query!(
        "WITH taken AS (DELETE FROM message.pending WHERE course_id = $1 RETURNING number, cause_id, case_id, kind, doer_id, bookmark_id)
         SELECT cause_id, case_id, kind, doer_id, bookmark_id FROM taken ORDER BY number",
        course.as_uuid()
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let cause = Cause { event_id: EventId::new(row.cause_id), correlation_id: CorrelationId::new(row.case_id) };
            let doer_id = row.doer_id.map(AccountId::new);
            Ok((cause, HostLetter { course_id: course, kind: kind(&row.kind)?, doer_id, bookmark_id: row.bookmark_id }))
        })
        .collect()
}

//! What this service has heard of courses.

use contract::event::CourseRef;
use contract::{AccountId, CourseId};
use platform::Result;
use sqlx::postgres::{PgConnection, PgPool};
use std::collections::HashMap;
use uuid::Uuid;

/// Whether a course is published; `None` while nothing was heard of it.
pub(crate) async fn is_published(pool: &PgPool, course: CourseId) -> Result<Option<bool>> {
    Ok(sqlx::query_scalar!("SELECT published FROM communication.courses WHERE course_id = $1", course.as_uuid())
        .fetch_optional(pool)
        .await?)
}

/// Which of `courses` are published, and which are not; nothing of those that were not heard of.
pub(crate) async fn published(connection: &mut PgConnection, courses: &[Uuid]) -> Result<HashMap<CourseId, bool>> {
    let rows = sqlx::query!("SELECT course_id, published FROM communication.courses WHERE course_id = ANY ($1)", courses)
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| (CourseId::new(row.course_id), row.published)).collect())
}

/// Whose a course is, as far as it was heard.
pub(crate) async fn host(pool: &PgPool, course: CourseId) -> Result<Option<AccountId>> {
    let host = sqlx::query_scalar!("SELECT host_id FROM communication.courses WHERE course_id = $1", course.as_uuid())
        .fetch_optional(pool)
        .await?;
    Ok(host.flatten().map(AccountId::new))
}

/// Remembers where a course stands.
pub(crate) async fn remember(connection: &mut PgConnection, course: CourseRef, published: bool) -> Result<()> {
    sqlx::query!(
        "INSERT INTO communication.courses (course_id, published, host_id) VALUES ($1, $2, $3)
         ON CONFLICT (course_id) DO UPDATE SET published = excluded.published, host_id = excluded.host_id",
        course.course_id.as_uuid(),
        published,
        course.host_id.as_uuid(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

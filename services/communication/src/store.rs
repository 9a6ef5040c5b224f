//! All SQL on the schema `communication`.

use contract::{AccountId, CourseId};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use platform::Result;
use sqlx::postgres::{PgConnection, PgPool};
use uuid::Uuid;

/// The version of a like, active or not.
pub(crate) async fn like_version(connection: &mut PgConnection, course: CourseId, customer: AccountId) -> Result<Option<i64>> {
    Ok(sqlx::query_scalar!(
        "SELECT version FROM communication.likes WHERE course_id = $1 AND customer_id = $2",
        course.as_uuid(),
        customer.as_uuid()
    )
    .fetch_optional(connection)
    .await?)
}

/// Makes a like active or not, if it isn't so already. Answers the new version, or `None` when nothing changed.
pub(crate) async fn set_like(
    connection: &mut PgConnection,
    course: CourseId,
    customer: AccountId,
    active: bool,
    now: Timestamp,
) -> Result<Option<i64>> {
    let version = if active {
        sqlx::query_scalar!(
            "INSERT INTO communication.likes (course_id, customer_id, active, version, changed_at) VALUES ($1, $2, true, 1, $3)
             ON CONFLICT (course_id, customer_id) DO UPDATE
                 SET active = true, version = likes.version + 1, changed_at = excluded.changed_at WHERE NOT likes.active
             RETURNING version",
            course.as_uuid(),
            customer.as_uuid(),
            now.to_sqlx() as _,
        )
        .fetch_optional(connection)
        .await?
    } else {
        sqlx::query_scalar!(
            "UPDATE communication.likes SET active = false, version = version + 1, changed_at = $3
             WHERE course_id = $1 AND customer_id = $2 AND active RETURNING version",
            course.as_uuid(),
            customer.as_uuid(),
            now.to_sqlx() as _,
        )
        .fetch_optional(connection)
        .await?
    };
    Ok(version)
}

pub(crate) async fn is_published(pool: &PgPool, course: CourseId) -> Result<Option<bool>> {
    Ok(sqlx::query_scalar!("SELECT published FROM communication.courses WHERE course_id = $1", course.as_uuid())
        .fetch_optional(pool)
        .await?)
}

pub(crate) async fn set_published(connection: &mut PgConnection, courses: &[Uuid], published: &[bool]) -> Result<()> {
    sqlx::query!(
        "INSERT INTO communication.courses (course_id, published) SELECT * FROM unnest($1::uuid[], $2::boolean[])
         ON CONFLICT (course_id) DO UPDATE SET published = excluded.published",
        courses,
        published
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn likes(pool: &PgPool, course: CourseId) -> Result<u64> {
    let likes =
        sqlx::query_scalar!(r#"SELECT count(*) AS "likes!" FROM communication.likes WHERE course_id = $1 AND active"#, course.as_uuid())
            .fetch_one(pool)
            .await?;
    Ok(likes.unsigned_abs())
}

/// The number of likes of each course that has any, for the audit.
///
/// # Errors
/// When the database can't be reached.
pub async fn count_likes(pool: &PgPool) -> Result<Vec<(CourseId, u64)>> {
    let rows = sqlx::query!(
        r#"SELECT course_id, count(*) AS "likes!" FROM communication.likes WHERE active GROUP BY course_id ORDER BY course_id"#
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (CourseId::new(row.course_id), row.likes.unsigned_abs())).collect())
}

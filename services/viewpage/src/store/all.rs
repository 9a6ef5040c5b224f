//! All that is shown, for whoever lists it; and who shows it.

use contract::viewpage::{Host, Listed};
use contract::{AccountId, CourseId};
use jiff_sqlx::Timestamp;
use platform::Result;
use sqlx::postgres::PgPool;

/// Who an account is to others. A closed one has no name any more.
pub(crate) async fn host(pool: &PgPool, id: AccountId) -> Result<Option<Host>> {
    let name = sqlx::query_scalar!("SELECT display_name FROM viewpage.accounts WHERE account_id = $1 AND display_name <> ''", id.as_uuid())
        .fetch_optional(pool)
        .await?;
    Ok(name.map(|display_name| Host { id, display_name }))
}

/// The courses that are shown, from `from` on, by id.
pub(crate) async fn listed(pool: &PgPool, from: CourseId, limit: u32) -> Result<Vec<Listed>> {
    let rows = sqlx::query!(
        r#"SELECT course_id, GREATEST(modified_at, published_at) AS "modified_at!: Timestamp" FROM viewpage.searchable
           WHERE published AND course_id >= $1 ORDER BY course_id LIMIT $2"#,
        from.as_uuid(),
        i64::from(limit),
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| Listed { course_id: CourseId::new(row.course_id), modified_at: row.modified_at.to_jiff() }).collect())
}

/// Every `size`th course that is shown, by id.
pub(crate) async fn parts(pool: &PgPool, size: u32) -> Result<Vec<CourseId>> {
    let ids = sqlx::query_scalar!(
        "SELECT course_id FROM (
             SELECT course_id, row_number() OVER (ORDER BY course_id) AS number FROM viewpage.searchable WHERE published
         ) numbered WHERE (number - 1) % $1 = 0 ORDER BY course_id",
        i64::from(size.max(1)),
    )
    .fetch_all(pool)
    .await?;
    Ok(ids.into_iter().map(CourseId::new).collect())
}

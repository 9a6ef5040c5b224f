//! All SQL on the schema `communication`.

pub(crate) mod accounts;
pub(crate) mod comments;
pub(crate) mod courses;
pub(crate) mod early_messages;
pub(crate) mod marks;

use contract::CourseId;
use platform::{Error, Result};
use sqlx::postgres::PgPool;

/// The number of likes of each course that has any, for the audit.
///
/// # Errors
/// When the database can't be reached.
pub async fn count_likes(pool: &PgPool) -> Result<Vec<(CourseId, u64)>> {
    marks::likes::count_each(pool).await
}

/// The number of bookmarks of each course that has any, for the audit.
///
/// # Errors
/// When the database can't be reached.
pub async fn count_bookmarks(pool: &PgPool) -> Result<Vec<(CourseId, u64)>> {
    marks::bookmarks::count_each(pool).await
}

/// The number of likes of each course that has any, as it is kept and told, for the audit.
///
/// # Errors
/// When the database can't be reached.
pub async fn like_counts(pool: &PgPool) -> Result<Vec<(CourseId, u64)>> {
    marks::likes::kept_counts(pool).await
}

/// The number of bookmarks of each course that has any, as it is kept and told, for the audit.
///
/// # Errors
/// When the database can't be reached.
pub async fn bookmark_counts(pool: &PgPool) -> Result<Vec<(CourseId, u64)>> {
    marks::bookmarks::kept_counts(pool).await
}

/// The number of comments of each course that has any, for the audit.
///
/// # Errors
/// When the database can't be reached.
pub async fn count_comments(pool: &PgPool) -> Result<Vec<(CourseId, u64)>> {
    comments::count_each(pool).await
}

fn number(version: u64) -> Result<i64> {
    i64::try_from(version).map_err(|_| Error::Defect("a version beyond 63 bits"))
}

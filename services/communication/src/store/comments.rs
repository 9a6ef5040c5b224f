//! Comments.

use super::number;
use contract::communication::Comment;
use contract::{AccountId, CommentId, CourseId};
use jiff_sqlx::{Timestamp, ToSqlx};
use platform::{Error, Result, stored};
use sqlx::postgres::{PgConnection, PgExecutor, PgPool, PgQueryResult};
use uuid::Uuid;

/// Writes a new comment.
pub(crate) async fn insert(connection: &mut PgConnection, comment: &Comment) -> Result<()> {
    sqlx::query!(
        "INSERT INTO communication.comments (id, course_id, author_id, body, deleted, version, created_at, updated_at)
         VALUES ($1, $2, $3, $4, false, $5, $6, $7)",
        comment.id.as_uuid(),
        comment.course_id.as_uuid(),
        comment.author_id.as_uuid(),
        comment.body.as_str(),
        number(comment.version)?,
        comment.created_at.to_sqlx() as _,
        comment.updated_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes what a change made of a comment.
pub(crate) async fn update(connection: &mut PgConnection, comment: &Comment) -> Result<()> {
    let written = sqlx::query!(
        "UPDATE communication.comments SET body = $2, answer = $3, answered_at = $4, version = $5, updated_at = $6
         WHERE id = $1 AND version + 1 = $5",
        comment.id.as_uuid(),
        comment.body.as_str(),
        comment.answer.as_ref().map(|answer| answer.body.as_str()),
        comment.answer.as_ref().map(|answer| answer.replied_at.to_sqlx()) as _,
        number(comment.version)?,
        comment.updated_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    one(&written)
}

/// Marks a comment as deleted and forgets what it said, and what was answered: from here on [`find`] doesn't find it.
pub(crate) async fn mark_deleted(connection: &mut PgConnection, comment: &Comment) -> Result<()> {
    let written = sqlx::query!(
        "UPDATE communication.comments SET deleted = true, body = '', answer = NULL, answered_at = NULL, version = $2, updated_at = $3
         WHERE id = $1 AND version + 1 = $2",
        comment.id.as_uuid(),
        number(comment.version)?,
        comment.updated_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    one(&written)
}

/// A comment that isn't deleted.
pub(crate) async fn find(executor: impl PgExecutor<'_>, id: CommentId) -> Result<Option<Comment>> {
    sqlx::query_as!(
        Row,
        r#"SELECT id, course_id, author_id, body, answer, answered_at AS "answered_at: Timestamp", version,
                  created_at AS "created_at: Timestamp", updated_at AS "updated_at: Timestamp"
           FROM communication.comments WHERE id = $1 AND NOT deleted"#,
        id.as_uuid()
    )
    .fetch_optional(executor)
    .await?
    .map(Row::comment)
    .transpose()
}

/// The number of comments of each course that has any.
pub(crate) async fn count_each(pool: &PgPool) -> Result<Vec<(CourseId, u64)>> {
    let rows = sqlx::query!(
        r#"SELECT course_id, count(*) AS "count!" FROM communication.comments WHERE NOT deleted GROUP BY course_id ORDER BY course_id"#
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (CourseId::new(row.course_id), row.count.unsigned_abs())).collect())
}

struct Row {
    id: Uuid,
    course_id: Uuid,
    author_id: Uuid,
    body: String,
    answer: Option<String>,
    answered_at: Option<Timestamp>,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Row {
    fn comment(self) -> Result<Comment> {
        Ok(Comment {
            id: CommentId::new(self.id),
            version: self.version.unsigned_abs(),
            course_id: CourseId::new(self.course_id),
            author_id: AccountId::new(self.author_id),
            body: stored::text(self.body)?,
            answer: stored::reply(self.answer, self.answered_at)?,
            created_at: self.created_at.to_jiff(),
            updated_at: self.updated_at.to_jiff(),
        })
    }
}

/// The aggregate is locked, so the version before is there.
fn one(written: &PgQueryResult) -> Result<()> {
    if written.rows_affected() == 1 { Ok(()) } else { Err(Error::Defect("a comment changed under its lock")) }
}

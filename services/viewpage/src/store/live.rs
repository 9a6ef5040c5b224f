//! The changes that open pages are told.

use super::CHANNEL;
use super::read::{counts, rating, tally};
use contract::CourseId;
use contract::viewpage::{CourseCounts, LiveEvent, LiveMessage, LiveName};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use platform::{Error, Result};
use sqlx::PgExecutor;
use sqlx::postgres::{PgListener, PgPool};
use uuid::Uuid;

struct Row {
    id: i64,
    course_id: Uuid,
    withdrawn: bool,
    version: i64,
    likes: i64,
    bookmarks: i64,
    comments: i64,
    reviews: i64,
    rating_sum: i64,
}

impl Row {
    fn message(self) -> (CourseId, LiveMessage) {
        let course_id = CourseId::new(self.course_id);
        let (name, event) = if self.withdrawn {
            (LiveName::Withdrawn, LiveEvent::Withdrawn { course_id })
        } else {
            let counts = CourseCounts {
                course_id,
                version: self.version.unsigned_abs(),
                counts: tally(self.likes, self.bookmarks, self.comments, self.reviews),
                rating: rating(self.rating_sum, self.reviews),
            };
            (LiveName::Counts, LiveEvent::Counts(counts))
        };
        (course_id, LiveMessage { id: self.id.unsigned_abs(), name, event })
    }
}

/// The id of the last change; 0 when there never was one.
pub(crate) async fn last_change(executor: impl PgExecutor<'_>) -> Result<u64> {
    Ok(sqlx::query_scalar!(r#"SELECT COALESCE(max(id), 0) AS "id!" FROM viewpage.changes"#).fetch_one(executor).await?.unsigned_abs())
}

/// The counts of those of `courses` that are shown, and the last change that is in them: both of one moment.
pub(crate) async fn snapshot(pool: &PgPool, courses: &[CourseId]) -> Result<(u64, Vec<CourseCounts>)> {
    let pool = pool.clone();
    let courses = courses.to_vec();
    // In a task of its own, as every transaction: a request that is dropped half-way leaves no connection inside it.
    let read = async move {
        let mut moment = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?;
        let last = last_change(&mut *moment).await?;
        let shown = counts(&mut *moment, &courses).await?;
        moment.commit().await?;
        Ok((last, shown))
    };
    tokio::spawn(read).await.unwrap_or(Err(Error::Defect("a snapshot panicked")))
}

/// Up to `limit` changes after `id`, in order. Ids are in the order of commits: one projection writes them.
pub(crate) async fn changes_after(pool: &PgPool, id: u64, limit: i64) -> Result<Vec<(CourseId, LiveMessage)>> {
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, course_id, withdrawn, version, likes, bookmarks, comments, reviews, rating_sum FROM viewpage.changes
         WHERE id > $1 ORDER BY id LIMIT $2",
        i64::try_from(id).unwrap_or(i64::MAX),
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(Row::message).collect())
}

/// What a reader missed.
pub(crate) enum Missed {
    /// These, in order.
    Changes(Vec<LiveMessage>),
    /// More than is kept, or than is worth sending.
    TooMuch,
}

/// What was said of `courses` after `after`, up to and including `until`.
pub(crate) async fn missed(pool: &PgPool, courses: &[CourseId], after: u64, until: u64, limit: i64) -> Result<Missed> {
    let [after, until] = [after, until].map(|id| i64::try_from(id).unwrap_or(i64::MAX));
    // While the last one seen is still there, so is everything after it. Zero is what a reader says who saw an empty log: then the
    // very first change has to be there, if there is any.
    let whole = sqlx::query_scalar!(
        r#"SELECT CASE WHEN $1::bigint = 0 THEN COALESCE((SELECT min(id) FROM viewpage.changes) = 1, true)
                       ELSE EXISTS (SELECT FROM viewpage.changes WHERE id = $1) END AS "whole!""#,
        after
    )
    .fetch_one(pool)
    .await?;
    if !whole {
        return Ok(Missed::TooMuch);
    }
    let ids: Vec<Uuid> = courses.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query_as!(
        Row,
        "SELECT id, course_id, withdrawn, version, likes, bookmarks, comments, reviews, rating_sum FROM viewpage.changes
         WHERE id > $1 AND id <= $2 AND course_id = ANY ($3) ORDER BY id LIMIT $4",
        after,
        until,
        &ids,
        limit + 1
    )
    .fetch_all(pool)
    .await?;
    if i64::try_from(rows.len()).is_ok_and(|found| found <= limit) {
        Ok(Missed::Changes(rows.into_iter().map(|row| row.message().1).collect()))
    } else {
        Ok(Missed::TooMuch)
    }
}

/// Forgets changes from before `then`, but never the last one: it tells where the log of changes stands.
pub(crate) async fn trim_changes(pool: &PgPool, then: Timestamp) -> Result<u64> {
    let trimmed = sqlx::query!(
        "DELETE FROM viewpage.changes WHERE changed_at < $1 AND id < (SELECT max(id) FROM viewpage.changes)",
        then.to_sqlx() as _
    )
    .execute(pool)
    .await?;
    Ok(trimmed.rows_affected())
}

/// Hears of batches that other processes have folded.
pub(crate) async fn listen(pool: &PgPool) -> Result<PgListener> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

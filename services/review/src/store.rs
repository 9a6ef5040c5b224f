//! All SQL on the schema `review`.

use crate::model::Found;
use crate::policy::HeardCourse;
use contract::review::{Ineligible, Review, Stars};
use contract::{AccountId, CourseId, Refusal, ReviewId};
use jiff_sqlx::{Timestamp, ToSqlx};
use platform::{Error, Result, stored};
use sqlx::postgres::{PgConnection, PgExecutor, PgPool, PgQueryResult};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Writes a new review.
///
/// # Errors
/// `AlreadyReviewed` when its author has one of this course that isn't deleted: of two at once the second waits here for the first.
pub(crate) async fn insert(connection: &mut PgConnection, review: &Review) -> Result<()> {
    sqlx::query!(
        "INSERT INTO review.reviews (id, course_id, author_id, rating, body, version, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        review.id.as_uuid(),
        review.course_id.as_uuid(),
        review.author_id.as_uuid(),
        i16::from(review.rating.get()),
        review.body.as_str(),
        number(review.version)?,
        review.created_at.to_sqlx() as _,
        review.updated_at.to_sqlx() as _,
    )
    .execute(connection)
    .await
    .map_err(|error| match error.as_database_error().and_then(|error| error.constraint()) {
        Some("reviews_one_of_each_author") => Refusal::Ineligible(Ineligible::AlreadyReviewed).into(),
        _ => Error::from(error),
    })?;
    Ok(())
}

/// Writes what a change made of a review.
pub(crate) async fn update(connection: &mut PgConnection, review: &Review) -> Result<()> {
    let written = sqlx::query!(
        "UPDATE review.reviews SET rating = $2, body = $3, reply = $4, replied_at = $5, version = $6, updated_at = $7
         WHERE id = $1 AND version + 1 = $6 AND NOT deleted",
        review.id.as_uuid(),
        i16::from(review.rating.get()),
        review.body.as_str(),
        review.reply.as_ref().map(|reply| reply.body.as_str()),
        review.reply.as_ref().map(|reply| reply.replied_at.to_sqlx()) as _,
        number(review.version)?,
        review.updated_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    one(&written)
}

/// Marks a review as deleted: from here on [`find`] doesn't find it.
pub(crate) async fn mark_deleted(connection: &mut PgConnection, review: &Review) -> Result<()> {
    let written = sqlx::query!(
        "UPDATE review.reviews SET deleted = true, version = $2 WHERE id = $1 AND version + 1 = $2 AND NOT deleted",
        review.id.as_uuid(),
        number(review.version)?,
    )
    .execute(connection)
    .await?;
    one(&written)
}

/// A review that isn't deleted, with what is known of its course.
pub(crate) async fn find(executor: impl PgExecutor<'_>, id: ReviewId) -> Result<Option<Found>> {
    sqlx::query_as!(
        Row,
        r#"SELECT r.id, r.course_id, r.author_id, r.rating, r.body, r.reply, r.replied_at AS "replied_at: Timestamp", r.version,
                  r.created_at AS "created_at: Timestamp", r.updated_at AS "updated_at: Timestamp",
                  c.host_id AS "host_id?", c.published AS "published?"
           FROM review.reviews r LEFT JOIN review.courses c ON c.course_id = r.course_id
           WHERE r.id = $1 AND NOT r.deleted"#,
        id.as_uuid(),
    )
    .fetch_optional(executor)
    .await?
    .map(Row::found)
    .transpose()
}

/// Whether `author` has a review of `course` that isn't deleted.
pub(crate) async fn has_reviewed(pool: &PgPool, course: CourseId, author: AccountId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM review.reviews WHERE course_id = $1 AND author_id = $2 AND NOT deleted) AS "reviewed!""#,
        course.as_uuid(),
        author.as_uuid(),
    )
    .fetch_one(pool)
    .await?)
}

/// What has been heard of `courses`.
pub(crate) async fn courses(connection: &mut PgConnection, courses: &[CourseId]) -> Result<BTreeMap<CourseId, HeardCourse>> {
    let ids: Vec<Uuid> = courses.iter().map(|course| course.as_uuid()).collect();
    let rows = sqlx::query!("SELECT course_id, host_id, published, reviews_open FROM review.courses WHERE course_id = ANY ($1)", &ids)
        .fetch_all(connection)
        .await?;
    let heard = rows.into_iter().map(|row| {
        let host_id = AccountId::new(row.host_id);
        (CourseId::new(row.course_id), HeardCourse { host_id, published: row.published, reviews_open: row.reviews_open })
    });
    Ok(heard.collect())
}

/// Writes what has been heard of courses.
pub(crate) async fn keep_courses(connection: &mut PgConnection, courses: &BTreeMap<CourseId, HeardCourse>) -> Result<()> {
    if courses.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = courses.keys().map(|id| id.as_uuid()).collect();
    let hosts: Vec<Uuid> = courses.values().map(|course| course.host_id.as_uuid()).collect();
    let published: Vec<Option<bool>> = courses.values().map(|course| course.published).collect();
    let reviews_open: Vec<Option<bool>> = courses.values().map(|course| course.reviews_open).collect();
    sqlx::query!(
        "INSERT INTO review.courses (course_id, host_id, published, reviews_open)
         SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::boolean[], $4::boolean[])
         ON CONFLICT (course_id) DO UPDATE SET published = excluded.published, reviews_open = excluded.reviews_open",
        &ids,
        &hosts,
        &published as &[Option<bool>],
        &reviews_open as &[Option<bool>],
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Remembers that a closed account is answered for. Answers whether it was not yet.
pub(crate) async fn begin_erasure(connection: &mut PgConnection, account: AccountId) -> Result<bool> {
    let written = sqlx::query!("INSERT INTO review.erasures (account_id) VALUES ($1) ON CONFLICT DO NOTHING", account.as_uuid())
        .execute(connection)
        .await?;
    Ok(written.rows_affected() == 1)
}

/// The number of reviews of each course that has any, and the sum of their ratings, for the audit.
///
/// # Errors
/// When the database can't be reached.
pub async fn count_reviews(pool: &PgPool) -> Result<Vec<(CourseId, u64, u64)>> {
    let rows = sqlx::query!(
        r#"SELECT course_id, count(*) AS "reviews!", sum(rating) AS "rating_sum!" FROM review.reviews
           WHERE NOT deleted GROUP BY course_id ORDER BY course_id"#
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (CourseId::new(row.course_id), row.reviews.unsigned_abs(), row.rating_sum.unsigned_abs())).collect())
}

/// How many reviews give each course how many stars, for the audit; what nobody gave is left out.
///
/// # Errors
/// When the database can't be reached.
pub async fn count_stars(pool: &PgPool) -> Result<Vec<(CourseId, Stars, u64)>> {
    let rows = sqlx::query!(
        r#"SELECT course_id, rating, count(*) AS "reviews!" FROM review.reviews
           WHERE NOT deleted GROUP BY course_id, rating ORDER BY course_id, rating"#
    )
    .fetch_all(pool)
    .await?;
    let stars = |rating: i16| Stars::try_from(i64::from(rating)).ok();
    Ok(rows.into_iter().filter_map(|row| Some((CourseId::new(row.course_id), stars(row.rating)?, row.reviews.unsigned_abs()))).collect())
}

struct Row {
    id: Uuid,
    course_id: Uuid,
    author_id: Uuid,
    rating: i16,
    body: String,
    reply: Option<String>,
    replied_at: Option<Timestamp>,
    version: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    host_id: Option<Uuid>,
    published: Option<bool>,
}

impl Row {
    fn found(self) -> Result<Found> {
        let review = Review {
            id: ReviewId::new(self.id),
            version: self.version.unsigned_abs(),
            course_id: CourseId::new(self.course_id),
            author_id: AccountId::new(self.author_id),
            rating: Stars::parse("rating", i64::from(self.rating)).map_err(|_| Error::Defect("a stored rating that is none"))?,
            body: stored::text(self.body)?,
            reply: stored::reply(self.reply, self.replied_at)?,
            created_at: self.created_at.to_jiff(),
            updated_at: self.updated_at.to_jiff(),
        };
        Ok(Found { review, host: self.host_id.map(AccountId::new), hidden: self.published == Some(false) })
    }
}

fn number(version: u64) -> Result<i64> {
    i64::try_from(version).map_err(|_| Error::Defect("a version beyond 63 bits"))
}

/// The aggregate is locked, so the version before is there.
fn one(written: &PgQueryResult) -> Result<()> {
    if written.rows_affected() == 1 { Ok(()) } else { Err(Error::Defect("a review changed under its lock")) }
}

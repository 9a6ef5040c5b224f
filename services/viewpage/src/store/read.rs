//! What queries read.

use contract::course::CourseContent;
use contract::viewpage::{Counts, CourseCounts, CourseView, Host, PublishedCourse, Rating, Totals};
use contract::{AccountId, CourseId};
use jiff_sqlx::Timestamp;
use platform::Result;
use sqlx::PgExecutor;
use sqlx::postgres::PgPool;
use sqlx::types::Json;
use uuid::Uuid;

/// The columns that every view of a course is made of.
struct Row {
    course_id: Uuid,
    host_id: Uuid,
    display_name: Option<String>,
    content: Json<CourseContent>,
    total_minutes: i32,
    total_metres: i32,
    total_cost_krw: i32,
    published_at: Timestamp,
    likes: i64,
    bookmarks: i64,
    comments: i64,
    reviews: i64,
    rating_sum: i64,
    version: i64,
}

impl From<Row> for CourseView {
    fn from(row: Row) -> Self {
        Self {
            course: PublishedCourse {
                id: CourseId::new(row.course_id),
                content: row.content.0,
                totals: Totals {
                    minutes: row.total_minutes.unsigned_abs(),
                    metres: row.total_metres.unsigned_abs(),
                    cost_krw: row.total_cost_krw.unsigned_abs(),
                },
                published_at: row.published_at.to_jiff(),
            },
            // The account's own event comes first in the log; an account that was never heard of has no name to show.
            host: Host { id: AccountId::new(row.host_id), display_name: row.display_name.unwrap_or_default() },
            counts: tally(row.likes, row.bookmarks, row.comments, row.reviews),
            rating: rating(row.rating_sum, row.reviews),
            version: row.version.unsigned_abs(),
        }
    }
}

pub(crate) fn tally(likes: i64, bookmarks: i64, comments: i64, reviews: i64) -> Counts {
    Counts {
        likes: likes.unsigned_abs(),
        bookmarks: bookmarks.unsigned_abs(),
        comments: comments.unsigned_abs(),
        reviews: reviews.unsigned_abs(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "sums of ratings stay far below 2^52")]
pub(crate) fn rating(sum: i64, count: i64) -> Rating {
    Rating { average: (count > 0).then(|| sum as f64 / count as f64), count: count.unsigned_abs() }
}

pub(crate) async fn course(pool: &PgPool, id: CourseId) -> Result<Option<CourseView>> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT course_id, host_id AS "host_id!", display_name AS "display_name?", content AS "content!: Json<CourseContent>",
                  total_minutes, total_metres, total_cost_krw, published_at AS "published_at!: Timestamp",
                  likes, bookmarks, comments, reviews, rating_sum, version
           FROM viewpage.courses LEFT JOIN viewpage.accounts ON account_id = host_id
           WHERE course_id = $1 AND published AND content IS NOT NULL"#,
        id.as_uuid()
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(CourseView::from))
}

pub(crate) async fn counts(executor: impl PgExecutor<'_>, ids: &[CourseId]) -> Result<Vec<CourseCounts>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query!(
        "SELECT course_id, version, likes, bookmarks, comments, reviews, rating_sum FROM viewpage.courses
         WHERE course_id = ANY ($1) AND published ORDER BY course_id",
        &ids
    )
    .fetch_all(executor)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| CourseCounts {
            course_id: CourseId::new(row.course_id),
            version: row.version.unsigned_abs(),
            counts: tally(row.likes, row.bookmarks, row.comments, row.reviews),
            rating: rating(row.rating_sum, row.reviews),
        })
        .collect())
}

pub(crate) async fn liked(pool: &PgPool, customer: AccountId, courses: &[CourseId]) -> Result<Vec<CourseId>> {
    let ids: Vec<Uuid> = courses.iter().map(|id| id.as_uuid()).collect();
    let liked = sqlx::query_scalar!(
        "SELECT course_id FROM viewpage.likes WHERE customer_id = $1 AND course_id = ANY ($2) ORDER BY course_id",
        customer.as_uuid(),
        &ids
    )
    .fetch_all(pool)
    .await?;
    Ok(liked.into_iter().map(CourseId::new).collect())
}

/// Which courses to list, and where the page before ended.
pub(crate) struct Filter {
    pub region: Option<&'static str>,
    pub tag: Option<String>,
    pub popular: bool,
    /// The sort key (microseconds or likes) and id of the last course seen.
    pub after: Option<(i64, CourseId)>,
    pub limit: i64,
}

pub(crate) async fn list(pool: &PgPool, filter: &Filter) -> Result<Vec<CourseView>> {
    let (key, id) = filter.after.map_or((None, Uuid::nil()), |(key, id)| (Some(key), id.as_uuid()));
    let rows = if filter.popular {
        sqlx::query_as!(
            Row,
            r#"SELECT course_id, host_id AS "host_id!", display_name AS "display_name?", content AS "content!: Json<CourseContent>",
                      total_minutes, total_metres, total_cost_krw, published_at AS "published_at!: Timestamp",
                      likes, bookmarks, comments, reviews, rating_sum, version
               FROM viewpage.courses LEFT JOIN viewpage.accounts ON account_id = host_id
               WHERE published AND content IS NOT NULL
                 AND ($1::text IS NULL OR region = $1) AND ($2::text IS NULL OR $2 = ANY (tags))
                 AND ($3::bigint IS NULL OR (likes, course_id) < ($3, $4))
               ORDER BY viewpage.courses.likes DESC, course_id DESC LIMIT $5"#,
            filter.region,
            filter.tag.as_deref(),
            key,
            id,
            filter.limit
        )
        .fetch_all(pool)
        .await?
    } else {
        let after = key.and_then(|micros| jiff::Timestamp::from_microsecond(micros).ok()).map(jiff_sqlx::ToSqlx::to_sqlx);
        sqlx::query_as!(
            Row,
            r#"SELECT course_id, host_id AS "host_id!", display_name AS "display_name?", content AS "content!: Json<CourseContent>",
                      total_minutes, total_metres, total_cost_krw, published_at AS "published_at!: Timestamp",
                      likes, bookmarks, comments, reviews, rating_sum, version
               FROM viewpage.courses LEFT JOIN viewpage.accounts ON account_id = host_id
               WHERE published AND content IS NOT NULL
                 AND ($1::text IS NULL OR region = $1) AND ($2::text IS NULL OR $2 = ANY (tags))
                 AND ($3::timestamptz IS NULL OR (published_at, course_id) < ($3, $4))
               ORDER BY viewpage.courses.published_at DESC, course_id DESC LIMIT $5"#,
            filter.region,
            filter.tag.as_deref(),
            after as _,
            id,
            filter.limit
        )
        .fetch_all(pool)
        .await?
    };
    Ok(rows.into_iter().map(CourseView::from).collect())
}

/// The number of likes of each course that has any, for the audit.
///
/// # Errors
/// When the database can't be reached.
pub async fn like_counts(pool: &PgPool) -> Result<Vec<(CourseId, u64)>> {
    let rows = sqlx::query!("SELECT course_id, likes FROM viewpage.courses WHERE likes <> 0 ORDER BY course_id").fetch_all(pool).await?;
    Ok(rows.into_iter().map(|row| (CourseId::new(row.course_id), row.likes.unsigned_abs())).collect())
}

/// The whole read model as text, in a fixed order: two that were folded from the same events are the same, byte for byte.
///
/// # Errors
/// When the database can't be reached.
pub async fn dump(pool: &PgPool) -> Result<String> {
    let lines = sqlx::query_scalar!(
        r#"SELECT line AS "line!" FROM (
               SELECT 'account ' || a::text AS line FROM viewpage.accounts a
               UNION ALL SELECT 'course ' || c::text FROM viewpage.courses c
               UNION ALL SELECT 'like ' || l::text FROM viewpage.likes l
           ) lines ORDER BY line"#
    )
    .fetch_all(pool)
    .await?;
    Ok(lines.join("\n"))
}

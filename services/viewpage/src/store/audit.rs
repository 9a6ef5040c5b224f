//! The read model as a whole, for the audit and for comparing two of them.

use contract::{AccountId, CourseId};
use platform::Result;
use sqlx::postgres::PgPool;

/// What the read model counts of a course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CourseTally {
    /// The course.
    pub course_id: CourseId,
    /// Customers who like it.
    pub likes: u64,
    /// Customers who keep it.
    pub bookmarks: u64,
    /// Comments.
    pub comments: u64,
    /// Reviews.
    pub reviews: u64,
    /// The sum of their stars.
    pub rating_sum: u64,
    /// How many reviews gave one star, two, and so on up to five.
    pub stars: [u64; 5],
}

/// What is counted of each course, shown or not, for the audit.
///
/// # Errors
/// When the database can't be reached.
pub async fn counts_of_all(pool: &PgPool) -> Result<Vec<CourseTally>> {
    let rows = sqlx::query!(
        "SELECT course_id, likes, bookmarks, comments, reviews, rating_sum, stars_1, stars_2, stars_3, stars_4, stars_5
         FROM viewpage.courses ORDER BY course_id"
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| CourseTally {
            course_id: CourseId::new(row.course_id),
            likes: row.likes.unsigned_abs(),
            bookmarks: row.bookmarks.unsigned_abs(),
            comments: row.comments.unsigned_abs(),
            reviews: row.reviews.unsigned_abs(),
            rating_sum: row.rating_sum.unsigned_abs(),
            stars: [row.stars_1, row.stars_2, row.stars_3, row.stars_4, row.stars_5].map(i64::unsigned_abs),
        })
        .collect())
}

/// How many messages each person has not read, for the audit; people with none are left out.
///
/// # Errors
/// When the database can't be reached.
pub async fn unread_of_all(pool: &PgPool) -> Result<Vec<(AccountId, u64)>> {
    let rows =
        sqlx::query!("SELECT account_id, unread FROM viewpage.inboxes WHERE unread <> 0 ORDER BY account_id").fetch_all(pool).await?;
    Ok(rows.into_iter().map(|row| (AccountId::new(row.account_id), row.unread.unsigned_abs())).collect())
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
               UNION ALL SELECT 'bookmark ' || b::text FROM viewpage.bookmarks b
               UNION ALL SELECT 'comment ' || c::text FROM viewpage.comments c
               UNION ALL SELECT 'review ' || r::text FROM viewpage.reviews r
               UNION ALL SELECT 'inbox ' || i::text FROM viewpage.inboxes i
               UNION ALL SELECT 'searchable ' || s::text FROM viewpage.searchable s
           ) lines ORDER BY line"#
    )
    .fetch_all(pool)
    .await?;
    Ok(lines.join("\n"))
}

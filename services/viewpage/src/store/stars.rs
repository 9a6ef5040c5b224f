//! How many reviews of a course gave how many stars.

use contract::CourseId;
use platform::Result;
use sqlx::postgres::{PgConnection, PgPool};

/// Whether there are courses whose stars are not those of their reviews.
pub(crate) async fn has_miscounted(pool: &PgPool) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM viewpage.courses
                          WHERE stars_1 + stars_2 + stars_3 + stars_4 + stars_5 <> reviews
                             OR stars_1 + 2 * stars_2 + 3 * stars_3 + 4 * stars_4 + 5 * stars_5 <> rating_sum) AS "has!""#
    )
    .fetch_one(pool)
    .await?)
}

/// Counts the stars of up to `limit` of these courses anew, those after `after`. Answers which was the last. Their version stays: nothing
/// has happened to them.
pub(crate) async fn count_stars_anew(connection: &mut PgConnection, after: CourseId, limit: i64) -> Result<Option<CourseId>> {
    let counted = sqlx::query_scalar!(
        "UPDATE courses SET stars_1 = one, stars_2 = two, stars_3 = three, stars_4 = four, stars_5 = five
         FROM (SELECT wrong.course_id,
                      count(*) FILTER (WHERE rating = 1) AS one, count(*) FILTER (WHERE rating = 2) AS two,
                      count(*) FILTER (WHERE rating = 3) AS three, count(*) FILTER (WHERE rating = 4) AS four,
                      count(*) FILTER (WHERE rating = 5) AS five
               FROM (SELECT course_id FROM courses
                     WHERE (stars_1 + stars_2 + stars_3 + stars_4 + stars_5 <> reviews
                            OR stars_1 + 2 * stars_2 + 3 * stars_3 + 4 * stars_4 + 5 * stars_5 <> rating_sum)
                       AND course_id > $1
                     ORDER BY course_id LIMIT $2) wrong LEFT JOIN reviews USING (course_id) GROUP BY wrong.course_id) rated
         WHERE rated.course_id = courses.course_id RETURNING courses.course_id",
        after.as_uuid(),
        limit
    )
    .fetch_all(connection)
    .await?;
    Ok(counted.into_iter().max().map(CourseId::new))
}

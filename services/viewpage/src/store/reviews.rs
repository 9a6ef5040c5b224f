//! Reviews in the orders that they are read in, a page at a time.

use contract::CourseId;
use contract::viewpage::{ReviewSort, ReviewView};
use jiff_sqlx::ToSqlx;
use platform::Result;
use sqlx::postgres::PgPool;
use sqlx::types::Json;
use uuid::Uuid;

/// Stars, moment and review of the last one that was read.
pub(crate) type After = (i16, jiff::Timestamp, Uuid);

/// Reviews of a course that is shown, after the one that is named; `None` when it isn't shown. A statement each, so that each order has
/// its index.
pub(crate) async fn reviews(
    pool: &PgPool,
    id: CourseId,
    sort: ReviewSort,
    after: Option<After>,
    limit: i64,
) -> Result<Option<Vec<ReviewView>>> {
    let (stars, created_at, review) = after.map_or((0, None, Uuid::nil()), |(stars, at, id)| (stars, Some(at.to_sqlx()), id));
    let views = match sort {
        ReviewSort::Newest => {
            sqlx::query_scalar!(
                r#"SELECT COALESCE((SELECT json_agg(view) FROM (
                      SELECT json_build_object('id', review_id,
                                 'author', json_build_object('id', author_id, 'display_name', COALESCE(author.display_name, '')),
                                 'rating', rating, 'body', body,
                                 'reply', CASE WHEN reply IS NOT NULL THEN json_build_object('body', reply, 'replied_at', replied_at) END,
                                 'created_at', created_at, 'updated_at', updated_at) AS view
                      FROM viewpage.reviews said LEFT JOIN viewpage.accounts author ON author.account_id = author_id
                      WHERE said.course_id = shown.course_id AND ($2::timestamptz IS NULL OR (created_at, review_id) < ($2, $3))
                      ORDER BY created_at DESC, review_id DESC LIMIT $4) page),
                  '[]') AS "views!: Json<Vec<ReviewView>>"
                   FROM viewpage.courses shown WHERE course_id = $1 AND published"#,
                id.as_uuid(),
                created_at as _,
                review,
                limit,
            )
            .fetch_optional(pool)
            .await?
        }
        ReviewSort::Highest => {
            sqlx::query_scalar!(
                r#"SELECT COALESCE((SELECT json_agg(view) FROM (
                      SELECT json_build_object('id', review_id,
                                 'author', json_build_object('id', author_id, 'display_name', COALESCE(author.display_name, '')),
                                 'rating', rating, 'body', body,
                                 'reply', CASE WHEN reply IS NOT NULL THEN json_build_object('body', reply, 'replied_at', replied_at) END,
                                 'created_at', created_at, 'updated_at', updated_at) AS view
                      FROM viewpage.reviews said LEFT JOIN viewpage.accounts author ON author.account_id = author_id
                      WHERE said.course_id = shown.course_id AND ($2::timestamptz IS NULL OR (rating, created_at, review_id) < ($5, $2, $3))
                      ORDER BY rating DESC, created_at DESC, review_id DESC LIMIT $4) page),
                  '[]') AS "views!: Json<Vec<ReviewView>>"
                   FROM viewpage.courses shown WHERE course_id = $1 AND published"#,
                id.as_uuid(),
                created_at as _,
                review,
                limit,
                stars,
            )
            .fetch_optional(pool)
            .await?
        }
        ReviewSort::Lowest => {
            sqlx::query_scalar!(
                r#"SELECT COALESCE((SELECT json_agg(view) FROM (
                      SELECT json_build_object('id', review_id,
                                 'author', json_build_object('id', author_id, 'display_name', COALESCE(author.display_name, '')),
                                 'rating', rating, 'body', body,
                                 'reply', CASE WHEN reply IS NOT NULL THEN json_build_object('body', reply, 'replied_at', replied_at) END,
                                 'created_at', created_at, 'updated_at', updated_at) AS view
                      FROM viewpage.reviews said LEFT JOIN viewpage.accounts author ON author.account_id = author_id
                      WHERE said.course_id = shown.course_id AND ($2::timestamptz IS NULL OR (-rating, created_at, review_id) < (-$5::smallint, $2, $3))
                      ORDER BY (-rating) DESC, created_at DESC, review_id DESC LIMIT $4) page),
                  '[]') AS "views!: Json<Vec<ReviewView>>"
                   FROM viewpage.courses shown WHERE course_id = $1 AND published"#,
                id.as_uuid(),
                created_at as _,
                review,
                limit,
                stars,
            )
            .fetch_optional(pool)
            .await?
        }
    };
    Ok(views.map(|views| views.0))
}

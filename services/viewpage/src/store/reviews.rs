//! Reviews in the orders that they are read in, a page at a time.

use contract::CourseId;
use contract::viewpage::{ReviewSort, ReviewView};
use jiff_sqlx::ToSqlx;
use platform::Result;
use platform::cursor::Place;
use sqlx::postgres::PgPool;
use sqlx::types::Json;

/// A place in a list of reviews.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rated {
    /// What the list goes by, the greatest first: the stars; where the fewest come first, less than nothing by as many. By time, none.
    pub rank: i16,
    /// The place among those of one rank, the newest first.
    pub place: Place,
}

impl Rated {
    /// Before the first.
    pub(crate) const START: Self = Self { rank: i16::MAX, place: Place::START };
}

/// Reviews of a course that is shown, after the one that is named; `None` when it isn't shown. A statement each, so that each order has
/// its index.
pub(crate) async fn reviews(pool: &PgPool, id: CourseId, sort: ReviewSort, after: Rated, limit: i64) -> Result<Option<Vec<ReviewView>>> {
    let Rated { rank, place } = after;
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
                      WHERE said.course_id = shown.course_id AND (created_at, review_id) < ($2, $3)
                      ORDER BY created_at DESC, review_id DESC LIMIT $4) page),
                  '[]') AS "views!: Json<Vec<ReviewView>>"
                   FROM viewpage.courses shown WHERE course_id = $1 AND published"#,
                id.as_uuid(),
                place.at.to_sqlx() as _,
                place.id,
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
                      WHERE said.course_id = shown.course_id AND (rating, created_at, review_id) < ($5, $2, $3)
                      ORDER BY rating DESC, created_at DESC, review_id DESC LIMIT $4) page),
                  '[]') AS "views!: Json<Vec<ReviewView>>"
                   FROM viewpage.courses shown WHERE course_id = $1 AND published"#,
                id.as_uuid(),
                place.at.to_sqlx() as _,
                place.id,
                limit,
                rank,
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
                      WHERE said.course_id = shown.course_id AND (-rating, created_at, review_id) < ($5, $2, $3)
                      ORDER BY (-rating) DESC, created_at DESC, review_id DESC LIMIT $4) page),
                  '[]') AS "views!: Json<Vec<ReviewView>>"
                   FROM viewpage.courses shown WHERE course_id = $1 AND published"#,
                id.as_uuid(),
                place.at.to_sqlx() as _,
                place.id,
                limit,
                rank,
            )
            .fetch_optional(pool)
            .await?
        }
    };
    Ok(views.map(|views| views.0))
}

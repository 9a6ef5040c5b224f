//! What queries read.

use contract::course::CourseContent;
use contract::viewpage::{CommentView, Counts, CourseCounts, CourseView, Host, Mine, PublishedCourse, Rating, ReviewView, Totals};
use contract::{AccountId, CourseId};
use jiff_sqlx::{Timestamp, ToSqlx};
use platform::Result;
use platform::cursor::Place;
use sqlx::PgExecutor;
use sqlx::postgres::PgPool;
use sqlx::types::Json;
use uuid::Uuid;

/// The columns that every view of a course is made of.
pub(crate) struct Row {
    pub course_id: Uuid,
    pub host_id: Uuid,
    pub display_name: Option<String>,
    pub content: Json<CourseContent>,
    pub total_minutes: i32,
    pub total_metres: i32,
    pub total_cost_krw: i32,
    pub published_at: Timestamp,
    pub modified_at: Timestamp,
    pub likes: i64,
    pub bookmarks: i64,
    pub comments: i64,
    pub reviews: i64,
    pub rating_sum: i64,
    pub version: i64,
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
                modified_at: row.modified_at.to_jiff(),
            },
            // The account's own event comes first in the log; an account that was never heard of has no name to show.
            host: Host { id: AccountId::new(row.host_id), display_name: row.display_name.unwrap_or_default() },
            counts: tally(row.likes, row.bookmarks, row.comments, row.reviews),
            rating: rating(row.rating_sum, row.reviews),
            reviews: Vec::new(),
            comments: Vec::new(),
            version: row.version.unsigned_abs(),
        }
    }
}

pub(super) fn tally(likes: i64, bookmarks: i64, comments: i64, reviews: i64) -> Counts {
    Counts {
        likes: likes.unsigned_abs(),
        bookmarks: bookmarks.unsigned_abs(),
        comments: comments.unsigned_abs(),
        reviews: reviews.unsigned_abs(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "sums of ratings stay far below 2^52")]
pub(super) fn rating(sum: i64, count: i64) -> Rating {
    Rating { average: (count > 0).then(|| sum as f64 / count as f64), count: count.unsigned_abs(), distribution: None }
}

/// A course that is shown, with the newest of what was said of it: one statement, so all of one moment.
pub(crate) async fn course(pool: &PgPool, id: CourseId) -> Result<Option<CourseView>> {
    let row = sqlx::query!(
        r#"SELECT host_id AS "host_id!", display_name AS "display_name?", content AS "content!: Json<CourseContent>",
                  total_minutes, total_metres, total_cost_krw, published_at AS "published_at!: Timestamp",
                  GREATEST(modified_at, published_at) AS "modified_at!: Timestamp", likes, bookmarks, comments, reviews, rating_sum, version,
                  stars_1, stars_2, stars_3, stars_4, stars_5,
                  COALESCE((SELECT json_agg(view) FROM (
                      SELECT json_build_object('id', comment_id,
                                 'author', json_build_object('id', author_id, 'display_name', COALESCE(author.display_name, '')),
                                 'body', body,
                                 'answer', CASE WHEN answer IS NOT NULL THEN json_build_object('body', answer, 'replied_at', answered_at) END,
                                 'created_at', created_at, 'updated_at', updated_at) AS view
                      FROM viewpage.comments said LEFT JOIN viewpage.accounts author ON author.account_id = author_id
                      WHERE said.course_id = shown.course_id ORDER BY created_at DESC, comment_id DESC LIMIT $2) newest),
                      '[]') AS "newest_comments!: Json<Vec<CommentView>>",
                  COALESCE((SELECT json_agg(view) FROM (
                      SELECT json_build_object('id', review_id,
                                 'author', json_build_object('id', author_id, 'display_name', COALESCE(author.display_name, '')),
                                 'rating', rating, 'body', body,
                                 'reply', CASE WHEN reply IS NOT NULL THEN json_build_object('body', reply, 'replied_at', replied_at) END,
                                 'created_at', created_at, 'updated_at', updated_at) AS view
                      FROM viewpage.reviews said LEFT JOIN viewpage.accounts author ON author.account_id = author_id
                      WHERE said.course_id = shown.course_id ORDER BY created_at DESC, review_id DESC LIMIT $2) newest),
                      '[]') AS "newest_reviews!: Json<Vec<ReviewView>>"
           FROM viewpage.courses shown LEFT JOIN viewpage.accounts host ON host.account_id = host_id
           WHERE course_id = $1 AND published AND content IS NOT NULL"#,
        id.as_uuid(),
        i64::try_from(CourseView::NEWEST).unwrap_or(i64::MAX),
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| {
        let view = Row {
            course_id: id.as_uuid(),
            host_id: row.host_id,
            display_name: row.display_name,
            content: row.content,
            total_minutes: row.total_minutes,
            total_metres: row.total_metres,
            total_cost_krw: row.total_cost_krw,
            published_at: row.published_at,
            modified_at: row.modified_at,
            likes: row.likes,
            bookmarks: row.bookmarks,
            comments: row.comments,
            reviews: row.reviews,
            rating_sum: row.rating_sum,
            version: row.version,
        };
        let stars = [row.stars_1, row.stars_2, row.stars_3, row.stars_4, row.stars_5].map(i64::unsigned_abs);
        let view = CourseView::from(view);
        let rating = Rating { distribution: Some(stars), ..view.rating };
        CourseView { comments: row.newest_comments.0, reviews: row.newest_reviews.0, rating, ..view }
    }))
}

/// Comments on a course that is shown, newest first, after the one that is named; `None` when it isn't shown.
pub(crate) async fn comments(pool: &PgPool, id: CourseId, after: Place, limit: i64) -> Result<Option<Vec<CommentView>>> {
    let views = sqlx::query_scalar!(
        r#"SELECT COALESCE((SELECT json_agg(view) FROM (
                      SELECT json_build_object('id', comment_id,
                                 'author', json_build_object('id', author_id, 'display_name', COALESCE(author.display_name, '')),
                                 'body', body,
                                 'answer', CASE WHEN answer IS NOT NULL THEN json_build_object('body', answer, 'replied_at', answered_at) END,
                                 'created_at', created_at, 'updated_at', updated_at) AS view
                      FROM viewpage.comments said LEFT JOIN viewpage.accounts author ON author.account_id = author_id
                      WHERE said.course_id = shown.course_id AND (created_at, comment_id) < ($2, $3)
                      ORDER BY created_at DESC, comment_id DESC LIMIT $4) page),
                  '[]') AS "views!: Json<Vec<CommentView>>"
           FROM viewpage.courses shown WHERE course_id = $1 AND published"#,
        id.as_uuid(),
        after.at.to_sqlx() as _,
        after.id,
        limit,
    )
    .fetch_optional(pool)
    .await?;
    Ok(views.map(|views| views.0))
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

/// What is `person`'s own about `courses`, and what waits in the inbox.
pub(crate) async fn mine(pool: &PgPool, person: AccountId, courses: &[CourseId]) -> Result<Mine> {
    let ids: Vec<Uuid> = courses.iter().map(|id| id.as_uuid()).collect();
    let row = sqlx::query!(
        r#"SELECT ARRAY(SELECT course_id FROM viewpage.likes WHERE customer_id = $1 AND course_id = ANY ($2) ORDER BY course_id) AS "liked!",
                  ARRAY(SELECT course_id FROM viewpage.bookmarks WHERE customer_id = $1 AND course_id = ANY ($2) ORDER BY course_id)
                      AS "bookmarked!",
                  COALESCE((SELECT unread FROM viewpage.inboxes WHERE account_id = $1), 0) AS "unread!""#,
        person.as_uuid(),
        &ids
    )
    .fetch_one(pool)
    .await?;
    let courses = |ids: Vec<Uuid>| ids.into_iter().map(CourseId::new).collect();
    Ok(Mine { liked: courses(row.liked), bookmarked: courses(row.bookmarked), unread: row.unread.unsigned_abs() })
}

/// A course that someone keeps, as it is kept.
pub(crate) struct Kept {
    pub course_id: CourseId,
    pub bookmarked_at: jiff::Timestamp,
    /// `None` while nothing but counts was heard of it.
    pub view: Option<CourseView>,
    pub shown: bool,
}

/// The courses that `customer` keeps, the last kept first, after the one that is named.
pub(crate) async fn bookmarks(pool: &PgPool, customer: AccountId, after: Place, limit: i64) -> Result<Vec<Kept>> {
    let rows = sqlx::query!(
        r#"SELECT kept.course_id, bookmarked_at AS "bookmarked_at: Timestamp", published AS "published?", host_id AS "host_id?",
                  display_name AS "display_name?", content AS "content?: Json<CourseContent>", total_minutes AS "total_minutes?",
                  total_metres AS "total_metres?", total_cost_krw AS "total_cost_krw?", published_at AS "published_at?: Timestamp",
                  GREATEST(modified_at, published_at) AS "modified_at: Timestamp", likes AS "likes?", bookmarks AS "bookmarks?", comments AS "comments?", reviews AS "reviews?",
                  rating_sum AS "rating_sum?", version AS "version?"
           FROM (SELECT course_id, bookmarked_at FROM viewpage.bookmarks
                 WHERE customer_id = $1 AND (bookmarked_at, course_id) < ($2, $3)
                 ORDER BY viewpage.bookmarks.bookmarked_at DESC, course_id DESC LIMIT $4) kept
               LEFT JOIN viewpage.courses USING (course_id) LEFT JOIN viewpage.accounts ON account_id = host_id
           ORDER BY kept.bookmarked_at DESC, kept.course_id DESC"#,
        customer.as_uuid(),
        after.at.to_sqlx() as _,
        after.id,
        limit,
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let bookmarked_at = row.bookmarked_at.to_jiff();
            let view = row.content.zip(row.host_id).map(|(content, host_id)| {
                let view = Row {
                    course_id: row.course_id,
                    host_id,
                    display_name: row.display_name,
                    content,
                    total_minutes: row.total_minutes.unwrap_or_default(),
                    total_metres: row.total_metres.unwrap_or_default(),
                    total_cost_krw: row.total_cost_krw.unwrap_or_default(),
                    // One that never was shown has no such moment, and no card that would tell it.
                    published_at: row.published_at.unwrap_or(row.bookmarked_at),
                    modified_at: row.modified_at.unwrap_or(row.bookmarked_at),
                    likes: row.likes.unwrap_or_default(),
                    bookmarks: row.bookmarks.unwrap_or_default(),
                    comments: row.comments.unwrap_or_default(),
                    reviews: row.reviews.unwrap_or_default(),
                    rating_sum: row.rating_sum.unwrap_or_default(),
                    version: row.version.unwrap_or_default(),
                };
                CourseView::from(view)
            });
            Kept { course_id: CourseId::new(row.course_id), bookmarked_at, view, shown: row.published == Some(true) }
        })
        .collect())
}

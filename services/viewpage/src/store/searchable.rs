//! What courses are found by.

use crate::model::Fold;
use crate::search::{Findable, HOST};
use contract::course::CourseContent;
use platform::Result;
use sqlx::postgres::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// The words of what was written, and whether it is shown; after the courses themselves.
pub(crate) async fn write_searchable(connection: &mut PgConnection, fold: &Fold<'_>) -> Result<()> {
    let written = fold.courses.iter().filter_map(|(id, course)| course.written.as_ref().map(|written| (id.as_uuid(), &written.content)));
    write(connection, written).await?;
    let shown: Vec<Uuid> =
        fold.courses.iter().filter(|(_, course)| course.written.is_none() && course.shown.is_some()).map(|(id, _)| id.as_uuid()).collect();
    if !shown.is_empty() {
        sqlx::query!(
            "UPDATE searchable SET published = courses.published, published_at = courses.published_at
             FROM courses WHERE courses.course_id = searchable.course_id AND searchable.course_id = ANY ($1)",
            &shown
        )
        .execute(connection)
        .await?;
    }
    Ok(())
}

async fn write(connection: &mut PgConnection, written: impl Iterator<Item = (Uuid, &CourseContent)>) -> Result<()> {
    let (ids, findable): (Vec<Uuid>, Vec<Findable>) = written.map(|(id, content)| (id, Findable::of(content))).unzip();
    if ids.is_empty() {
        return Ok(());
    }
    let (words, terms): (Vec<String>, Vec<String>) =
        findable.into_iter().map(|findable| (findable.words, findable.terms.join(SEPARATOR))).unzip();
    sqlx::query!(
        "INSERT INTO searchable (course_id, host_id, published, published_at, region, tags, total_minutes, total_cost_krw, modified_at, words,
                                 terms)
         SELECT course_id, host_id, published, published_at, region, tags, total_minutes, total_cost_krw, modified_at, words,
                string_to_array(terms, $4) || ($5 || host_id)
         FROM unnest($1::uuid[], $2::text[], $3::text[]) AS written (course_id, words, terms) JOIN courses USING (course_id)
         ON CONFLICT (course_id) DO UPDATE SET host_id = excluded.host_id, published = excluded.published,
             published_at = excluded.published_at, region = excluded.region, tags = excluded.tags,
             total_minutes = excluded.total_minutes, total_cost_krw = excluded.total_cost_krw, modified_at = excluded.modified_at,
             words = excluded.words, terms = excluded.terms",
        &ids,
        &words,
        &terms,
        SEPARATOR,
        HOST,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Between terms: a line break is in none (tags are one line).
const SEPARATOR: &str = "\n";

/// Indexes up to `limit` courses that a release without search has written. Answers how many they were.
pub(crate) async fn index_some(connection: &mut PgConnection, limit: i64) -> Result<usize> {
    let rows = sqlx::query!(
        r#"SELECT course_id, content AS "content!: Json<CourseContent>" FROM searchable JOIN courses USING (course_id)
           WHERE words = '' AND content IS NOT NULL ORDER BY course_id LIMIT $1"#,
        limit
    )
    .fetch_all(&mut *connection)
    .await?;
    write(connection, rows.iter().map(|row| (row.course_id, &row.content.0))).await?;
    Ok(rows.len())
}

/// The projection folds nothing until the end of the transaction, and no rebuilt generation is put in place.
pub(crate) async fn hold_projection(connection: &mut PgConnection) -> Result<()> {
    sqlx::query!("SELECT position FROM event_log.checkpoints WHERE consumer = $1 FOR UPDATE", crate::policy::CONSUMER)
        .fetch_optional(connection)
        .await?;
    Ok(())
}

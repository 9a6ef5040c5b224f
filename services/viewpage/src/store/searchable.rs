//! What courses are found by.

use crate::model::Fold;
use crate::search::{Findable, HOST};
use contract::course::CourseContent;
use contract::setting::Setting;
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
    let (mut ids, mut words, mut terms, mut settings) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (id, content) in written {
        let findable = Findable::of(content);
        ids.push(id);
        words.push(findable.words);
        terms.push(findable.terms.join(SEPARATOR));
        settings.push(Setting::of(content).code().to_owned());
    }
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO searchable (course_id, host_id, published, published_at, region, tags, total_minutes, total_cost_krw, modified_at, words,
                                 setting, terms)
         SELECT course_id, host_id, published, published_at, region, tags, total_minutes, total_cost_krw, modified_at, words,
                setting, string_to_array(terms, $5) || ($6 || host_id)
         FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS written (course_id, words, setting, terms) JOIN courses USING (course_id)
         ON CONFLICT (course_id) DO UPDATE SET host_id = excluded.host_id, published = excluded.published,
             published_at = excluded.published_at, region = excluded.region, tags = excluded.tags,
             total_minutes = excluded.total_minutes, total_cost_krw = excluded.total_cost_krw, modified_at = excluded.modified_at,
             words = excluded.words, setting = excluded.setting, terms = excluded.terms",
        &ids,
        &words,
        &settings,
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

/// Indexes up to `limit` courses that a release without search, or without settings, has written. Answers how many they were.
pub(crate) async fn index_some(connection: &mut PgConnection, limit: i64) -> Result<usize> {
    let rows = sqlx::query!(
        r#"SELECT course_id, content AS "content!: Json<CourseContent>" FROM searchable JOIN courses USING (course_id)
           WHERE (words = '' OR setting = '') AND content IS NOT NULL ORDER BY course_id LIMIT $1"#,
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

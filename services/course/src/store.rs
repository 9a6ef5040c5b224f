//! All SQL on the schema `course`.

use contract::course::{Course, CourseContent, Stop, Translation};
use contract::photo::Photo;
use contract::text::Tag;
use contract::{AccountId, CourseId};
use jiff_sqlx::{Timestamp, ToSqlx};
use platform::cursor::Place;
use platform::{Error, Result};
use serde::de::{DeserializeOwned, IntoDeserializer, value::StringDeserializer};
use sqlx::postgres::{PgConnection, PgExecutor, PgPool, PgQueryResult};
use sqlx::types::Json;
use uuid::Uuid;

/// Writes a new course.
pub(crate) async fn insert(connection: &mut PgConnection, course: &Course) -> Result<()> {
    let content = &course.content;
    sqlx::query!(
        "INSERT INTO course.courses
             (id, host_id, state, version, language, title, summary, region, tags, reviews_open, stops, translation, created_at, updated_at, photos)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        course.id.as_uuid(),
        course.host_id.as_uuid(),
        course.state.code(),
        number(course.version)?,
        content.language.tag(),
        content.title.as_str(),
        content.summary.as_str(),
        content.region.code(),
        &texts(&content.tags),
        content.reviews_open,
        Json(&content.stops) as _,
        content.translation.as_ref().map(Json) as _,
        course.created_at.to_sqlx() as _,
        course.updated_at.to_sqlx() as _,
        Json(&content.photos) as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes what a change made of a course.
pub(crate) async fn update(connection: &mut PgConnection, course: &Course) -> Result<()> {
    let content = &course.content;
    let written = sqlx::query!(
        "UPDATE course.courses
         SET state = $2, version = $3, language = $4, title = $5, summary = $6, region = $7, tags = $8, reviews_open = $9, stops = $10,
             translation = $11, updated_at = $12, photos = $13
         WHERE id = $1 AND version + 1 = $3",
        course.id.as_uuid(),
        course.state.code(),
        number(course.version)?,
        content.language.tag(),
        content.title.as_str(),
        content.summary.as_str(),
        content.region.code(),
        &texts(&content.tags),
        content.reviews_open,
        Json(&content.stops) as _,
        content.translation.as_ref().map(Json) as _,
        course.updated_at.to_sqlx() as _,
        Json(&content.photos) as _,
    )
    .execute(connection)
    .await?;
    one(&written)
}

/// Marks a course as deleted: from here on [`find`] doesn't find it.
pub(crate) async fn mark_deleted(connection: &mut PgConnection, course: &Course) -> Result<()> {
    let written = sqlx::query!(
        "UPDATE course.courses SET state = 'deleted', version = $2, updated_at = $3 WHERE id = $1 AND version + 1 = $2",
        course.id.as_uuid(),
        number(course.version)?,
        course.updated_at.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    one(&written)
}

/// A course that isn't deleted.
pub(crate) async fn find(executor: impl PgExecutor<'_>, id: CourseId) -> Result<Option<Course>> {
    sqlx::query_as!(
        Row,
        r#"SELECT id, host_id, state, version, language, title, summary, region, tags, reviews_open,
                  stops AS "stops: Json<Vec<Stop>>", translation AS "translation: Json<Translation>", photos AS "photos: Json<Vec<Photo>>",
                  created_at AS "created_at: Timestamp", updated_at AS "updated_at: Timestamp"
           FROM course.courses WHERE id = $1 AND state <> 'deleted'"#,
        id.as_uuid(),
    )
    .fetch_optional(executor)
    .await?
    .map(Row::course)
    .transpose()
}

/// Courses of a host after `place`, the last changed first.
pub(crate) async fn of_host(pool: &PgPool, host: AccountId, place: Place, limit: i64) -> Result<Vec<Course>> {
    sqlx::query_as!(
        Row,
        r#"SELECT id, host_id, state, version, language, title, summary, region, tags, reviews_open,
                  stops AS "stops: Json<Vec<Stop>>", translation AS "translation: Json<Translation>", photos AS "photos: Json<Vec<Photo>>",
                  created_at AS "created_at: Timestamp", updated_at AS "updated_at: Timestamp"
           FROM course.courses
           WHERE host_id = $1 AND state <> 'deleted' AND (updated_at, id) < ($2, $3)
           ORDER BY updated_at DESC, id DESC LIMIT $4"#,
        host.as_uuid(),
        place.at.to_sqlx() as _,
        place.id,
        limit,
    )
    .fetch_all(pool)
    .await?
    .into_iter()
    .map(Row::course)
    .collect()
}

/// All courses of a host.
pub(crate) async fn all_of_host(connection: &mut PgConnection, host: AccountId) -> Result<Vec<Course>> {
    sqlx::query_as!(
        Row,
        r#"SELECT id, host_id, state, version, language, title, summary, region, tags, reviews_open,
                  stops AS "stops: Json<Vec<Stop>>", translation AS "translation: Json<Translation>", photos AS "photos: Json<Vec<Photo>>",
                  created_at AS "created_at: Timestamp", updated_at AS "updated_at: Timestamp"
           FROM course.courses WHERE host_id = $1 AND state <> 'deleted' ORDER BY id"#,
        host.as_uuid(),
    )
    .fetch_all(connection)
    .await?
    .into_iter()
    .map(Row::course)
    .collect()
}

/// Which courses a host has.
pub(crate) async fn ids_of_host(connection: &mut PgConnection, host: AccountId) -> Result<Vec<CourseId>> {
    let ids = sqlx::query_scalar!("SELECT id FROM course.courses WHERE host_id = $1 AND state <> 'deleted'", host.as_uuid())
        .fetch_all(connection)
        .await?;
    Ok(ids.into_iter().map(CourseId::new).collect())
}

/// Remembers that an account is closed. Answers whether that is new.
pub(crate) async fn close_account(connection: &mut PgConnection, account: AccountId) -> Result<bool> {
    let written = sqlx::query!("INSERT INTO course.closed_accounts (account_id) VALUES ($1) ON CONFLICT DO NOTHING", account.as_uuid())
        .execute(connection)
        .await?;
    Ok(written.rows_affected() == 1)
}

/// Whether an account is closed.
pub(crate) async fn is_closed(connection: &mut PgConnection, account: AccountId) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM course.closed_accounts WHERE account_id = $1) AS "closed!""#, account.as_uuid())
        .fetch_one(connection)
        .await?)
}

struct Row {
    id: Uuid,
    host_id: Uuid,
    state: String,
    version: i64,
    language: String,
    title: String,
    summary: String,
    region: String,
    tags: Vec<String>,
    reviews_open: bool,
    stops: Json<Vec<Stop>>,
    translation: Option<Json<Translation>>,
    photos: Json<Vec<Photo>>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Row {
    fn course(self) -> Result<Course> {
        Ok(Course {
            id: CourseId::new(self.id),
            version: self.version.unsigned_abs(),
            state: stored(self.state)?,
            host_id: AccountId::new(self.host_id),
            created_at: self.created_at.to_jiff(),
            updated_at: self.updated_at.to_jiff(),
            content: CourseContent {
                language: stored(self.language)?,
                title: stored(self.title)?,
                summary: stored(self.summary)?,
                region: stored(self.region)?,
                tags: self.tags.into_iter().map(stored).collect::<Result<_>>()?,
                reviews_open: self.reviews_open,
                stops: self.stops.0,
                translation: self.translation.map(|Json(translation)| translation),
                photos: self.photos.0,
            },
        })
    }
}

/// Reads a code or text as it was written: it was valid then, whatever the limits are now.
fn stored<T: DeserializeOwned>(text: String) -> Result<T> {
    let text: StringDeserializer<serde::de::value::Error> = text.into_deserializer();
    T::deserialize(text).map_err(|_| Error::Defect("a stored code that this release does not know"))
}

fn texts(tags: &[Tag]) -> Vec<String> {
    tags.iter().map(|tag| tag.as_str().to_owned()).collect()
}

fn number(version: u64) -> Result<i64> {
    i64::try_from(version).map_err(|_| Error::Defect("a version beyond 63 bits"))
}

/// The aggregate is locked, so the version before is there.
fn one(written: &PgQueryResult) -> Result<()> {
    if written.rows_affected() == 1 { Ok(()) } else { Err(Error::Defect("a course changed under its lock")) }
}

//! Photos: taking them in, giving them to courses, letting go of them; and all SQL on them.

use crate::{Courses, photo, policy, store};
use contract::course::Course;
use contract::photo::{MAX_PHOTOS, PhotoFile};
use contract::{AccountId, Call, CourseId, FieldCode, FieldError, PhotoId, Refusal};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use platform::{Error, Result};
use sqlx::postgres::{PgConnection, PgPool};
use uuid::Uuid;

/// How many photos are worked on at once in this process.
pub(crate) const AT_ONCE: usize = 1;
/// How long a photo stays that no course has: a host may come back to a form the next day.
const LOOSE_FOR: SignedDuration = SignedDuration::from_hours(24);
/// How many such photos a host may have.
const MAX_LOOSE: i64 = 8 * MAX_PHOTOS as i64;
/// How many that are due to go are removed when one comes.
const SWEPT: i64 = 50;
/// When a host who has too many of them may come again, in seconds.
const COME_AGAIN: u32 = 3_600;

impl Courses {
    /// Works on a photo away from the threads that serve, one after another, and keeps what comes of it.
    pub(crate) async fn take_in(&self, call: &Call, bytes: Vec<u8>) -> Result<PhotoId> {
        let host = call.signed_in()?;
        if loose(self.database.pool(), host).await? >= MAX_LOOSE {
            return Err(Refusal::TooMany { retry_after_seconds: COME_AGAIN }.into());
        }
        let place = self.dark_room.clone().acquire_owned().await.map_err(|_| Error::Defect("the dark room is never closed"))?;
        // The place is held until the work is done, also when whoever sent the photo has gone.
        let work = tokio::task::spawn_blocking(move || {
            let files = photo::files(&bytes);
            drop(place);
            files
        });
        let files = work.await.map_err(|_| Error::Defect("a photo that can't be worked on"))??;
        let id = PhotoId::new(self.database.clock().uuid());
        self.database
            .command(call, move |unit| {
                Box::pin(async move {
                    unit.lock(policy::hosting(host)).await?;
                    if store::is_closed(unit.connection(), host).await? {
                        return Err(Refusal::NotSignedIn.into());
                    }
                    let now = unit.clock().now();
                    sweep(unit.connection(), now).await?;
                    insert(unit.connection(), id, host, &files, now).await?;
                    Ok(id)
                })
            })
            .await
    }
}

/// Gives a course the photos that it says it has, and lets go of those that it no longer has.
///
/// # Errors
/// `Invalid` names those that are not the host's, or another course's.
pub(crate) async fn give(connection: &mut PgConnection, course: &Course, now: Timestamp) -> Result<()> {
    let wanted: Vec<Uuid> = course.content.photos.iter().map(|photo| photo.id.as_uuid()).collect();
    let given = sqlx::query_scalar!(
        "UPDATE course.photos SET course_id = $1 WHERE id = ANY ($2) AND host_id = $3 AND (course_id IS NULL OR course_id = $1) RETURNING id",
        course.id.as_uuid(),
        &wanted,
        course.host_id.as_uuid(),
    )
    .fetch_all(&mut *connection)
    .await?;
    let missing: Vec<FieldError> = wanted
        .iter()
        .enumerate()
        .filter(|(_, id)| !given.contains(id))
        .map(|(index, _)| FieldError::new(format!("photos[{index}].id"), FieldCode::Unknown))
        .collect();
    if !missing.is_empty() {
        return Err(Refusal::Invalid(missing).into());
    }
    sqlx::query!(
        "UPDATE course.photos SET course_id = NULL, loose_at = $3 WHERE course_id = $1 AND NOT id = ANY ($2)",
        course.id.as_uuid(),
        &wanted,
        now.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Lets go of all photos of a course that is deleted.
pub(crate) async fn let_go(connection: &mut PgConnection, course: CourseId, now: Timestamp) -> Result<()> {
    sqlx::query!("UPDATE course.photos SET course_id = NULL, loose_at = $2 WHERE course_id = $1", course.as_uuid(), now.to_sqlx() as _)
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes all photos of a host.
pub(crate) async fn erase(connection: &mut PgConnection, host: AccountId) -> Result<()> {
    sqlx::query!("DELETE FROM course.photos WHERE host_id = $1", host.as_uuid()).execute(connection).await?;
    Ok(())
}

/// A file of a photo.
pub(crate) async fn file(pool: &PgPool, id: PhotoId, file: PhotoFile) -> Result<Option<Vec<u8>>> {
    Ok(sqlx::query_scalar!("SELECT bytes FROM course.photo_files WHERE photo_id = $1 AND name = $2", id.as_uuid(), file.name())
        .fetch_optional(pool)
        .await?)
}

/// How many photos of a host no course has.
async fn loose(pool: &PgPool, host: AccountId) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM course.photos WHERE host_id = $1 AND course_id IS NULL"#, host.as_uuid())
        .fetch_one(pool)
        .await?)
}

/// Removes some photos of anyone's that no course has had for a day. Waits for nobody: what another has in hand is left to it.
async fn sweep(connection: &mut PgConnection, now: Timestamp) -> Result<()> {
    sqlx::query!(
        "DELETE FROM course.photos WHERE id IN (
             SELECT id FROM course.photos WHERE course_id IS NULL AND loose_at < $1 ORDER BY loose_at LIMIT $2 FOR UPDATE SKIP LOCKED)",
        (now - LOOSE_FOR).to_sqlx() as _,
        SWEPT,
    )
    .execute(connection)
    .await?;
    Ok(())
}

async fn insert(connection: &mut PgConnection, id: PhotoId, host: AccountId, files: &[(PhotoFile, Vec<u8>)], now: Timestamp) -> Result<()> {
    sqlx::query!("INSERT INTO course.photos (id, host_id, loose_at) VALUES ($1, $2, $3)", id.as_uuid(), host.as_uuid(), now.to_sqlx() as _)
        .execute(&mut *connection)
        .await?;
    for (file, bytes) in files {
        sqlx::query!("INSERT INTO course.photo_files (photo_id, name, bytes) VALUES ($1, $2, $3)", id.as_uuid(), file.name(), bytes)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

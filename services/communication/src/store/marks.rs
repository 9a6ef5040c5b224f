//! Likes and bookmarks: two tables of one form, and the same statements on both.

use crate::model::Mark;
use contract::AccountId;
use contract::event::CourseAndCustomer;
use jiff::Timestamp;
use platform::Result;
use sqlx::postgres::{PgConnection, PgPool};
use uuid::Uuid;

/// The statements on one of the tables. The macros check each statement as it is written, so the table's name is put into its text.
macro_rules! marks {
    ($module:ident, $table:tt) => {
        pub(crate) mod $module {
            use contract::event::CourseAndCustomer;
            use contract::{AccountId, CourseId};
            use jiff::Timestamp;
            use jiff_sqlx::ToSqlx;
            use platform::Result;
            use sqlx::postgres::{PgConnection, PgPool};
            use uuid::Uuid;

            pub(super) async fn version(connection: &mut PgConnection, subject: CourseAndCustomer) -> Result<Option<i64>> {
                Ok(sqlx::query_scalar!(
                    "SELECT version FROM " + $table + " WHERE course_id = $1 AND customer_id = $2",
                    subject.course_id.as_uuid(),
                    subject.customer_id.as_uuid()
                )
                .fetch_optional(connection)
                .await?)
            }

            pub(super) async fn set(connection: &mut PgConnection, subject: CourseAndCustomer, now: Timestamp) -> Result<Option<i64>> {
                Ok(sqlx::query_scalar!(
                    "INSERT INTO "
                        + $table
                        + " AS mark (course_id, customer_id, active, version, changed_at) VALUES ($1, $2, true, 1, $3)
                     ON CONFLICT (course_id, customer_id) DO UPDATE
                         SET active = true, version = mark.version + 1, changed_at = excluded.changed_at WHERE NOT mark.active
                     RETURNING version",
                    subject.course_id.as_uuid(),
                    subject.customer_id.as_uuid(),
                    now.to_sqlx() as _,
                )
                .fetch_optional(connection)
                .await?)
            }

            pub(super) async fn take_back(
                connection: &mut PgConnection,
                subject: CourseAndCustomer,
                version: Option<i64>,
                now: Timestamp,
            ) -> Result<Option<i64>> {
                Ok(sqlx::query_scalar!(
                    "UPDATE "
                        + $table
                        + " SET active = false, version = version + 1, changed_at = $3
                     WHERE course_id = $1 AND customer_id = $2 AND active AND version = coalesce($4, version)
                     RETURNING version",
                    subject.course_id.as_uuid(),
                    subject.customer_id.as_uuid(),
                    now.to_sqlx() as _,
                    version,
                )
                .fetch_optional(connection)
                .await?)
            }

            pub(super) async fn courses_of(connection: &mut PgConnection, customer: AccountId) -> Result<Vec<Uuid>> {
                Ok(sqlx::query_scalar!(
                    "SELECT course_id FROM " + $table + " WHERE customer_id = $1 AND active ORDER BY course_id",
                    customer.as_uuid()
                )
                .fetch_all(connection)
                .await?)
            }

            pub(super) async fn count(pool: &PgPool, course: CourseId) -> Result<i64> {
                Ok(sqlx::query_scalar!(
                    r#"SELECT count(*) AS "count!" FROM "# + $table + " WHERE course_id = $1 AND active",
                    course.as_uuid()
                )
                .fetch_one(pool)
                .await?)
            }

            pub(crate) async fn count_each(pool: &PgPool) -> Result<Vec<(CourseId, u64)>> {
                let rows = sqlx::query!(
                    r#"SELECT course_id, count(*) AS "count!" FROM "# + $table + " WHERE active GROUP BY course_id ORDER BY course_id"
                )
                .fetch_all(pool)
                .await?;
                Ok(rows.into_iter().map(|row| (CourseId::new(row.course_id), row.count.unsigned_abs())).collect())
            }
        }
    };
}

marks!(likes, "communication.likes");
marks!(bookmarks, "communication.bookmarks");

/// The version of a mark, active or not.
pub(crate) async fn version(connection: &mut PgConnection, mark: Mark, subject: CourseAndCustomer) -> Result<Option<u64>> {
    let version = match mark {
        Mark::Like => likes::version(connection, subject).await?,
        Mark::Bookmark => bookmarks::version(connection, subject).await?,
    };
    Ok(version.map(i64::unsigned_abs))
}

/// Makes a mark active or not, if it isn't so already. Answers the new version, or `None` when nothing changed.
pub(crate) async fn set(
    connection: &mut PgConnection,
    mark: Mark,
    subject: CourseAndCustomer,
    active: bool,
    now: Timestamp,
) -> Result<Option<u64>> {
    let version = match (mark, active) {
        (Mark::Like, true) => likes::set(connection, subject, now).await?,
        (Mark::Like, false) => likes::take_back(connection, subject, None, now).await?,
        (Mark::Bookmark, true) => bookmarks::set(connection, subject, now).await?,
        (Mark::Bookmark, false) => bookmarks::take_back(connection, subject, None, now).await?,
    };
    Ok(version.map(i64::unsigned_abs))
}

/// Makes a mark inactive that is still as its `version` made it. Answers the new version, or `None` when it was changed meanwhile.
pub(crate) async fn take_back(
    connection: &mut PgConnection,
    mark: Mark,
    subject: CourseAndCustomer,
    version: u64,
    now: Timestamp,
) -> Result<Option<u64>> {
    let version = Some(super::number(version)?);
    let version = match mark {
        Mark::Like => likes::take_back(connection, subject, version, now).await?,
        Mark::Bookmark => bookmarks::take_back(connection, subject, version, now).await?,
    };
    Ok(version.map(i64::unsigned_abs))
}

/// The courses that a customer has marked.
pub(crate) async fn courses_of(connection: &mut PgConnection, mark: Mark, customer: AccountId) -> Result<Vec<Uuid>> {
    match mark {
        Mark::Like => likes::courses_of(connection, customer).await,
        Mark::Bookmark => bookmarks::courses_of(connection, customer).await,
    }
}

/// How many customers have marked a course.
pub(crate) async fn count(pool: &PgPool, mark: Mark, course: contract::CourseId) -> Result<u64> {
    let count = match mark {
        Mark::Like => likes::count(pool, course).await?,
        Mark::Bookmark => bookmarks::count(pool, course).await?,
    };
    Ok(count.unsigned_abs())
}

//! Likes and bookmarks: two tables of one form, and the same statements on both.

use crate::model::Mark;
use contract::AccountId;
use contract::event::CourseAndCustomer;
use jiff::Timestamp;
use platform::Result;
use platform::event_log::Draft;
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
            use platform::event_log::Draft;
            use sqlx::postgres::{PgConnection, PgPool};
            use uuid::Uuid;

            pub(super) async fn version(pool: &PgPool, subject: CourseAndCustomer) -> Result<Option<i64>> {
                Ok(sqlx::query_scalar!(
                    "SELECT version FROM " + $table + " WHERE course_id = $1 AND customer_id = $2",
                    subject.course_id.as_uuid(),
                    subject.customer_id.as_uuid()
                )
                .fetch_optional(pool)
                .await?)
            }

            pub(super) async fn set(
                connection: &mut PgConnection,
                subject: CourseAndCustomer,
                known: bool,
                event: Draft,
            ) -> Result<Option<i64>> {
                Ok(sqlx::query_scalar!(
                    r#"WITH locked AS MATERIALIZED (SELECT event_log.lock($5, $6)),
                     changed AS (
                         INSERT INTO "#
                        + $table
                        + r#" AS mark (course_id, customer_id, active, version, changed_at)
                         SELECT $1, $2, true, 1, $3::timestamptz FROM locked
                         WHERE NOT $4 OR EXISTS (SELECT FROM communication.courses WHERE course_id = $1 AND published)
                         ON CONFLICT (course_id, customer_id) DO UPDATE
                             SET active = true, version = mark.version + 1, changed_at = excluded.changed_at WHERE NOT mark.active
                         RETURNING version)
                     SELECT event_log.append($7, $8, $5, $6, version, $9, $10, $11, $3, $12) AS "version!" FROM changed"#,
                    subject.course_id.as_uuid(),
                    subject.customer_id.as_uuid(),
                    event.occurred_at.to_sqlx() as _,
                    known,
                    event.aggregate.kind.code(),
                    event.aggregate.id,
                    event.id,
                    event.name,
                    event.correlation_id,
                    event.causation_id,
                    event.actor,
                    event.payload,
                )
                .fetch_optional(connection)
                .await?)
            }

            pub(super) async fn unset(connection: &mut PgConnection, subject: CourseAndCustomer, event: Draft) -> Result<Option<i64>> {
                Ok(sqlx::query_scalar!(
                    r#"WITH locked AS MATERIALIZED (SELECT event_log.lock($4, $5)),
                     changed AS (
                         UPDATE "#
                        + $table
                        + r#" SET active = false, version = version + 1, changed_at = $3 FROM locked
                         WHERE course_id = $1 AND customer_id = $2 AND active
                         RETURNING version)
                     SELECT event_log.append($6, $7, $4, $5, version, $8, $9, $10, $3, $11) AS "version!" FROM changed"#,
                    subject.course_id.as_uuid(),
                    subject.customer_id.as_uuid(),
                    event.occurred_at.to_sqlx() as _,
                    event.aggregate.kind.code(),
                    event.aggregate.id,
                    event.id,
                    event.name,
                    event.correlation_id,
                    event.causation_id,
                    event.actor,
                    event.payload,
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
pub(crate) async fn version(pool: &PgPool, mark: Mark, subject: CourseAndCustomer) -> Result<Option<u64>> {
    let version = match mark {
        Mark::Like => likes::version(pool, subject).await?,
        Mark::Bookmark => bookmarks::version(pool, subject).await?,
    };
    Ok(version.map(i64::unsigned_abs))
}

/// What is to become of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Active.
    Set,
    /// Active, if the course is known here to be published.
    SetIfPublished,
    /// Inactive.
    TakenBack,
}

/// Makes a mark as it is wished, if it isn't so already, and appends `event`; one statement for both. Answers the new version, or `None`
/// when nothing changed.
pub(crate) async fn write(
    connection: &mut PgConnection,
    mark: Mark,
    subject: CourseAndCustomer,
    wish: Wish,
    event: Draft,
) -> Result<Option<u64>> {
    let known = wish == Wish::SetIfPublished;
    let version = match (mark, wish) {
        (Mark::Like, Wish::TakenBack) => likes::unset(connection, subject, event).await?,
        (Mark::Like, Wish::Set | Wish::SetIfPublished) => likes::set(connection, subject, known, event).await?,
        (Mark::Bookmark, Wish::TakenBack) => bookmarks::unset(connection, subject, event).await?,
        (Mark::Bookmark, Wish::Set | Wish::SetIfPublished) => bookmarks::set(connection, subject, known, event).await?,
    };
    Ok(version.map(i64::unsigned_abs))
}

/// Makes a mark inactive, if it is still as `version` made it where that is given. Answers the new version, or `None` when nothing changed.
pub(crate) async fn take_back(
    connection: &mut PgConnection,
    mark: Mark,
    subject: CourseAndCustomer,
    version: Option<u64>,
    now: Timestamp,
) -> Result<Option<u64>> {
    let version = version.map(super::number).transpose()?;
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

//! Likes and bookmarks: two tables of one form, each with its count by course, and the same statements on both.

use crate::model::Mark;
use contract::AccountId;
use contract::event::CourseAndCustomer;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use platform::Result;
use platform::event_log::Draft;
use sqlx::postgres::{PgConnection, PgPool};
use uuid::Uuid;

/// The statements on one of the tables. The macros check each statement as it is written, so the table's name is put into its text.
macro_rules! marks {
    ($module:ident, $table:tt, $counts:tt) => {
        pub(crate) mod $module {
            use contract::event::CourseAndCustomer;
            use contract::{AccountId, CourseId};
            use super::{Many, Row};
            use jiff_sqlx::{Timestamp, ToSqlx};
            use platform::Result;
            use sqlx::postgres::{PgConnection, PgPool};
            use uuid::Uuid;

            pub(super) async fn standing(pool: &PgPool, subject: CourseAndCustomer) -> Result<(Option<i64>, i64)> {
                let row = sqlx::query!(
                    r#"SELECT (SELECT version FROM "#
                        + $table
                        + r#" WHERE course_id = $1 AND customer_id = $2) AS version,
                         coalesce((SELECT active FROM "#
                        + $counts
                        + r#" WHERE course_id = $1), 0) AS "count!""#,
                    subject.course_id.as_uuid(),
                    subject.customer_id.as_uuid()
                )
                .fetch_one(pool)
                .await?;
                Ok((row.version, row.count))
            }

            /// All locks are taken, in one order, before anything is written: the transaction's id comes after all of them.
            ///
            /// What is there is asked row by row. An `EXISTS` would be as true, but Postgres answers it from a hash of the whole table.
            pub(super) async fn write(connection: &mut PgConnection, kind: &str, many: &Many) -> Result<Vec<Row>> {
                Ok(sqlx::query_as!(
                    Row,
                    r#"WITH asked AS MATERIALIZED (
                         SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::boolean[], $5::boolean[], $6::timestamptz[], $7::uuid[], $8::uuid[],
                                              $9::text[], $10::uuid[], $11::uuid[], $12::uuid[], $13::jsonb[])
                             AS asked (course_id, customer_id, active, known, at, aggregate, id, name, correlation, causation, actor, payload)),
                     locked AS MATERIALIZED (
                         SELECT bool_and(event_log.lock($1, aggregate)) AS done FROM (SELECT aggregate FROM asked ORDER BY aggregate) ordered),
                     changed AS (
                         INSERT INTO "#
                        + $table
                        + r#" AS mark (course_id, customer_id, active, version, changed_at)
                         SELECT course_id, customer_id, active, 1, at FROM asked, locked
                         WHERE done AND CASE WHEN active
                             THEN NOT known OR (SELECT published FROM communication.courses c WHERE c.course_id = asked.course_id)
                             ELSE (SELECT true FROM "#
                        + $table
                        + r#" there WHERE there.course_id = asked.course_id AND there.customer_id = asked.customer_id) END
                         ON CONFLICT (course_id, customer_id) DO UPDATE
                             SET active = excluded.active, version = mark.version + 1, changed_at = excluded.changed_at
                             WHERE mark.active <> excluded.active
                         RETURNING course_id, customer_id, active, version),
                     counted AS (
                         INSERT INTO "#
                        + $counts
                        + r#" AS counts (course_id, active)
                         SELECT course_id, sum(CASE WHEN active THEN 1 ELSE -1 END) FROM changed GROUP BY course_id ORDER BY course_id
                         ON CONFLICT (course_id) DO UPDATE SET active = counts.active + excluded.active
                         RETURNING course_id, active)
                     SELECT id AS "id!", event_log.append(id, name, $1, aggregate, version, correlation, causation, actor, at, payload) AS "version!",
                         counted.active AS "count!"
                     FROM changed JOIN asked USING (course_id, customer_id) JOIN counted USING (course_id)"#,
                    kind,
                    &many.courses,
                    &many.customers,
                    &many.active,
                    &many.known,
                    &many.at as &[Timestamp],
                    &many.aggregates,
                    &many.ids,
                    &many.names,
                    &many.correlations,
                    &many.causations as &[Option<Uuid>],
                    &many.actors as &[Option<Uuid>],
                    &many.payloads,
                )
                .fetch_all(connection)
                .await?)
            }

            pub(super) async fn take_back(
                connection: &mut PgConnection,
                subject: CourseAndCustomer,
                version: Option<i64>,
                now: jiff::Timestamp,
            ) -> Result<Option<i64>> {
                Ok(sqlx::query_scalar!(
                    r#"WITH changed AS (
                         UPDATE "#
                        + $table
                        + r#" SET active = false, version = version + 1, changed_at = $3
                         WHERE course_id = $1 AND customer_id = $2 AND active AND version = coalesce($4, version)
                         RETURNING version),
                     counted AS (
                         UPDATE "#
                        + $counts
                        + r#" SET active = active - 1 WHERE course_id = $1 AND EXISTS (SELECT FROM changed))
                     SELECT version AS "version!" FROM changed"#,
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

            pub(crate) async fn kept_counts(pool: &PgPool) -> Result<Vec<(CourseId, u64)>> {
                let rows = sqlx::query!("SELECT course_id, active FROM " + $counts + " WHERE active <> 0").fetch_all(pool).await?;
                Ok(rows.into_iter().map(|row| (CourseId::new(row.course_id), row.active.unsigned_abs())).collect())
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

marks!(likes, "communication.likes", "communication.like_counts");
marks!(bookmarks, "communication.bookmarks", "communication.bookmark_counts");

/// A mark that was changed, by its event's id.
struct Row {
    id: Uuid,
    version: i64,
    count: i64,
}

/// What a change has made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written {
    /// The mark's new version.
    pub version: u64,
    /// How many customers have such a mark on the course after it, and after those written with it.
    pub count: u64,
}

/// The version of a mark, active or not, and how many customers have such a mark on the course.
pub(crate) async fn standing(pool: &PgPool, mark: Mark, subject: CourseAndCustomer) -> Result<(Option<u64>, u64)> {
    let (version, count) = match mark {
        Mark::Like => likes::standing(pool, subject).await?,
        Mark::Bookmark => bookmarks::standing(pool, subject).await?,
    };
    Ok((version.map(i64::unsigned_abs), count.unsigned_abs()))
}

/// What is to become of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Wish {
    /// Active.
    Set,
    /// Active, if the course is known here to be published.
    SetIfPublished,
    /// Inactive.
    TakenBack,
}

/// What someone wants a mark to be, and what is to be told if that changes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Wanted {
    pub subject: CourseAndCustomer,
    pub wish: Wish,
    pub event: Draft,
}

/// What is wanted, a column each.
#[derive(Default)]
struct Many {
    courses: Vec<Uuid>,
    customers: Vec<Uuid>,
    active: Vec<bool>,
    known: Vec<bool>,
    at: Vec<jiff_sqlx::Timestamp>,
    aggregates: Vec<Uuid>,
    ids: Vec<Uuid>,
    names: Vec<String>,
    correlations: Vec<Uuid>,
    causations: Vec<Option<Uuid>>,
    actors: Vec<Option<Uuid>>,
    payloads: Vec<serde_json::Value>,
}

impl Many {
    fn of(wanted: &[Wanted]) -> Self {
        let mut many = Self::default();
        for Wanted { subject, wish, event } in wanted {
            many.courses.push(subject.course_id.as_uuid());
            many.customers.push(subject.customer_id.as_uuid());
            many.active.push(*wish != Wish::TakenBack);
            many.known.push(*wish == Wish::SetIfPublished);
            many.at.push(event.occurred_at.to_sqlx());
            many.aggregates.push(event.aggregate.id);
            many.ids.push(event.id);
            many.names.push(event.name.to_owned());
            many.correlations.push(event.correlation_id);
            many.causations.push(event.causation_id);
            many.actors.push(event.actor);
            many.payloads.push(event.payload.clone());
        }
        many
    }
}

/// Makes marks as they are wanted, those that aren't so already, and appends what is to be told of each; one statement for all. No two may
/// be of one customer and course. Answers what became of each that has changed, by its event's id.
pub(crate) async fn write(connection: &mut PgConnection, mark: Mark, wanted: &[Wanted]) -> Result<Vec<(Uuid, Written)>> {
    let many = Many::of(wanted);
    let written = match mark {
        Mark::Like => likes::write(connection, mark.kind().code(), &many).await?,
        Mark::Bookmark => bookmarks::write(connection, mark.kind().code(), &many).await?,
    };
    Ok(written.into_iter().map(|row| (row.id, Written { version: row.version.unsigned_abs(), count: row.count.unsigned_abs() })).collect())
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

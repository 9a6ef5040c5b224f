//! What was heard of courses, and who keeps them.

use crate::model::{Cause, Known, Withdrawn};
use contract::{AccountId, CorrelationId, CourseId, EventId};
use jiff_sqlx::{Timestamp, ToSqlx};
use platform::Result;
use sqlx::postgres::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What is known of `courses`, of those that were heard of.
pub(crate) async fn known(connection: &mut PgConnection, courses: &BTreeSet<CourseId>) -> Result<BTreeMap<CourseId, Known>> {
    let courses: Vec<Uuid> = courses.iter().map(|course| course.as_uuid()).collect();
    let rows = sqlx::query!(
        r#"SELECT id, host_id, published, withdrawn_at AS "withdrawn_at: Timestamp", withdrawn_by, withdrawn_case
           FROM message.courses WHERE id = ANY ($1)"#,
        &courses
    )
    .fetch_all(connection)
    .await?;
    let known = rows.into_iter().map(|row| {
        let withdrawn = match (row.withdrawn_at, row.withdrawn_by, row.withdrawn_case) {
            (Some(at), Some(by), Some(case)) => {
                Some(Withdrawn { at: at.to_jiff(), cause: Cause { event_id: EventId::new(by), correlation_id: CorrelationId::new(case) } })
            }
            _ => None,
        };
        (CourseId::new(row.id), Known { host_id: AccountId::new(row.host_id), published: row.published, withdrawn })
    });
    Ok(known.collect())
}

/// Remembers a course that was not heard of before.
pub(crate) async fn meet(connection: &mut PgConnection, course: CourseId, host: AccountId) -> Result<()> {
    sqlx::query!("INSERT INTO message.courses (id, host_id) VALUES ($1, $2)", course.as_uuid(), host.as_uuid()).execute(connection).await?;
    Ok(())
}

pub(crate) async fn entitle(connection: &mut PgConnection, course: CourseId, ko: &str, en: &str) -> Result<()> {
    sqlx::query!("UPDATE message.courses SET title_ko = $2, title_en = $3 WHERE id = $1", course.as_uuid(), ko, en)
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn publish(connection: &mut PgConnection, course: CourseId) -> Result<()> {
    sqlx::query!("UPDATE message.courses SET published = true WHERE id = $1", course.as_uuid()).execute(connection).await?;
    Ok(())
}

pub(crate) async fn withdraw(connection: &mut PgConnection, course: CourseId, withdrawn: Withdrawn) -> Result<()> {
    sqlx::query!(
        "UPDATE message.courses SET published = false, withdrawn_at = $2, withdrawn_by = $3, withdrawn_case = $4 WHERE id = $1",
        course.as_uuid(),
        withdrawn.at.to_sqlx() as _,
        withdrawn.cause.event_id.as_uuid(),
        withdrawn.cause.correlation_id.as_uuid(),
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn keep(connection: &mut PgConnection, course: CourseId, customer: AccountId, since: jiff::Timestamp) -> Result<()> {
    sqlx::query!(
        "INSERT INTO message.bookmarks (course_id, customer_id, kept_since) VALUES ($1, $2, $3)
         ON CONFLICT (course_id, customer_id) DO UPDATE SET kept_since = excluded.kept_since",
        course.as_uuid(),
        customer.as_uuid(),
        since.to_sqlx() as _,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn let_go(connection: &mut PgConnection, course: CourseId, customer: AccountId) -> Result<()> {
    sqlx::query!("DELETE FROM message.bookmarks WHERE course_id = $1 AND customer_id = $2", course.as_uuid(), customer.as_uuid())
        .execute(connection)
        .await?;
    Ok(())
}

/// Up to `limit` who have kept `course` since `then` or longer, after `last`, in the order of their ids.
pub(crate) async fn holders(
    connection: &mut PgConnection,
    course: CourseId,
    then: jiff::Timestamp,
    last: Option<AccountId>,
    limit: i64,
) -> Result<Vec<AccountId>> {
    let holders = sqlx::query_scalar!(
        "SELECT customer_id FROM message.bookmarks
         WHERE course_id = $1 AND kept_since <= $2 AND ($3::uuid IS NULL OR customer_id > $3) ORDER BY customer_id LIMIT $4",
        course.as_uuid(),
        then.to_sqlx() as _,
        last.map(AccountId::as_uuid),
        limit,
    )
    .fetch_all(connection)
    .await?;
    Ok(holders.into_iter().map(AccountId::new).collect())
}

/// Those of `holders` who keep `course` now.
pub(crate) async fn still_keeping(connection: &mut PgConnection, course: CourseId, holders: &[AccountId]) -> Result<BTreeSet<AccountId>> {
    let holders: Vec<Uuid> = holders.iter().map(|holder| holder.as_uuid()).collect();
    let keeping = sqlx::query_scalar!(
        "SELECT customer_id FROM message.bookmarks WHERE course_id = $1 AND customer_id = ANY ($2)",
        course.as_uuid(),
        &holders
    )
    .fetch_all(connection)
    .await?;
    Ok(keeping.into_iter().map(AccountId::new).collect())
}

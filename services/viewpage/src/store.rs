//! All SQL on the schema `viewpage`.
//!
//! The projection writes to unqualified names: the search path says into which generation ([`use_generation`]). Queries are
//! qualified and see the generation that is in place.

mod live;
mod read;

pub(crate) use live::{Missed, changes_after, last_change, listen, missed, snapshot, trim_changes};
pub(crate) use read::{Filter, counts, course, liked, list};
pub use read::{dump, like_counts};

use crate::model::Fold;
use contract::CourseId;
use contract::viewpage::Totals;
use jiff_sqlx::ToSqlx;
use platform::Result;
use sqlx::postgres::PgConnection;
use sqlx::types::Json;

/// Postgres channel on which other processes hear of a folded batch.
const CHANNEL: &str = "viewpage_changes";

/// Until the end of the transaction, unqualified names mean the tables of `schema`.
pub(crate) async fn use_generation(connection: &mut PgConnection, schema: &str) -> Result<()> {
    sqlx::query_scalar!("SELECT set_config('search_path', $1, true)", schema).fetch_one(connection).await?;
    Ok(())
}

pub(crate) async fn write_accounts(connection: &mut PgConnection, fold: &Fold) -> Result<()> {
    if fold.accounts.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = fold.accounts.keys().map(|id| id.as_uuid()).collect();
    let names: Vec<_> = fold.accounts.values().cloned().collect();
    sqlx::query!(
        "INSERT INTO accounts (account_id, display_name) SELECT * FROM unnest($1::uuid[], $2::text[])
         ON CONFLICT (account_id) DO UPDATE SET display_name = excluded.display_name",
        &ids,
        &names
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn write_contents(connection: &mut PgConnection, fold: &Fold) -> Result<()> {
    for (id, course) in &fold.courses {
        if let Some(written) = &course.written {
            let totals = Totals::of(&written.content);
            let tags: Vec<String> = written.content.tags.iter().map(|tag| tag.as_str().to_owned()).collect();
            sqlx::query!(
                "INSERT INTO courses (course_id, host_id, content, region, tags, total_minutes, total_metres, total_cost_krw)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT (course_id) DO UPDATE SET host_id = excluded.host_id, content = excluded.content, region = excluded.region,
                     tags = excluded.tags, total_minutes = excluded.total_minutes, total_metres = excluded.total_metres,
                     total_cost_krw = excluded.total_cost_krw",
                id.as_uuid(),
                written.host_id.as_uuid(),
                Json(&written.content) as _,
                written.content.region.code(),
                &tags,
                total(totals.minutes),
                total(totals.metres),
                total(totals.cost_krw),
            )
            .execute(&mut *connection)
            .await?;
        }
        if let Some(shown) = course.shown {
            sqlx::query!(
                "INSERT INTO courses (course_id, published, published_at) VALUES ($1, $2, $3)
                 ON CONFLICT (course_id) DO UPDATE SET published = excluded.published,
                     published_at = COALESCE(courses.published_at, excluded.published_at)",
                id.as_uuid(),
                shown.is_some(),
                shown.map(ToSqlx::to_sqlx) as _,
            )
            .execute(&mut *connection)
            .await?;
        }
    }
    Ok(())
}

fn total(sum: u32) -> i32 {
    i32::try_from(sum).unwrap_or(i32::MAX)
}

/// One statement for all courses of the batch, however many events they had.
pub(crate) async fn write_counts(connection: &mut PgConnection, fold: &Fold) -> Result<()> {
    if fold.courses.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = fold.courses.keys().map(|id| id.as_uuid()).collect();
    let likes: Vec<_> = fold.courses.values().map(|course| course.likes).collect();
    let events: Vec<_> = fold.courses.values().map(|course| course.events).collect();
    sqlx::query!(
        "INSERT INTO courses (course_id, likes, version) SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[])
         ON CONFLICT (course_id) DO UPDATE SET likes = courses.likes + excluded.likes, version = courses.version + excluded.version",
        &ids,
        &likes,
        &events
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn write_likes(connection: &mut PgConnection, fold: &Fold) -> Result<()> {
    let pairs = |active: bool| {
        fold.likes.iter().filter(move |(_, liked)| **liked == active).map(|((course, customer), _)| (course.as_uuid(), customer.as_uuid()))
    };
    let (courses, customers): (Vec<_>, Vec<_>) = pairs(true).unzip();
    if !courses.is_empty() {
        sqlx::query!(
            "INSERT INTO likes (course_id, customer_id) SELECT * FROM unnest($1::uuid[], $2::uuid[]) ON CONFLICT DO NOTHING",
            &courses,
            &customers
        )
        .execute(&mut *connection)
        .await?;
    }
    let (courses, customers): (Vec<_>, Vec<_>) = pairs(false).unzip();
    if !courses.is_empty() {
        sqlx::query!(
            "DELETE FROM likes USING unnest($1::uuid[], $2::uuid[]) AS gone (course_id, customer_id)
             WHERE likes.course_id = gone.course_id AND likes.customer_id = gone.customer_id",
            &courses,
            &customers
        )
        .execute(connection)
        .await?;
    }
    Ok(())
}

/// One change for each touched course that is shown, or was until now; and word of it to other processes.
pub(crate) async fn write_changes(connection: &mut PgConnection, fold: &Fold) -> Result<()> {
    let touched: Vec<_> = fold.courses.keys().map(|id| id.as_uuid()).collect();
    let withdrawn: Vec<_> = fold.withdrawn().into_iter().map(CourseId::as_uuid).collect();
    let written = sqlx::query!(
        "INSERT INTO changes (course_id, withdrawn, version, likes, bookmarks, comments, reviews, rating_sum, changed_at)
         SELECT course_id, NOT published, version, likes, bookmarks, comments, reviews, rating_sum, now()
         FROM courses WHERE course_id = ANY ($1) AND (published OR course_id = ANY ($2)) ORDER BY course_id",
        &touched,
        &withdrawn,
    )
    .execute(&mut *connection)
    .await?;
    if written.rows_affected() > 0 {
        sqlx::query!("SELECT pg_notify($1, '')", CHANNEL).execute(connection).await?;
    }
    Ok(())
}

//! What the projection writes: at most one statement a table and kind of change, however many events a segment has.

use crate::model::{CourseFold, Fold};
use contract::viewpage::Totals;
use contract::{AccountId, CourseId};
use jiff_sqlx::ToSqlx;
use platform::Result;
use sqlx::postgres::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

pub(crate) async fn write_accounts(connection: &mut PgConnection, fold: &Fold<'_>) -> Result<()> {
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

/// What was written of courses, then what was shown of them.
pub(crate) async fn write_contents(connection: &mut PgConnection, fold: &Fold<'_>) -> Result<()> {
    let written: Vec<_> = fold.courses.values().filter_map(|course| course.written.as_ref()).collect();
    if !written.is_empty() {
        let ids: Vec<Uuid> = written.iter().map(|course| course.course_id.as_uuid()).collect();
        let hosts: Vec<Uuid> = written.iter().map(|course| course.host_id.as_uuid()).collect();
        let contents: Vec<_> = written.iter().map(|course| Json(&course.content)).collect();
        let totals: Vec<_> = written.iter().map(|course| Totals::of(&course.content)).collect();
        let moments: Vec<_> =
            fold.courses.values().filter(|course| course.written.is_some()).map(|course| course.written_at.map(ToSqlx::to_sqlx)).collect();
        sqlx::query!(
            "INSERT INTO courses (course_id, host_id, content, region, tags, total_minutes, total_metres, total_cost_krw, modified_at)
             SELECT course_id, host_id, content, content->>'region', ARRAY(SELECT jsonb_array_elements_text(content->'tags')),
                    minutes, metres, cost, written_at
             FROM unnest($1::uuid[], $2::uuid[], $3::jsonb[], $4::int[], $5::int[], $6::int[], $7::timestamptz[])
                 AS written (course_id, host_id, content, minutes, metres, cost, written_at)
             ON CONFLICT (course_id) DO UPDATE SET host_id = excluded.host_id, content = excluded.content, region = excluded.region,
                 tags = excluded.tags, total_minutes = excluded.total_minutes, total_metres = excluded.total_metres,
                 total_cost_krw = excluded.total_cost_krw, modified_at = excluded.modified_at",
            &ids,
            &hosts,
            &contents as _,
            &totals.iter().map(|totals| total(totals.minutes)).collect::<Vec<_>>(),
            &totals.iter().map(|totals| total(totals.metres)).collect::<Vec<_>>(),
            &totals.iter().map(|totals| total(totals.cost_krw)).collect::<Vec<_>>(),
            &moments as _,
        )
        .execute(&mut *connection)
        .await?;
    }
    let heard: Vec<_> = fold.courses.iter().filter_map(|(id, course)| Some((id.as_uuid(), course.shown?, course.first_shown))).collect();
    if !heard.is_empty() {
        let ids: Vec<Uuid> = heard.iter().map(|(id, _, _)| *id).collect();
        let shown: Vec<bool> = heard.iter().map(|(_, shown, _)| *shown).collect();
        let since: Vec<_> = heard.iter().map(|(_, _, since)| since.map(ToSqlx::to_sqlx)).collect();
        sqlx::query!(
            "INSERT INTO courses (course_id, published, published_at)
             SELECT * FROM unnest($1::uuid[], $2::bool[], $3::timestamptz[])
             ON CONFLICT (course_id) DO UPDATE SET published = excluded.published,
                 published_at = COALESCE(courses.published_at, excluded.published_at)",
            &ids,
            &shown,
            &since as _,
        )
        .execute(connection)
        .await?;
    }
    Ok(())
}

fn total(sum: u32) -> i32 {
    i32::try_from(sum).unwrap_or(i32::MAX)
}

/// One statement for all courses of the segment, however many events they had.
pub(crate) async fn write_counts(connection: &mut PgConnection, fold: &Fold<'_>) -> Result<()> {
    if fold.courses.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = fold.courses.keys().map(|id| id.as_uuid()).collect();
    let sums = |sum: fn(&CourseFold) -> i64| fold.courses.values().map(sum).collect::<Vec<_>>();
    sqlx::query!(
        "INSERT INTO courses (course_id, likes, bookmarks, comments, reviews, rating_sum, version, stars_1, stars_2, stars_3, stars_4, stars_5)
         SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
                              $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[])
         ON CONFLICT (course_id) DO UPDATE SET likes = courses.likes + excluded.likes, bookmarks = courses.bookmarks + excluded.bookmarks,
             comments = courses.comments + excluded.comments, reviews = courses.reviews + excluded.reviews,
             rating_sum = courses.rating_sum + excluded.rating_sum, version = courses.version + excluded.version,
             stars_1 = courses.stars_1 + excluded.stars_1, stars_2 = courses.stars_2 + excluded.stars_2,
             stars_3 = courses.stars_3 + excluded.stars_3, stars_4 = courses.stars_4 + excluded.stars_4,
             stars_5 = courses.stars_5 + excluded.stars_5",
        &ids,
        &sums(|course| course.likes),
        &sums(|course| course.bookmarks),
        &sums(|course| course.comments),
        &sums(|course| course.reviews),
        &sums(|course| course.rating_sum),
        &sums(|course| course.events),
        &sums(|course| course.stars[0]),
        &sums(|course| course.stars[1]),
        &sums(|course| course.stars[2]),
        &sums(|course| course.stars[3]),
        &sums(|course| course.stars[4]),
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn write_likes(connection: &mut PgConnection, fold: &Fold<'_>) -> Result<()> {
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

pub(crate) async fn write_bookmarks(connection: &mut PgConnection, fold: &Fold<'_>) -> Result<()> {
    let kept = fold.bookmarks.iter().filter_map(|((course, customer), since)| since.map(|since| (course, customer, since)));
    let (pairs, since): (Vec<_>, Vec<_>) =
        kept.map(|(course, customer, since)| ((course.as_uuid(), customer.as_uuid()), since.to_sqlx())).unzip();
    let (courses, customers): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
    if !courses.is_empty() {
        sqlx::query!(
            "INSERT INTO bookmarks (course_id, customer_id, bookmarked_at) SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[])
             ON CONFLICT (customer_id, course_id) DO UPDATE SET bookmarked_at = excluded.bookmarked_at",
            &courses,
            &customers,
            &since as _,
        )
        .execute(&mut *connection)
        .await?;
    }
    let gone = fold.bookmarks.iter().filter(|(_, since)| since.is_none());
    let (courses, customers): (Vec<_>, Vec<_>) = gone.map(|((course, customer), _)| (course.as_uuid(), customer.as_uuid())).unzip();
    if !courses.is_empty() {
        sqlx::query!(
            "DELETE FROM bookmarks USING unnest($1::uuid[], $2::uuid[]) AS gone (course_id, customer_id)
             WHERE bookmarks.course_id = gone.course_id AND bookmarks.customer_id = gone.customer_id",
            &courses,
            &customers
        )
        .execute(connection)
        .await?;
    }
    Ok(())
}

pub(crate) async fn write_inboxes(connection: &mut PgConnection, fold: &Fold<'_>) -> Result<()> {
    if fold.inboxes.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = fold.inboxes.keys().map(|id| id.as_uuid()).collect();
    let unread: Vec<_> = fold.inboxes.values().map(|inbox| i64::try_from(inbox.unread).unwrap_or(i64::MAX)).collect();
    sqlx::query!(
        "INSERT INTO inboxes (account_id, unread) SELECT * FROM unnest($1::uuid[], $2::bigint[])
         ON CONFLICT (account_id) DO UPDATE SET unread = excluded.unread",
        &ids,
        &unread
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// One more version of every course that shows `person`: as its host, or as the author of a review or comment. Answers which.
pub(crate) async fn bump_shown_of(connection: &mut PgConnection, person: AccountId) -> Result<Vec<CourseId>> {
    let bumped = sqlx::query_scalar!(
        "UPDATE courses SET version = version + 1
         WHERE course_id IN (SELECT course_id FROM searchable WHERE host_id = $1
                             UNION SELECT course_id FROM reviews WHERE author_id = $1
                             UNION SELECT course_id FROM comments WHERE author_id = $1)
         RETURNING course_id",
        person.as_uuid()
    )
    .fetch_all(connection)
    .await?;
    Ok(bumped.into_iter().map(CourseId::new).collect())
}

//! Searching, in two ways that find the same. By the index: every course that fits, when those are few, then the first of them. In
//! order: the courses from the first on, until enough of them fit, when those are many. Either way ids first, and the wide columns
//! for the courses of the page alone.

use super::read::Row;
use contract::CourseId;
use contract::course::CourseContent;
use contract::viewpage::{CourseView, Sort};
use jiff_sqlx::{Timestamp, ToSqlx};
use platform::Result;
use sqlx::postgres::PgPool;
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

/// How many courses found by the index are put in order. Where there are more, at least so many of all fit that reading them in order
/// comes to a page soon.
const FEW: i64 = 1_000;

/// Which courses are asked for.
#[derive(Debug)]
pub(crate) struct Asked {
    pub sort: Sort,
    pub wanted: crate::search::Wanted,
    pub region: Option<&'static str>,
    pub tag: Option<String>,
    pub host: Option<Uuid>,
    pub max_cost: Option<i32>,
    pub max_minutes: Option<i32>,
    pub setting: Option<&'static str>,
    pub after: Place,
    pub limit: i64,
}

/// A place in a list: what it is ordered by, and the course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Likes, microseconds or the rating's key.
    pub key: i64,
    /// The number of ratings where it is by rating, or 0.
    pub count: i64,
    pub id: Uuid,
}

impl Place {
    /// Before the first of any list.
    pub(crate) const START: Self = Self { key: i64::MAX, count: i64::MAX, id: Uuid::max() };
}

/// What the index found.
#[derive(Debug)]
pub(crate) enum Found {
    Places(Vec<Place>),
    /// Too many to put in order.
    Many,
}

struct Hit {
    course_id: Option<Uuid>,
    key: i64,
    count: i64,
}

impl Found {
    fn of(hits: Vec<Hit>) -> Self {
        let places = hits.into_iter().map(|hit| Some(Place { key: hit.key, count: hit.count, id: hit.course_id? }));
        places.collect::<Option<_>>().map_or(Self::Many, Self::Places)
    }
}

/// The first of the courses that fit, if they are few. What fits is a part of its own, planned for all of it though no more is read than it
/// takes to see that it is many: with the limit in it, Postgres would hope to meet enough soon and read row by row.
pub(crate) async fn by_index(pool: &PgPool, asked: &Asked) -> Result<Found> {
    let Asked { wanted, max_cost, max_minutes, after, limit, .. } = asked;
    let Place { key, count, id } = *after;
    let hits = match asked.sort {
        Sort::New => {
            sqlx::query_as!(
                Hit,
                r#"WITH fitting AS MATERIALIZED (
                       SELECT course_id, published_at FROM viewpage.searchable
                       WHERE published AND terms @> $1 AND words LIKE ALL ($2)
                         AND ($3::int IS NULL OR total_cost_krw <= $3) AND ($4::int IS NULL OR total_minutes <= $4)),
                   hits AS MATERIALIZED (SELECT * FROM fitting LIMIT $8::bigint + 1),
                   few AS MATERIALIZED (SELECT count(*) <= $8 AS few FROM hits)
                   (SELECT course_id, (extract(epoch FROM published_at) * 1000000)::bigint AS "key!", 0::bigint AS "count!" FROM hits
                    WHERE (SELECT few FROM few) AND (published_at, course_id) < ($5, $6)
                    ORDER BY hits.published_at DESC, course_id DESC LIMIT $7)
                   UNION ALL SELECT NULL, 0, 0 WHERE NOT (SELECT few FROM few)"#,
                &wanted.terms,
                &wanted.rechecks,
                *max_cost,
                *max_minutes,
                moment(key) as _,
                id,
                limit,
                FEW,
            )
            .fetch_all(pool)
            .await?
        }
        Sort::Popular => {
            sqlx::query_as!(
                Hit,
                r#"WITH fitting AS MATERIALIZED (
                       SELECT course_id FROM viewpage.searchable
                       WHERE published AND terms @> $1 AND words LIKE ALL ($2)
                         AND ($3::int IS NULL OR total_cost_krw <= $3) AND ($4::int IS NULL OR total_minutes <= $4)),
                   hits AS MATERIALIZED (SELECT * FROM fitting LIMIT $8::bigint + 1),
                   few AS MATERIALIZED (SELECT count(*) <= $8 AS few FROM hits)
                   (SELECT course_id, likes AS "key!", 0::bigint AS "count!" FROM hits JOIN viewpage.courses USING (course_id)
                    WHERE (SELECT few FROM few) AND published AND (likes, course_id) < ($5, $6)
                    ORDER BY likes DESC, course_id DESC LIMIT $7)
                   UNION ALL SELECT NULL, 0, 0 WHERE NOT (SELECT few FROM few)"#,
                &wanted.terms,
                &wanted.rechecks,
                *max_cost,
                *max_minutes,
                key,
                id,
                limit,
                FEW,
            )
            .fetch_all(pool)
            .await?
        }
        Sort::Rating => {
            sqlx::query_as!(
                Hit,
                r#"WITH fitting AS MATERIALIZED (
                       SELECT course_id FROM viewpage.searchable
                       WHERE published AND terms @> $1 AND words LIKE ALL ($2)
                         AND ($3::int IS NULL OR total_cost_krw <= $3) AND ($4::int IS NULL OR total_minutes <= $4)),
                   hits AS MATERIALIZED (SELECT * FROM fitting LIMIT $9::bigint + 1),
                   few AS MATERIALIZED (SELECT count(*) <= $9 AS few FROM hits)
                   (SELECT course_id, rating_key AS "key!", reviews AS "count!" FROM hits JOIN viewpage.courses USING (course_id)
                    WHERE (SELECT few FROM few) AND published AND (rating_key, reviews, course_id) < ($5, $7, $6)
                    ORDER BY rating_key DESC, reviews DESC, course_id DESC LIMIT $8)
                   UNION ALL SELECT NULL, 0, 0 WHERE NOT (SELECT few FROM few)"#,
                &wanted.terms,
                &wanted.rechecks,
                *max_cost,
                *max_minutes,
                key,
                id,
                count,
                limit,
                FEW,
            )
            .fetch_all(pool)
            .await?
        }
    };
    Ok(Found::of(hits))
}

/// The first of the courses that fit, for when they are many, among the first `most` from the place on. Fewer than asked for may be all or
/// not. The CASE keeps Postgres from taking them for few.
pub(crate) async fn in_order(pool: &PgPool, asked: &Asked, most: i64) -> Result<Vec<Place>> {
    let Asked { wanted, region, tag, host, max_cost, max_minutes, setting, after, limit, .. } = asked;
    let Place { key, count, id } = *after;
    let tags: Option<Vec<String>> = tag.clone().map(|tag| vec![tag]);
    let hits = match asked.sort {
        Sort::New => {
            sqlx::query_as!(
                Hit,
                r#"SELECT course_id, (extract(epoch FROM published_at) * 1000000)::bigint AS "key!", 0::bigint AS "count!"
                   FROM (SELECT * FROM viewpage.searchable WHERE published AND (published_at, course_id) < ($6, $7)
                         ORDER BY viewpage.searchable.published_at DESC, course_id DESC LIMIT $9) first
                   WHERE CASE WHEN words LIKE ALL ($1) AND ($2::text IS NULL OR region = $2)
                             AND ($3::text[] IS NULL OR tags @> $3) AND ($4::int IS NULL OR total_cost_krw <= $4)
                             AND ($5::int IS NULL OR total_minutes <= $5) AND ($10::uuid IS NULL OR host_id = $10)
                             AND ($11::text IS NULL OR setting = $11) THEN true ELSE false END
                   ORDER BY first.published_at DESC, course_id DESC LIMIT $8"#,
                &wanted.patterns,
                *region,
                tags.as_deref(),
                *max_cost,
                *max_minutes,
                moment(key) as _,
                id,
                limit,
                most,
                *host,
                *setting,
            )
            .fetch_all(pool)
            .await?
        }
        Sort::Popular => {
            sqlx::query_as!(
                Hit,
                r#"SELECT course_id, likes AS "key!", 0::bigint AS "count!"
                   FROM (SELECT * FROM viewpage.courses WHERE published AND (likes, course_id) < ($6, $7)
                         ORDER BY viewpage.courses.likes DESC, course_id DESC LIMIT $9) first JOIN viewpage.searchable s USING (course_id)
                   WHERE CASE WHEN ($2::text IS NULL OR first.region = $2)
                             AND ($3::text[] IS NULL OR first.tags @> $3) AND ($4::int IS NULL OR first.total_cost_krw <= $4)
                             AND ($5::int IS NULL OR first.total_minutes <= $5) AND ($10::uuid IS NULL OR first.host_id = $10) THEN true ELSE false END
                     AND CASE WHEN words LIKE ALL ($1) AND ($11::text IS NULL OR setting = $11) THEN true ELSE false END
                   ORDER BY first.likes DESC, course_id DESC LIMIT $8"#,
                &wanted.patterns,
                *region,
                tags.as_deref(),
                *max_cost,
                *max_minutes,
                key,
                id,
                limit,
                most,
                *host,
                *setting,
            )
            .fetch_all(pool)
            .await?
        }
        Sort::Rating => {
            sqlx::query_as!(
                Hit,
                r#"SELECT course_id, rating_key AS "key!", reviews AS "count!"
                   FROM (SELECT * FROM viewpage.courses WHERE published AND (rating_key, reviews, course_id) < ($6, $9, $7)
                         ORDER BY viewpage.courses.rating_key DESC, viewpage.courses.reviews DESC, course_id DESC LIMIT $10) first
                       JOIN viewpage.searchable s USING (course_id)
                   WHERE CASE WHEN ($2::text IS NULL OR first.region = $2)
                             AND ($3::text[] IS NULL OR first.tags @> $3) AND ($4::int IS NULL OR first.total_cost_krw <= $4)
                             AND ($5::int IS NULL OR first.total_minutes <= $5) AND ($11::uuid IS NULL OR first.host_id = $11) THEN true ELSE false END
                     AND CASE WHEN words LIKE ALL ($1) AND ($12::text IS NULL OR setting = $12) THEN true ELSE false END
                   ORDER BY first.rating_key DESC, first.reviews DESC, course_id DESC LIMIT $8"#,
                &wanted.patterns,
                *region,
                tags.as_deref(),
                *max_cost,
                *max_minutes,
                key,
                id,
                limit,
                count,
                most,
                *host,
                *setting,
            )
            .fetch_all(pool)
            .await?
        }
    };
    Ok(hits.into_iter().filter_map(|hit| Some(Place { key: hit.key, count: hit.count, id: hit.course_id? })).collect())
}

fn moment(key: i64) -> Timestamp {
    platform::cursor::moment(key).to_sqlx()
}

/// The courses at `places`, in that order; one that was taken from view meanwhile is left out.
pub(crate) async fn cards(pool: &PgPool, places: &[Place]) -> Result<Vec<CourseView>> {
    let ids: Vec<Uuid> = places.iter().map(|place| place.id).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT course_id, host_id AS "host_id!", display_name AS "display_name?", content AS "content!: Json<CourseContent>",
                  total_minutes, total_metres, total_cost_krw, published_at AS "published_at!: Timestamp",
                  GREATEST(modified_at, published_at) AS "modified_at!: Timestamp", likes, bookmarks, comments, reviews, rating_sum, version
           FROM viewpage.courses LEFT JOIN viewpage.accounts ON account_id = host_id
           WHERE course_id = ANY ($1) AND published AND content IS NOT NULL"#,
        &ids
    )
    .fetch_all(pool)
    .await?;
    let mut views: HashMap<CourseId, CourseView> = rows.into_iter().map(CourseView::from).map(|view| (view.course.id, view)).collect();
    Ok(places.iter().filter_map(|place| views.remove(&CourseId::new(place.id))).collect())
}

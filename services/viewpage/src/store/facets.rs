//! Counting what a search finds by what it can be narrowed by: in one pass over the courses found, and over no more of them than take
//! some 30 ms.

use crate::recent::Asked;
use contract::viewpage::facets::{OFFERED_COSTS, OFFERED_MINUTES, OFFERED_TAGS};
use platform::Result;
use sqlx::postgres::PgPool;

/// How many courses are looked at where the index has something to go by: their rows have to be fetched.
const FOUND: i64 = 4_000;
/// How many courses are looked at where it has not: another index holds all there is to count.
const ALL_OF_THEM: i64 = 20_000;

/// What was counted of the courses found.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    /// How many there are.
    pub total: u32,
    /// Whether all were looked at.
    pub exact: bool,
    pub regions: Vec<(String, u32)>,
    pub settings: Vec<(String, u32)>,
    /// How many cost up to each of [`OFFERED_COSTS`].
    pub costs: [u32; OFFERED_COSTS.len()],
    /// How many take up to each of [`OFFERED_MINUTES`].
    pub minutes: [u32; OFFERED_MINUTES.len()],
    /// The most frequent first.
    pub tags: Vec<(String, u32)>,
}

struct Row {
    /// Which of the groupings it is of: the bit of a column that is not grouped by is set.
    kind: i32,
    value: String,
    count: i64,
}

/// By which column a row is grouped; the bits of region, setting, cost and minutes, from the highest.
const REGION: i32 = 0b0111;
const SETTING: i32 = 0b1011;
const COST: i32 = 0b1101;
const MINUTES: i32 = 0b1110;
const ALL: i32 = 0b1111;
/// Of tags, which a course has several of.
const TAG: i32 = -1;

/// Counts the courses that fit. Where the index has something to go by it does; else the newest are looked at first.
pub(crate) async fn count(pool: &PgPool, asked: &Asked) -> Result<Counted> {
    let Asked { wanted, max_cost, max_minutes } = asked;
    let most = if wanted.terms.is_empty() { ALL_OF_THEM } else { FOUND };
    // The thresholds between the offers: width_bucket wants to know what is no longer within.
    let costs = OFFERED_COSTS.map(|bound| i32::try_from(bound).unwrap_or(i32::MAX - 1) + 1);
    let minutes = OFFERED_MINUTES.map(|bound| i32::try_from(bound).unwrap_or(i32::MAX - 1) + 1);
    let tags = i64::try_from(OFFERED_TAGS).unwrap_or(i64::MAX);
    let rows = if wanted.terms.is_empty() {
        sqlx::query_as!(
            Row,
            r#"WITH looked AS MATERIALIZED (
                   SELECT region, setting, tags, width_bucket(total_cost_krw, $3::int[]) AS cost, width_bucket(total_minutes, $4::int[]) AS time
                   FROM viewpage.searchable
                   WHERE published AND ($1::int IS NULL OR total_cost_krw <= $1) AND ($2::int IS NULL OR total_minutes <= $2)
                   ORDER BY published_at DESC, course_id DESC LIMIT $5)
               SELECT GROUPING(region, setting, cost, time) AS "kind!", COALESCE(region, setting, cost::text, time::text, '') AS "value!",
                      count(*) AS "count!"
               FROM looked GROUP BY GROUPING SETS ((), (region), (setting), (cost), (time))
               UNION ALL
               (SELECT -1, tag, count(*) FROM (SELECT unnest(tags) AS tag FROM looked) tags GROUP BY tag ORDER BY count(*) DESC, tag LIMIT $6)"#,
            *max_cost,
            *max_minutes,
            &costs[..],
            &minutes[..],
            most + 1,
            tags,
        )
        .fetch_all(pool)
        .await?
    } else {
        sqlx::query_as!(
            Row,
            r#"WITH fitting AS MATERIALIZED (
                   SELECT region, setting, tags, total_cost_krw, total_minutes FROM viewpage.searchable
                   WHERE published AND terms @> $1 AND words LIKE ALL ($2)
                     AND ($3::int IS NULL OR total_cost_krw <= $3) AND ($4::int IS NULL OR total_minutes <= $4)),
               looked AS MATERIALIZED (
                   SELECT region, setting, tags, width_bucket(total_cost_krw, $5::int[]) AS cost, width_bucket(total_minutes, $6::int[]) AS time
                   FROM fitting LIMIT $7)
               SELECT GROUPING(region, setting, cost, time) AS "kind!", COALESCE(region, setting, cost::text, time::text, '') AS "value!",
                      count(*) AS "count!"
               FROM looked GROUP BY GROUPING SETS ((), (region), (setting), (cost), (time))
               UNION ALL
               (SELECT -1, tag, count(*) FROM (SELECT unnest(tags) AS tag FROM looked) tags GROUP BY tag ORDER BY count(*) DESC, tag LIMIT $8)"#,
            &wanted.terms,
            &wanted.rechecks,
            *max_cost,
            *max_minutes,
            &costs[..],
            &minutes[..],
            most + 1,
            tags,
        )
        .fetch_all(pool)
        .await?
    };
    Ok(counted(rows, most))
}

fn counted(rows: Vec<Row>, most: i64) -> Counted {
    let mut counted = Counted { exact: true, ..Counted::default() };
    for Row { kind, value, count } in rows {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        match kind {
            ALL => (counted.total, counted.exact) = (count, i64::from(count) <= most),
            REGION => counted.regions.push((value, count)),
            SETTING => counted.settings.push((value, count)),
            COST => up_to(&mut counted.costs, &value, count),
            MINUTES => up_to(&mut counted.minutes, &value, count),
            TAG => counted.tags.push((value, count)),
            _ => {}
        }
    }
    counted
}

/// What is within a bound is within all larger ones. The bucket after the last bound is within none.
fn up_to(bounds: &mut [u32], bucket: &str, count: u32) {
    let bucket = bucket.parse().unwrap_or(bounds.len());
    bounds.iter_mut().skip(bucket).for_each(|bound| *bound += count);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_holds_what_smaller_ones_hold() {
        let row = |kind, value: &str, count| Row { kind, value: value.into(), count };
        let rows =
            vec![row(ALL, "", 6), row(COST, "0", 1), row(COST, "2", 2), row(COST, "4", 3), row(TAG, "야경", 2), row(REGION, "seoul", 6)];
        let counted = counted(rows, FOUND);
        assert_eq!((counted.total, counted.exact, counted.costs), (6, true, [1, 1, 3, 3]));
        assert_eq!((counted.minutes, counted.tags, counted.regions), ([0; 4], vec![("야경".into(), 2)], vec![("seoul".into(), 6)]));
    }

    #[test]
    fn what_was_not_looked_at_to_the_end_is_not_exact() {
        let count = |count| counted(vec![Row { kind: ALL, value: String::new(), count }], FOUND).exact;
        assert!(count(FOUND) && !count(FOUND + 1));
    }
}

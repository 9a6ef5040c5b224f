//! How frequent the terms are that courses are found by, as Postgres itself keeps count when it analyses a table.

use platform::Result;
use sqlx::postgres::PgPool;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How long what was read is good enough: Postgres doesn't count more often.
const GOOD_FOR: Duration = Duration::from_secs(60);

/// The most frequent terms, each with the part of all courses that have it. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frequencies(Arc<Mutex<Counted>>);

#[derive(Debug, Default)]
struct Counted {
    courses: f64,
    parts: HashMap<String, f64>,
    again: Option<Instant>,
}

impl Frequencies {
    /// About which part of all courses has all of `terms`, as if these had nothing to do with each other, and how many courses there are.
    /// Nothing when one of them is not among the frequent ones, or nothing has been counted yet.
    pub(crate) async fn estimate(&self, pool: &PgPool, terms: &[String]) -> Result<(f64, f64)> {
        if self.is_due() {
            let (courses, parts) = count(pool).await?;
            let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            (counted.courses, counted.parts) = (courses, parts);
        }
        let counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok((terms.iter().map(|term| counted.parts.get(term).copied().unwrap_or(0.0)).product(), counted.courses))
    }

    /// Whether it is time to read it again. One caller is told so, and the others go by what is there.
    fn is_due(&self) -> bool {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let due = counted.again.is_none_or(|again| now >= again);
        if due {
            counted.again = Some(now + GOOD_FOR);
        }
        due
    }
}

async fn count(pool: &PgPool) -> Result<(f64, HashMap<String, f64>)> {
    let rows = sqlx::query!(
        r#"SELECT reltuples AS courses, term AS "term!", part AS "part!"
           FROM pg_class, pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) AS counted (term, part)
           WHERE pg_class.oid = 'viewpage.searchable'::regclass AND schemaname = 'viewpage' AND tablename = 'searchable' AND attname = 'terms'
             AND term IS NOT NULL"#
    )
    .fetch_all(pool)
    .await?;
    let courses = rows.first().map_or(0.0, |row| f64::from(row.courses));
    Ok((courses, rows.into_iter().map(|row| (row.term, f64::from(row.part))).collect()))
}

//! Compares what the read model counts with the rows that are counted. Each service tells its own rows; one more count is one more
//! entry in `comparisons`.

use crate::error::{Error, Result};
use contract::CourseId;
use platform::Database;
use std::collections::BTreeMap;
use std::fmt;

type Counts = Vec<(CourseId, u64)>;

/// A count that is not what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What is counted.
    pub what: &'static str,
    /// Of which course.
    pub course: CourseId,
    /// What the read model shows.
    pub shown: u64,
    /// How many rows there are.
    pub rows: u64,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of course {}: the read model shows {}, there are {}", self.what, self.course, self.shown, self.rows)
    }
}

/// All counts that differ now. What has been done in the last moment may not have been folded yet: see [`lasting_differences`].
///
/// # Errors
/// When the database can't be reached.
async fn differences(database: &Database) -> Result<Vec<Difference>> {
    let mut all = Vec::new();
    for (what, shown, rows) in comparisons(database).await.map_err(Error::service("reading the counts"))? {
        all.extend(compare(what, shown, rows));
    }
    Ok(all)
}

/// What is shown, and the rows.
async fn comparisons(database: &Database) -> platform::Result<[(&'static str, Counts, Counts); 1]> {
    let pool = database.pool();
    Ok([("likes", viewpage::like_counts(pool).await?, communication::count_likes(pool).await?)])
}

fn compare(what: &'static str, shown: Counts, rows: Counts) -> Vec<Difference> {
    let mut both: BTreeMap<CourseId, (u64, u64)> = BTreeMap::new();
    for (course, count) in shown {
        both.entry(course).or_default().0 = count;
    }
    for (course, count) in rows {
        both.entry(course).or_default().1 = count;
    }
    both.into_iter()
        .filter(|(_, (shown, rows))| shown != rows)
        .map(|(course, (shown, rows))| Difference { what, course, shown, rows })
        .collect()
}

/// The counts that differ and go on differing in the same way: while people like courses, the read model is always a moment behind.
///
/// # Errors
/// When the database can't be reached.
pub async fn lasting_differences(database: &Database) -> Result<Vec<Difference>> {
    const LOOKS: u32 = 10;
    let mut lasting = differences(database).await?;
    for _ in 1..LOOKS {
        if lasting.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        let now = differences(database).await?;
        lasting.retain(|difference| now.contains(difference));
    }
    Ok(lasting)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn differences_on_either_side_are_found() {
        let [a, b, c, d] = [1, 2, 3, 4].map(|id| CourseId::new(Uuid::from_u128(id)));
        let found = compare("likes", vec![(a, 2), (b, 1), (d, 0)], vec![(a, 2), (c, 3)]);
        assert_eq!(
            found,
            [Difference { what: "likes", course: b, shown: 1, rows: 0 }, Difference { what: "likes", course: c, shown: 0, rows: 3 }]
        );
    }
}

//! Compares what the read model counts with the rows that are counted. Each service tells its own rows; one more count is one more
//! entry in `comparisons`.

use crate::error::{Error, Result};
use crate::parts::Part;
use crate::postgres::Databases;
use contract::{AccountId, CourseId};
use platform::Database;
use std::collections::BTreeMap;
use std::fmt;
use uuid::Uuid;
use viewpage::CourseTally;

type Counts = Vec<(Uuid, u64)>;

/// A count that is not what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What is counted.
    pub what: &'static str,
    /// Of which course or account.
    pub of: Uuid,
    /// What the read model shows.
    pub shown: u64,
    /// What the rows give.
    pub rows: u64,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: the read model shows {}, the rows give {}", self.what, self.of, self.shown, self.rows)
    }
}

/// All counts that differ now. What has been done in the last moment may not have been folded yet: see [`lasting_differences_between`].
///
/// # Errors
/// When the database can't be reached.
async fn differences(databases: &Databases) -> Result<Vec<Difference>> {
    let mut all = Vec::new();
    for (what, shown, rows) in comparisons(databases).await.map_err(Error::service("reading the counts"))? {
        all.extend(compare(what, shown, rows));
    }
    Ok(all)
}

/// What is shown, and the rows.
async fn comparisons(databases: &Databases) -> platform::Result<Vec<(&'static str, Counts, Counts)>> {
    let pool = |part| databases.of(part).map(Database::pool).ok_or(platform::Error::Defect("a service without a database"));
    let [viewpage, communication, review, message] =
        [pool(Part::Viewpage)?, pool(Part::Communication)?, pool(Part::Review)?, pool(Part::Message)?];
    let tallies = viewpage::counts_of_all(viewpage).await?;
    let shown = |count: fn(&CourseTally) -> u64| tallies.iter().map(|tally| (tally.course_id.as_uuid(), count(tally))).collect::<Counts>();
    let courses = |rows: Vec<(CourseId, u64)>| rows.into_iter().map(|(id, count)| (id.as_uuid(), count)).collect::<Counts>();
    let accounts = |rows: Vec<(AccountId, u64)>| rows.into_iter().map(|(id, count)| (id.as_uuid(), count)).collect::<Counts>();
    let reviews = review::count_reviews(review).await?;
    let stars = review::count_stars(review).await?;
    let given = |number: u8| {
        let rows = stars.iter().filter(|(_, stars, _)| stars.get() == number);
        courses(rows.map(|(id, _, count)| (*id, *count)).collect())
    };
    let likes = courses(communication::count_likes(communication).await?);
    let bookmarks = courses(communication::count_bookmarks(communication).await?);
    Ok(vec![
        ("likes told of course", courses(communication::like_counts(communication).await?), likes.clone()),
        ("bookmarks told of course", courses(communication::bookmark_counts(communication).await?), bookmarks.clone()),
        ("likes of course", shown(|tally| tally.likes), likes),
        ("bookmarks of course", shown(|tally| tally.bookmarks), bookmarks),
        ("comments on course", shown(|tally| tally.comments), courses(communication::count_comments(communication).await?)),
        ("reviews of course", shown(|tally| tally.reviews), courses(reviews.iter().map(|(id, count, _)| (*id, *count)).collect())),
        ("stars of course", shown(|tally| tally.rating_sum), courses(reviews.iter().map(|(id, _, stars)| (*id, *stars)).collect())),
        ("one-star reviews of course", shown(|tally| tally.stars[0]), given(1)),
        ("two-star reviews of course", shown(|tally| tally.stars[1]), given(2)),
        ("three-star reviews of course", shown(|tally| tally.stars[2]), given(3)),
        ("four-star reviews of course", shown(|tally| tally.stars[3]), given(4)),
        ("five-star reviews of course", shown(|tally| tally.stars[4]), given(5)),
        ("unread messages of account", accounts(viewpage::unread_of_all(viewpage).await?), accounts(message::count_unread(message).await?)),
    ])
}

fn compare(what: &'static str, shown: Counts, rows: Counts) -> Vec<Difference> {
    let mut both: BTreeMap<Uuid, (u64, u64)> = BTreeMap::new();
    for (of, count) in shown {
        both.entry(of).or_default().0 = count;
    }
    for (of, count) in rows {
        both.entry(of).or_default().1 = count;
    }
    both.into_iter().filter(|(_, (shown, rows))| shown != rows).map(|(of, (shown, rows))| Difference { what, of, shown, rows }).collect()
}

/// The counts that differ and go on differing in the same way: while people like courses, the read model is always a moment behind.
///
/// # Errors
/// When the database can't be reached.
pub async fn lasting_differences(database: &Database) -> Result<Vec<Difference>> {
    lasting_differences_between(&Databases::shared(database, Part::SERVICES)).await
}

/// The same, where services have databases of their own.
///
/// # Errors
/// When a database can't be reached.
pub async fn lasting_differences_between(databases: &Databases) -> Result<Vec<Difference>> {
    const LOOKS: u32 = 10;
    let mut lasting = differences(databases).await?;
    for _ in 1..LOOKS {
        if lasting.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        let now = differences(databases).await?;
        lasting.retain(|difference| now.contains(difference));
    }
    Ok(lasting)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_on_either_side_are_found() {
        let [a, b, c, d] = [1, 2, 3, 4].map(Uuid::from_u128);
        let found = compare("likes", vec![(a, 2), (b, 1), (d, 0)], vec![(a, 2), (c, 3)]);
        assert_eq!(found, [Difference { what: "likes", of: b, shown: 1, rows: 0 }, Difference { what: "likes", of: c, shown: 0, rows: 3 }]);
    }
}

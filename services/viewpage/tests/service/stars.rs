//! What reviews give: how many gave how many stars, and reviews in the order of their stars.

use crate::given::{Remark, append, new_course, published, setting, withdrawn, write_history};
use contract::viewpage::ReviewSort;
use contract::{CourseId, PageRequest, ViewpageApi};
use platform::Database;
use platform::testing::someone;
use viewpage::Viewpage;

/// What the release before this one had not.
const WITHOUT_STARS: &str =
    "ALTER TABLE viewpage.courses DROP COLUMN stars_1, DROP COLUMN stars_2, DROP COLUMN stars_3, DROP COLUMN stars_4,
    DROP COLUMN stars_5; DROP INDEX viewpage.reviews_highest, viewpage.reviews_lowest";

/// A course with reviews of these stars, written one after the other.
async fn reviewed(database: &Database, stars: &[i64]) -> CourseId {
    let course = new_course(database);
    append(database, published(course, someone(), "코스")).await;
    for rating in stars {
        append(database, vec![Remark::new(database, course, someone()).review(*rating)]).await;
    }
    course
}

async fn distribution(viewpage: &Viewpage, course: CourseId) -> [u64; 5] {
    viewpage.course(course).await.unwrap().expect("shown").rating.distribution.expect("told with the view")
}

#[tokio::test]
async fn each_review_counts_with_the_stars_it_gives_now() {
    let (database, viewpage) = setting().await;
    let course = reviewed(&database, &[5, 5, 1]).await;
    let (changed, gone) = (Remark::new(&database, course, someone()), Remark::new(&database, course, someone()));
    append(&database, vec![changed.review(2), gone.review(3), changed.rerate(2, 4, "다시")]).await;
    append(&database, vec![gone.unreview(3), changed.reply(someone(), "네")]).await;
    viewpage.projection().settle().await.unwrap();
    assert_eq!(distribution(&viewpage, course).await, [1, 0, 0, 1, 2]);
    assert_eq!(distribution(&viewpage, reviewed_by_nobody(&database, &viewpage).await).await, [0; 5]);
    let tally = viewpage::counts_of_all(database.pool()).await.unwrap();
    assert!(tally.iter().any(|tally| tally.course_id == course && tally.stars == [1, 0, 0, 1, 2]));
}

async fn reviewed_by_nobody(database: &Database, viewpage: &Viewpage) -> CourseId {
    let course = reviewed(database, &[]).await;
    viewpage.projection().settle().await.unwrap();
    course
}

#[tokio::test]
async fn the_migration_counts_what_is_there_and_it_is_the_same_as_folded() {
    let (database, viewpage) = setting().await;
    write_history(&database).await;
    viewpage.projection().settle().await.unwrap();
    let folded = viewpage::dump(database.pool()).await.unwrap();
    sqlx::raw_sql(WITHOUT_STARS).execute(database.pool()).await.unwrap();
    sqlx::raw_sql(include_str!("../../migrations/0007_stars.sql")).execute(database.pool()).await.unwrap();
    assert_eq!(viewpage::dump(database.pool()).await.unwrap(), folded);
    viewpage::rebuild(&database).await.unwrap();
    assert_eq!(viewpage::dump(database.pool()).await.unwrap(), folded);
}

#[tokio::test]
async fn what_the_release_before_folds_meanwhile_is_counted_too() {
    let (database, viewpage) = setting().await;
    write_history(&database).await;
    viewpage.projection().settle().await.unwrap();
    let folded = viewpage::dump(database.pool()).await.unwrap();
    // It leaves the columns as they are, and changed one review from one star to another.
    sqlx::raw_sql("UPDATE viewpage.courses SET stars_5 = 0").execute(database.pool()).await.unwrap();
    viewpage.count_missing().await.unwrap();
    assert_eq!(viewpage::dump(database.pool()).await.unwrap(), folded);
    sqlx::raw_sql("UPDATE viewpage.courses SET stars_3 = stars_3 - 1, stars_4 = stars_4 + 1 WHERE reviews > 0")
        .execute(database.pool())
        .await
        .unwrap();
    viewpage.count_missing().await.unwrap();
    assert_eq!(viewpage::dump(database.pool()).await.unwrap(), folded);
    // What no counting sets right is left after one try.
    sqlx::raw_sql("UPDATE viewpage.courses SET reviews = reviews + 1").execute(database.pool()).await.unwrap();
    viewpage.count_missing().await.unwrap();
}

#[tokio::test]
async fn reviews_are_listed_by_their_stars_among_equals_the_newest_first_page_by_page() {
    let (database, viewpage) = setting().await;
    let given = [3, 5, 1, 5, 3, 2, 5, 1];
    let course = reviewed(&database, &given).await;
    viewpage.projection().settle().await.unwrap();
    for sort in [ReviewSort::Newest, ReviewSort::Highest, ReviewSort::Lowest] {
        let whole = viewpage.reviews(course, sort, PageRequest::new(None, 100)).await.unwrap().expect("shown").items;
        let key = |at: usize| {
            let (stars, time) = (i64::from(whole[at].rating), whole[at].created_at);
            let rank = match sort {
                ReviewSort::Newest => 0,
                ReviewSort::Highest => -stars,
                ReviewSort::Lowest => stars,
            };
            (rank, std::cmp::Reverse((time, whole[at].id.as_uuid())))
        };
        assert_eq!(whole.len(), given.len());
        assert!((1..whole.len()).all(|at| key(at - 1) < key(at)), "{sort:?}: {whole:?}");

        let mut paged = Vec::new();
        let mut cursor = None;
        loop {
            let page = viewpage.reviews(course, sort, PageRequest::new(cursor, 3)).await.unwrap().expect("shown");
            paged.extend(page.items);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(paged, whole, "{sort:?}");
    }
    let newest = viewpage.reviews(course, ReviewSort::Newest, PageRequest::new(None, 1)).await.unwrap().expect("shown");
    assert!(viewpage.reviews(course, ReviewSort::Lowest, PageRequest::new(newest.next, 1)).await.is_err(), "a cursor of another order");
    append(&database, vec![withdrawn(course, someone())]).await;
    viewpage.projection().settle().await.unwrap();
    for sort in [ReviewSort::Highest, ReviewSort::Lowest] {
        assert_eq!(viewpage.reviews(course, sort, PageRequest::default()).await.unwrap(), None);
    }
}

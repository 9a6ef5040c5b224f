//! A host's own courses, a page at a time.

use crate::given::{World, refused, titled};
use contract::course::Course;
use contract::{CourseApi, CourseId, Page, PageRequest, Refusal};
use jiff::SignedDuration;
use platform::testing::{call, someone};

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

async fn page(world: &World, cursor: Option<String>, limit: u32) -> Page<Course> {
    world.courses.host_courses(&call(Some(world.host)), PageRequest::new(cursor, limit)).await.expect("lists")
}

/// All ids, read `limit` at a time.
async fn all(world: &World, limit: u32) -> Vec<CourseId> {
    let (mut ids, mut cursor) = (Vec::new(), None);
    loop {
        let page = page(world, cursor, limit).await;
        assert!(page.items.len() <= limit as usize);
        ids.extend(page.items.iter().map(|course| course.id));
        cursor = page.next;
        if cursor.is_none() {
            return ids;
        }
    }
}

#[tokio::test]
async fn a_host_sees_all_of_her_own_and_nothing_else() {
    let world = World::new().await;
    let draft = world.draft().await;
    world.pass(MINUTE);
    let published = world.published().await;
    world.pass(MINUTE);
    let withdrawn = world.courses.unpublish(&call(Some(world.host)), world.published().await.id).await.expect("unpublishes");
    let deleted = world.draft().await;
    world.courses.delete(&call(Some(world.host)), deleted.id).await.expect("deletes");
    world.courses.register(&call(Some(someone())), titled("남의 것")).await.expect("registers");
    assert_eq!(page(&world, None, 24).await, Page { items: vec![withdrawn, published, draft], next: None });
}

#[tokio::test]
async fn the_last_changed_comes_first() {
    let world = World::new().await;
    let first = world.draft().await;
    world.pass(MINUTE);
    let second = world.draft().await;
    assert_eq!(all(&world, 24).await, [second.id, first.id]);
    world.pass(MINUTE);
    world.courses.modify(&call(Some(world.host)), first.id, None, titled("밤 산책")).await.expect("modifies");
    assert_eq!(all(&world, 24).await, [first.id, second.id]);
}

#[tokio::test]
async fn pages_of_any_size_make_the_same_list_also_among_equal_times() {
    let world = World::new().await;
    for time in [3, 1, 3] {
        for _ in 0..time {
            world.draft().await;
        }
        world.pass(MINUTE);
    }
    let whole = all(&world, 100).await;
    assert_eq!(whole.len(), 7);
    for limit in 1..=8 {
        assert_eq!(all(&world, limit).await, whole, "{limit} at a time");
    }
}

#[tokio::test]
async fn the_last_page_says_that_it_is_the_last_even_when_it_is_full() {
    let world = World::new().await;
    for _ in 0..4 {
        world.draft().await;
    }
    let first = page(&world, None, 2).await;
    let cursor = first.next.expect("there are more");
    assert!(cursor.bytes().all(|c| c.is_ascii_alphanumeric()), "fits a URL: {cursor}");
    let second = page(&world, Some(cursor), 2).await;
    assert_eq!((second.items.len(), second.next), (2, None));
}

#[tokio::test]
async fn what_is_added_meanwhile_doubles_nothing_and_skips_nothing() {
    let world = World::new().await;
    for _ in 0..4 {
        world.draft().await;
        world.pass(MINUTE);
    }
    let before = all(&world, 100).await;
    let first = page(&world, None, 2).await;
    world.draft().await;
    let second = page(&world, first.next, 2).await;
    let read: Vec<_> = first.items.iter().chain(&second.items).map(|course| course.id).collect();
    assert_eq!(read, before);
}

#[tokio::test]
async fn a_cursor_that_is_none_is_malformed_and_nobody_has_no_courses() {
    let world = World::new().await;
    for cursor in ["x", "0", "' OR true --", &"g".repeat(48), &"f".repeat(47)] {
        let answer = world.courses.host_courses(&call(Some(world.host)), PageRequest::new(Some(cursor.to_owned()), 10)).await;
        assert_eq!(answer, refused(Refusal::Malformed), "{cursor}");
    }
    assert_eq!(world.courses.host_courses(&call(None), PageRequest::default()).await, refused(Refusal::NotSignedIn));
}

#[tokio::test]
async fn a_host_without_courses_gets_an_empty_page() {
    let world = World::new().await;
    assert_eq!(page(&world, None, 24).await, Page { items: Vec::new(), next: None });
}

#[tokio::test]
async fn the_list_is_read_from_its_index() {
    let world = World::new().await;
    world.draft().await;
    let mut connection = world.database.pool().acquire().await.expect("connects");
    sqlx::query("SET enable_seqscan = off").execute(&mut *connection).await.expect("sets");
    let plan: Vec<String> = sqlx::query_scalar(
        "EXPLAIN SELECT id FROM course.courses
         WHERE host_id = '00000000-0000-0000-0000-000000000001' AND state <> 'deleted'
           AND (updated_at, id) < (now(), 'ffffffff-ffff-ffff-ffff-ffffffffffff')
         ORDER BY updated_at DESC, id DESC LIMIT 25",
    )
    .fetch_all(&mut *connection)
    .await
    .expect("explains");
    let plan = plan.join("\n");
    assert!(plan.contains("courses_of_a_host") && !plan.contains("Sort"), "{plan}");
}

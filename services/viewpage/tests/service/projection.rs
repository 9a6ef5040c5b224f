//! What events make of the read model.

use crate::given::{
    Remark, append, bookmark, closed, deleted, delivered, history, like, named, new_course, published, read, refuse_bookmark, setting,
    withdrawn, write_history,
};
use contract::event::{Aggregate, AggregateKind, AggregateVersion, CourseWritten, Envelope, Event};
use contract::viewpage::Search;
use contract::{CourseId, ViewpageApi};
use platform::Database;
use platform::consumer::Handler;
use platform::event_log::Cursor;
use platform::testing::someone;
use platform::wake::Wake;
use std::collections::VecDeque;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use viewpage::Projection;

#[tokio::test]
async fn a_published_course_is_shown_with_its_counts_and_sums() {
    let (database, viewpage) = setting().await;
    let (host, course) = (someone(), new_course(&database));
    append(&database, published(course, host, "서울숲에서 뚝섬까지")).await;
    append(&database, vec![like(course, someone())]).await;
    viewpage.projection().settle().await.unwrap();

    let view = viewpage.course(course).await.unwrap().expect("shown");
    assert_eq!(view.course.content.title.as_str(), "서울숲에서 뚝섬까지");
    assert_eq!((view.counts.likes, view.version), (1, 3));
    assert_eq!(view.course.totals.cost_krw, 5_000);
    assert!(view.course.totals.minutes > 90 && view.course.totals.metres > 2_500, "stays and the way between");
}

#[tokio::test]
async fn a_draft_is_not_shown_and_a_withdrawn_course_no_longer() {
    let (database, viewpage) = setting().await;
    let (host, course) = (someone(), new_course(&database));
    let mut events = published(course, host, "초안");
    let publish = events.pop().unwrap();
    append(&database, events).await;
    viewpage.projection().settle().await.unwrap();
    assert_eq!(viewpage.course(course).await.unwrap(), None);
    append(&database, vec![publish]).await;
    append(&database, vec![withdrawn(course, host)]).await;
    viewpage.projection().settle().await.unwrap();
    assert_eq!(viewpage.course(course).await.unwrap(), None);
}

#[tokio::test]
async fn delivered_twice_and_from_zero_it_is_the_same_byte_for_byte() {
    let (database, viewpage) = setting().await;
    write_history(&database).await;
    viewpage.projection().settle().await.unwrap();
    let first = viewpage::dump(database.pool()).await.unwrap();
    assert_eq!(first.lines().filter(|line| line.starts_with("course ")).count(), 5);

    // Everything is delivered again.
    sqlx::query("UPDATE event_log.checkpoints SET transaction_id = '0', position = 0").execute(database.pool()).await.unwrap();
    viewpage.projection().settle().await.unwrap();
    assert_eq!(viewpage::dump(database.pool()).await.unwrap(), first, "delivered twice");

    // From nothing.
    sqlx::raw_sql(
        "TRUNCATE viewpage.accounts, viewpage.courses, viewpage.likes, viewpage.bookmarks, viewpage.comments, viewpage.reviews,
             viewpage.inboxes, viewpage.searchable; TRUNCATE event_log.handled, event_log.checkpoints",
    )
    .execute(database.pool())
    .await
    .unwrap();
    viewpage.projection().settle().await.unwrap();
    assert_eq!(viewpage::dump(database.pool()).await.unwrap(), first, "from zero");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rebuilt_read_model_is_the_same_while_it_is_served_and_written() {
    let (database, viewpage) = setting().await;
    write_history(&database).await;
    let stop = CancellationToken::new();
    let follower = tokio::spawn(viewpage.projection().clone().run(stop.clone()));
    let writer = tokio::spawn({
        let database = database.clone();
        async move { write_history(&database).await }
    });
    for _ in 0..3 {
        viewpage::rebuild(&database).await.unwrap();
    }
    writer.await.unwrap();
    let course = new_course(&database);
    let last = append(&database, published(course, someone(), "마지막")).await;
    assert!(viewpage.folded(last, Duration::from_secs(20)).await);
    stop.cancel();
    follower.await.unwrap();

    let served = viewpage::dump(database.pool()).await.unwrap();
    viewpage::rebuild(&database).await.unwrap();
    assert_eq!(viewpage::dump(database.pool()).await.unwrap(), served);
    assert_eq!(served.lines().filter(|line| line.starts_with("course ")).count(), 11);
}

#[tokio::test]
async fn whoever_waits_for_a_change_of_nobody_is_let_go() {
    let (_, viewpage) = setting().await;
    let nobody = AggregateVersion { aggregate: Aggregate::course(CourseId::new(uuid::Uuid::nil())), version: 1 };
    assert!(!viewpage.folded(nobody, Duration::from_millis(1)).await);
}

#[tokio::test]
async fn everything_that_is_done_to_a_course_is_counted() {
    let (database, viewpage) = setting().await;
    let (host, course, [one, two, three]) = (someone(), new_course(&database), [someone(), someone(), someone()]);
    append(&database, published(course, host, "한 바퀴")).await;
    append(&database, vec![bookmark(course, one), bookmark(course, two), refuse_bookmark(course, one), bookmark(course, three)]).await;
    let [first, second, third] = [one, two, three].map(|author| Remark::new(&database, course, author));
    append(&database, vec![first.comment("하나"), second.comment("둘"), first.uncomment()]).await;
    append(&database, vec![first.review(5), second.review(1), third.review(4), second.rerate(1, 3, "다시"), third.unreview(4)]).await;
    append(&database, vec![delivered(&database, one, course, 1), delivered(&database, one, course, 2), read(one, 1)]).await;
    viewpage.projection().settle().await.unwrap();

    let view = viewpage.course(course).await.unwrap().expect("shown");
    assert_eq!((view.counts.bookmarks, view.counts.comments, view.counts.reviews), (2, 1, 2));
    assert_eq!((view.rating.average, view.rating.count, view.version), (Some(4.0), 2, 14));
    let tally = viewpage::counts_of_all(database.pool()).await.unwrap();
    assert_eq!((tally.len(), tally[0].bookmarks, tally[0].comments, tally[0].reviews, tally[0].rating_sum), (1, 2, 1, 2, 8));
    assert_eq!(viewpage::unread_of_all(database.pool()).await.unwrap(), [(one, 1)]);
}

#[tokio::test]
async fn who_has_gone_has_no_name_and_every_course_that_showed_it_a_new_version() {
    let (database, viewpage) = setting().await;
    let (host, guest) = (someone(), someone());
    let courses: Vec<CourseId> = (0..4).map(|_| new_course(&database)).collect();
    append(&database, vec![named(host, "호스트"), named(guest, "손님")]).await;
    for course in &courses {
        append(&database, published(*course, if *course == courses[0] { guest } else { host }, "코스")).await;
    }
    append(&database, vec![Remark::new(&database, courses[1], guest).review(5)]).await;
    let (kept, gone) = (Remark::new(&database, courses[2], guest), Remark::new(&database, courses[3], guest));
    append(
        &database,
        vec![kept.comment("안녕"), Remark::new(&database, courses[2], guest).comment("또"), gone.comment("잘못"), gone.uncomment()],
    )
    .await;
    append(&database, vec![closed(guest), Remark::new(&database, courses[3], someone()).comment("그 뒤")]).await;
    viewpage.projection().settle().await.unwrap();

    let mut views = Vec::new();
    for course in &courses {
        views.push(viewpage.course(*course).await.unwrap().expect("shown"));
    }
    assert_eq!(views.iter().map(|view| view.version).collect::<Vec<_>>(), [3, 4, 5, 5], "once each, and not where nothing of it is left");
    assert_eq!((views[0].host.display_name.as_str(), views[1].host.display_name.as_str()), ("", "호스트"));
    assert_eq!((views[1].reviews[0].author.display_name.as_str(), views[2].comments[0].author.display_name.as_str()), ("", ""));
}

/// All events of the log, in order; once no transaction on the whole server holds back the horizon behind which they are read.
async fn log(database: &Database) -> Vec<Envelope> {
    let mut connection = database.pool().acquire().await.unwrap();
    let written: i64 = sqlx::query_scalar("SELECT count(*) FROM event_log.events").fetch_one(&mut *connection).await.unwrap();
    loop {
        let events = platform::event_log::read(&mut connection, Cursor::default(), 10_000, &AggregateKind::ALL).await.unwrap();
        if i64::try_from(events.len()).unwrap() == written {
            return events.into_iter().map(|event| event.envelope.unwrap()).collect();
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn aggregates_shuffled_against_each_other_and_in_any_batches_come_to_the_same() {
    let (database, viewpage) = setting().await;
    let (history, _) = history(&database);
    for events in history {
        append(&database, events).await;
    }
    viewpage.projection().settle().await.unwrap();
    let expected = viewpage::dump(database.pool()).await.unwrap();
    let events = log(&database).await;
    assert!(events.len() > 100);

    for seed in 1..4_u64 {
        let (other, _) = setting().await;
        let shuffled = shuffle(&events, seed);
        assert_ne!(shuffled, events);
        let projection = Projection::new("viewpage", Wake::default());
        let mut transaction = other.pool().begin_with("BEGIN; SET LOCAL search_path TO viewpage").await.unwrap();
        for batch in shuffled.chunks(usize::try_from(seed * 7).unwrap()) {
            projection.handle(&mut transaction, batch).await.unwrap();
        }
        transaction.commit().await.unwrap();
        assert_eq!(viewpage::dump(other.pool()).await.unwrap(), expected, "seed {seed}");
    }
}

/// The same events, each aggregate in its order, otherwise in one that follows from `seed`.
fn shuffle(events: &[Envelope], seed: u64) -> Vec<Envelope> {
    let mut queues: Vec<VecDeque<Envelope>> = Vec::new();
    for event in events {
        match queues.iter_mut().find(|queue| queue[0].aggregate == event.aggregate) {
            Some(queue) => queue.push_back(event.clone()),
            None => queues.push(VecDeque::from([event.clone()])),
        }
    }
    let mut state = seed;
    let mut shuffled = Vec::with_capacity(events.len());
    while !queues.is_empty() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let drawn = usize::try_from(state >> 33).unwrap() % queues.len();
        shuffled.extend(queues[drawn].pop_front());
        if queues[drawn].is_empty() {
            queues.swap_remove(drawn);
        }
    }
    shuffled
}

#[tokio::test]
async fn a_closed_account_counts_the_same_wherever_batches_begin() {
    let (database, viewpage) = setting().await;
    write_history(&database).await;
    viewpage.projection().settle().await.unwrap();
    let expected = viewpage::dump(database.pool()).await.unwrap();
    let events = log(&database).await;
    for size in [1, 3, 11, events.len()] {
        let (other, _) = setting().await;
        let projection = Projection::new("viewpage", Wake::default());
        let mut transaction = other.pool().begin_with("BEGIN; SET LOCAL search_path TO viewpage").await.unwrap();
        for batch in events.chunks(size) {
            projection.handle(&mut transaction, batch).await.unwrap();
        }
        transaction.commit().await.unwrap();
        assert_eq!(viewpage::dump(other.pool()).await.unwrap(), expected, "batches of {size}");
    }
}

#[tokio::test]
async fn a_rebuilt_generation_has_the_indexes_of_the_one_before() {
    const LAID: &str = "SELECT string_agg(line, E'\n' ORDER BY line) FROM (
            SELECT pg_get_indexdef(indexrelid) AS line FROM pg_index JOIN pg_class ON oid = indrelid
                WHERE relnamespace = 'viewpage'::regnamespace
            UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
                WHERE connamespace = 'viewpage'::regnamespace
            UNION ALL SELECT oid::regclass || ' ' || COALESCE(reloptions::text, '') FROM pg_class
                WHERE relnamespace = 'viewpage'::regnamespace AND relkind = 'r'
            UNION ALL SELECT attrelid::regclass || ' ' || attname || ' ' || format_type(atttypid, atttypmod) || attstorage::text || attgenerated::text || attnotnull::text
                FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
                WHERE relnamespace = 'viewpage'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped) laid";
    let (database, _) = setting().await;
    let before: String = sqlx::query_scalar(LAID).fetch_one(database.pool()).await.unwrap();
    assert!(before.contains("searchable_terms") && before.contains("toast_tuple_target"));
    for _ in 0..2 {
        viewpage::rebuild(&database).await.unwrap();
        assert_eq!(sqlx::query_scalar::<_, String>(LAID).fetch_one(database.pool()).await.unwrap(), before);
    }
}

#[tokio::test]
async fn courses_that_an_earlier_release_has_written_are_found_by_their_words_too() {
    let (database, viewpage) = setting().await;
    let (host, course) = (someone(), new_course(&database));
    append(&database, published(course, host, "옛 코스")).await;
    viewpage.projection().settle().await.unwrap();
    let dump = viewpage::dump(database.pool()).await.unwrap();
    sqlx::query("UPDATE viewpage.searchable SET words = '', terms = '{}'").execute(database.pool()).await.unwrap();

    let found = || async {
        let query = contract::text::Query::parse("q", "코스").unwrap();
        viewpage.search(Search { query: Some(query), ..Search::default() }).await.unwrap().items.len()
    };
    assert_eq!(found().await, 0);
    viewpage.index_missing().await.unwrap();
    assert_eq!(found().await, 1);
    assert_eq!(viewpage::dump(database.pool()).await.unwrap(), dump);
}

#[tokio::test]
async fn what_a_course_says_anew_is_what_it_is_found_by() {
    let (database, viewpage) = setting().await;
    let (host, course) = (someone(), new_course(&database));
    append(&database, published(course, host, "처음")).await;
    let content = crate::given::content("나중");
    append(&database, vec![Event::CourseModified(CourseWritten { course_id: course, host_id: host, content })]).await;
    viewpage.projection().settle().await.unwrap();
    for (word, times) in [("처음", 0), ("나중", 1)] {
        let query = contract::text::Query::parse("q", word).unwrap();
        let found = viewpage.search(Search { query: Some(query), ..Search::default() }).await.unwrap();
        assert_eq!(found.items.len(), times, "{word}");
    }
    append(&database, vec![deleted(course, host)]).await;
    viewpage.projection().settle().await.unwrap();
    assert!(viewpage.search(Search::default()).await.unwrap().items.is_empty());
}

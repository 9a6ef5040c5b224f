//! The projection on a real Postgres: what events make of the read model.
#![expect(clippy::unwrap_used, reason = "a test")]

use contract::course::{CourseInput, StopInput};
use contract::event::{Aggregate, AggregateVersion, CourseAndCustomer, CourseRef, CourseWritten, Event};
use contract::viewpage::{LiveEvent, LiveName, Search, Sort, Watch};
use contract::{AccountId, CourseId, Page, PageRequest, ViewpageApi};
use futures::StreamExt;
use platform::Database;
use platform::testing::{call, database, someone};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use viewpage::Viewpage;

async fn setting() -> (Database, Viewpage) {
    let database = database(&[viewpage::migrations()]).await;
    let viewpage = Viewpage::new(database.clone(), CancellationToken::new());
    (database, viewpage)
}

/// Appends events in one transaction, each as the next version of its aggregate.
async fn append(database: &Database, events: Vec<Event>) -> AggregateVersion {
    database
        .command(&call(None), move |unit| {
            Box::pin(async move {
                let mut last = None;
                for event in events {
                    let aggregate = event.aggregate();
                    unit.lock(aggregate).await?;
                    let version: i64 = sqlx::query_scalar(
                        "SELECT COALESCE(max(aggregate_version), 0) FROM event_log.events WHERE aggregate_kind = $1 AND aggregate_id = $2",
                    )
                    .bind(aggregate.kind.code())
                    .bind(aggregate.id)
                    .fetch_one(unit.connection())
                    .await?;
                    last = Some(unit.append(&event, version.unsigned_abs() + 1).await?);
                }
                Ok(last.unwrap())
            })
        })
        .await
        .unwrap()
}

fn new_course(database: &Database) -> CourseId {
    CourseId::new(database.clock().uuid())
}

fn published(course: CourseId, host: AccountId, title: &str) -> Vec<Event> {
    let content = CourseInput {
        title: title.into(),
        region: "seoul".into(),
        tags: vec!["산책".into()],
        stops: vec![
            StopInput {
                name: "서울숲".into(),
                category: "park".into(),
                lat: 37.5443,
                lng: 127.0374,
                stay_minutes: 60,
                ..StopInput::default()
            },
            StopInput {
                name: "뚝섬".into(),
                category: "park".into(),
                lat: 37.5295,
                lng: 127.0665,
                stay_minutes: 30,
                cost_krw: 5_000,
                ..StopInput::default()
            },
        ],
        ..CourseInput::default()
    }
    .parse()
    .unwrap();
    let subject = CourseRef { course_id: course, host_id: host };
    vec![Event::CourseRegistered(CourseWritten { course_id: course, host_id: host, content }), Event::CoursePublished(subject)]
}

fn like(course: CourseId, customer: AccountId) -> Event {
    Event::LikeRegistered(CourseAndCustomer { course_id: course, customer_id: customer })
}

fn unlike(course: CourseId, customer: AccountId) -> Event {
    Event::LikeCanceled(CourseAndCustomer { course_id: course, customer_id: customer })
}

/// A history with every kind of event.
async fn history(database: &Database) {
    let (host, customers) = (someone(), [someone(), someone(), someone()]);
    for number in 0..5 {
        let course = new_course(database);
        append(database, published(course, host, &format!("코스 {number}"))).await;
        for customer in customers {
            append(database, vec![like(course, customer)]).await;
        }
        append(database, vec![unlike(course, customers[number % 3])]).await;
        append(database, vec![like(course, customers[number % 3])]).await;
        append(database, vec![unlike(course, customers[0])]).await;
        let subject = CourseRef { course_id: course, host_id: host };
        match number {
            0 => drop(append(database, vec![Event::CourseDeleted(subject)]).await),
            1 => drop(append(database, vec![Event::CourseUnpublished(subject)]).await),
            2 => drop(append(database, vec![Event::CourseUnpublished(subject), Event::CoursePublished(subject)]).await),
            _ => {}
        }
    }
}

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
    append(&database, vec![Event::CourseUnpublished(CourseRef { course_id: course, host_id: host })]).await;
    viewpage.projection().settle().await.unwrap();
    assert_eq!(viewpage.course(course).await.unwrap(), None);
}

#[tokio::test]
async fn delivered_twice_and_from_zero_it_is_the_same_byte_for_byte() {
    let (database, viewpage) = setting().await;
    history(&database).await;
    viewpage.projection().settle().await.unwrap();
    let first = viewpage::dump(database.pool()).await.unwrap();
    assert_eq!(first.lines().filter(|line| line.starts_with("course ")).count(), 5);

    // Everything is delivered again.
    sqlx::query("UPDATE event_log.checkpoints SET transaction_id = '0', position = 0").execute(database.pool()).await.unwrap();
    viewpage.projection().settle().await.unwrap();
    assert_eq!(viewpage::dump(database.pool()).await.unwrap(), first, "delivered twice");

    // From nothing.
    sqlx::raw_sql("TRUNCATE viewpage.accounts, viewpage.courses, viewpage.likes; TRUNCATE event_log.handled, event_log.checkpoints")
        .execute(database.pool())
        .await
        .unwrap();
    viewpage.projection().settle().await.unwrap();
    assert_eq!(viewpage::dump(database.pool()).await.unwrap(), first, "from zero");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rebuilt_read_model_is_the_same_while_it_is_served_and_written() {
    let (database, viewpage) = setting().await;
    history(&database).await;
    let stop = CancellationToken::new();
    let follower = tokio::spawn(viewpage.projection().clone().run(stop.clone()));
    let writer = tokio::spawn({
        let database = database.clone();
        async move { history(&database).await }
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
async fn a_list_read_page_by_page_shows_each_course_once() {
    let (database, viewpage) = setting().await;
    let (host, customer) = (someone(), someone());
    for number in 0..7 {
        let course = new_course(&database);
        append(&database, published(course, host, &format!("코스 {number}"))).await;
        if number % 2 == 0 {
            append(&database, vec![like(course, customer)]).await;
        }
    }
    viewpage.projection().settle().await.unwrap();
    for sort in [Sort::New, Sort::Popular] {
        let mut seen = Vec::new();
        let mut cursor = None;
        loop {
            let Page { items, next } =
                viewpage.search(Search { sort, page: PageRequest::new(cursor, 3), ..Search::default() }).await.unwrap();
            seen.extend(items.into_iter().map(|card| (card.course_id, card.counts.likes)));
            cursor = next;
            if cursor.is_none() {
                break;
            }
        }
        let mut distinct: Vec<_> = seen.iter().map(|(course, _)| *course).collect();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!((seen.len(), distinct.len()), (7, 7), "{sort:?}");
        if sort == Sort::Popular {
            assert!(seen.is_sorted_by(|(_, one), (_, other)| one >= other));
        }
    }
    assert!(viewpage.search(Search { page: PageRequest::new(Some("nonsense".into()), 3), ..Search::default() }).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stream_begins_with_a_snapshot_tells_changes_and_after_a_break_what_was_missed() {
    let (database, viewpage) = setting().await;
    let (host, course, other) = (someone(), new_course(&database), new_course(&database));
    append(&database, published(course, host, "보는 코스")).await;
    append(&database, published(other, host, "다른 코스")).await;
    viewpage.projection().settle().await.unwrap();
    tokio::spawn(viewpage.projection().clone().run(CancellationToken::new()));
    tokio::spawn(viewpage.clone().run_live());

    let watch = |after| Watch { courses: vec![course], after };
    let mut stream = loop {
        // Until the hub knows where the log of changes stands, it says so.
        match viewpage.watch(watch(None)).await {
            Ok(stream) => break stream,
            Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    };
    let likes = |event: &LiveEvent| match event {
        LiveEvent::Counts(counts) => counts.counts.likes,
        other => panic!("expected counts, got {other:?}"),
    };
    let snapshot = stream.next().await.unwrap();
    assert_eq!((snapshot.name, likes(&snapshot.event)), (LiveName::Snapshot, 0));

    append(&database, vec![like(other, someone())]).await;
    append(&database, vec![like(course, someone())]).await;
    let change = stream.next().await.unwrap();
    assert_eq!((change.name, likes(&change.event)), (LiveName::Counts, 1));
    drop(stream);

    // One after the other: what is folded together is told together.
    for event in [like(course, someone()), Event::CourseDeleted(CourseRef { course_id: course, host_id: host })] {
        let change = append(&database, vec![event]).await;
        assert!(viewpage.folded(change, Duration::from_secs(20)).await);
    }
    let mut stream = viewpage.watch(watch(Some(change.id))).await.unwrap();
    let missed = [stream.next().await.unwrap(), stream.next().await.unwrap()];
    assert_eq!(likes(&missed[0].event), 2);
    assert_eq!(missed[1].name, LiveName::Withdrawn);
    assert!(change.id < missed[0].id && missed[0].id < missed[1].id, "in order");

    let mut stream = viewpage.watch(watch(Some(999_999))).await.unwrap();
    assert_eq!(stream.next().await.unwrap().name, LiveName::Resync, "an id that is not kept");
}

#[tokio::test]
async fn whoever_waits_for_a_change_of_nobody_is_let_go() {
    let (_, viewpage) = setting().await;
    let nobody = AggregateVersion { aggregate: Aggregate::course(CourseId::new(uuid::Uuid::nil())), version: 1 };
    assert!(!viewpage.folded(nobody, Duration::from_millis(1)).await);
}

//! What open pages are told.

use crate::given::{Remark, append, append_in, deleted, delivered, like, named, new_course, published, read, setting, withdrawn};
use contract::viewpage::{LiveEvent, LiveMessage, LiveName, Op, Watch};
use contract::{AccountId, CourseId, ViewpageApi};
use futures::StreamExt;
use futures::stream::BoxStream;
use platform::Database;
use platform::testing::{call, someone};
use serde_json::{Value, json};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use viewpage::Viewpage;

const SOON: Duration = Duration::from_secs(20);

async fn running() -> (Database, Viewpage) {
    let (database, viewpage) = setting().await;
    tokio::spawn(viewpage.projection().clone().run(CancellationToken::new()));
    tokio::spawn(viewpage.clone().run_live());
    (database, viewpage)
}

async fn watch(viewpage: &Viewpage, courses: &[CourseId], inbox: Option<AccountId>, after: Option<u64>) -> BoxStream<'static, LiveMessage> {
    viewpage.watch(Watch { courses: courses.to_vec(), inbox, after, ..Watch::default() }).await.unwrap()
}

async fn next(stream: &mut BoxStream<'static, LiveMessage>) -> LiveMessage {
    tokio::time::timeout(SOON, stream.next()).await.expect("in time").expect("goes on")
}

fn data(message: &LiveMessage) -> Value {
    serde_json::from_str(&message.data).unwrap()
}

fn likes(message: &LiveMessage) -> u64 {
    match &message.event {
        LiveEvent::Counts(counts) => counts.counts.likes,
        other => panic!("expected counts, got {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_stream_begins_with_a_snapshot_tells_changes_and_after_a_break_what_was_missed() {
    let (database, viewpage) = running().await;
    let (host, course, other) = (someone(), new_course(&database), new_course(&database));
    append(&database, published(course, host, "보는 코스")).await;
    let last = append(&database, published(other, host, "다른 코스")).await;
    assert!(viewpage.folded(last, SOON).await);

    let mut stream = watch(&viewpage, &[course], None, None).await;
    let snapshot = next(&mut stream).await;
    assert_eq!((snapshot.name, likes(&snapshot)), (LiveName::Snapshot, 0));
    append(&database, vec![like(other, someone())]).await;
    append(&database, vec![like(course, someone())]).await;
    let change = loop {
        // The batch that the snapshot was taken of may be told as well.
        let change = next(&mut stream).await;
        if likes(&change) == 1 {
            break change;
        }
    };
    assert_eq!(change.name, LiveName::Counts);
    drop(stream);

    // One after the other: what is folded together is told together.
    for event in [like(course, someone()), deleted(course, host)] {
        let change = append(&database, vec![event]).await;
        assert!(viewpage.folded(change, SOON).await);
    }
    let mut stream = watch(&viewpage, &[course], None, Some(change.id)).await;
    let missed = [next(&mut stream).await, next(&mut stream).await];
    assert_eq!(likes(&missed[0]), 2);
    assert_eq!(missed[1].name, LiveName::Withdrawn);
    assert!(change.id < missed[0].id && missed[0].id < missed[1].id, "in order");

    let mut stream = watch(&viewpage, &[course], None, Some(999_999)).await;
    assert_eq!(next(&mut stream).await.name, LiveName::Resync, "an id that is not kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn reviews_and_comments_are_told_one_by_one_as_they_were_and_again_to_who_missed_them() {
    let (database, viewpage) = running().await;
    let (host, author, course) = (someone(), someone(), new_course(&database));
    append(&database, vec![named(author, "미나")]).await;
    let last = append(&database, published(course, host, "보는 코스")).await;
    assert!(viewpage.folded(last, SOON).await);
    let mut stream = watch(&viewpage, &[course], None, None).await;
    let snapshot = next(&mut stream).await;

    let (comment, review) = (Remark::new(&database, course, author), Remark::new(&database, course, author));
    let case = call(Some(author));
    // At once, so in one batch.
    let events = vec![
        comment.comment("하나"),
        review.review(2),
        comment.reword("둘"),
        review.rerate(2, 4, "다시"),
        review.reply(host, "네"),
        comment.answer(host, "셋"),
        comment.uncomment(),
        review.unreview(4),
    ];
    append_in(&database, &case, events).await;
    let mut told = Vec::new();
    while told.len() < 9 {
        let message = next(&mut stream).await;
        if message.id > snapshot.id && message.origin == Some(case.correlation_id) {
            told.push(message);
        }
    }
    let seen: Vec<_> = told
        .iter()
        .map(|message| match &message.event {
            LiveEvent::Comment { op, comment, version, .. } => {
                (message.name, Some(*op), format!("{} {}", comment.body.as_str(), comment.answer.is_some()), *version)
            }
            LiveEvent::Review { op, review, version, .. } => {
                (message.name, Some(*op), format!("{} {}", review.rating.get(), review.reply.is_some()), *version)
            }
            LiveEvent::Counts(counts) => (message.name, None, String::new(), counts.version),
            other => panic!("{other:?}"),
        })
        .collect();
    let (comment_name, review_name) = (LiveName::Comment, LiveName::Review);
    let expected = [
        (comment_name, Some(Op::Registered), "하나 false", 3),
        (review_name, Some(Op::Registered), "2 false", 4),
        (comment_name, Some(Op::Modified), "둘 false", 5),
        (review_name, Some(Op::Modified), "4 false", 6),
        (review_name, Some(Op::Modified), "4 true", 7),
        (comment_name, Some(Op::Modified), "둘 true", 8),
        (comment_name, Some(Op::Deleted), "둘 true", 9),
        (review_name, Some(Op::Deleted), "4 true", 10),
        (LiveName::Counts, None, "", 10),
    ];
    assert_eq!(seen, expected.map(|(name, op, text, version)| (name, op, text.to_owned(), version)));
    assert!(told.is_sorted_by(|one, other| one.id < other.id));
    let answer = &data(&told[5])["comment"]["answer"];
    assert_eq!(answer["body"], json!("셋"));
    assert!(answer["replied_at"].is_string(), "{answer}");
    let first = data(&told[1]);
    assert_eq!((&first["op"], &first["version"], &first["course_id"]), (&json!("registered"), &json!(4), &json!(course)));
    assert_eq!((&first["review"]["rating"], &first["review"]["author"]["display_name"]), (&json!(2), &json!("미나")));
    assert_eq!(first["origin"], json!(case.correlation_id));

    // The same, to who has seen only the second of them.
    let mut stream = watch(&viewpage, &[course], None, Some(told[1].id)).await;
    for message in &told[2..] {
        assert_eq!(&next(&mut stream).await, message);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_inbox_is_told_to_its_owner_alone() {
    let (database, viewpage) = running().await;
    let (host, owner, other, course) = (someone(), someone(), someone(), new_course(&database));
    append(&database, published(course, host, "코스")).await;
    let last = append(&database, vec![delivered(&database, owner, course, 1)]).await;
    assert!(viewpage.folded(last, SOON).await);

    let mut stream = watch(&viewpage, &[], Some(owner), None).await;
    let mut others = watch(&viewpage, &[course], Some(other), None).await;
    let mut nobodys = watch(&viewpage, &[course], None, None).await;
    let first = next(&mut stream).await;
    assert_eq!((first.name, data(&first)), (LiveName::Message, json!({ "unread": 1 })));
    assert_eq!(next(&mut others).await.name, LiveName::Snapshot);
    assert_eq!(data(&next(&mut others).await), json!({ "unread": 0 }));
    assert_eq!(next(&mut nobodys).await.name, LiveName::Snapshot);

    for event in [delivered(&database, owner, course, 2), read(owner, 0), delivered(&database, other, course, 1)] {
        let change = append(&database, vec![event]).await;
        assert!(viewpage.folded(change, SOON).await);
    }
    append(&database, vec![like(course, someone())]).await;
    let unread = |message: &LiveMessage| data(message)["unread"].as_u64();
    let told = [next(&mut stream).await, next(&mut stream).await];
    assert_eq!(told.each_ref().map(unread), [Some(2), Some(0)]);
    let seen = next(&mut others).await;
    assert_eq!((unread(&seen), seen.name), (Some(1), LiveName::Message), "nothing of the other inbox before it");
    assert_eq!(next(&mut nobodys).await.name, LiveName::Counts, "nothing of any inbox before it");

    // After a break: what was missed and nothing of others.
    let mut again = watch(&viewpage, &[], Some(owner), Some(first.id)).await;
    assert_eq!([next(&mut again).await, next(&mut again).await], told);
    let mut again = watch(&viewpage, &[course], Some(other), Some(first.id)).await;
    assert_eq!(next(&mut again).await, seen);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_said_of_a_course_that_is_not_shown_is_not_told() {
    let (database, viewpage) = running().await;
    let (host, course, shown) = (someone(), new_course(&database), new_course(&database));
    append(&database, published(course, host, "거둔 코스")).await;
    append(&database, published(shown, host, "보이는 코스")).await;
    let review = Remark::new(&database, course, someone());
    append(&database, vec![review.review(5)]).await;
    let last = append(&database, vec![withdrawn(course, host)]).await;
    assert!(viewpage.folded(last, SOON).await);
    let mut stream = watch(&viewpage, &[course, shown], None, None).await;
    let began = [next(&mut stream).await.name, next(&mut stream).await.name];
    assert_eq!(began, [LiveName::Snapshot, LiveName::Withdrawn]);
    append(&database, vec![review.unreview(5)]).await;
    append(&database, vec![like(shown, host)]).await;
    assert_eq!(likes(&next(&mut stream).await), 1);
}

/// A stream that looks at `course`.
async fn look(viewpage: &Viewpage, course: CourseId) -> BoxStream<'static, LiveMessage> {
    viewpage.watch(Watch { courses: vec![course], looking: vec![course], ..Watch::default() }).await.unwrap()
}

/// Reads on until so many look at the course.
async fn until_they_are(stream: &mut BoxStream<'static, LiveMessage>, number: u64) -> LiveMessage {
    loop {
        let message = next(stream).await;
        match &message.event {
            LiveEvent::Watching { watching, .. } if *watching == number => return message,
            _ => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_looks_at_a_course_is_told_how_many_do_and_nobody_else_is() {
    let (database, viewpage) = running().await;
    let (host, course) = (someone(), new_course(&database));
    let last = append(&database, published(course, host, "보는 코스")).await;
    assert!(viewpage.folded(last, SOON).await);

    let mut first = look(&viewpage, course).await;
    let alone = until_they_are(&mut first, 1).await;
    assert_eq!((alone.name, alone.id, alone.origin), (LiveName::Watching, 0, None));
    assert_eq!(data(&alone), json!({ "course_id": course, "watching": 1 }));
    let mut onlooker = watch(&viewpage, &[course], None, None).await;
    let mut second = look(&viewpage, course).await;
    until_they_are(&mut first, 2).await;
    until_they_are(&mut second, 2).await;
    drop(second);
    until_they_are(&mut first, 1).await;

    append(&database, vec![like(course, host)]).await;
    loop {
        let message = next(&mut onlooker).await;
        assert_ne!(message.name, LiveName::Watching, "it only watches");
        if likes(&message) == 1 {
            break;
        }
    }
    // What isn't watched can't be looked at.
    let other = new_course(&database);
    let mut blind = viewpage.watch(Watch { courses: vec![course], looking: vec![other], ..Watch::default() }).await.unwrap();
    drop(look(&viewpage, course).await);
    append(&database, vec![like(course, someone())]).await;
    loop {
        let message = next(&mut blind).await;
        assert_ne!(message.name, LiveName::Watching);
        if likes(&message) == 2 {
            break;
        }
    }
}

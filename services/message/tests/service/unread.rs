//! What is unread is counted exactly, whatever is delivered and read in between.

use crate::given::{Dice, World, append, comments, keeps, lets_go};
use contract::event::Event;
use contract::{MessageApi, MessageId, Refusal};
use jiff::SignedDuration;
use platform::testing::{call, someone};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

#[tokio::test]
async fn reading_is_told_once() {
    let world = World::new().await;
    let course = world.course().await;
    world.happen([comments(course, someone()), comments(course, someone()), comments(course, someone())]).await;
    let host = call(Some(world.host));
    let id = world.inbox(world.host).await.items[1].id;

    let first = world.messages.read(&host, id).await.unwrap();
    assert_eq!((first.unread, first.change.map(|change| change.version)), (2, Some(4)));
    let again = world.messages.read(&host, id).await.unwrap();
    assert_eq!((again.unread, again.change), (2, None));
    let read: Vec<bool> = world.inbox(world.host).await.items.iter().map(|message| message.read).collect();
    assert_eq!(read, [false, true, false]);

    let all = world.messages.read_all(&host).await.unwrap();
    assert_eq!((all.unread, all.change.map(|change| change.version)), (0, Some(5)));
    let again = world.messages.read_all(&host).await.unwrap();
    assert_eq!((again.unread, again.change), (0, None));
    let told: Vec<(Option<String>, Option<Uuid>)> = sqlx::query_as(
        "SELECT payload ->> 'message_id', actor FROM event_log.events WHERE name = 'message.read.v1' ORDER BY aggregate_version",
    )
    .fetch_all(world.database.pool())
    .await
    .unwrap();
    let actor = Some(world.host.as_uuid());
    assert_eq!(told, [(Some(id.to_string()), actor), (None, actor)]);
    world.expect_exact().await;
}

#[tokio::test]
async fn another_ones_message_is_not_found() {
    let world = World::new().await;
    let course = world.course().await;
    world.happen([comments(course, someone())]).await;
    let id = world.inbox(world.host).await.items[0].id;
    for (who, id) in [(someone(), id), (world.host, MessageId::new(someone().as_uuid()))] {
        assert_eq!(world.messages.read(&call(Some(who)), id).await, Err(Refusal::NotFound.into()));
    }
    assert_eq!(world.messages.read(&call(None), id).await, Err(Refusal::NotSignedIn.into()));
    assert_eq!(world.messages.read_all(&call(None)).await, Err(Refusal::NotSignedIn.into()));
    assert_eq!(world.inbox(world.host).await.unread, 1);
    let nobody = world.messages.read_all(&call(Some(someone()))).await.unwrap();
    assert_eq!((nobody.unread, nobody.change), (0, None));
}

#[tokio::test]
async fn any_sequence_of_deliveries_and_readings_is_counted() {
    let world = World::new().await;
    let (course, customers) = (world.course().await, [someone(), someone(), someone()]);
    let (mut dice, mut kept) = (Dice::new(7), [false; 3]);
    for _ in 0..60 {
        let one = dice.throw(3);
        let reader = call(Some([customers[one], world.host][dice.throw(2)]));
        match dice.throw(5) {
            0 => world.happen([comments(course, customers[one])]).await,
            1 | 2 => {
                let event: Event = if kept[one] { lets_go(course, customers[one]) } else { keeps(course, customers[one]) };
                kept[one] = !kept[one];
                world.happen([event]).await;
            }
            3 => {
                let items = world.inbox(reader.actor.unwrap()).await.items;
                if !items.is_empty() {
                    world.messages.read(&reader, items[dice.throw(items.len())].id).await.unwrap();
                }
            }
            _ => drop(world.messages.read_all(&reader).await.unwrap()),
        }
        world.pass(SignedDuration::from_mins(i64::try_from(dice.throw(30)).unwrap()));
        for who in [customers[0], customers[1], customers[2], world.host] {
            let inbox = world.inbox(who).await;
            assert_eq!(inbox.unread, inbox.items.iter().filter(|message| !message.read).count() as u64);
        }
    }
    world.expect_exact().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn deliveries_and_readings_at_the_same_time_are_counted() {
    let world = World::new().await;
    let course = world.course().await;
    let stop = CancellationToken::new();
    let consumer = tokio::spawn(world.consumer.clone().run(stop.clone()));
    let writers: Vec<_> = (0..4)
        .map(|_| {
            let database = world.database.clone();
            tokio::spawn(async move {
                let customer = someone();
                for _ in 0..10 {
                    append(&database, vec![keeps(course, customer), comments(course, customer)]).await;
                    append(&database, vec![lets_go(course, customer)]).await;
                }
            })
        })
        .collect();
    let readers: Vec<_> = (0..3)
        .map(|reader| {
            let (messages, host) = (world.messages.clone(), call(Some(world.host)));
            tokio::spawn(async move {
                for round in 0..30 {
                    let inbox = messages.inbox(&host, contract::course::Language::Ko, contract::PageRequest::default()).await.unwrap();
                    match inbox.items.get((round * 5 + reader) % 24) {
                        Some(message) => drop(messages.read(&host, message.id).await.unwrap()),
                        None => drop(messages.read_all(&host).await.unwrap()),
                    }
                }
            })
        })
        .collect();
    for task in writers.into_iter().chain(readers) {
        task.await.unwrap();
    }
    stop.cancel();
    consumer.await.unwrap();
    world.settle().await.unwrap();
    assert_eq!(world.count("SELECT count(*) FROM message.messages WHERE kind = 'comment_received'").await, 40);
    assert_eq!(world.count("SELECT count(*) FROM message.messages WHERE kind = 'course_unbookmarked'").await, 4);
    assert_eq!(world.told(world.host).await.len(), 120);
    world.expect_exact().await;
}

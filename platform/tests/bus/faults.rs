//! A broker killed, cut off and wiped, while somebody writes: writes go on, and in the end everything is there, once and in order.

use crate::lossy::Lossy;
use crate::world::{LIMIT, Reader, World, write};
use futures::FutureExt;
use std::ops::Range;

async fn written(world: &World, events: Range<u64>) {
    for event in events {
        write(&world.there, event % 5).await;
    }
}

async fn all_there(reader: &Reader, events: usize) {
    reader.has_heard(events).await;
    reader.assert_whole(events);
}

async fn until_true(world: &World, query: &'static str) {
    let becoming = async { while !sqlx::query_scalar::<_, bool>(query).fetch_one(world.there.pool()).await.unwrap() {} };
    tokio::time::timeout(LIMIT, becoming).await.expect("it becomes true");
}

held!(World: [with_nats, with_kafka] [killed_cut_off_and_wiped, wiped_before_anybody_heard]);

async fn killed_cut_off_and_wiped(mut world: World) {
    let reader = world.reader().await;
    written(&world, 0..10).await;
    all_there(&reader, 10).await;

    world.broker.as_mut().unwrap().kill();
    written(&world, 10..20).await;
    assert!(reader.has_heard(11).now_or_never().is_none(), "nobody hears of it yet");
    world.broker.as_mut().unwrap().again();
    written(&world, 20..30).await;
    all_there(&reader, 30).await;

    world.broker.as_ref().unwrap().cut_off(true);
    written(&world, 30..40).await;
    world.broker.as_ref().unwrap().cut_off(false);
    written(&world, 40..50).await;
    all_there(&reader, 50).await;

    world.broker.as_mut().unwrap().kill();
    written(&world, 50..60).await;
    world.broker.as_ref().unwrap().wipe();
    world.broker.as_mut().unwrap().again();
    written(&world, 60..70).await;
    all_there(&reader, 70).await;

    // What is on the bus now suffices for who knows nothing.
    let late = world.another_reader().await;
    all_there(&late, 70).await;
    world.end().await;
}

async fn wiped_before_anybody_heard(mut world: World) {
    written(&world, 0..20).await;
    let published = "SELECT EXISTS (SELECT FROM event_log.checkpoints WHERE consumer = 'bus.relay.communication' AND position > 0)";
    until_true(&world, published).await;
    world.broker.as_mut().unwrap().kill();
    world.broker.as_ref().unwrap().wipe();
    world.broker.as_mut().unwrap().again();
    let reader = world.reader().await;
    all_there(&reader, 20).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_message_before_the_connection_breaks() {
    let mut world = World::with_nats().await;
    let way = Lossy::to(&world.broker.as_ref().unwrap().url()).await;
    let reader = world.reader_by(way.url()).await;
    // As it has asked, being new: nothing more is published again, of which one would see that something is lost.
    let again = "SELECT EXISTS (SELECT FROM event_log.bus_places WHERE consumer = 'bus.relay.communication' AND history LIKE '%.1')";
    until_true(&world, again).await;
    written(&world, 0..10).await;
    all_there(&reader, 10).await;
    way.lose_next();
    written(&world, 10..11).await;
    all_there(&reader, 11).await;
    assert!(way.has_lost(), "it came a second time");
    world.end().await;
}

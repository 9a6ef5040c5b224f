//! NATS killed, cut off and wiped, while somebody writes: writes go on, and in the end everything is there, once and in order.

use crate::world::{Reader, World, write};
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_cut_off_and_wiped() {
    let mut world = World::with_nats().await;
    let reader = world.reader().await;
    written(&world, 0..10).await;
    all_there(&reader, 10).await;

    world.nats.as_mut().unwrap().kill();
    written(&world, 10..20).await;
    assert!(reader.has_heard(11).now_or_never().is_none(), "nobody hears of it yet");
    world.nats.as_mut().unwrap().again();
    written(&world, 20..30).await;
    all_there(&reader, 30).await;

    world.nats.as_ref().unwrap().cut_off(true);
    written(&world, 30..40).await;
    world.nats.as_ref().unwrap().cut_off(false);
    written(&world, 40..50).await;
    all_there(&reader, 50).await;

    world.nats.as_mut().unwrap().kill();
    written(&world, 50..60).await;
    world.nats.as_ref().unwrap().wipe();
    world.nats.as_mut().unwrap().again();
    written(&world, 60..70).await;
    all_there(&reader, 70).await;

    // What is on the bus now suffices for who knows nothing.
    let late = world.another_reader().await;
    all_there(&late, 70).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wiped_before_anybody_heard() {
    let mut world = World::with_nats().await;
    written(&world, 0..20).await;
    let published = "SELECT count(*) FROM event_log.checkpoints WHERE consumer = 'bus.relay.communication' AND position > 0";
    loop {
        let count: i64 = sqlx::query_scalar(published).fetch_one(world.there.pool()).await.unwrap();
        if count == 1 {
            break;
        }
    }
    world.nats.as_mut().unwrap().kill();
    world.nats.as_ref().unwrap().wipe();
    world.nats.as_mut().unwrap().again();
    let reader = world.reader().await;
    all_there(&reader, 20).await;
    world.end().await;
}

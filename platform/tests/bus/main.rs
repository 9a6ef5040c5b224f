//! What is promised to whoever hears of others, held wherever they are: on the same database, or on one of their own with a bus between
//! that misbehaves as a bus may, or with NATS or Kafka between.
#![expect(clippy::unwrap_used, reason = "a test")]

/// Each promise in each world.
macro_rules! held {
    ($kind:ident: [$($world:ident),* $(,)?] $promises:tt) => {
        $(held!(@ $kind $world $promises);)*
    };
    (@ $kind:ident $world:ident [$($promise:ident),* $(,)?]) => {
        mod $world {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                super::$promise(super::$kind::$world().await).await;
            })*
        }
    };
}

mod cluster;
mod faults;
mod lossy;
mod misbehaving;
mod missing;
mod watched;
mod world;

use contract::AccountId;
use contract::event::{AccountClosed, AccountRegistered, Aggregate, Event};
use contract::text::DisplayName;
use futures::future::join_all;
use platform::Database;
use platform::testing::{call, someone};
use world::{World, write};

held!(
    World: [on_one_database, with_a_bus_that_misbehaves, with_nats, with_kafka, with_a_cluster_of_kafka]
    [
        each_event_is_heard_once_and_in_order,
        who_comes_late_hears_of_everything,
        what_is_published_again_is_known,
        copies_of_a_process_change_nothing,
        the_name_of_a_closed_account_is_in_no_log,
    ]
);

async fn each_event_is_heard_once_and_in_order(mut world: World) {
    let reader = world.reader().await;
    write_much(&world.there, 0..8).await;
    reader.has_heard(8 * 20).await;
    reader.assert_whole(8 * 20);
    world.end().await;
}

async fn who_comes_late_hears_of_everything(mut world: World) {
    write_much(&world.there, 0..2).await;
    let first = world.reader().await;
    first.has_heard(2 * 20).await;
    write_much(&world.there, 2..4).await;
    let second = world.another_reader().await;
    for reader in [&first, &second] {
        reader.has_heard(4 * 20).await;
        reader.assert_whole(4 * 20);
    }
    world.end().await;
}

async fn what_is_published_again_is_known(mut world: World) {
    let reader = world.reader().await;
    write_much(&world.there, 0..2).await;
    reader.has_heard(2 * 20).await;
    world.everything_again().await;
    write_much(&world.there, 2..4).await;
    reader.has_heard(4 * 20).await;
    reader.assert_whole(4 * 20);
    world.end().await;
}

async fn copies_of_a_process_change_nothing(mut world: World) {
    let reader = world.reader().await;
    world.copies().await;
    write_much(&world.there, 0..4).await;
    reader.has_heard(4 * 20).await;
    reader.assert_whole(4 * 20);
    world.end().await;
}

async fn the_name_of_a_closed_account_is_in_no_log(mut world: World) {
    let reader = world.reader().await;
    let account_id = someone();
    for (version, event) in [
        Event::AccountRegistered(AccountRegistered { account_id, display_name: DisplayName::parse("name", "두리").unwrap() }),
        Event::AccountClosed(AccountClosed { account_id }),
    ]
    .into_iter()
    .enumerate()
    {
        append(&world.there, event, version as u64 + 1).await;
    }
    reader.has_heard(2).await;
    // As identity does when everybody has erased what they held.
    let mut connection = world.there.pool().acquire().await.unwrap();
    platform::event_log::redact(&mut connection, Aggregate::account(account_id), "display_name").await.unwrap();
    drop(connection);
    for database in [&world.there, &world.here] {
        assert_eq!(name_in_log(database, account_id).await, "");
    }
    let late = world.another_reader().await;
    late.has_heard(2).await;
    assert_eq!(name_in_log(late.database(), account_id).await, "");
    world.end().await;
}

async fn append(database: &Database, event: Event, version: u64) {
    let call = call(Some(someone()));
    let appending = database.command(&call, move |unit| {
        Box::pin(async move {
            unit.lock(event.aggregate()).await?;
            unit.append(&event, version).await.map(drop)
        })
    });
    appending.await.unwrap();
}

async fn name_in_log(database: &Database, account: AccountId) -> String {
    let query = "SELECT payload ->> 'display_name' FROM event_log.events WHERE aggregate_id = $1 AND aggregate_version = 1";
    sqlx::query_scalar(query).bind(account.as_uuid()).fetch_one(database.pool()).await.unwrap()
}

/// Twenty events by each writer, to aggregates that they share.
async fn write_much(database: &Database, writers: std::ops::Range<u64>) {
    join_all(writers.map(async |writer| {
        for event in 0..20 {
            write(database, (writer * 7 + event * 13) % 11).await;
        }
    }))
    .await;
}

//! Who keeps a course is told when it is withdrawn, once, whatever happens meanwhile.

use crate::given::{World, a_course, deleted, keeps, lets_go, published, refused, unpublished};
use contract::event::Delivery::New;
use contract::event::{CourseRef, Event};
use contract::message::MessageKind::{BookmarkCanceled, BookmarkRefused, BookmarkRegistered, CourseWithdrawn};
use contract::message::MessageSettings;
use contract::{AccountId, CourseId};
use jiff::SignedDuration;
use message::Withdrawals;
use platform::testing::someone;
use platform::{Clock, Database};
use sqlx::Connection;
use sqlx::postgres::PgConnection;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

const TOLD: &str = "SELECT count(*) FROM message.messages WHERE kind = 'course_withdrawn'";
const RUNNING: &str = "SELECT count(*) FROM event_log.sagas WHERE kind = 'course_withdrawn' AND state = 'running'";

/// A course that `number` keep, withdrawn, and who keeps it, in the order in which they are told.
async fn withdrawn(world: &World, number: usize) -> (CourseId, Vec<AccountId>) {
    let course = world.course().await;
    let mut holders: Vec<AccountId> = (0..number).map(|_| someone()).collect();
    holders.sort();
    world.happen(holders.iter().map(|holder| keeps(course, *holder))).await;
    world.happen([unpublished(course, world.host)]).await;
    (course, holders)
}

/// Asserts that each of `holders` was told once, and the case is closed.
async fn expect_all_told(world: &World, holders: &[AccountId]) {
    assert_eq!(world.count(TOLD).await, i64::try_from(holders.len()).unwrap());
    let told: Vec<Uuid> = sqlx::query_scalar("SELECT recipient_id FROM message.messages WHERE kind = 'course_withdrawn' ORDER BY 1")
        .fetch_all(world.database.pool())
        .await
        .unwrap();
    assert_eq!(told, holders.iter().map(|holder| holder.as_uuid()).collect::<Vec<_>>());
    let ends: Vec<String> = sqlx::query_scalar("SELECT state FROM event_log.sagas WHERE kind = 'course_withdrawn'")
        .fetch_all(world.database.pool())
        .await
        .unwrap();
    assert_eq!(ends, ["completed"]);
    world.expect_exact().await;
}

#[tokio::test]
async fn everyone_who_keeps_a_course_is_told_of_its_withdrawal_in_its_case() {
    let world = World::new().await;
    let (course, customers) = (world.course().await, [someone(), someone(), someone()]);
    for customer in customers {
        world.happen([keeps(course, customer)]).await;
    }
    world.happen([lets_go(course, customers[2])]).await;
    world.happen([unpublished(course, world.host)]).await;
    assert_eq!(world.count(RUNNING).await, 1);
    world.tell().await;
    for customer in &customers[..2] {
        assert_eq!(world.told(*customer).await, [(BookmarkRegistered, New, 1), (CourseWithdrawn, New, 2)]);
    }
    assert_eq!(world.kinds(customers[2]).await, [BookmarkCanceled]);
    assert_eq!(world.inbox(customers[0]).await.items.iter().filter(|message| message.course_title == "서울숲 산책").count(), 2);
    let of_the_case: i64 = world
        .count(
            "SELECT count(*) FROM event_log.events AS told
             JOIN event_log.events AS cause ON cause.id = told.causation_id AND cause.correlation_id = told.correlation_id
             WHERE told.name = 'message.delivered.v1' AND cause.name = 'course.unpublished.v1'",
        )
        .await;
    assert_eq!(of_the_case, 2);
    assert_eq!(world.count(RUNNING).await, 0);
    world.expect_exact().await;
}

#[tokio::test]
async fn a_deleted_course_is_withdrawn_unless_it_was_before_and_each_withdrawal_is_told() {
    let world = World::new().await;
    let (course, draft, customer) = (world.course().await, a_course(), someone());
    let [registered, _] = published(draft, world.host, "초안");
    world.happen([keeps(course, customer), registered, deleted(draft, world.host)]).await;
    assert_eq!(world.count(RUNNING).await, 0, "nobody has seen a draft");
    world.happen([unpublished(course, world.host)]).await;
    world.happen([Event::CoursePublished(CourseRef { course_id: course, host_id: world.host })]).await;
    world.tell().await;
    assert_eq!(world.count(TOLD).await, 1, "what was withdrawn was withdrawn");
    world.happen([unpublished(course, world.host), deleted(course, world.host)]).await;
    world.tell().await;
    assert_eq!(world.count(TOLD).await, 2, "the deletion of what nobody sees is no news");
    assert_eq!(world.count("SELECT count(*) FROM event_log.sagas").await, 2);
}

#[tokio::test]
async fn a_withdrawal_is_told_to_who_has_muted_everything() {
    let world = World::new().await;
    let (course, customer) = (world.course().await, someone());
    world.mute(customer, MessageSettings { receipts: false, ..MessageSettings::default() }).await;
    world.happen([keeps(course, customer), deleted(course, world.host)]).await;
    world.tell().await;
    assert_eq!(world.kinds(customer).await, [CourseWithdrawn]);
}

#[tokio::test]
async fn who_came_too_late_is_told_of_the_refusal_alone() {
    let world = World::new().await;
    let (course, late) = (world.course().await, someone());
    world.happen([unpublished(course, world.host)]).await;
    world.pass(SignedDuration::from_secs(1));
    world.happen([keeps(course, late)]).await;
    world.tell().await;
    world.happen([refused(course, late)]).await;
    assert_eq!(world.kinds(late).await, [BookmarkRegistered, BookmarkRefused]);
}

/// The process dies in the middle of each chunk, then again after each: it goes on where it was.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_dies_in_and_after_every_chunk_tells_everyone_once() {
    let world = World::new().await;
    let (_, holders) = withdrawn(&world, 250).await;
    // Whoever is in the middle of a chunk can't be told while the test holds this lock.
    let middle = [50, 150, 225].map(|index: usize| format!("'{}'", holders[index])).join(", ");
    for statement in [
        "CREATE FUNCTION message.hold() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN PERFORM pg_advisory_xact_lock_shared(42); RETURN NEW; END $$"
            .to_owned(),
        format!(
            "CREATE TRIGGER hold BEFORE INSERT ON message.messages FOR EACH ROW WHEN (NEW.recipient_id IN ({middle}))
             EXECUTE FUNCTION message.hold()"
        ),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(world.database.pool()).await.unwrap();
    }
    let mut test = PgConnection::connect_with(&world.database.connect_options()).await.unwrap();
    for told in [100, 200, 250] {
        sqlx::query("SELECT pg_advisory_lock(42)").execute(&mut test).await.unwrap();
        let before = world.count(TOLD).await;
        let process = Withdrawals::new(another_process(&world));
        let step = tokio::spawn(async move { process.advance().await });
        let connection: i32 = loop {
            let waiting = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT granted
                           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
            if let Some(pid) = sqlx::query_scalar(waiting).fetch_optional(&mut test).await.unwrap() {
                break pid;
            }
            tokio::task::yield_now().await;
        };
        sqlx::query("SELECT pg_terminate_backend($1)").bind(connection).execute(&mut test).await.unwrap();
        assert_eq!(step.await.unwrap().unwrap(), 0, "the step was not taken");
        assert_eq!(world.count(TOLD).await, before, "nothing of it is left");
        sqlx::query("SELECT pg_advisory_unlock(42)").execute(&mut test).await.unwrap();
        assert_eq!(Withdrawals::new(another_process(&world)).advance().await.unwrap(), 1);
        assert_eq!(world.count(TOLD).await, told);
    }
    assert_eq!(Withdrawals::new(another_process(&world)).advance().await.unwrap(), 0);
    expect_all_told(&world, &holders).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn several_processes_at_once_tell_everyone_once() {
    let world = World::new().await;
    let (_, holders) = withdrawn(&world, 250).await;
    let processes: Vec<_> = (0..3)
        .map(|_| {
            let process = Withdrawals::new(another_process(&world));
            tokio::spawn(async move { while process.advance().await.unwrap() > 0 {} })
        })
        .collect();
    for process in processes {
        process.await.unwrap();
    }
    world.tell().await;
    expect_all_told(&world, &holders).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_task_tells_by_itself_and_ends_when_it_is_told_to() {
    let world = World::new().await;
    let stop = CancellationToken::new();
    let tasks =
        [tokio::spawn(world.consumer.clone().run(stop.clone())), tokio::spawn(Withdrawals::new(world.database.clone()).run(stop.clone()))];
    let (course, customer) = (a_course(), someone());
    let mut events: Vec<Event> = published(course, world.host, "길").into();
    events.extend([keeps(course, customer), unpublished(course, world.host)]);
    world.append(events).await;
    let told = async {
        while world.count(TOLD).await == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await
        }
    };
    tokio::time::timeout(Duration::from_secs(30), told).await.expect("told by itself");
    stop.cancel();
    for task in tasks {
        tokio::time::timeout(Duration::from_secs(5), task).await.expect("ends").unwrap();
    }
    assert_eq!(world.kinds(customer).await, [BookmarkRegistered, CourseWithdrawn]);
}

/// The same database from another process, as it were: a pool of its own.
fn another_process(world: &World) -> Database {
    Database::new(world.database.connect_options(), 4, Clock::system())
}

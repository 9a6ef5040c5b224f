//! Closing an account, until nothing of it is left.

use crate::given::{EMAIL, PASSWORD, World, credentials};
use async_trait::async_trait;
use contract::event::{AccountErased, Aggregate, AggregateKind, AggregateVersion, Envelope, Event, Participant};
use contract::identity::IdentityApi;
use contract::{AccountId, Call, EventId, FieldCode, FieldError, Refusal};
use identity::SagaPolicy;
use platform::consumer::{Consumer, Handler};
use platform::testing::call;
use platform::{Error, Result};
use serde_json::json;
use sqlx::postgres::PgConnection;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const CLOSING: &str = "identity.account_closed.v1";

/// Mina's account, and Jun's beside it.
async fn setting() -> (World, AccountId) {
    let world = World::new().await;
    let mina = world.register(EMAIL, PASSWORD, "미나").await.id;
    world.register("jun@example.com", PASSWORD, "준").await;
    (world, mina)
}

async fn close(world: &World, account: AccountId) {
    world.identity.close(&call(Some(account)), PASSWORD).await.expect("closes");
}

fn sagas(world: &World) -> Consumer {
    Consumer::new(world.database.clone(), Arc::new(SagaPolicy::new(world.database.clock().clone())))
}

/// As the service tells it: caused by the closing, in its case.
async fn answer(world: &World, account: AccountId, service: Participant) {
    let (cause, correlation_id): (uuid::Uuid, uuid::Uuid) =
        sqlx::query_as("SELECT id, correlation_id FROM event_log.events WHERE name = $1 AND aggregate_id = $2")
            .bind(CLOSING)
            .bind(account.as_uuid())
            .fetch_one(world.database.pool())
            .await
            .expect("was closed");
    let call = Call { correlation_id: correlation_id.into(), causation_id: Some(EventId::new(cause)), actor: None };
    world
        .database
        .command(&call, move |unit| {
            Box::pin(async move {
                unit.lock(Aggregate::erasure(account, service)).await?;
                unit.append(&Event::AccountErased(AccountErased { account_id: account, service }), 1).await
            })
        })
        .await
        .expect("answers");
}

async fn saga(world: &World) -> String {
    world.text("SELECT coalesce(string_agg(state, ','), 'none') FROM event_log.sagas").await
}

async fn accounts(world: &World) -> i64 {
    world.number("SELECT count(*) FROM identity.accounts").await
}

async fn names_in_the_log(world: &World) -> String {
    world.text("SELECT string_agg(payload ->> 'display_name', ',' ORDER BY position) FROM event_log.events").await
}

/// The log is told anew from its beginning.
async fn forget(world: &World) {
    for forget in ["DELETE FROM event_log.handled", "UPDATE event_log.checkpoints SET transaction_id = '0', position = 0"] {
        sqlx::query(forget).execute(world.database.pool()).await.expect("forgets");
    }
}

#[tokio::test]
async fn closing_ends_all_sessions_and_publishes_one_event() {
    let (world, mina) = setting().await;
    let (phone, desk) = (world.sign_in().await, world.sign_in().await);
    let call = call(Some(mina));
    let closed = world.identity.close(&call, PASSWORD).await;
    assert_eq!(closed, Ok(AggregateVersion { aggregate: Aggregate::account(mina), version: 2 }));
    assert_eq!((world.account_of(&phone).await, world.account_of(&desk).await), (None, None));
    assert_eq!(world.events().await[2..], [(CLOSING.to_owned(), 2, json!({ "account_id": mina }))]);
    let again = world.identity.close(&call, PASSWORD).await;
    assert_eq!(again, Err(Refusal::NotSignedIn.into()), "there is nobody who could");
    assert_eq!(world.events().await.len(), 3);
}

#[tokio::test]
async fn the_wrong_password_closes_nothing() {
    let (world, mina) = setting().await;
    let session = world.sign_in().await;
    let before = world.identity.password_checks();
    for wrong in ["wrong password", "", "short"] {
        let refused = world.identity.close(&call(Some(mina)), wrong).await;
        assert_eq!(refused, Err(Refusal::Invalid(vec![FieldError::new("password", FieldCode::Mismatch)]).into()));
    }
    assert_eq!(world.identity.password_checks(), before + 1, "what no password can be is not hashed");
    assert!(world.account_of(&session).await.is_some());
    assert_eq!(world.events().await.len(), 2);
}

#[tokio::test]
async fn a_closed_account_answers_like_a_wrong_password_after_the_same_work() {
    let (world, mina) = setting().await;
    close(&world, mina).await;
    let before = world.identity.password_checks();
    let refused = world.identity.sign_in(&call(None), credentials(EMAIL, PASSWORD)).await.err();
    assert_eq!(refused, Some(Refusal::WrongCredentials.into()));
    assert_eq!(world.identity.password_checks(), before + 1);
    assert_eq!(world.count_sessions().await, 0);
}

#[tokio::test]
async fn no_session_that_is_opened_while_the_account_is_closed_outlives_it() {
    let (world, mina) = setting().await;
    let signing_in: Vec<_> = (0..6)
        .map(|_| {
            let identity = world.identity.clone();
            tokio::spawn(async move { identity.sign_in(&call(None), credentials(EMAIL, PASSWORD)).await })
        })
        .collect();
    close(&world, mina).await;
    for session in signing_in {
        let _either = session.await.expect("runs");
    }
    assert_eq!(world.count_sessions().await, 0);
}

#[tokio::test]
async fn an_account_is_erased_when_all_have_answered_in_whatever_order() {
    let [a, b, c, d] = Participant::ALL;
    for order in [[a, b, c, d], [d, c, b, a], [b, d, a, c]] {
        let (world, mina) = setting().await;
        let consumer = sagas(&world);
        close(&world, mina).await;
        consumer.settle().await.expect("settles");
        for service in order {
            assert_eq!((saga(&world).await.as_str(), accounts(&world).await), ("running", 2));
            assert_eq!(names_in_the_log(&world).await, "미나,준");
            answer(&world, mina, service).await;
            consumer.settle().await.expect("settles");
            // Each answer a second time, and all before it.
            forget(&world).await;
            consumer.settle().await.expect("settles");
        }
        assert_eq!((saga(&world).await.as_str(), accounts(&world).await), ("completed", 1));
        assert_eq!(names_in_the_log(&world).await, ",준");
        assert_eq!(world.text("SELECT email FROM identity.accounts").await, "jun@example.com");
        let everything = world.text("SELECT string_agg(row_to_json(events)::text, '') FROM event_log.events").await;
        assert!(!everything.contains("미나") && !everything.contains(EMAIL), "{everything}");
    }
}

#[tokio::test]
async fn answers_that_are_heard_before_the_closing_count() {
    let (world, mina) = setting().await;
    close(&world, mina).await;
    for service in Participant::ALL {
        answer(&world, mina, service).await;
    }
    // Events of one aggregate are in order; the aggregates among themselves need not be.
    sqlx::query("UPDATE event_log.events SET transaction_id = '3' WHERE aggregate_kind = 'erasure'")
        .execute(world.database.pool())
        .await
        .expect("shuffles");
    sagas(&world).settle().await.expect("settles");
    assert_eq!((saga(&world).await.as_str(), accounts(&world).await), ("completed", 1));
    assert_eq!(world.number("SELECT count(*) FROM event_log.parked").await, 0);
    let started = world.text("SELECT id::text FROM event_log.sagas").await;
    assert_eq!(started, world.text("SELECT id::text FROM event_log.events WHERE name = 'identity.account_closed.v1'").await);
}

#[tokio::test]
async fn two_closings_do_not_take_each_others_answers() {
    let (world, mina) = setting().await;
    let jun = world.text("SELECT id::text FROM identity.accounts WHERE email = 'jun@example.com'").await.parse().expect("an id");
    for account in [mina, jun] {
        close(&world, account).await;
    }
    for service in [Participant::Course, Participant::Review] {
        answer(&world, mina, service).await;
    }
    for service in Participant::ALL {
        answer(&world, jun, service).await;
    }
    sagas(&world).settle().await.expect("settles");
    assert_eq!(world.text("SELECT id::text FROM identity.accounts").await, mina.to_string());
    assert_eq!(names_in_the_log(&world).await, "미나,");
}

#[tokio::test]
async fn an_address_is_free_again_when_its_account_is_erased_and_not_before() {
    let (world, mina) = setting().await;
    let consumer = sagas(&world);
    close(&world, mina).await;
    world.register(EMAIL, "another password", "새 미나").await;
    assert_eq!(accounts(&world).await, 2, "not yet");
    for service in Participant::ALL {
        answer(&world, mina, service).await;
    }
    consumer.settle().await.expect("settles");
    let anew = world.register(EMAIL, "another password", "새 미나").await;
    let session = world.identity.sign_in(&call(None), credentials(EMAIL, "another password")).await.expect("signs in");
    assert_eq!(world.account_of(&session).await.expect("signed in").id, anew.id);
    assert_ne!(anew.id, mina);
}

/// A consumer whose process ends before the first commit.
struct Killed(SagaPolicy, AtomicBool);

#[async_trait]
impl Handler for Killed {
    fn name(&self) -> &'static str {
        self.0.name()
    }
    fn kinds(&self) -> &'static [AggregateKind] {
        self.0.kinds()
    }
    async fn handle(&self, connection: &mut PgConnection, events: &[Envelope]) -> Result<()> {
        self.0.handle(connection, events).await?;
        if self.1.swap(true, Ordering::Relaxed) { Ok(()) } else { Err(Error::Database(sqlx::Error::WorkerCrashed)) }
    }
}

#[tokio::test]
async fn killed_at_each_step_it_goes_on_from_there() {
    let (world, mina) = setting().await;
    close(&world, mina).await;
    let mut steps: Vec<Option<Participant>> = vec![None];
    steps.extend(Participant::ALL.map(Some));
    for (number, step) in steps.into_iter().enumerate() {
        if let Some(service) = step {
            answer(&world, mina, service).await;
        }
        let before = world.text("SELECT coalesce(string_agg(row_to_json(sagas)::text, ''), '') FROM event_log.sagas").await;
        let handler = Killed(SagaPolicy::new(world.database.clock().clone()), AtomicBool::default());
        let consumer = Consumer::new(world.database.clone(), Arc::new(handler));
        consumer.settle().await.expect_err("killed");
        assert_eq!(world.text("SELECT coalesce(string_agg(row_to_json(sagas)::text, ''), '') FROM event_log.sagas").await, before);
        assert_eq!((accounts(&world).await, names_in_the_log(&world).await.as_str()), (2, "미나,준"), "step {number}");
        // The lock of the lead goes with the connection, which Postgres notices in its own time.
        while consumer.settle().await.is_err() {}
    }
    assert_eq!((saga(&world).await.as_str(), accounts(&world).await), ("completed", 1));
    assert_eq!(names_in_the_log(&world).await, ",준");
}

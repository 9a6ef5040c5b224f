//! What is missing is asked for, and not again while it may be coming.

use crate::cluster::Cluster;
use crate::world::{LIMIT, METRICS, bus};
use jiff::{SignedDuration, Timestamp};
use platform::bus::{Bus, Intake, Message};
use platform::testing::broker::Broker;
use platform::testing::database;
use platform::{Clock, Database};
use serde_json::json;
use std::any::Any;
use std::sync::{Arc, LazyLock, Mutex};
use uuid::Uuid;

/// An intake, with a clock that is set.
struct Missing {
    /// What is there as long as this is.
    _broker: Box<dyn Any>,
    bus: Arc<dyn Bus>,
    database: Database,
    intake: Intake,
    now: Arc<Mutex<Timestamp>>,
}

impl Missing {
    async fn with_nats() -> Self {
        let broker = Broker::nats();
        Self::new(bus(&broker.url()).await, broker).await
    }

    async fn with_kafka() -> Self {
        let broker = Broker::kafka(&[]);
        Self::new(bus(&broker.url()).await, broker).await
    }

    async fn with_a_cluster_of_kafka() -> Self {
        let cluster = Cluster::new();
        Self::new(bus(&cluster.url()).await, cluster).await
    }

    async fn new(bus: Arc<dyn Bus>, broker: impl Any) -> Self {
        LazyLock::force(&METRICS);
        let now = Arc::new(Mutex::new("2026-04-01T12:00:00Z".parse().unwrap()));
        let told = now.clone();
        let options = database(&[]).await.connect_options();
        let database = Database::new(options, 4, Clock::from_fn(move || *told.lock().unwrap()));
        let intake = Intake::new(database.clone(), bus.clone());
        Self { _broker: Box::new(broker), bus, database, intake, now }
    }

    /// Somebody publishes a version of an aggregate, which happened just now.
    async fn publishes(&self, aggregate: u128, version: u128) {
        self.publishes_of("review.registered.v1", aggregate, version).await;
    }

    async fn publishes_of(&self, name: &str, aggregate: u128, version: u128) {
        let (id, aggregate) = (Uuid::from_u128(aggregate << 64 | version << 32 | name.len() as u128), Uuid::from_u128(aggregate));
        let event = json!({
            "id": id, "position": 1, "aggregate": { "kind": "review", "id": aggregate }, "version": version as i64,
            "correlation_id": id, "causation_id": null, "actor": null, "occurred_at": *self.now.lock().unwrap(),
            "name": name, "payload": {},
        });
        let message = Message { id, kind: "review".to_owned(), aggregate, body: event.to_string().into_bytes() };
        self.bus.publish("any", &[message]).await.unwrap();
    }

    /// How often it has been asked, when everything is taken in so much later.
    async fn asked_after(&self, minutes: i64) -> u64 {
        *self.now.lock().unwrap() += SignedDuration::from_mins(minutes);
        tokio::time::timeout(LIMIT, self.intake.catch_up()).await.unwrap().unwrap();
        let history = self.bus.history().await.unwrap();
        history.rsplit_once('.').unwrap().1.parse().unwrap()
    }

    fn tells(&self, what: &str) -> bool {
        let label = format!("database=\"{}\"", self.database.connect_options().get_database().unwrap());
        METRICS.render().replace(&label, "here").lines().any(|line| line == what)
    }

    async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(self.database.pool()).await.unwrap()
    }
}

const EARLY: &str = "SELECT count(*) FROM event_log.early";
const TAKEN_IN: &str = "SELECT count(*) FROM event_log.events";

held!(
    Missing: [with_nats, with_kafka, with_a_cluster_of_kafka]
    [
        it_is_asked_for_and_not_again_while_it_may_be_coming,
        what_services_of_the_same_database_have_lost_stays_lost,
        of_two_that_claim_to_be_the_same_while_both_wait_the_first_stays,
        what_is_no_event_is_counted,
    ]
);

async fn it_is_asked_for_and_not_again_while_it_may_be_coming(missing: Missing) {
    assert_eq!(missing.asked_after(0).await, 1, "by who is new");
    missing.publishes(1, 2).await;
    assert_eq!(missing.asked_after(1).await, 1, "the one before it may be coming");
    assert_eq!(missing.asked_after(1).await, 1, "everything is being published");
    assert_eq!(missing.asked_after(6).await, 2, "what was published has been heard");
    assert_eq!(missing.asked_after(6).await, 2, "it was asked for in vain after seven minutes");
    assert_eq!(missing.asked_after(2).await, 3, "it has waited for as long again");
    missing.publishes(2, 1).await;
    assert_eq!(missing.asked_after(30).await, 3, "somebody is still publishing");
    assert_eq!(missing.asked_after(6).await, 4);
    assert!(missing.tells("dulle_bus_asked_total{here} 4") && missing.tells("dulle_bus_early_age{here} 3060"), "{}", METRICS.render());
    missing.publishes(1, 1).await;
    assert_eq!(missing.asked_after(120).await, 4, "nothing is missing");
    assert!(missing.tells("dulle_bus_early_age{here} 0") && missing.tells("dulle_bus_unread{here} 0"), "{}", METRICS.render());
    assert_eq!((missing.count(EARLY).await, missing.count(TAKEN_IN).await), (0, 3));
}

async fn what_services_of_the_same_database_have_lost_stays_lost(missing: Missing) {
    sqlx::query("CREATE SCHEMA review").execute(missing.database.pool()).await.unwrap();
    missing.asked_after(0).await;
    missing.publishes(1, 1).await;
    missing.publishes_of("course.registered.v1", 2, 1).await;
    missing.asked_after(1).await;
    assert_eq!(missing.count(TAKEN_IN).await, 1);
    assert_eq!(missing.count("SELECT count(*) FROM event_log.events WHERE name LIKE 'review.%'").await, 0);
    assert!(missing.tells("dulle_bus_contradictions_total 1"), "{}", METRICS.render());
}

async fn of_two_that_claim_to_be_the_same_while_both_wait_the_first_stays(missing: Missing) {
    missing.asked_after(0).await;
    missing.publishes_of("review.registered.v1", 1, 2).await;
    missing.asked_after(0).await;
    missing.publishes_of("review.modified.v1", 1, 2).await;
    missing.publishes_of("review.registered.v1", 1, 1).await;
    missing.asked_after(0).await;
    assert_eq!(missing.count("SELECT count(*) FROM event_log.events WHERE name = 'review.registered.v1'").await, 2);
    assert!(missing.tells("dulle_bus_contradictions_total 1"), "{}", METRICS.render());
}

async fn what_is_no_event_is_counted(missing: Missing) {
    missing.asked_after(0).await;
    let message = Message { id: Uuid::from_u128(1), kind: "review".to_owned(), aggregate: Uuid::from_u128(1), body: b"{}".to_vec() };
    missing.bus.publish("any", &[message]).await.unwrap();
    missing.asked_after(0).await;
    assert!(missing.tells("dulle_bus_unreadable_total 1"), "{}", METRICS.render());
}

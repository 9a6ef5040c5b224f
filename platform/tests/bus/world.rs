//! A service that writes there, and one that hears of it here.

use crate::cluster::Cluster;
use crate::misbehaving::Misbehaving;
use async_trait::async_trait;
use contract::event::{Aggregate, AggregateKind, CourseAndCustomer, Envelope, Event};
use contract::{AccountId, CourseId};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use platform::bus::kafka::TOPICS;
use platform::bus::{Address, Bus, Intake, Relay};
use platform::consumer::{Consumer, Handler};
use platform::testing::broker::Broker;
use platform::testing::{call, database, someone};
use platform::{Clock, Database, Result};
use sqlx::postgres::PgConnection;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

/// Long enough for a slow machine.
pub const LIMIT: Duration = Duration::from_secs(60);

/// What those who watch are told by this process.
pub static METRICS: LazyLock<PrometheusHandle> = LazyLock::new(|| PrometheusBuilder::new().install_recorder().unwrap());

const KINDS: [AggregateKind; 2] = [AggregateKind::Like, AggregateKind::Account];
/// In whose names events are written.
const SERVICES: [&str; 2] = ["communication", "identity"];

pub struct World {
    /// Where events are written.
    pub there: Database,
    /// Where they are heard of.
    pub here: Database,
    pub broker: Option<Broker>,
    pub cluster: Option<Cluster>,
    pub bus: Option<Arc<dyn Bus>>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl World {
    pub async fn on_one_database() -> Self {
        let shared = database(&[]).await;
        Self::new(shared.clone(), shared)
    }

    pub async fn with_a_bus_that_misbehaves() -> Self {
        Self::with_bus(Arc::new(Misbehaving::default())).await
    }

    pub async fn with_nats() -> Self {
        Self::with_broker(Broker::nats()).await
    }

    /// A broker that is a process of its own and speaks Kafka's protocol.
    pub async fn with_kafka() -> Self {
        Self::with_broker(Broker::kafka(&TOPICS)).await
    }

    /// Three brokers within the library, which are killed and lose nothing, and fail as they are told.
    pub async fn with_a_cluster_of_kafka() -> Self {
        let cluster = Cluster::new();
        let world = Self::with_bus(bus(&cluster.url()).await).await;
        Self { cluster: Some(cluster), ..world }
    }

    async fn with_broker(broker: Broker) -> Self {
        let world = Self::with_bus(bus(&broker.url()).await).await;
        Self { broker: Some(broker), ..world }
    }

    async fn with_bus(bus: Arc<dyn Bus>) -> Self {
        let world = Self { bus: Some(bus), ..Self::new(database(&[]).await, database(&[]).await) };
        world.relay();
        world
    }

    fn new(there: Database, here: Database) -> Self {
        Self { there, here, broker: None, cluster: None, bus: None, stop: CancellationToken::new(), tasks: TaskTracker::new() }
    }

    fn relay(&self) {
        for (bus, service) in self.bus.iter().flat_map(|bus| SERVICES.map(|service| (bus.clone(), service))) {
            self.tasks.spawn(Relay::new(self.there.clone(), bus, service, &KINDS).run(self.stop.clone()));
        }
    }

    fn take_in(&self, database: &Database) {
        if let Some(bus) = self.bus.clone() {
            self.tasks.spawn(Intake::new(database.clone(), bus).run(self.stop.clone()));
        }
    }

    /// Somebody who hears of everything here.
    pub async fn reader(&mut self) -> Reader {
        self.take_in(&self.here.clone());
        self.read("reader", self.here.clone())
    }

    /// The same, by another way to the bus.
    pub async fn reader_by(&mut self, url: &str) -> Reader {
        self.tasks.spawn(Intake::new(self.here.clone(), bus(url).await).run(self.stop.clone()));
        self.read("reader", self.here.clone())
    }

    /// Somebody else, on a database that knows nothing yet if each has its own.
    pub async fn another_reader(&mut self) -> Reader {
        let database = if self.bus.is_some() { database(&[]).await } else { self.here.clone() };
        self.take_in(&database);
        self.read("another", database)
    }

    fn read(&self, name: &'static str, database: Database) -> Reader {
        let recorder = Arc::new(Recorder { name, heard: Mutex::default() });
        self.tasks.spawn(Consumer::new(database.clone(), recorder.clone()).run(self.stop.clone()));
        Reader { recorder, database }
    }

    /// Whoever publishes and takes in does so in a second process, too.
    pub async fn copies(&mut self) {
        self.relay();
        self.take_in(&self.here.clone());
    }

    /// What has been published is published again, or read again.
    pub async fn everything_again(&self) {
        match &self.bus {
            Some(bus) => bus.ask_again().await.unwrap(),
            None => {
                let again = "UPDATE event_log.checkpoints SET transaction_id = '0', position = 0";
                sqlx::query(again).execute(self.here.pool()).await.unwrap();
            }
        }
    }

    pub async fn end(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// The bus at `url`.
pub async fn bus(url: &str) -> Arc<dyn Bus> {
    url.parse::<Address>().unwrap().bus(&Clock::system()).await.unwrap()
}

/// Somebody who hears.
pub struct Reader {
    recorder: Arc<Recorder>,
    database: Database,
}

impl Reader {
    pub const fn database(&self) -> &Database {
        &self.database
    }

    pub async fn has_heard(&self, events: usize) {
        until(|| self.recorder.heard.lock().unwrap().len() >= events).await;
    }

    /// Each once, and each aggregate's in order without a gap; nobody is waited for, and nothing set aside.
    pub fn assert_whole(&self, expected: usize) {
        let heard = self.recorder.heard.lock().unwrap();
        assert_eq!(heard.len(), expected);
        assert_eq!(heard.iter().map(|event| event.id).collect::<HashSet<_>>().len(), expected, "each once");
        let mut versions: HashMap<Aggregate, u64> = HashMap::new();
        for event in heard.iter() {
            let last = versions.entry(event.aggregate).or_default();
            assert_eq!(event.version, *last + 1, "{:?} in order", event.aggregate);
            *last = event.version;
        }
    }
}

struct Recorder {
    name: &'static str,
    heard: Mutex<Vec<Envelope>>,
}

#[async_trait]
impl Handler for Recorder {
    fn name(&self) -> &'static str {
        self.name
    }

    fn kinds(&self) -> &'static [AggregateKind] {
        &KINDS
    }

    async fn handle(&self, _: &mut PgConnection, events: &[Envelope]) -> Result<()> {
        self.heard.lock().unwrap().extend_from_slice(events);
        Ok(())
    }
}

pub async fn until(mut condition: impl FnMut() -> bool) {
    let coming_true = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LIMIT, coming_true).await.expect("the condition comes true");
}

/// Appends the next version of one aggregate.
pub async fn write(database: &Database, number: u64) {
    let course_id = CourseId::new(Uuid::from_u128(7));
    let customer_id = AccountId::new(Uuid::from_u128(u128::from(number) + 1_000));
    let call = call(Some(someone()));
    let written = database.command(&call, move |unit| {
        Box::pin(async move {
            let aggregate = Aggregate::like(course_id, customer_id);
            unit.lock(aggregate).await?;
            let query =
                "SELECT COALESCE(max(aggregate_version), 0) FROM event_log.events WHERE aggregate_kind = 'like' AND aggregate_id = $1";
            let version: i64 = sqlx::query_scalar(query).bind(aggregate.id).fetch_one(unit.connection()).await?;
            let event = Event::LikeRegistered(CourseAndCustomer { course_id, customer_id });
            unit.append(&event, version.unsigned_abs() + 1).await.map(drop)
        })
    });
    written.await.unwrap();
}

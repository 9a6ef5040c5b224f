//! The bus over Kafka: one topic with one partition for the events, and one that says which history they are.
//!
//! One partition, because a place is one number: there is one order, which is that of each aggregate, too. Consumers are told where to begin
//! and commit nothing; the group's name is only there because the library wants one.

mod address;
mod history;
mod way;

pub use address::{Address, NotAnAddress};

use super::{Bus, BusError, Following, Message, Place, failed};
use crate::clock::Clock;
use async_trait::async_trait;
use history::{Register, Seen};
use rdkafka::ClientConfig;
use rdkafka::client::ClientContext;
use rdkafka::config::{FromClientConfigAndContext, RDKafkaLogLevel};
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::producer::{FutureProducer, FutureRecord};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard};

const EVENTS: &str = "dulle.events";
const HISTORY: &str = "dulle.history";
/// The topics, as whoever runs the brokers may make them: the history first, by which a life begins.
pub const TOPICS: [&str; 2] = [HISTORY, EVENTS];
const PARTITION: i32 = 0;
/// How long messages are kept. Who was away for longer asks for them again. Names of closed accounts are gone from here after that time, too.
const KEPT: Duration = Duration::from_hours(24);
/// How long the brokers may take to answer.
const ANSWER: Duration = Duration::from_secs(3);
/// How long they may take to keep a batch.
const PUBLISH: Duration = Duration::from_secs(10);
/// How often a way sees whether it is still in the life that it follows.
const LOOK: Duration = Duration::from_secs(1);
/// For how long what was seen of the history will do for whoever else in this process asks for it.
const FRESH: Duration = Duration::from_millis(500);

/// Kafka.
pub struct Kafka {
    address: Address,
    producer: FutureProducer<Log>,
    register: Registered,
}

impl fmt::Debug for Kafka {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Kafka").field(&self.address).finish()
    }
}

impl Kafka {
    /// The bus at `address`. It need not be there yet, and may be gone at times. `clock` gives the ids of its lives.
    ///
    /// # Errors
    /// [`BusError`] for an address that leads nowhere at all.
    pub fn new(address: &Address, clock: Clock) -> Result<Self, BusError> {
        let mut config = address.config();
        config
            .set("acks", "all")
            // So that what is sent again stays in order. It may come twice, which whoever takes it in knows.
            .set("max.in.flight.requests.per.connection", "1")
            .set("message.timeout.ms", PUBLISH.as_millis().to_string());
        let producer: FutureProducer<Log> = config.create_with_context(Log).map_err(failed)?;
        let register = Register::new(address.clone(), producer.clone(), clock).map_err(failed)?;
        Ok(Self { address: address.clone(), producer, register: Registered(Arc::new(Mutex::new(register))) })
    }
}

#[async_trait]
impl Bus for Kafka {
    async fn history(&self) -> Result<String, BusError> {
        self.register.with(Register::history).await
    }

    async fn publish(&self, _: &str, messages: &[Message]) -> Result<(), BusError> {
        let mut kept = Vec::with_capacity(messages.len());
        for message in messages {
            let record = FutureRecord::to(EVENTS).partition(PARTITION).key(message.aggregate.as_bytes()).payload(&message.body);
            kept.push(self.producer.send_result(record).map_err(|(error, _)| failed(error))?);
        }
        // Each is either kept or given up before long.
        for kept in kept {
            kept.await.map_err(failed)?.map_err(|(error, _)| failed(error))?;
        }
        Ok(())
    }

    async fn follow(&self, place: Option<&Place>) -> Result<Box<dyn Following>, BusError> {
        let seen = self.register.look().await?;
        Ok(Box::new(way::Way::new(&self.address, self.register.clone(), seen, place)?))
    }

    async fn ask_again(&self) -> Result<(), BusError> {
        self.register.with(Register::ask_again).await
    }
}

/// The register, beside those who must not be held up.
#[derive(Clone)]
struct Registered(Arc<Mutex<Register>>);

impl Registered {
    async fn look(&self) -> Result<Seen, BusError> {
        self.with(Register::look).await
    }

    /// Has it to oneself until `done`, even if nobody waits for that any more.
    async fn with<T: Send + 'static>(
        &self,
        doing: impl FnOnce(&mut Register) -> Result<T, BusError> + Send + 'static,
    ) -> Result<T, BusError> {
        let mut register: OwnedMutexGuard<Register> = self.0.clone().lock_owned().await;
        tokio::task::spawn_blocking(move || doing(&mut register)).await.map_err(failed)?
    }
}

/// Where the library's own words go. What of them matters is told by whoever asked for something.
struct Log;

impl ClientContext for Log {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        tracing::debug!(?level, facility, message, "librdkafka");
    }

    fn error(&self, error: KafkaError, reason: &str) {
        // Whoever asked is told of these that nobody answered in time.
        match error.rdkafka_error_code() {
            Some(RDKafkaErrorCode::Authentication | RDKafkaErrorCode::Resolve) => tracing::warn!(%error, reason, "the bus lets nobody in"),
            _ => tracing::debug!(%error, reason, "librdkafka"),
        }
    }
}

impl ConsumerContext for Log {}

/// A consumer that is told where to begin, with more `set`tings.
fn consumer<C: FromClientConfigAndContext<Log>>(address: &Address, set: impl FnOnce(&mut ClientConfig)) -> KafkaResult<C> {
    let mut config = address.config();
    config
        .set("group.id", "dulle")
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        // What is not there any more is noticed and not passed over.
        .set("auto.offset.reset", "error");
    set(&mut config);
    config.create_with_context(Log)
}

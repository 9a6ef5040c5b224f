//! Which history Kafka carries. Kafka tells nobody when a topic was made, and keeps no notes on it; so a topic of its own says it: its first
//! record names the life of the brokers' store, its last the life of the events, and whoever asks for everything again repeats the last.
//!
//! Everything here blocks, as the library does, and has an end. It is called beside the runtime.

use super::super::{BusError, failed};
use super::{ANSWER, Address, EVENTS, FRESH, HISTORY, KEPT, Log, PARTITION};
use crate::clock::Clock;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::Message;
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::{Offset, TopicPartitionList};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::time::timeout;

/// How soon it is looked again for what has been made.
const MADE: Duration = Duration::from_millis(100);

/// What was seen.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    /// The life of what is kept now.
    pub life: String,
    /// The last record, and where it is.
    last: String,
    at: i64,
    /// The oldest message that is kept.
    pub first: i64,
    /// Behind the newest.
    pub end: i64,
}

impl Seen {
    /// The history, as [`Bus::history`](super::super::Bus::history) tells it.
    pub fn history(&self) -> String {
        format!("{}.{}", self.life, self.at)
    }

    #[cfg(test)]
    pub fn of(life: &str, first: i64, end: i64) -> Self {
        Self { life: life.to_owned(), last: life.to_owned(), at: 0, first, end }
    }
}

/// Whoever reads and writes the topic of histories, one at a time.
pub(super) struct Register {
    address: Address,
    consumer: BaseConsumer<Log>,
    producer: FutureProducer<Log>,
    clock: Clock,
    /// The history as it was seen last, or why not, until something is known to have changed it.
    looked: Option<(Instant, Result<String, String>)>,
    /// Whether anybody answered last.
    there: Option<bool>,
    /// Whether a life is noted whose events have no topic yet.
    begun: bool,
}

impl Register {
    pub fn new(address: Address, producer: FutureProducer<Log>, clock: Clock) -> Result<Self, KafkaError> {
        let consumer = super::consumer(&address, |config| {
            // What is to be read is there, and it is not waited for what comes behind.
            config.set("fetch.wait.max.ms", "20");
        })?;
        Ok(Self { address, consumer, producer, clock, looked: None, there: None, begun: false })
    }

    /// The history, as it was a moment ago.
    pub fn history(&mut self) -> Result<String, BusError> {
        match &self.looked {
            Some((at, looked)) if at.elapsed() < FRESH => looked.clone().map_err(BusError),
            _ => self.look().map(|seen| seen.history()),
        }
    }

    /// Looks, and begins a history where there is none.
    pub fn look(&mut self) -> Result<Seen, BusError> {
        let seen = self.seen();
        match (&seen, self.there.replace(seen.is_ok())) {
            (Ok(_), Some(true)) | (Err(_), Some(false)) => {}
            (Ok(_), _) => tracing::info!("the bus is there"),
            (Err(error), _) => tracing::warn!(%error, "the bus is gone; events wait in the log"),
        }
        let told = seen.as_ref().map(Seen::history).map_err(|error| error.0.clone());
        self.looked = Some((Instant::now(), told));
        seen
    }

    /// Adds a record that says the same again.
    pub fn ask_again(&mut self) -> Result<(), BusError> {
        let last = self.look()?.last;
        self.looked = None;
        self.note(&last)
    }

    fn seen(&mut self) -> Result<Seen, BusError> {
        if let Some(seen) = self.kept()? {
            return Ok(seen);
        }
        self.begin()?;
        let until = Instant::now() + ANSWER;
        loop {
            match self.kept()? {
                Some(seen) => return Ok(seen),
                None if Instant::now() > until => return Err(BusError("the topics that were made are not there".to_owned())),
                None => std::thread::sleep(MADE),
            }
        }
    }

    /// What the topics say; nothing where one is not there, or says nothing.
    fn kept(&self) -> Result<Option<Seen>, BusError> {
        let Some((first, end)) = self.ends(HISTORY)?.filter(|(first, end)| first < end) else { return Ok(None) };
        let begun = self.record(first)?;
        let last = if end - 1 == first { begun.clone() } else { self.record(end - 1)? };
        let life = if begun == last { begun } else { format!("{begun}.{last}") };
        Ok(self.ends(EVENTS)?.map(|(first, next)| Seen { life, last, at: end - 1, first, end: next }))
    }

    /// Begins a life. The record is there before the topic of events: whoever finds that finds it.
    fn begin(&mut self) -> Result<(), BusError> {
        if !self.begun {
            tracing::info!("the bus carries nothing yet: another life begins");
            self.make(HISTORY, "-1")?;
            self.note(&self.clock.uuid().to_string())?;
            // However often that topic can't be made: what is noted is kept for ever.
            self.begun = true;
        }
        self.make(EVENTS, &KEPT.as_millis().to_string())?;
        self.begun = false;
        Ok(())
    }

    /// Makes a topic, unless it is there: whoever runs the brokers may have made it, and allow nobody else to.
    fn make(&self, topic: &str, kept: &str) -> Result<(), BusError> {
        if self.ends(topic)?.is_some() {
            return Ok(());
        }
        let admin: AdminClient<Log> = self.address.config().create_with_context(Log).map_err(failed)?;
        let replicas = self.address.replicas();
        let most = (replicas / 2 + 1).to_string();
        let new = NewTopic::new(topic, 1, TopicReplication::Fixed(i32::try_from(replicas).map_err(failed)?))
            .set("cleanup.policy", "delete")
            .set("retention.ms", kept)
            .set("retention.bytes", "-1")
            .set("min.insync.replicas", &most)
            // What is acknowledged is on disk.
            .set("flush.messages", "1");
        let options = AdminOptions::new().request_timeout(Some(ANSWER)).operation_timeout(Some(ANSWER));
        for made in Handle::current().block_on(admin.create_topics([&new], &options)).map_err(failed)? {
            match made {
                Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
                Err((topic, error)) => return Err(BusError(format!("the topic {topic} can't be made: {error}"))),
            }
        }
        Ok(())
    }

    fn note(&self, record: &str) -> Result<(), BusError> {
        let noting = FutureRecord::<(), str>::to(HISTORY).partition(PARTITION).payload(record);
        let noted = self.producer.send_result(noting).map_err(|(error, _)| failed(error))?;
        let noted = Handle::current().block_on(async { timeout(ANSWER, noted).await });
        // It may be there later: then it is one more life, or one more time that was asked.
        noted.map_err(failed)?.map_err(failed)?.map_err(|(error, _)| failed(error))?;
        Ok(())
    }

    /// The oldest message of a topic, and behind the newest; nothing if there is no such topic.
    fn ends(&self, topic: &str) -> Result<Option<(i64, i64)>, BusError> {
        let asked = || self.consumer.fetch_watermarks(topic, PARTITION, ANSWER);
        match asked() {
            Err(error) if is_missing(error.rdkafka_error_code()) => {}
            ends => return ends.map(Some).map_err(failed),
        }
        // The library may have known that before the topic was made.
        let metadata = self.consumer.fetch_metadata(Some(topic), ANSWER).map_err(failed)?;
        if metadata.topics().iter().any(|topic| is_missing(topic.error().map(RDKafkaErrorCode::from))) {
            return Ok(None);
        }
        asked().map(Some).map_err(failed)
    }

    /// What stands in the topic of histories.
    fn record(&self, offset: i64) -> Result<String, BusError> {
        let mut place = TopicPartitionList::new();
        place.add_partition_offset(HISTORY, PARTITION, Offset::Offset(offset)).map_err(failed)?;
        self.consumer.assign(&place).map_err(failed)?;
        let read = self.read(offset);
        self.consumer.unassign().map_err(failed)?;
        read
    }

    fn read(&self, offset: i64) -> Result<String, BusError> {
        let until = Instant::now() + ANSWER;
        let mut why = "it doesn't say which history it carries".to_owned();
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            match self.consumer.poll(left) {
                Some(Ok(message)) if message.offset() == offset => {
                    return Ok(String::from_utf8_lossy(message.payload().unwrap_or_default()).into_owned());
                }
                Some(Ok(_)) | None => {}
                // Also of connections that were lost since it was read last.
                Some(Err(error)) => why = error.to_string(),
            }
        }
        Err(BusError(why))
    }
}

fn is_missing(code: Option<RDKafkaErrorCode>) -> bool {
    use RDKafkaErrorCode::{UnknownPartition, UnknownTopic, UnknownTopicOrPartition};
    matches!(code, Some(UnknownTopicOrPartition | UnknownTopic | UnknownPartition))
}

//! The bus over NATS JetStream: one stream, a subject an aggregate.

use super::{Bus, BusError, Followed, Following, Message, Place, failed};
use async_nats::jetstream::consumer::pull::{self, OrderedConfig};
use async_nats::jetstream::consumer::{Consumer, DeliverPolicy};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{Config, Info, Stream};
use async_nats::jetstream::{self, Context};
use async_nats::{ConnectOptions, Event, ServerAddr};
use async_trait::async_trait;
use futures::{FutureExt, StreamExt};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;
use tokio::sync::OnceCell;

const STREAM: &str = "DULLE";
const SUBJECTS: &str = "dulle.events";
/// How long messages are kept. Who was away for longer asks for them again. Names of closed accounts are gone from here after that time, too.
const KEPT: Duration = Duration::from_hours(24);
/// How long the server may take to answer.
const ANSWER: Duration = Duration::from_secs(3);
/// How long it may take to keep a batch.
const PUBLISH: Duration = Duration::from_secs(10);
/// How soon it is noticed that a server has gone while nothing happens.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// How often somebody has asked for everything again, in the metadata of the stream.
const AGAIN: &str = "dulle_again";

/// Where NATS is: `nats://user:password@host:4222`, several with commas between, of which the first says the user; `?replicas=3` at the
/// end says how many servers of a cluster keep each message, if not one. Nothing in it is percent-encoded.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    servers: Vec<ServerAddr>,
    replicas: usize,
}

/// Without what may be a password.
impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.servers.iter().map(|server| format!("{}:{}", server.host(), server.port()))).finish()
    }
}

/// An address that is none.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not an address of NATS")]
pub struct NotAnAddress;

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let (servers, replicas) = super::address::replicas(text).ok_or(NotAnAddress)?;
        let server = |server: &str| server.trim().starts_with("nats://").then(|| server.trim().parse().ok()).flatten();
        let servers: Vec<ServerAddr> = servers.split(',').map(server).collect::<Option<_>>().ok_or(NotAnAddress)?;
        let wrong = |server: &ServerAddr| server.host().is_empty() || server.as_url_str().contains('%');
        if servers.iter().any(wrong) { Err(NotAnAddress) } else { Ok(Self { servers, replicas }) }
    }
}

/// NATS JetStream.
#[derive(Debug)]
pub struct Nats {
    context: Context,
    replicas: usize,
    /// Whether the stream is known to keep what it should.
    promised: OnceCell<()>,
}

impl Nats {
    /// The bus at `address`. It need not be there yet, and may be gone at times.
    ///
    /// # Errors
    /// [`BusError`] for an address that leads nowhere at all.
    pub async fn new(address: &Address) -> Result<Self, BusError> {
        let mut options = ConnectOptions::new();
        if let Some((user, password)) = address.servers.first().and_then(|server| Some((server.username()?, server.password()?))) {
            options = options.user_and_password(user.to_owned(), password.to_owned());
        }
        let client = options
            .name("dulle")
            .retry_on_initial_connect()
            .connection_timeout(ANSWER)
            .request_timeout(Some(ANSWER))
            .ping_interval(Duration::from_secs(5))
            .reconnect_delay_callback(|failures| crate::lead::backoff(u32::try_from(failures).unwrap_or(u32::MAX)))
            .event_callback(async |event| match event {
                Event::Connected => tracing::info!("the bus is there"),
                Event::Disconnected => tracing::warn!("the bus is gone; events wait in the log"),
                event => tracing::debug!(%event, "bus"),
            })
            .connect(address.servers.clone())
            .await
            .map_err(failed)?;
        let mut context = jetstream::new(client);
        context.set_timeout(ANSWER);
        Ok(Self { context, replicas: address.replicas, promised: OnceCell::new() })
    }

    /// The stream, made if it isn't there.
    async fn stream(&self) -> Result<Stream, BusError> {
        let config = Config {
            name: STREAM.to_owned(),
            description: Some("Copies of the events in Dulle's logs, which are the truth".to_owned()),
            subjects: vec![format!("{SUBJECTS}.>")],
            max_age: KEPT,
            num_replicas: self.replicas,
            ..Config::default()
        };
        self.promised.get_or_try_init(|| self.keep_promise(&config)).await?;
        self.context.get_or_create_stream(config).await.map_err(failed)
    }

    /// Has a stream that was there before keep what it keeps as long, and as often, as one that is made now. Once in the life of a process:
    /// while one release replaces another, they don't change it in turn.
    async fn keep_promise(&self, config: &Config) -> Result<(), BusError> {
        let stream = self.context.get_or_create_stream(config).await.map_err(failed)?;
        let found = &stream.cached_info().config;
        if (found.max_age, found.num_replicas) != (config.max_age, config.num_replicas) {
            tracing::warn!(?found.max_age, found.num_replicas, "the stream is not as it should be: it is changed");
            let mended = Config { max_age: config.max_age, num_replicas: config.num_replicas, ..found.clone() };
            self.context.update_stream(mended).await.map_err(failed)?;
        }
        Ok(())
    }
}

#[async_trait]
impl Bus for Nats {
    async fn history(&self) -> Result<String, BusError> {
        let stream = self.stream().await?;
        let info = stream.cached_info();
        Ok(format!("{}.{}", life(info), again(info)))
    }

    async fn publish(&self, history: &str, messages: &[Message]) -> Result<(), BusError> {
        let publishing = async {
            let mut kept = Vec::with_capacity(messages.len());
            for message in messages {
                let subject = format!("{SUBJECTS}.{}.{}", message.kind, message.aggregate);
                // What is published again because somebody has missed it is not taken for a repetition.
                let message = PublishMessage::build().message_id(format!("{}.{history}", message.id)).payload(message.body.clone().into());
                kept.push(self.context.send_publish(subject, message.expected_stream(STREAM)).await.map_err(failed)?);
            }
            for kept in kept {
                kept.await.map_err(failed)?;
            }
            Ok(())
        };
        tokio::time::timeout(PUBLISH, publishing).await.unwrap_or_else(|_| Err(BusError("it didn't keep a batch in time".to_owned())))
    }

    async fn follow(&self, place: Option<&Place>) -> Result<Box<dyn Following>, BusError> {
        let stream = self.stream().await?;
        let info = stream.cached_info();
        let life = life(info);
        let first = number(info.state.first_sequence).max(1);
        let last = number(info.state.last_sequence);
        let (start, missed) = match place {
            None => (first, true),
            // Everything is published again in another life; whoever comes late finds the beginning of that gone, too.
            Some(place) if place.life != life => (first, first > 1),
            // It has forgotten its end: whoever runs it lets it acknowledge what is not on disk yet.
            Some(place) if place.number > last => (first, true),
            Some(place) => (first.max(place.number + 1), first > place.number + 1),
        };
        let config = pull::Config {
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence: start.unsigned_abs() },
            ..OrderedConfig::default().into()
        };
        let consumer: Consumer<pull::Config> = stream.create_consumer(config).await.map_err(failed)?;
        let messages = consumer.stream().heartbeat(HEARTBEAT).expires(3 * HEARTBEAT).messages().await.map_err(failed)?;
        Ok(Box::new(Way { consumer, messages, place: Place { life, number: start - 1 }, came: 0, unread: 0, missed }))
    }

    async fn ask_again(&self) -> Result<(), BusError> {
        let info = self.stream().await?.cached_info().clone();
        let mut config = info.config.clone();
        config.metadata.insert(AGAIN.to_owned(), (again(&info) + 1).to_string());
        self.context.update_stream(config).await.map_err(failed)?;
        Ok(())
    }
}

struct Way {
    consumer: Consumer<pull::Config>,
    messages: pull::Stream,
    place: Place,
    /// How many have come this way. Whatever the server has sent and is not among them was lost.
    came: u64,
    unread: u64,
    missed: bool,
}

impl Way {
    /// The body of a message, and moves on to it.
    fn pass(&mut self, message: &jetstream::Message) -> Result<Vec<u8>, BusError> {
        let info = message.info().map_err(failed)?;
        self.came += 1;
        if info.consumer_sequence != self.came {
            return Err(lost());
        }
        let at = number(info.stream_sequence);
        self.missed |= at > self.place.number + 1;
        self.place.number = at;
        self.unread = info.pending;
        Ok(message.payload.to_vec())
    }

    /// Whether there is something that should have come. A server says nothing of the last message that it sent in vain.
    async fn is_behind(&mut self) -> Result<bool, BusError> {
        let info = self.consumer.get_info().await.map_err(failed)?;
        self.unread = info.num_pending + info.delivered.consumer_sequence.saturating_sub(self.came);
        Ok(self.unread > 0)
    }
}

#[async_trait]
impl Following for Way {
    async fn next(&mut self, most: usize, wait: Duration) -> Result<Followed, BusError> {
        let mut bodies = Vec::new();
        let mut message = tokio::time::timeout(wait, self.messages.next()).await.ok();
        if message.is_none() && self.is_behind().await? {
            message = Some(tokio::time::timeout(ANSWER, self.messages.next()).await.map_err(|_| lost())?);
        }
        while let Some(came) = message {
            let came = came.ok_or_else(|| BusError("it sends no more".to_owned()))?.map_err(failed)?;
            bodies.push(self.pass(&came)?);
            message = if bodies.len() < most { self.messages.next().now_or_never() } else { None };
        }
        Ok(Followed { bodies, place: self.place.clone(), missed: std::mem::take(&mut self.missed), unread: self.unread })
    }
}

fn lost() -> BusError {
    BusError("a message was lost on the way".to_owned())
}

fn life(info: &Info) -> String {
    info.created.unix_timestamp_nanos().to_string()
}

fn again(info: &Info) -> u64 {
    info.config.metadata.get(AGAIN).and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn number(sequence: u64) -> i64 {
    i64::try_from(sequence).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_passwords_not_told() {
        let address: Address = "nats://dulle:secret@one:4222, nats://two?replicas=3".parse().expect("an address");
        assert_eq!((address.servers.len(), address.replicas), (2, 3));
        assert_eq!(format!("{address:?}"), r#"["one:4222", "two:4222"]"#);
        for wrong in ["", "one:4222", "kafka://one", "nats://one?replicas=9", "nats://one,two", "nats://one?speed=3", "nats://me:%20@one"] {
            assert_eq!(wrong.parse::<Address>(), Err(NotAnAddress), "{wrong}");
        }
    }

    #[cfg(feature = "test-support")]
    #[tokio::test]
    async fn a_stream_that_was_there_keeps_what_is_promised() {
        let server = crate::testing::broker::Broker::nats();
        let address = server.url().parse().expect("an address");
        let before = Nats::new(&address).await.expect("a bus");
        let kept = before.stream().await.expect("a stream").cached_info().config.clone();
        let hour = Config { max_age: Duration::from_hours(1), ..kept };
        before.context.update_stream(hour).await.expect("it is changed");
        before.ask_again().await.expect("it is asked");

        let bus = Nats::new(&address).await.expect("a bus");
        let stream = bus.stream().await.expect("the stream");
        let info = stream.cached_info();
        assert_eq!((info.config.max_age, again(info)), (KEPT, 1), "and what was asked for stays");
    }
}

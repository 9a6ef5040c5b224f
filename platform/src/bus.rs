//! Events between databases, where services have databases of their own. The log of each stays the truth of what its services did; the bus
//! carries copies.
//!
//! - A [`Relay`] a service publishes what the service has written, in the order of its log, and moves on when it is kept.
//! - An [`Intake`] a database follows the bus and puts what others did into the local log, each event once and each aggregate's in order.
//!   Whoever reads the log sees no difference between what came from here and from there.
//! - What the bus has lost is published again from the logs: [`Bus::history`] is another then.
//!
//! Where all services share one database there is no bus.

#[cfg(any(feature = "kafka", feature = "nats"))]
mod address;
mod intake;
#[cfg(feature = "kafka")]
pub mod kafka;
#[cfg(feature = "nats")]
pub mod nats;
mod relay;
mod wire;

#[cfg(any(feature = "kafka", feature = "nats"))]
pub use address::{Address, NotAnAddress};
pub use intake::Intake;
pub use relay::Relay;
pub use wire::Message;

use async_trait::async_trait;
use std::fmt;
use std::time::Duration;

/// Why the bus has not done what it was asked: it is gone, or refuses. Nothing is lost by that; it is tried again.
#[derive(Debug, thiserror::Error)]
#[error("bus: {0}")]
pub struct BusError(pub String);

#[cfg(any(feature = "kafka", feature = "nats"))]
fn failed(error: impl fmt::Display) -> BusError {
    BusError(error.to_string())
}

/// An engine that keeps messages for a while and hands them to everybody who follows.
#[async_trait]
pub trait Bus: Send + Sync + fmt::Debug + 'static {
    /// Which history it carries. Another than before means that what was published is not, or not for everybody, there any more: it has
    /// lost what it kept, or somebody has [missed](Bus::ask_again) something. Relays publish everything again then.
    ///
    /// # Errors
    /// [`BusError`].
    async fn history(&self) -> Result<String, BusError>;

    /// Publishes in this order, as part of `history`. Returns when all are kept.
    ///
    /// # Errors
    /// [`BusError`]; any of them may be kept then.
    async fn publish(&self, history: &str, messages: &[Message]) -> Result<(), BusError>;

    /// Follows from behind `place`, or from the oldest message that is kept.
    ///
    /// # Errors
    /// [`BusError`].
    async fn follow(&self, place: Option<&Place>) -> Result<Box<dyn Following>, BusError>;

    /// Begins another history, so that everything is published again.
    ///
    /// # Errors
    /// [`BusError`].
    async fn ask_again(&self) -> Result<(), BusError>;
}

/// Somebody's way through what the bus keeps.
#[async_trait]
pub trait Following: Send {
    /// The next messages, `most` of them or fewer, as soon as there are any; none when none came for so long, and none is kept that
    /// should have.
    ///
    /// # Errors
    /// [`BusError`]: to be followed anew.
    async fn next(&mut self, most: usize, wait: Duration) -> Result<Followed, BusError>;
}

/// How far somebody has followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The life of the bus in which this was: whatever it kept before it was wiped is of another.
    pub life: String,
    /// What the bus counts by.
    pub number: i64,
}

/// What came.
#[derive(Debug)]
pub struct Followed {
    /// The bodies, in order.
    pub bodies: Vec<Vec<u8>>,
    /// Where they end.
    pub place: Place,
    /// Whether something before them is not kept any more.
    pub missed: bool,
    /// How many messages were kept behind them when they were sent.
    pub unread: u64,
}

//! By which engine events travel, as `DULLE_BUS` says.

#[cfg(feature = "kafka")]
use super::kafka;
#[cfg(feature = "nats")]
use super::nats;
use super::{Bus, BusError};
use crate::clock::Clock;
use std::str::FromStr;
use std::sync::Arc;

/// Where the bus is. Shown without what may be a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// `kafka://…`.
    #[cfg(feature = "kafka")]
    Kafka(kafka::Address),
    /// `nats://…`.
    #[cfg(feature = "nats")]
    Nats(nats::Address),
}

/// An address that is none.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not an address of a bus")]
pub struct NotAnAddress;

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        #[cfg(feature = "kafka")]
        if text.starts_with("kafka:") {
            return text.parse().map(Self::Kafka).map_err(|_| NotAnAddress);
        }
        #[cfg(feature = "nats")]
        if text.starts_with("nats:") {
            return text.parse().map(Self::Nats).map_err(|_| NotAnAddress);
        }
        Err(NotAnAddress)
    }
}

impl Address {
    /// The bus that is there. It need not be there yet, and may be gone at times. `clock` gives the ids of its lives.
    ///
    /// # Errors
    /// [`BusError`] for an address that leads nowhere at all.
    #[cfg_attr(not(feature = "kafka"), expect(unused_variables, reason = "only Kafka's lives are named here"))]
    pub async fn bus(&self, clock: &Clock) -> Result<Arc<dyn Bus>, BusError> {
        Ok(match self {
            #[cfg(feature = "kafka")]
            Self::Kafka(address) => Arc::new(kafka::Kafka::new(address, clock.clone())?),
            #[cfg(feature = "nats")]
            Self::Nats(address) => Arc::new(nats::Nats::new(address).await?),
        })
    }
}

/// The servers of an address, and how many of them keep each message: what `?replicas=` at its end says.
pub(super) fn replicas(address: &str) -> Option<(&str, usize)> {
    let Some((servers, options)) = address.split_once('?') else { return Some((address, 1)) };
    let replicas = options.strip_prefix("replicas=")?.parse().ok()?;
    (1..=5).contains(&replicas).then_some((servers, replicas))
}

//! What this process publishes and takes in, where events travel between databases.

use crate::config::Config;
use crate::error::{Error, Result};
use crate::parts::Part;
use crate::postgres::Databases;
use contract::event::AggregateKind;
use platform::Clock;
use platform::bus::{Bus, Intake, Relay};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// A relay for each service here that tells anything, and an intake for each database.
#[derive(Debug, Default)]
pub struct Links {
    relays: Vec<Relay>,
    intakes: Vec<Intake>,
}

/// The bus that the environment names, if it does. It need not be there yet.
///
/// # Errors
/// When its address leads nowhere at all.
pub async fn configured(config: &Config) -> Result<Option<Arc<dyn Bus>>> {
    let Some(address) = &config.bus else { return Ok(None) };
    address.bus(&Clock::system()).await.map(Some).map_err(Error::system("cannot use DULLE_BUS"))
}

/// What a service tells of; the read model tells nothing.
const fn tells_of(part: Part) -> &'static [AggregateKind] {
    match part {
        Part::Web | Part::Viewpage => &[],
        Part::Identity => &[AggregateKind::Account],
        Part::Course => &[AggregateKind::Course, AggregateKind::Erasure],
        Part::Communication => &[AggregateKind::Like, AggregateKind::Bookmark, AggregateKind::Comment, AggregateKind::Erasure],
        Part::Review => &[AggregateKind::Review, AggregateKind::Erasure],
        Part::Message => &[AggregateKind::Inbox, AggregateKind::Erasure],
    }
}

impl Links {
    /// What joins `databases` to `bus`. On a database with all services there is nothing to take in.
    #[must_use]
    pub fn new(databases: &Databases, bus: &Arc<dyn Bus>) -> Self {
        let telling = Part::SERVICES.into_iter().filter(|part| !tells_of(*part).is_empty());
        let relay = |part: Part| Some(Relay::new(databases.of(part)?.clone(), bus.clone(), part.code(), tells_of(part)));
        let some = databases.each().filter(|(_, parts)| parts.len() < Part::SERVICES.len());
        let intakes = some.map(|(database, _)| Intake::new(database.clone(), bus.clone())).collect();
        Self { relays: telling.filter_map(relay).collect(), intakes }
    }

    /// Starts all of it among `tasks`. It ends when `stop` is cancelled.
    pub fn run(&self, stop: &CancellationToken, tasks: &TaskTracker) {
        for relay in &self.relays {
            tasks.spawn(relay.clone().run(stop.clone()));
        }
        for intake in &self.intakes {
            tasks.spawn(intake.clone().run(stop.clone()));
        }
    }

    /// Publishes what is there and takes it in, where no other process does so already.
    ///
    /// # Errors
    /// When the bus can't be reached.
    pub async fn settle(&self) -> platform::Result<()> {
        for relay in &self.relays {
            left_to_others(relay.catch_up().await)?;
        }
        for intake in &self.intakes {
            left_to_others(intake.catch_up().await)?;
        }
        Ok(())
    }
}

fn left_to_others(done: platform::Result<()>) -> platform::Result<()> {
    match done {
        Err(error @ platform::Error::Bus(_)) => Err(error),
        Err(error) => {
            tracing::debug!(%error, "left to others");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever writes of a kind that it doesn't name here would be published late.
    #[test]
    fn every_kind_is_told_by_somebody() {
        for kind in AggregateKind::ALL {
            assert!(Part::ALL.into_iter().any(|part| tells_of(part).contains(&kind)), "{kind:?}");
        }
    }
}

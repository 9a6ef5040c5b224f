//! The cases that identity watches over, each in a file of its own, and the consumer that moves them.

mod account_closure;

use account_closure::Closure;
use async_trait::async_trait;
use contract::event::{AggregateKind, Envelope, Event};
use platform::consumer::Handler;
use platform::{Clock, Result};
use sqlx::postgres::PgConnection;

/// Moves the closing of accounts along as it hears of it.
#[derive(Clone, Debug)]
pub struct SagaPolicy {
    clock: Clock,
}

impl SagaPolicy {
    /// The policy, by this clock.
    #[must_use]
    pub const fn new(clock: Clock) -> Self {
        Self { clock }
    }
}

#[async_trait]
impl Handler for SagaPolicy {
    fn name(&self) -> &'static str {
        "identity.sagas"
    }

    fn kinds(&self) -> &'static [AggregateKind] {
        &[AggregateKind::Account, AggregateKind::Erasure]
    }

    async fn handle(&self, connection: &mut PgConnection, events: &[Envelope]) -> Result<()> {
        for envelope in events {
            match &envelope.event {
                Event::AccountClosed(event) => Closure::begin(connection, envelope, event.account_id).await?,
                Event::AccountErased(event) => Closure::answered(connection, envelope, *event, self.clock.now()).await?,
                _ => {}
            }
        }
        Ok(())
    }
}

//! What the viewpage does on hearing of anything: it folds it into the read model and says what has changed.

use crate::model::Fold;
use crate::store;
use async_trait::async_trait;
use contract::event::{AggregateKind, Envelope};
use platform::Result;
use platform::consumer::Handler;
use platform::wake::Wake;
use sqlx::postgres::PgConnection;

/// The projection's name in the log.
pub const CONSUMER: &str = "viewpage";

/// Folds events into one generation of the read model.
#[derive(Clone, Debug)]
pub struct Projection {
    schema: &'static str,
    changed: Wake,
}

impl Projection {
    /// The projection into the tables of `schema`; `changed` is told after each commit.
    #[must_use]
    pub const fn new(schema: &'static str, changed: Wake) -> Self {
        Self { schema, changed }
    }
}

#[async_trait]
impl Handler for Projection {
    fn name(&self) -> &'static str {
        if self.schema == "viewpage" { CONSUMER } else { self.schema }
    }

    fn kinds(&self) -> &'static [AggregateKind] {
        &[AggregateKind::Account, AggregateKind::Course, AggregateKind::Like]
    }

    async fn handle(&self, connection: &mut PgConnection, events: &[Envelope]) -> Result<()> {
        let fold = Fold::of(events);
        store::use_generation(connection, self.schema).await?;
        store::write_accounts(connection, &fold).await?;
        store::write_contents(connection, &fold).await?;
        store::write_counts(connection, &fold).await?;
        store::write_likes(connection, &fold).await?;
        store::write_changes(connection, &fold).await?;
        Ok(())
    }

    async fn committed(&self) {
        self.changed.signal();
    }
}

//! The read model: projection, queries, live changes. Whatever a page shows of a published course is answered here, without
//! touching the services that write.
//!
//! Knows `contract` and `platform`. Owns the Postgres schema `viewpage`.

pub mod http;
mod live;
mod model;
mod policy;
mod query;
mod rebuild;
mod store;

use platform::Database;
use platform::consumer::Consumer;
use platform::migrate::Migrations;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

pub use policy::{CONSUMER, Projection};
pub use rebuild::rebuild;
pub use store::{dump, like_counts};

/// The viewpage service.
#[derive(Clone)]
pub struct Viewpage {
    database: Database,
    projection: Consumer,
    hub: live::Hub,
}

impl Viewpage {
    /// The service on `database`. Live streams end when `stop` is cancelled.
    #[must_use]
    pub fn new(database: Database, stop: CancellationToken) -> Self {
        let hub = live::Hub::new(stop);
        let projection = Consumer::new(database.clone(), Arc::new(Projection::new("viewpage", hub.wake().clone())));
        Self { database, projection, hub }
    }

    /// The consumer that keeps the read model in step with the log; one process leads it.
    #[must_use]
    pub const fn projection(&self) -> &Consumer {
        &self.projection
    }

    /// Hands changes to open streams until the service stops; every process that serves streams runs it.
    pub async fn run_live(self) {
        self.hub.clone().run(self.database).await;
    }
}

/// The migrations of the schema `viewpage`.
#[must_use]
pub fn migrations() -> Migrations {
    Migrations::new("viewpage", sqlx::migrate!())
}

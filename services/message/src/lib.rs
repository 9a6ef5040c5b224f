//! What is delivered to people, and what they have read.
//!
//! Knows `contract` and `platform`; hears of everything through events and asks nobody. Owns the Postgres schema `message`.

mod command;
mod delivery;
pub mod http;
mod model;
mod policy;
mod query;
mod saga;
mod store;

use async_trait::async_trait;
use contract::course::Language;
use contract::message::{Inbox, MessageApi, MessageSettings, ReadOutcome};
use contract::{ApiResult, Call, MessageId, PageRequest};
use platform::Database;
use platform::migrate::Migrations;

pub use policy::MessagePolicy;
pub use saga::withdrawal::Withdrawals;
pub use store::read::count_unread;

/// The message service.
#[derive(Clone, Debug)]
pub struct Messages {
    database: Database,
}

impl Messages {
    /// The service on `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }
}

/// The migrations of the schema `message`.
#[must_use]
pub fn migrations() -> Migrations {
    Migrations::new("message", sqlx::migrate!())
}

#[async_trait]
impl MessageApi for Messages {
    async fn inbox(&self, call: &Call, language: Language, page: PageRequest) -> ApiResult<Inbox> {
        Ok(self.own_inbox(call, language, page).await?)
    }

    async fn read(&self, call: &Call, id: MessageId) -> ApiResult<ReadOutcome> {
        Ok(self.read_message(call, id).await?)
    }

    async fn read_all(&self, call: &Call) -> ApiResult<ReadOutcome> {
        Ok(self.read_all_messages(call).await?)
    }

    async fn settings(&self, call: &Call) -> ApiResult<MessageSettings> {
        Ok(self.own_settings(call).await?)
    }

    async fn change_settings(&self, call: &Call, settings: MessageSettings) -> ApiResult<MessageSettings> {
        Ok(self.change_own_settings(call, settings).await?)
    }
}

//! What the course service does on hearing of accounts: when one is closed, its courses are deleted.
//!
//! A host's courses and the closing of the host exclude each other by one lock, that of the erasure: a course is registered before, and
//! is deleted here, or after, and is refused. (Sessions are gone by then, but a request that was let in before may still be under way.)

use crate::{model, photos, store};
use async_trait::async_trait;
use contract::event::{AccountErased, Aggregate, AggregateKind, Envelope, Event, Participant};
use contract::{AccountId, Call};
use platform::consumer::Handler;
use platform::{Database, Result, event_log};
use sqlx::postgres::PgConnection;
use std::collections::BTreeSet;

/// An erasure is one event.
const ERASED: u64 = 1;

/// Deletes the courses of closed accounts.
#[derive(Clone, Debug)]
pub struct AccountPolicy {
    database: Database,
}

impl AccountPolicy {
    /// The policy on `database`.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }

    async fn erase(&self, connection: &mut PgConnection, call: &Call, account: AccountId) -> Result<()> {
        if !store::close_account(connection, account).await? {
            return Ok(());
        }
        let clock = self.database.clock();
        for mut course in store::all_of_host(connection, account).await? {
            let event = model::delete(&mut course, clock.now());
            store::mark_deleted(connection, &course).await?;
            event_log::append(connection, clock, call, &event, course.version).await?;
        }
        photos::erase(connection, account).await?;
        let erased = Event::AccountErased(AccountErased { account_id: account, service: Participant::Course });
        event_log::append(connection, clock, call, &erased, ERASED).await?;
        Ok(())
    }
}

/// What excludes each other: registering a host's courses, and closing the host.
pub(crate) fn hosting(account: AccountId) -> Aggregate {
    Aggregate::erasure(account, Participant::Course)
}

fn closed(event: &Event) -> Option<AccountId> {
    match event {
        Event::AccountClosed(event) => Some(event.account_id),
        _ => None,
    }
}

#[async_trait]
impl Handler for AccountPolicy {
    fn name(&self) -> &'static str {
        "course.accounts"
    }

    fn kinds(&self) -> &'static [AggregateKind] {
        &[AggregateKind::Account]
    }

    /// From the lock of a host's erasure on, no course of that host is added: those that are read then are all there will be.
    async fn concerns(&self, connection: &mut PgConnection, events: &[&Envelope]) -> Result<Vec<Aggregate>> {
        let mut concerns = Vec::new();
        for account in events.iter().filter_map(|envelope| closed(&envelope.event)).collect::<BTreeSet<_>>() {
            event_log::lock(connection, hosting(account)).await?;
            concerns.extend(store::ids_of_host(connection, account).await?.into_iter().map(Aggregate::course));
        }
        Ok(concerns)
    }

    async fn handle(&self, connection: &mut PgConnection, events: &[Envelope]) -> Result<()> {
        for envelope in events {
            if let Some(account) = closed(&envelope.event) {
                self.erase(connection, &Call::caused_by(envelope), account).await?;
            }
        }
        Ok(())
    }
}

//! Who plays which part: the accounts of the demo's hosts and customers.

use super::{DemoError, stopped_at};
use crate::compose::Services;
use contract::identity::NewAccount;
use contract::{AccountId, Call, CorrelationId};
use platform::Clock;
use sqlx::postgres::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

// Not through sqlx's checked macros: the server owns no schema but this one, made where it is used, and has no migrations.
const TABLE: &str = "
    CREATE SCHEMA IF NOT EXISTS demo;
    CREATE TABLE IF NOT EXISTS demo.accounts (part text PRIMARY KEY, account_id uuid NOT NULL);
    CREATE TABLE IF NOT EXISTS demo.finished (at timestamptz PRIMARY KEY DEFAULT now());";

/// The accounts of a load that is under way, and the connection that keeps others from loading meanwhile.
pub(super) struct Cast<'a> {
    connection: &'a mut PgConnection,
    clock: &'a Clock,
    accounts: HashMap<String, AccountId>,
}

/// Whether a load has begun, and if so, whether one was finished.
pub(super) async fn begun(connection: &mut PgConnection) -> Result<Option<bool>, sqlx::Error> {
    let table: bool = sqlx::query_scalar("SELECT to_regclass('demo.finished') IS NOT NULL").fetch_one(&mut *connection).await?;
    if !table {
        return Ok(None);
    }
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM demo.finished)").fetch_one(connection).await.map(Some)
}

impl<'a> Cast<'a> {
    /// Whoever has played before; waits for another load to end.
    pub(super) async fn assemble(connection: &'a mut PgConnection, clock: &'a Clock) -> Result<Self, sqlx::Error> {
        sqlx::query("SELECT pg_advisory_lock(hashtextextended('demo', 0))").execute(&mut *connection).await?;
        sqlx::raw_sql(TABLE).execute(&mut *connection).await?;
        let rows: Vec<(String, Uuid)> = sqlx::query_as("SELECT part, account_id FROM demo.accounts").fetch_all(&mut *connection).await?;
        Ok(Self { connection, clock, accounts: rows.into_iter().map(|(part, id)| (part, AccountId::new(id))).collect() })
    }

    /// The account of `part`; opened if there is none yet. Nobody can sign in to it: its password is made up here and forgotten.
    pub(super) async fn account(&mut self, services: &Services, part: &str, display_name: &str) -> Result<AccountId, DemoError> {
        if let Some(id) = self.accounts.get(part) {
            return Ok(*id);
        }
        let random = || self.clock.uuid().simple().to_string();
        // A new address for each try: for one that is known, registering answers an id that means nothing. `.invalid` is never
        // anyone's (RFC 2606, 2).
        let account = NewAccount {
            email: format!("{}@demo.invalid", random()),
            password: random() + &random(),
            display_name: display_name.to_owned(),
        };
        let call = Call { correlation_id: CorrelationId::new(self.clock.uuid()), causation_id: None, actor: None };
        let id = services.identity.register(&call, account).await.map_err(stopped_at(part))?.id;
        let insert = sqlx::query("INSERT INTO demo.accounts (part, account_id) VALUES ($1, $2)");
        insert.bind(part).bind(id.as_uuid()).execute(&mut *self.connection).await?;
        self.accounts.insert(part.to_owned(), id);
        Ok(id)
    }

    /// Enters something that is done once. Answers whether it was not entered yet.
    pub(super) async fn enter(&mut self, what: &str, account: AccountId) -> Result<bool, sqlx::Error> {
        let insert = sqlx::query("INSERT INTO demo.accounts (part, account_id) VALUES ($1, $2) ON CONFLICT DO NOTHING");
        Ok(insert.bind(what).bind(account.as_uuid()).execute(&mut *self.connection).await?.rows_affected() == 1)
    }

    /// Says that everything is loaded.
    pub(super) async fn finish(self) -> Result<(), sqlx::Error> {
        sqlx::query("INSERT INTO demo.finished (at) SELECT now() WHERE NOT EXISTS (SELECT FROM demo.finished)")
            .execute(self.connection)
            .await?;
        Ok(())
    }
}

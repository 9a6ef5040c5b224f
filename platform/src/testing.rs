//! A database for each test, on the server that `DULLE_TEST_DATABASE_URL` names. The databases stay until that server is thrown
//! away, so that a failed test can be looked at; `make test` runs a server of its own and throws it away.

pub mod broker;
mod way_to_tansu;

use crate::clock::Clock;
use crate::database::Database;
use crate::migrate::Migrations;
use contract::{AccountId, Call, CorrelationId};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection, Executor};
use std::str::FromStr;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU16, Ordering};

/// A fresh database with the event log and `schemas`.
///
/// # Panics
/// When `DULLE_TEST_DATABASE_URL` is unset or the server can't be reached: `make test` starts one.
pub async fn database(schemas: &[Migrations]) -> Database {
    let options = fresh_database().await;
    let database = Database::new(options, 20, Clock::system());
    crate::migrate::event_log().apply(database.pool()).await.expect("the event log migrates");
    for schema in schemas {
        schema.apply(database.pool()).await.expect("the schema migrates");
    }
    database
}

/// A fresh, empty database.
///
/// # Panics
/// When `DULLE_TEST_DATABASE_URL` is unset or the server can't be reached.
pub async fn fresh_database() -> PgConnectOptions {
    let url = std::env::var("DULLE_TEST_DATABASE_URL").expect("DULLE_TEST_DATABASE_URL is set: `make test` starts a server for the tests");
    let server = PgConnectOptions::from_str(&url).expect("DULLE_TEST_DATABASE_URL is a Postgres URL").disable_statement_logging();
    let name = format!("test_{}", Clock::system().uuid().simple());
    let mut connection = PgConnection::connect_with(&server).await.expect("the tests' server can be reached");
    connection.execute(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.expect("a database can be created");
    connection.close().await.expect("the connection closes");
    server.database(&name)
}

/// A call by `actor` in a case of its own.
#[must_use]
pub fn call(actor: Option<AccountId>) -> Call {
    Call { correlation_id: CorrelationId::new(Clock::system().uuid()), causation_id: None, actor }
}

/// An account id that nobody has had before.
#[must_use]
pub fn someone() -> AccountId {
    AccountId::new(Clock::system().uuid())
}

/// A port of this machine on which nobody listens, for a program that is to be found there each time it is started; no two are the same in a
/// process. It lies below those that Linux gives to outgoing connections (32768 and up): a connection of another test doesn't get it meanwhile.
#[must_use]
pub fn free_port() -> u16 {
    const FROM: u16 = 10_000;
    const COUNT: u16 = 22_000;
    static NEXT: LazyLock<AtomicU16> = LazyLock::new(|| rand::random_range(0..COUNT).into());
    loop {
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = FROM + next % COUNT;
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

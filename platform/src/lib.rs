//! The machinery that every service uses: the database and its unit of work, the event log, the consumer loop, the bus between
//! databases, sagas, circuit breakers, the private Postgres, services apart, and what HTTP handlers share.
//!
//! It knows `contract`; it never knows Leptos or a service.

pub mod breaker;
pub mod bus;
pub mod clock;
pub mod coalesced;
pub mod consumer;
pub mod cursor;
pub mod database;
pub mod error;
pub mod event_log;
pub mod http;
mod lead;
pub mod migrate;
pub mod private_postgres;
pub mod progress;
pub mod remote;
pub mod saga;
pub mod stored;
#[cfg(feature = "test-support")]
pub mod testing;
pub mod trace;
pub mod wake;

pub use clock::Clock;
pub use database::{Database, UnitOfWork};
pub use error::{Error, Result};

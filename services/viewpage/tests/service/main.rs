//! The read model on a real Postgres.
#![expect(clippy::unwrap_used, reason = "a test")]

mod all;
mod facets;
mod given;
mod http;
mod live;
mod projection;
mod queries;
mod search;
mod stars;

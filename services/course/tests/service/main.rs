//! The course service on a real Postgres.

mod at_once;
mod change;
mod given;
mod http;
mod list;
mod publish;
mod read;

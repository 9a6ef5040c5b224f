//! The course service on a real Postgres.

mod accounts;
mod at_once;
mod change;
mod given;
mod http;
mod list;
mod photos;
mod publish;
mod read;

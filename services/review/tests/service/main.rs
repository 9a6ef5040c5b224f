//! The review service on a real Postgres.

mod at_once;
mod checked;
mod given;
mod http;
mod late;
mod policy;
mod write;

//! The message service on a real Postgres.
#![expect(clippy::unwrap_used, reason = "a test")]

mod close;
mod deliver;
mod fold;
mod given;
mod http;
mod inbox;
mod shuffle;
mod unread;
mod withdrawal;

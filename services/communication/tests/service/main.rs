//! Likes, bookmarks and comments on a real Postgres.
#![expect(clippy::unwrap_used, reason = "a test")]

mod account_closure;
mod bookmark_saga;
mod comments;
mod given;
mod http;
mod marks;

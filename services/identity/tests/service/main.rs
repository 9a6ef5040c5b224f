//! The identity service on a real Postgres.

mod given;
mod http;
mod register;
mod sessions;
mod sign_in;

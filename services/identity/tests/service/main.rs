//! The identity service on a real Postgres.

mod closing;
mod given;
mod http;
mod passwords;
mod register;
mod sessions;
mod sign_in;

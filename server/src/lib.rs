//! The program `dulle`: command line, configuration, composition of the services, and everything between a socket and a page.
//!
//! Knows all rooms of the house, and no other knows it. It holds no rules of its own: what may be done is the services' business,
//! how it looks is the app's.

pub mod accept;
pub mod admin;
pub mod audit;
pub mod bus;
pub mod cli;
pub mod compose;
pub mod config;
pub mod demo;
pub mod error;
pub mod layer;
pub mod parts;
pub mod postgres;
pub mod readiness;
pub mod rest;
pub mod router;
pub mod serve;
pub mod service_key;
pub mod shutdown;
pub mod static_site;
pub mod telemetry;

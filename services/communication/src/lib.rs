//! What customers say to a course without words: likes.
//!
//! Knows `contract` and `platform`; asks the course service through [`contract::CourseApi`] and hears of courses through events.
//! Owns the Postgres schema `communication`.

mod command;
pub mod http;
mod policy;
mod store;

use contract::CourseApi;
use platform::Database;
use platform::migrate::Migrations;
use std::sync::Arc;

pub use policy::CoursePolicy;

/// The communication service.
#[derive(Clone)]
pub struct Communication {
    database: Database,
    courses: Arc<dyn CourseApi>,
}

impl Communication {
    /// The service on `database`; `courses` answers what its own copy doesn't know yet.
    #[must_use]
    pub fn new(database: Database, courses: Arc<dyn CourseApi>) -> Self {
        Self { database, courses }
    }
}

/// The migrations of the schema `communication`.
#[must_use]
pub fn migrations() -> Migrations {
    Migrations::new("communication", sqlx::migrate!())
}

pub use store::count_likes;

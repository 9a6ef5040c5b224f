//! What customers say to a course: likes, bookmarks and comments.
//!
//! Knows `contract` and `platform`; asks the course service through [`contract::CourseApi`] and hears of courses, messages and accounts
//! through events. Owns the Postgres schema `communication`.

mod command;
pub mod http;
mod model;
mod policy;
mod query;
mod saga;
mod store;

use crate::model::Mark;
use crate::store::marks::{Wanted, Written};
use contract::CourseApi;
use platform::Database;
use platform::breaker::{Breaker, Limits};
use platform::coalesced::Coalesced;
use platform::migrate::Migrations;
use std::sync::Arc;

pub use policy::Policy;
pub use store::{bookmark_counts, count_bookmarks, count_comments, count_likes, like_counts};

/// The communication service.
#[derive(Clone)]
pub struct Communication {
    database: Database,
    courses: Arc<dyn CourseApi>,
    course: Breaker,
    likes: Coalesced<Wanted, Written>,
    bookmarks: Coalesced<Wanted, Written>,
}

impl Communication {
    /// The service on `database`; `courses` answers what its own copy doesn't know yet.
    #[must_use]
    pub fn new(database: Database, courses: Arc<dyn CourseApi>) -> Self {
        let course = Breaker::new("communication.course", Limits::default(), database.clock().clone());
        let [likes, bookmarks] = [Mark::Like, Mark::Bookmark].map(|mark| command::marks::writer(&database, mark));
        Self { database, courses, course, likes, bookmarks }
    }

    /// What it does on hearing of others, for a [`platform::consumer::Consumer`]. One for each consumer.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy::new(self.database.clock().clone())
    }

    /// The breakers around its calls to other services.
    #[must_use]
    pub fn breakers(&self) -> Vec<Breaker> {
        vec![self.course.clone()]
    }
}

/// The migrations of the schema `communication`.
#[must_use]
pub fn migrations() -> Migrations {
    Migrations::new("communication", sqlx::migrate!())
}

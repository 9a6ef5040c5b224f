//! Courses as their hosts write them: registering, changing, publishing, withdrawing and deleting a course with its stops.
//!
//! Knows `contract` and `platform`, never another service. Owns the Postgres schema `course`. What customers see is the read
//! model's business; here is the truth that it follows.

mod command;
pub mod http;
mod model;
mod photo;
mod photos;
mod policy;
mod query;
mod store;

use async_trait::async_trait;
use contract::course::{Course, CourseInput, Standing};
use contract::photo::PhotoFile;
use contract::{ApiResult, Call, CourseApi, CourseId, Page, PageRequest, PhotoId};
use platform::Database;
use platform::migrate::Migrations;
use std::sync::Arc;
use tokio::sync::Semaphore;

pub use policy::AccountPolicy;

/// The course service.
#[derive(Clone, Debug)]
pub struct Courses {
    database: Database,
    /// Who is at work on a photo: each takes a processor, and up to [`contract::photo::MAX_PIXELS`] of memory.
    dark_room: Arc<Semaphore>,
}

impl Courses {
    /// The service on `database`.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database, dark_room: Arc::new(Semaphore::new(photos::AT_ONCE)) }
    }
}

/// The migrations of the schema `course`.
#[must_use]
pub fn migrations() -> Migrations {
    Migrations::new("course", sqlx::migrate!())
}

#[async_trait]
impl CourseApi for Courses {
    async fn register(&self, call: &Call, input: CourseInput) -> ApiResult<Course> {
        Ok(self.register_course(call, input).await?)
    }

    async fn modify(&self, call: &Call, id: CourseId, expected: Option<u64>, input: CourseInput) -> ApiResult<Course> {
        Ok(self.modify_course(call, id, expected, input).await?)
    }

    async fn publish(&self, call: &Call, id: CourseId) -> ApiResult<Course> {
        Ok(self.publish_course(call, id).await?)
    }

    async fn unpublish(&self, call: &Call, id: CourseId) -> ApiResult<Course> {
        Ok(self.unpublish_course(call, id).await?)
    }

    async fn delete(&self, call: &Call, id: CourseId) -> ApiResult<u64> {
        Ok(self.delete_course(call, id).await?)
    }

    async fn course(&self, call: &Call, id: CourseId) -> ApiResult<Course> {
        Ok(self.visible_course(call, id).await?)
    }

    async fn standing(&self, _: &Call, id: CourseId) -> ApiResult<Option<Standing>> {
        Ok(self.course_standing(id).await?)
    }

    async fn add_photo(&self, call: &Call, bytes: Vec<u8>) -> ApiResult<PhotoId> {
        Ok(self.take_in(call, bytes).await?)
    }

    async fn photo(&self, id: PhotoId, file: PhotoFile) -> ApiResult<Option<Vec<u8>>> {
        Ok(photos::file(self.database.pool(), id, file).await?)
    }

    async fn host_courses(&self, call: &Call, page: PageRequest) -> ApiResult<Page<Course>> {
        Ok(self.own_courses(call, page).await?)
    }
}

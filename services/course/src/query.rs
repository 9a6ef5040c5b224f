//! What reads courses.

use crate::{Courses, model, store};
use contract::course::{Course, Standing};
use contract::{Call, CourseId, Page, PageRequest, Refusal};
use platform::Result;
use platform::cursor::Place;

impl Courses {
    pub(crate) async fn visible_course(&self, call: &Call, id: CourseId) -> Result<Course> {
        let course = store::find(self.database.pool(), id).await?;
        Ok(course.filter(|course| model::is_visible(course, call.actor)).ok_or(Refusal::NotFound)?)
    }

    pub(crate) async fn course_standing(&self, id: CourseId) -> Result<Option<Standing>> {
        let course = store::find(self.database.pool(), id).await?;
        Ok(course.map(|course| Standing { host_id: course.host_id, state: course.state, reviews_open: course.content.reviews_open }))
    }

    pub(crate) async fn own_courses(&self, call: &Call, page: PageRequest) -> Result<Page<Course>> {
        let host = call.signed_in()?;
        let after = Place::before(&page)?;
        let limit = page.limit as usize;
        // One more than asked for tells whether there is a page after this one.
        let mut items = store::of_host(self.database.pool(), host, after, i64::from(page.limit) + 1).await?;
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|last| Place { at: last.updated_at, id: last.id.as_uuid() }.to_string());
        Ok(Page { items, next })
    }
}

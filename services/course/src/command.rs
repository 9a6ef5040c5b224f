//! What changes courses: each command waits for its course, reads it, lets the rules say what becomes of it, and writes that and
//! its event together.

use crate::{Courses, model, photos, policy, store};
use contract::course::{Course, CourseInput};
use contract::event::{Aggregate, Event};
use contract::{Call, CourseId, Refusal};
use jiff::Timestamp;
use platform::Result;

impl Courses {
    pub(crate) async fn register_course(&self, call: &Call, input: CourseInput) -> Result<Course> {
        let host = call.signed_in()?;
        let content = input.parse()?;
        let id = CourseId::new(self.database.clock().uuid());
        self.database
            .command(call, move |unit| {
                Box::pin(async move {
                    unit.lock(policy::hosting(host)).await?;
                    if store::is_closed(unit.connection(), host).await? {
                        return Err(Refusal::NotSignedIn.into());
                    }
                    unit.lock(Aggregate::course(id)).await?;
                    let (course, event) = model::register(id, host, content, unit.clock().now());
                    store::insert(unit.connection(), &course).await?;
                    if !course.content.photos.is_empty() {
                        photos::give(unit.connection(), &course, course.created_at).await?;
                    }
                    unit.append(&event, course.version).await?;
                    Ok(course)
                })
            })
            .await
    }

    /// Whether it may be changed at all is said before what is wrong with the change (RFC 9110, 13.2.1).
    pub(crate) async fn modify_course(&self, call: &Call, id: CourseId, expected: Option<u64>, input: CourseInput) -> Result<Course> {
        self.change(call, id, move |course, now| {
            model::require_version(course, expected)?;
            let photos_stay = input.photos.is_none();
            let mut content = input.parse()?;
            if photos_stay {
                course.content.photos.clone_into(&mut content.photos);
            }
            Ok(model::modify(course, content, now)?)
        })
        .await
    }

    pub(crate) async fn publish_course(&self, call: &Call, id: CourseId) -> Result<Course> {
        self.change(call, id, |course, now| Ok(model::publish(course, now)?)).await
    }

    pub(crate) async fn unpublish_course(&self, call: &Call, id: CourseId) -> Result<Course> {
        self.change(call, id, |course, now| Ok(model::unpublish(course, now))).await
    }

    pub(crate) async fn delete_course(&self, call: &Call, id: CourseId) -> Result<u64> {
        let deleted = self.change(call, id, |course, now| Ok(Some(model::delete(course, now)))).await?;
        Ok(deleted.version)
    }

    /// Applies `rule` to one of the caller's own courses.
    async fn change<R>(&self, call: &Call, id: CourseId, rule: R) -> Result<Course>
    where
        R: FnOnce(&mut Course, Timestamp) -> Result<Option<Event>> + Send + 'static,
    {
        let host = call.signed_in()?;
        self.database
            .command(call, move |unit| {
                Box::pin(async move {
                    // Before reading: what is read must still be so when it is written.
                    unit.lock(Aggregate::course(id)).await?;
                    let mut course = store::find(unit.connection(), id).await?.ok_or(Refusal::NotFound)?;
                    model::require_host(&course, host)?;
                    let had = course.content.photos.clone();
                    let now = unit.clock().now();
                    let Some(event) = rule(&mut course, now)? else { return Ok(course) };
                    match event {
                        Event::CourseDeleted(_) => {
                            store::mark_deleted(unit.connection(), &course).await?;
                            photos::let_go(unit.connection(), course.id, now).await?;
                        }
                        _ => store::update(unit.connection(), &course).await?,
                    }
                    if course.content.photos != had {
                        photos::give(unit.connection(), &course, now).await?;
                    }
                    unit.append(&event, course.version).await?;
                    Ok(course)
                })
            })
            .await
    }
}

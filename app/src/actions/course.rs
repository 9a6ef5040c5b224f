//! A host's courses.

#![expect(missing_docs, reason = "the macro makes a struct of the arguments, and no doc can be put on its fields")]

use super::ActionError;
use contract::CourseId;
use contract::course::{CourseInput, CourseState};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

/// Where a course stands after it was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedCourse {
    /// The course.
    pub id: CourseId,
    /// Its version now.
    pub version: u64,
    /// Where it stands.
    pub state: CourseState,
}

#[cfg(feature = "ssr")]
impl From<contract::course::Course> for SavedCourse {
    fn from(course: contract::course::Course) -> Self {
        Self { id: course.id, version: course.version, state: course.state }
    }
}

/// Registers a course, or with an `id` changes it; `expected` is the version that was read.
///
/// # Errors
/// As [`contract::CourseApi::register`] and [`contract::CourseApi::modify`].
#[server(prefix = "/api/actions", endpoint = "save_course", input = Json)]
pub async fn save_course(id: Option<CourseId>, expected: Option<u64>, input: CourseInput) -> Result<SavedCourse, ActionError> {
    let (site, call) = super::request::caller()?;
    Ok(crate::deeds::save_course(&site, &call, id, expected, input).await?.into())
}

/// Saves what stands in the form of a course that its host alone can see, as it is typed: the fields as the form would send them,
/// the version that was read among them. A published course is never saved this way.
///
/// # Errors
/// As [`contract::CourseApi::modify`]; `ChangedMeanwhile` also for one that was published since it was read, `Malformed` for one
/// that was published when it was read, and without a version.
#[server(prefix = "/api/actions", endpoint = "autosave_course", input = Json)]
pub async fn autosave_course(id: CourseId, fields: Vec<(String, String)>) -> Result<SavedCourse, ActionError> {
    let (site, call) = super::request::caller()?;
    let mut form = crate::forms::course::CourseForm::parse(&crate::forms::Fields(fields));
    form.drop_blanks();
    Ok(crate::deeds::autosave_course(&site, &call, id, &form).await?.into())
}

/// Shows a course to everyone.
///
/// # Errors
/// As [`contract::CourseApi::publish`].
#[server(prefix = "/api/actions", endpoint = "publish_course", input = Json)]
pub async fn publish_course(id: CourseId) -> Result<SavedCourse, ActionError> {
    let (site, call) = super::request::caller()?;
    Ok(crate::deeds::publish_course(&site, &call, id).await?.into())
}

/// Takes a course back from view.
///
/// # Errors
/// As [`contract::CourseApi::unpublish`].
#[server(prefix = "/api/actions", endpoint = "unpublish_course", input = Json)]
pub async fn unpublish_course(id: CourseId) -> Result<SavedCourse, ActionError> {
    let (site, call) = super::request::caller()?;
    Ok(crate::deeds::unpublish_course(&site, &call, id).await?.into())
}

/// Deletes a course.
///
/// # Errors
/// As [`contract::CourseApi::delete`].
#[server(prefix = "/api/actions", endpoint = "delete_course", input = Json)]
pub async fn delete_course(id: CourseId) -> Result<(), ActionError> {
    let (site, call) = super::request::caller()?;
    Ok(crate::deeds::delete_course(&site, &call, id).await?)
}

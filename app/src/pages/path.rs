//! What stands in the address of a page.

use axum::extract::{FromRequestParts, Path};
use contract::{ApiError, CourseId, Refusal};
use http::request::Parts;
use std::convert::Infallible;
use std::str::FromStr;

/// The one thing that an address names; what is no id names nothing that is there.
pub(crate) struct IdInPath<T>(pub Result<T, ApiError>);

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for IdInPath<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let id = Path::<String>::from_request_parts(parts, state).await.ok().and_then(|Path(id)| id.parse().ok());
        Ok(Self(id.ok_or(ApiError::Refused(Refusal::NotFound))))
    }
}

/// The course that an address names, and a review of it or a comment on it.
pub(crate) struct PartOfCourse<T>(pub Result<(CourseId, T), ApiError>);

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for PartOfCourse<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let ids = Path::<(String, String)>::from_request_parts(parts, state).await.ok();
        let ids = ids.and_then(|Path((course, part))| Some((course.parse().ok()?, part.parse().ok()?)));
        Ok(Self(ids.ok_or(ApiError::Refused(Refusal::NotFound))))
    }
}

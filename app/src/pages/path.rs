//! What stands in the address of a page.

use axum::extract::{FromRequestParts, Path};
use contract::{ApiError, CourseId, Refusal};
use http::request::Parts;
use std::convert::Infallible;

/// The course that an address names; what is no id names no course.
pub(crate) struct CourseInPath(pub Result<CourseId, ApiError>);

impl<S: Send + Sync> FromRequestParts<S> for CourseInPath {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let id = Path::<String>::from_request_parts(parts, state).await.ok().and_then(|Path(id)| id.parse().ok());
        Ok(Self(id.ok_or(ApiError::Refused(Refusal::NotFound))))
    }
}

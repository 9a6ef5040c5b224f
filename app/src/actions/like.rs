//! Likes.

#![expect(missing_docs, reason = "the macro makes a struct of the arguments, and no doc can be put on its fields")]

use super::ActionError;
use contract::CourseId;
use contract::viewpage::Counts;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

/// What became of a like that was set or taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LikeState {
    /// Whether the customer likes the course now.
    pub liked: bool,
    /// The course's counts with the version they are of; `None` when the read model can't tell them right now.
    pub counts: Option<(u64, Counts)>,
    /// How many like the course, in place of `counts`; `None` with them, and when that can't be told right now either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likes: Option<u64>,
}

/// Likes a course, or takes the like back.
///
/// # Errors
/// As [`contract::CommunicationApi::like`].
#[server(prefix = "/api/actions", endpoint = "set_like", input = Json)]
pub async fn set_like(course_id: CourseId, liked: bool) -> Result<LikeState, ActionError> {
    let (site, call) = super::request::caller()?;
    Ok(crate::deeds::set_like(&site, &call, course_id, liked).await?)
}

//! Likes and bookmarks.

#![expect(missing_docs, reason = "the macro makes a struct of the arguments, and no doc can be put on its fields")]

use super::ActionError;
use crate::live::Shown;
use contract::CourseId;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

/// What a customer sets and takes back again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Toggle {
    /// A like.
    Like,
    /// A bookmark.
    Bookmark,
}

/// What became of a like or bookmark that was set or taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Toggled {
    /// Whether it is set now.
    pub on: bool,
    /// The course's counts; `None` when the read model can't tell them right now.
    pub shown: Option<Shown>,
    /// How many have set it, in place of `shown`; `None` with it, and when that can't be told right now either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
}

/// Likes a course, or takes the like back.
///
/// # Errors
/// As [`contract::CommunicationApi::like`].
#[server(prefix = "/api/actions", endpoint = "set_like", input = Json)]
pub async fn set_like(course_id: CourseId, liked: bool) -> Result<Toggled, ActionError> {
    let (site, call) = super::request::caller()?;
    Ok(crate::deeds::set(&site, &call, Toggle::Like, course_id, liked).await?)
}

/// Keeps a course, or no longer.
///
/// # Errors
/// As [`contract::CommunicationApi::bookmark`].
#[server(prefix = "/api/actions", endpoint = "set_bookmark", input = Json)]
pub async fn set_bookmark(course_id: CourseId, bookmarked: bool) -> Result<Toggled, ActionError> {
    let (site, call) = super::request::caller()?;
    Ok(crate::deeds::set(&site, &call, Toggle::Bookmark, course_id, bookmarked).await?)
}

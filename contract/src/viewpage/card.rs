//! Courses as lists show them.

use super::{Counts, Host, Rating, Totals};
use crate::course::Language;
use crate::id::CourseId;
use crate::photo::Photo;
use crate::place::Region;
use crate::setting::Setting;
use crate::text::Tag;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Whether a course that someone keeps is still shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum KeptState {
    /// It is.
    Published,
    /// Its host has taken it from view.
    Withdrawn,
}

/// A course that someone keeps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BookmarkedCourse {
    /// The course.
    pub course_id: CourseId,
    /// Whether it is still shown.
    pub state: KeptState,
    /// What it is called, in the language asked for; known also of one that is no longer shown.
    pub title: String,
    /// Since when it is kept.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub bookmarked_at: Timestamp,
    /// What lists show of it; `None` when it is withdrawn.
    pub card: Option<CourseCard>,
}

/// What is one person's own about courses, and what waits in the inbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mine {
    /// Which of the courses asked for are liked.
    pub liked: Vec<CourseId>,
    /// Which of the courses asked for are kept.
    pub bookmarked: Vec<CourseId>,
    /// How many messages were not read.
    pub unread: u64,
}

/// A course in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CourseCard {
    /// The course.
    pub course_id: CourseId,
    /// Title in the language asked for.
    pub title: String,
    /// Summary in the language asked for.
    pub summary: String,
    /// The language that title and summary are in.
    pub language: Language,
    /// Where it is.
    pub region: Region,
    /// Words it can be found by.
    pub tags: Vec<Tag>,
    /// Latitude and longitude of each stop: the shape of the walk.
    pub path: Vec<(f64, f64)>,
    /// The first of its photos, if it has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<Photo>,
    /// Sums over the walk.
    pub totals: Totals,
    /// In or out of doors.
    pub setting: Setting,
    /// Whose it is.
    pub host: Host,
    /// How many of each it has.
    pub counts: Counts,
    /// How it was rated.
    pub rating: Rating,
    /// As in [`CourseView::version`](super::CourseView::version).
    pub version: u64,
    /// When it was first shown.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub published_at: Timestamp,
    /// As in [`PublishedCourse::modified_at`](super::PublishedCourse::modified_at).
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub modified_at: Timestamp,
}

/// A course in the list of all, for whoever wants to know what there is and what has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// The course.
    pub course_id: CourseId,
    /// As in [`PublishedCourse::modified_at`](super::PublishedCourse::modified_at).
    pub modified_at: Timestamp,
}

impl Listed {
    /// The greatest number of courses that are listed at once.
    pub const MAX: u32 = 5_000;
}

//! A course with all that is shown of it.

use crate::course::CourseContent;
use crate::id::{AccountId, CommentId, CourseId, ReviewId};
use crate::reply::Reply;
use crate::review::Stars;
use crate::text::{CommentBody, ReviewBody};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How many of each a course has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Counts {
    /// Customers who like it.
    pub likes: u64,
    /// Customers who keep it.
    pub bookmarks: u64,
    /// Comments.
    pub comments: u64,
    /// Reviews.
    pub reviews: u64,
}

/// How customers rated a course.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rating {
    /// 1 to 5; `None` while nobody has rated.
    pub average: Option<f64>,
    /// How many have rated.
    pub count: u64,
    /// How many gave one star, two, and so on up to five. Told with a course's own view alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distribution: Option<[u64; 5]>,
}

/// A course's counts as of a version.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CourseCounts {
    /// The course.
    pub course_id: CourseId,
    /// As in [`CourseView::version`].
    pub version: u64,
    /// How many of each it has.
    pub counts: Counts,
    /// How it was rated.
    pub rating: Rating,
}

/// Who offers a course.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Host {
    /// The account.
    pub id: AccountId,
    /// The name shown to others.
    pub display_name: String,
}

/// Sums over the stops and the ways between them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Totals {
    /// Time at the stops and on the way, in minutes.
    pub minutes: u32,
    /// Way on foot, in metres.
    pub metres: u32,
    /// Cost, in won.
    pub cost_krw: u32,
}

impl Totals {
    /// The sums of a course.
    #[must_use]
    pub fn of(content: &CourseContent) -> Self {
        let points: Vec<_> = content.stops.iter().map(crate::course::Stop::coordinates).collect();
        let legs = crate::route::legs(&points);
        Self {
            minutes: content.stops.iter().map(|stop| stop.stay_minutes).sum::<u32>() + legs.iter().map(|leg| leg.minutes).sum::<u32>(),
            metres: legs.iter().map(|leg| leg.metres).sum(),
            cost_krw: content.stops.iter().map(|stop| stop.cost_krw).sum(),
        }
    }
}

/// A published course as the viewpage shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PublishedCourse {
    /// The course.
    pub id: CourseId,
    /// What the host wrote.
    #[serde(flatten)]
    pub content: CourseContent,
    /// Sums over the walk.
    pub totals: Totals,
    /// When it was first shown.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub published_at: Timestamp,
    /// When its host last changed what it says; not before it was first shown.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub modified_at: Timestamp,
}

/// The one screen of a course: everything about it with its counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CourseView {
    /// The course.
    pub course: PublishedCourse,
    /// Whose it is.
    pub host: Host,
    /// How many of each it has.
    pub counts: Counts,
    /// How it was rated.
    pub rating: Rating,
    /// The newest reviews, at most [`CourseView::NEWEST`].
    pub reviews: Vec<ReviewView>,
    /// The newest comments, at most [`CourseView::NEWEST`].
    pub comments: Vec<CommentView>,
    /// How many events have made this view what it is; two views of one version are the same.
    pub version: u64,
}

impl CourseView {
    /// How many reviews and comments a view carries; the rest are lists of their own.
    pub const NEWEST: usize = 20;
}

/// Who wrote something. The name is empty for a closed account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Author {
    /// The account.
    pub id: AccountId,
    /// The name shown to others.
    pub display_name: String,
}

/// A review as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewView {
    /// The review.
    pub id: ReviewId,
    /// Who wrote it.
    pub author: Author,
    /// 1 to 5.
    pub rating: Stars,
    /// What it says.
    pub body: ReviewBody,
    /// The host's answer.
    pub reply: Option<Reply>,
    /// When it was written.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// When its author last changed it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub updated_at: Timestamp,
}

/// A comment as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommentView {
    /// The comment.
    pub id: CommentId,
    /// Who wrote it.
    pub author: Author,
    /// What it says.
    pub body: CommentBody,
    /// The host's answer.
    pub answer: Option<Reply>,
    /// When it was written.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// When its author last changed it.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub updated_at: Timestamp,
}

//! How many courses each choice of a filter would give.

use crate::place::Region;
use crate::setting::Setting;
use crate::text::Tag;
use serde::{Deserialize, Serialize};

/// The most a whole walk may cost that people are offered to choose from, in won.
pub const OFFERED_COSTS: [u32; 4] = [10_000, 30_000, 50_000, 100_000];
/// The most time a whole walk may take that people are offered to choose from, in minutes.
pub const OFFERED_MINUTES: [u32; 4] = [120, 180, 240, 360];
/// How many tags are offered.
pub const OFFERED_TAGS: usize = 16;

/// How many courses there are. Counting ends where it would take too long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Tally {
    /// As many were counted.
    pub count: u32,
    /// Whether these are all: if not, there may be more.
    pub exact: bool,
}

impl Tally {
    /// Whether it is certain that there are none.
    #[must_use]
    pub const fn is_none(self) -> bool {
        self.exact && self.count == 0
    }
}

/// One choice of a filter, and how many courses it would give together with all other filters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Choice<T> {
    /// What is chosen.
    pub value: T,
    /// How many courses.
    #[serde(flatten)]
    pub courses: Tally,
}

/// What a search can be narrowed by, under the name of its parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Filter {
    /// Words.
    Q,
    /// Where it is.
    Region,
    /// In or out of doors.
    Setting,
    /// A tag.
    Tag,
    /// What it costs at the most.
    MaxCost,
    /// How long it takes at the most.
    MaxMinutes,
}

/// How many courses each choice would give. The choices of one filter are counted under all other filters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Facets {
    /// Courses that fit everything asked for.
    pub total: Tally,
    /// Every region.
    pub regions: Vec<Choice<Region>>,
    /// In and out of doors.
    pub settings: Vec<Choice<Setting>>,
    /// [`OFFERED_COSTS`].
    pub max_cost: Vec<Choice<u32>>,
    /// [`OFFERED_MINUTES`].
    pub max_minutes: Vec<Choice<u32>>,
    /// The most frequent tags, at most [`OFFERED_TAGS`], the most frequent first.
    pub tags: Vec<Choice<Tag>>,
    /// What each filter in use leaves when it alone is lifted; words only where nothing is found with them.
    pub without: Vec<Choice<Filter>>,
}

impl Facets {
    /// How many courses there are when `filter` is lifted; `None` if it isn't known.
    #[must_use]
    pub fn without(&self, filter: Filter) -> Option<Tally> {
        self.without.iter().find(|choice| choice.value == filter).map(|choice| choice.courses)
    }
}

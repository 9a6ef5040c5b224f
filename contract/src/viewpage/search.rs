//! What is asked of lists.

use crate::course::Language;
use crate::id::AccountId;
use crate::page::PageRequest;
use crate::place::Region;
use crate::setting::Setting;
use crate::text::{Query, Tag};
use serde::{Deserialize, Serialize};

/// In which order courses are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Most likes first.
    Popular,
    /// Last published first.
    #[default]
    New,
    /// Best rated first, among equals the more often rated; those without a rating last.
    Rating,
}

/// In which order reviews are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReviewSort {
    /// Last written first.
    #[default]
    Newest,
    /// Most stars first, among equals the last written.
    Highest,
    /// Fewest stars first, among equals the last written.
    Lowest,
}

/// Which courses are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Search {
    /// Only with all of these words, or parts of Korean words of two syllables or more, in title, summary, tags or stops.
    pub query: Option<Query>,
    /// Only of this region.
    pub region: Option<Region>,
    /// Only with this tag.
    pub tag: Option<Tag>,
    /// Only of this host.
    pub host: Option<AccountId>,
    /// Only up to this cost of the whole walk, in won.
    pub max_cost: Option<u32>,
    /// Only up to this time of the whole walk, in minutes.
    pub max_minutes: Option<u32>,
    /// Only in or only out of doors.
    pub setting: Option<Setting>,
    /// In which order.
    pub sort: Sort,
    /// Which words to show where there are two languages.
    pub language: Language,
    /// Which page of the list.
    pub page: PageRequest,
}

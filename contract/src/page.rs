//! Lists that are read a page at a time, by key and not by offset: what is added meanwhile doubles nothing and skips nothing.

use serde::{Deserialize, Serialize};

/// Which page of a list is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRequest {
    /// Where the page before ended, as that page said in [`Page::next`].
    pub cursor: Option<String>,
    /// How many entries at the most, 1 to [`PageRequest::MAX`].
    pub limit: u32,
}

impl PageRequest {
    /// The greatest number of entries of a page.
    pub const MAX: u32 = 100;

    /// A request for `limit` entries, brought into the allowed range, after `cursor`.
    #[must_use]
    pub fn new(cursor: Option<String>, limit: u32) -> Self {
        Self { cursor, limit: limit.clamp(1, Self::MAX) }
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        Self::new(None, 24)
    }
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// The cursor of the page after; `None` when this is the last.
    pub next: Option<String>,
}

//! What moves by itself on otherwise still pages. Small, flat (none inside another) and few, for they are what the browser
//! has to load; their words are given to them. Each shows the same tree on both sides.

mod course_editor;
mod found_news;
mod inbox_badge;
mod live_counts;
mod live_mark;
mod live_news;
mod live_status;
mod own_courses;
mod share_link;
mod stop_map;
mod tile_map;
mod toasts;
mod toggle_button;

pub use course_editor::CourseEditor;
pub use found_news::{FoundNews, FoundWords};
pub use inbox_badge::InboxBadge;
pub use live_counts::{CountKind, CountLabel, LiveCounts};
pub use live_mark::LiveMark;
pub use live_news::LiveNews;
pub use live_status::LiveStatus;
pub use own_courses::{Notice, OwnCourses};
pub use share_link::ShareLink;
pub use stop_map::StopMap;
pub use tile_map::{TileMap, TileStop, TileWords};
pub use toasts::Toasts;
pub use toggle_button::ToggleButton;

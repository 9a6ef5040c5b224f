//! What moves by itself on otherwise still pages. Small, flat (none inside another) and few, for they are what the browser
//! has to load; their words are given to them. Each shows the same tree on both sides.

mod inbox_badge;
mod live_counts;
mod live_mark;
mod live_news;
mod live_status;
mod share_link;
mod toasts;
mod toggle_button;

pub use inbox_badge::InboxBadge;
pub use live_counts::{CountKind, CountLabel, LiveCounts};
pub use live_mark::LiveMark;
pub use live_news::LiveNews;
pub use live_status::LiveStatus;
pub use share_link::ShareLink;
pub use toasts::Toasts;
pub use toggle_button::ToggleButton;

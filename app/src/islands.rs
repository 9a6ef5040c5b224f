//! What moves by itself on otherwise still pages. Small, flat (none inside another) and few, for they are what the browser
//! has to load; their words are given to them. Each shows the same tree on both sides.

mod like_button;
mod live_counts;
mod live_status;

pub use like_button::LikeButton;
pub use live_counts::{CountKind, CountLabel, LiveCounts};
pub use live_status::LiveStatus;

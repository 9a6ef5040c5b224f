//! What pages are built from. Nothing here loads anything or holds a rule.

pub(crate) mod card;
pub(crate) mod document;
pub(crate) mod editor_parts;
pub(crate) mod errors;
pub(crate) mod field;
mod footer;
mod head;
mod header;
pub(crate) mod live_parts;
pub(crate) mod notice;
pub(crate) mod pager;
pub(crate) mod photos;
pub(crate) mod plane;
pub(crate) mod route_map;
pub(crate) mod stop_fields;
pub(crate) mod take_along;
pub(crate) mod talk;
pub(crate) mod text_area;
pub(crate) mod tile_map;
pub(crate) mod timeline;

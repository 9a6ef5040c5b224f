//! Cases that cross services, one file each.

pub(crate) mod late_review;

//! Cases that cross services, as this service sees them through: one file each.

pub(crate) mod account_closure;
pub(crate) mod bookmark;
pub(crate) mod course_withdrawal;
mod overdue;

//! The cases that this service watches over, one a file.

pub(crate) mod withdrawal;

//! One page a file: what it asks the services for, and what it shows. Each works without script.

pub(crate) mod course;
pub(crate) mod course_form;
pub(crate) mod discover;
pub(crate) mod error;
pub(crate) mod host_courses;
pub(crate) mod like;
mod path;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod sign_up;

#[cfg(test)]
mod tests;

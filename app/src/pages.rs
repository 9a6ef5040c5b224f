//! One page a file: what it asks the services for, and what it shows. Each works without script.

pub(crate) mod bookmarks;
pub(crate) mod course;
pub(crate) mod course_form;
pub(crate) mod discover;
pub(crate) mod error;
pub(crate) mod feed;
pub(crate) mod host;
pub(crate) mod host_courses;
pub(crate) mod inbox;
mod path;
pub(crate) mod preview;
pub(crate) mod settings;
pub(crate) mod sign_in;
pub(crate) mod sign_out;
pub(crate) mod sign_up;
pub(crate) mod sitemap;
pub(crate) mod talk;
pub(crate) mod toggle;

#[cfg(test)]
mod tests;

//! The pages as a browser gets them, over fake services.

mod fake;
mod hostile;
mod journey;
mod source;

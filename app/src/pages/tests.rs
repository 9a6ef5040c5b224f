//! The pages as a browser gets them, over fake services.

mod ahead;
mod drawings;
mod editor;
mod fake;
mod hostile;
mod journey;
mod machine;
mod own;
mod photos;
mod search;
mod sign_up;
mod source;
mod talk;
mod tiles;

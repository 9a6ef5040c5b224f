//! Server functions: the same deeds as the forms of the pages, for script. They extract, call and map; they answer POST alone.

mod course;
mod error;
#[cfg(feature = "ssr")]
mod request;
mod session;
mod toggle;

pub use course::{
    AutosaveCourse, DeleteCourse, PublishCourse, SaveCourse, SavedCourse, UnpublishCourse, autosave_course, delete_course, publish_course,
    save_course, unpublish_course,
};
pub use error::ActionError;
pub use session::{SignIn, SignOut, SignUp, sign_in, sign_out, sign_up};
pub use toggle::{SetBookmark, SetLike, Toggle, Toggled, set_bookmark, set_like};

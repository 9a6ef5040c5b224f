//! What crosses a wall between two rooms of the house: identifiers, value types, what commands take and what views show,
//! events, refusals, and one trait a service.
//!
//! Pure: no clock, no randomness, no I/O; it builds for the server and for the browser. It knows no other crate of the
//! workspace, and every other crate may know it.

pub mod call;
pub mod communication;
pub mod course;
pub mod event;
pub mod id;
pub mod identity;
pub mod message;
pub mod page;
pub mod photo;
pub mod place;
pub mod refusal;
pub mod review;
pub mod route;
pub mod setting;
pub mod text;
pub mod viewpage;
mod whole;

pub use call::Call;
pub use communication::CommunicationApi;
pub use course::CourseApi;
pub use id::{AccountId, CommentId, CorrelationId, CourseId, EventId, MessageId, PhotoId, ReviewId};
pub use identity::IdentityApi;
pub use message::MessageApi;
pub use page::{Page, PageRequest};
pub use refusal::{ApiError, ApiResult, FieldCode, FieldError, Refusal};
pub use review::ReviewApi;
pub use viewpage::ViewpageApi;

//! Services apart: the traits of `contract` over HTTP.
//!
//! `POST /internal/v1/{service}/{operation}` takes the arguments of one call of a trait as a JSON array and answers its result,
//! `{"Ok": …}` or `{"Err": …}` with the refusal as it is: nothing of it is lost on the way. Who calls in which case, and how long the
//! caller still waits, travels in headers; each call is signed with the key that all services of an installation share.
//!
//! - [`client`]: the other side seen from here, with time limits, retries and a breaker.
//! - [`service`]: what is answered to others.
//! - [`interface`]: which operations there are, one declaration a trait; both sides are made from it.
//! - [`signature`]: how one service knows another; `replay`: that each call is heard once.
//! - [`around`]: what of the surroundings of a request goes along with the calls that it leads to.

pub mod around;
pub mod client;
pub mod interface;
mod live;
mod replay;
pub mod service;
pub mod signature;

use http::HeaderName;

/// Below which path services speak to each other; gateways lead nobody there.
pub const PREFIX: &str = "/internal";

/// The case of a call: the header that people's requests have, too.
pub const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");
/// The event that made a policy place a call.
const CAUSATION_ID: HeaderName = HeaderName::from_static("x-dulle-causation-id");
/// Who is signed in.
const ACTOR: HeaderName = HeaderName::from_static("x-dulle-actor");
/// For how many milliseconds the caller still waits. A length and not a time of day: clocks of two machines differ.
const WITHIN: HeaderName = HeaderName::from_static("x-dulle-within");
/// Which parts the calling process runs.
const CALLER: HeaderName = HeaderName::from_static("x-dulle-caller");
/// When the call was signed, in milliseconds since 1970.
const SIGNED_AT: HeaderName = HeaderName::from_static("x-dulle-signed-at");
/// A number that no other call has.
const NONCE: HeaderName = HeaderName::from_static("x-dulle-nonce");
/// SHA-256 of the body, in hexadecimal: signed in its place, so that nobody's body is read who doesn't sign.
const DIGEST: HeaderName = HeaderName::from_static("x-dulle-digest");
/// The signature.
const SIGNATURE: HeaderName = HeaderName::from_static("x-dulle-signature");

/// The greatest body of a call or of its answer, in bytes: that of a photo, which is a third longer as text.
const MAX_BODY: usize = contract::photo::MAX_PHOTO_BYTES / 3 * 4 + 64 * 1024;

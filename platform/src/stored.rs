//! What people wrote, read back from where it is stored: it was valid then, whatever the limits are now.

use crate::{Error, Result};
use contract::reply::Reply;
use jiff_sqlx::Timestamp;
use serde::de::{DeserializeOwned, IntoDeserializer, value::StringDeserializer};

/// A text or code as it was written.
///
/// # Errors
/// A defect when this release does not know such a one.
pub fn text<T: DeserializeOwned>(text: String) -> Result<T> {
    let text: StringDeserializer<serde::de::value::Error> = text.into_deserializer();
    T::deserialize(text).map_err(|_| Error::Defect("a stored text that this release does not know"))
}

/// A host's answer, if there is one: what it says and when it was written.
///
/// # Errors
/// As [`text`].
pub fn reply(body: Option<String>, replied_at: Option<Timestamp>) -> Result<Option<Reply>> {
    let reply = |(body, at): (String, Timestamp)| Ok(Reply { body: text(body)?, replied_at: at.to_jiff() });
    body.zip(replied_at).map(reply).transpose()
}

//! The token by which programs read the log.

use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// What such a program has to bring. Only its hash is kept: comparing hashes tells nothing of the token in time.
#[derive(Clone, PartialEq, Eq)]
pub struct EventsToken([u8; 32]);

/// A text that is no secret.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("no token")]
pub struct NotAToken;

impl EventsToken {
    /// The least length in bytes.
    pub const MIN: usize = 32;

    /// Whether `given` is it.
    #[must_use]
    pub fn is(&self, given: &str) -> bool {
        Self::of(given) == *self
    }

    fn of(text: &str) -> Self {
        Self(Sha256::digest(text).into())
    }
}

impl FromStr for EventsToken {
    type Err = NotAToken;

    fn from_str(text: &str) -> Result<Self, NotAToken> {
        // What a header can carry (RFC 6750, 2.1, and a little more).
        (text.len() >= Self::MIN && text.bytes().all(|byte| byte.is_ascii_graphic())).then(|| Self::of(text)).ok_or(NotAToken)
    }
}

impl fmt::Debug for EventsToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventsToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_long_known_and_not_told() {
        let text = "abcdefghijklmnopqrstuvwxyz012345";
        let token: EventsToken = text.parse().expect("a token");
        assert!(token.is(text) && !token.is("abcdefghijklmnopqrstuvwxyz012346") && !token.is(""));
        assert!(!format!("{token:?}").contains("abc"));
        for wrong in ["short", "abcdefghijklmnopqrstuvwxyz 12345", ""] {
            assert_eq!(wrong.parse::<EventsToken>(), Err(NotAToken), "{wrong:?}");
        }
    }
}

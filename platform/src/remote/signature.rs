//! How one service knows another: HMAC-SHA256 (RFC 2104) with a shared key over everything that a call says.
//!
//! Whoever reads a call on its way can place the same call again for [`FRESH`], and no other: actor, case and arguments are signed, too.
//! Against listeners there is the network (NetworkPolicy, or TLS between the nodes), not this.

use super::{ACTOR, CALLER, CAUSATION_ID, CORRELATION_ID, SIGNATURE, SIGNED_AT, WITHIN};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::Arc;

/// How far the clocks of two machines may be apart, with the time that a call takes.
const FRESH: SignedDuration = SignedDuration::from_secs(30);

/// What is signed beside method, path and body. One that is missing counts as empty.
const SIGNED: [HeaderName; 6] = [SIGNED_AT, CALLER, CORRELATION_ID, CAUSATION_ID, ACTOR, WITHIN];

/// The key that all services of one installation share. Never printed.
#[derive(Clone)]
pub struct ServiceKey(Arc<[u8]>);

impl fmt::Debug for ServiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServiceKey(…)")
    }
}

/// Why a call isn't taken for one of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAService {
    /// It bears no signature.
    #[error("it is not signed")]
    Unsigned,
    /// The signature is not of this call, or was made with another key.
    #[error("its signature is wrong")]
    Wrong,
    /// It was signed too long ago, or in the future.
    #[error("it was not signed within the last half a minute")]
    Stale,
}

/// What a signature is about.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// The method.
    pub method: &'a Method,
    /// Path and query.
    pub path: &'a str,
    /// The headers, without the signature.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: &'a [u8],
}

impl ServiceKey {
    /// The least length, in bytes: as long as what the hash gives (RFC 2104, 3).
    pub const MIN: usize = 32;

    /// The key with this text; `None` when it is too short to be a secret.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() >= Self::MIN).then(|| Self(text.as_bytes().into()))
    }

    /// A key that nobody else has, for who calls nobody.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "nobody, no test either, ever has to know it")]
    pub fn nobodys() -> Self {
        Self(rand::random::<[u8; Self::MIN]>().as_slice().into())
    }

    /// Adds time and signature to the headers of a call.
    pub fn sign(&self, method: &Method, path: &str, headers: &mut HeaderMap, body: &[u8], now: Timestamp) {
        headers.insert(SIGNED_AT, HeaderValue::from(now.as_millisecond()));
        let tag = hex::encode(self.mac(Signed { method, path, headers, body }).finalize().into_bytes());
        // Hexadecimal digits always are a header's value.
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(SIGNATURE, tag);
        }
    }

    /// Whether a call is signed with this key and was so just now. Takes as long for any wrong signature.
    ///
    /// # Errors
    /// Says why not: for the log, never for the caller.
    pub fn verify(&self, signed: Signed<'_>, now: Timestamp) -> Result<(), NotAService> {
        let tag = signed.headers.get(SIGNATURE).and_then(|tag| hex::decode(tag.as_bytes()).ok()).ok_or(NotAService::Unsigned)?;
        self.mac(signed).verify_slice(&tag).map_err(|_| NotAService::Wrong)?;
        let at = signed.headers.get(SIGNED_AT).and_then(|at| at.to_str().ok()?.parse().ok()).ok_or(NotAService::Stale)?;
        let at = Timestamp::from_millisecond(at).map_err(|_| NotAService::Stale)?;
        if now.duration_since(at).abs() <= FRESH { Ok(()) } else { Err(NotAService::Stale) }
    }

    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104, 2)")]
    fn mac(&self, signed: Signed<'_>) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("any length is a key");
        let mut line = |part: &[u8]| {
            mac.update(part);
            // No part holds a line feed: neither methods nor paths nor the values of headers do.
            mac.update(b"\n");
        };
        line(b"dulle-service-1");
        line(signed.method.as_str().as_bytes());
        line(signed.path.as_bytes());
        for name in SIGNED {
            line(signed.headers.get(name).map_or(&[], HeaderValue::as_bytes));
        }
        line(&Sha256::digest(signed.body));
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "/internal/v1/course/standing";

    fn key() -> ServiceKey {
        ServiceKey::parse("a key that only these services know").expect("long enough")
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    fn signed() -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ACTOR, HeaderValue::from_static("somebody"));
        key().sign(&Method::POST, PATH, &mut headers, b"[1]", at(1_000));
        headers
    }

    fn verified(method: &Method, path: &str, headers: &HeaderMap, body: &[u8], now: i64) -> Result<(), NotAService> {
        key().verify(Signed { method, path, headers, body }, at(now))
    }

    #[test]
    fn a_key_is_long_and_is_not_printed() {
        assert!(ServiceKey::parse(&"k".repeat(31)).is_none());
        assert!(ServiceKey::parse(&"k".repeat(32)).is_some());
        assert!(!format!("{:?}", key()).contains("these"));
    }

    #[test]
    fn what_was_signed_is_known_for_half_a_minute() {
        let headers = signed();
        for now in [970, 1_000, 1_030] {
            assert_eq!(verified(&Method::POST, PATH, &headers, b"[1]", now), Ok(()), "{now}");
        }
        for now in [969, 1_031, 0] {
            assert_eq!(verified(&Method::POST, PATH, &headers, b"[1]", now), Err(NotAService::Stale), "{now}");
        }
    }

    #[test]
    fn every_part_of_a_call_is_signed() {
        let wrong = Err(NotAService::Wrong);
        let headers = signed();
        assert_eq!(verified(&Method::GET, PATH, &headers, b"[1]", 1_000), wrong);
        assert_eq!(verified(&Method::POST, "/internal/v1/course/delete", &headers, b"[1]", 1_000), wrong);
        assert_eq!(verified(&Method::POST, PATH, &headers, b"[2]", 1_000), wrong);
        for name in SIGNED {
            let mut other = headers.clone();
            other.insert(name.clone(), HeaderValue::from_static("1000001"));
            assert_eq!(verified(&Method::POST, PATH, &other, b"[1]", 1_000), wrong, "{name}");
            other.remove(&name);
            if headers.contains_key(&name) {
                assert_eq!(verified(&Method::POST, PATH, &other, b"[1]", 1_000), wrong, "without {name}");
            }
        }
    }

    #[test]
    fn no_signature_and_one_of_another_key_are_refused() {
        let mut headers = signed();
        headers.insert(SIGNATURE, HeaderValue::from_static("zz"));
        assert_eq!(verified(&Method::POST, PATH, &headers, b"[1]", 1_000), Err(NotAService::Unsigned));
        headers.insert(SIGNATURE, HeaderValue::from_static("00"));
        assert_eq!(verified(&Method::POST, PATH, &headers, b"[1]", 1_000), Err(NotAService::Wrong));
        headers.remove(SIGNATURE);
        assert_eq!(verified(&Method::POST, PATH, &headers, b"[1]", 1_000), Err(NotAService::Unsigned));
        let other = ServiceKey::parse("another key, which others may know").expect("long enough");
        let mut headers = HeaderMap::new();
        other.sign(&Method::POST, PATH, &mut headers, b"[1]", at(1_000));
        assert_eq!(verified(&Method::POST, PATH, &headers, b"[1]", 1_000), Err(NotAService::Wrong));
    }
}

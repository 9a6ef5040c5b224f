//! How one service knows another: HMAC-SHA256 (RFC 2104) with a shared key over everything that a call says.
//!
//! Whoever reads a call on its way can place no other: actor, case and arguments are signed, too; nor the same again where it was heard
//! (`replay.rs`). Answers are not signed. Against listeners there is the network (NetworkPolicy, or TLS between the nodes), not this.

use super::{ACTOR, CALLER, CAUSATION_ID, CORRELATION_ID, DIGEST, NONCE, SIGNATURE, SIGNED_AT, WITHIN};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use uuid::Uuid;

/// How far the clocks of two machines may be apart, with the time that a call takes.
pub(super) const FRESH: SignedDuration = SignedDuration::from_secs(30);

/// What is signed beside method and path. One that is missing counts as empty.
const SIGNED: [HeaderName; 8] = [SIGNED_AT, NONCE, CALLER, CORRELATION_ID, CAUSATION_ID, ACTOR, WITHIN, DIGEST];

/// The keys that all services of one installation share: the first signs, each is believed. There is more than one while one replaces
/// another. Never printed.
#[derive(Clone)]
pub struct ServiceKeys(Arc<[Box<[u8]>]>);

impl fmt::Debug for ServiceKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServiceKeys(…)")
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
    /// What it says is signed for another body.
    #[error("its body is not what was signed")]
    OtherBody,
    /// It was heard before.
    #[error("it was heard before")]
    Again,
}

/// What a signature is about.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    /// The method.
    pub method: &'a Method,
    /// Path and query.
    pub path: &'a str,
    /// The headers, the digest of the body among them.
    pub headers: &'a HeaderMap,
}

impl ServiceKeys {
    /// The least length of a key, in bytes: as long as what the hash gives (RFC 2104, 3).
    pub const MIN: usize = 32;
    /// How many there may be: the one before, the one in use, the one to come.
    pub const MOST: usize = 3;

    /// The keys with this text, with commas between; `None` when one is too short to be a secret, or there are too many.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let keys: Vec<Box<[u8]>> = text.split(',').map(|key| key.trim().as_bytes().into()).collect();
        (keys.len() <= Self::MOST && keys.iter().all(|key| key.len() >= Self::MIN)).then(|| Self(keys.into()))
    }

    /// The text of a new key.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "a secret that a test could decide would be none")]
    pub fn made() -> String {
        hex::encode(rand::random::<[u8; Self::MIN]>())
    }

    /// A key that nobody else has, for who calls nobody.
    #[must_use]
    pub fn nobodys() -> Self {
        Self(Arc::new([Self::made().into_bytes().into()]))
    }

    /// Adds time, number, digest and signature to the headers of a call. No other call may have this `nonce`.
    pub fn sign(&self, method: &Method, path: &str, headers: &mut HeaderMap, body: &[u8], (now, nonce): (Timestamp, Uuid)) {
        headers.insert(SIGNED_AT, HeaderValue::from(now.as_millisecond()));
        let mut say = |name, text: String| {
            // Hexadecimal digits always are a header's value.
            if let Ok(value) = HeaderValue::from_str(&text) {
                headers.insert(name, value);
            }
        };
        say(NONCE, nonce.simple().to_string());
        say(DIGEST, digest(body));
        let Some(first) = self.0.first() else { return };
        let tag = hex::encode(mac(first, Signed { method, path, headers }).finalize().into_bytes());
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(SIGNATURE, tag);
        }
    }

    /// Whether a call is signed with one of these keys and was so just now; its number. Takes as long for any wrong signature.
    ///
    /// # Errors
    /// Says why not: for the log, never for the caller.
    pub fn verify(&self, signed: Signed<'_>, now: Timestamp) -> Result<Uuid, NotAService> {
        let tag = signed.headers.get(SIGNATURE).and_then(|tag| hex::decode(tag.as_bytes()).ok()).ok_or(NotAService::Unsigned)?;
        if !self.0.iter().any(|key| mac(key, signed).verify_slice(&tag).is_ok()) {
            return Err(NotAService::Wrong);
        }
        let at = said(signed.headers, &SIGNED_AT).and_then(|at| Timestamp::from_millisecond(at).ok()).ok_or(NotAService::Stale)?;
        if now.duration_since(at).abs() > FRESH {
            return Err(NotAService::Stale);
        }
        said(signed.headers, &NONCE).ok_or(NotAService::Wrong)
    }
}

/// Whether this is the body whose digest was signed.
///
/// # Errors
/// [`NotAService::OtherBody`].
pub fn verify_body(headers: &HeaderMap, body: &[u8]) -> Result<(), NotAService> {
    // The digest is no secret: how long comparing takes tells nothing.
    if headers.get(DIGEST).is_some_and(|said| said.as_bytes() == digest(body).as_bytes()) { Ok(()) } else { Err(NotAService::OtherBody) }
}

fn said<T: FromStr>(headers: &HeaderMap, name: &HeaderName) -> Option<T> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

fn digest(body: &[u8]) -> String {
    hex::encode(Sha256::digest(body))
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length (RFC 2104, 2)")]
fn mac(key: &[u8], signed: Signed<'_>) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length is a key");
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
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "/internal/v1/course/standing";

    fn keys() -> ServiceKeys {
        ServiceKeys::parse("a key that only these services know").expect("long enough")
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    fn nonce() -> Uuid {
        Uuid::from_u128(3)
    }

    fn signed_with(keys: &ServiceKeys) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ACTOR, HeaderValue::from_static("somebody"));
        keys.sign(&Method::POST, PATH, &mut headers, b"[1]", (at(1_000), nonce()));
        headers
    }

    fn signed() -> HeaderMap {
        signed_with(&keys())
    }

    fn verified(method: &Method, path: &str, headers: &HeaderMap, now: i64) -> Result<Uuid, NotAService> {
        keys().verify(Signed { method, path, headers }, at(now))
    }

    #[test]
    fn a_key_is_long_and_is_not_printed() {
        assert!(ServiceKeys::parse(&"k".repeat(31)).is_none());
        assert!(ServiceKeys::parse(&"k".repeat(32)).is_some());
        assert!(ServiceKeys::parse(&format!("{},short", "k".repeat(32))).is_none());
        assert!(ServiceKeys::parse(&["k".repeat(32).as_str(); 4].join(",")).is_none());
        assert!(!format!("{:?}", keys()).contains("these"));
    }

    /// Three roll-outs: the new key is believed, then used, then alone. At no time are two processes strangers.
    #[test]
    fn one_key_replaces_another() {
        let [before, after] = ["the key that has been used until now", "the key that will be used from now on"];
        let steps = [before.to_owned(), format!("{before},{after}"), format!("{after}, {before}"), after.to_owned()];
        let keys = steps.map(|text| ServiceKeys::parse(&text).expect("keys"));
        for (caller, signing) in keys.iter().enumerate() {
            let headers = signed_with(signing);
            for (called, believing) in keys.iter().enumerate() {
                let verified = believing.verify(Signed { method: &Method::POST, path: PATH, headers: &headers }, at(1_000));
                let neighbours = caller.abs_diff(called) <= 1;
                assert!(!neighbours || verified == Ok(nonce()), "{caller} calls {called}");
                assert!(caller.abs_diff(called) < 3 || verified == Err(NotAService::Wrong), "{caller} calls {called}");
            }
        }
    }

    #[test]
    fn what_was_signed_is_known_for_half_a_minute() {
        let headers = signed();
        for now in [970, 1_000, 1_030] {
            assert_eq!(verified(&Method::POST, PATH, &headers, now), Ok(nonce()), "{now}");
        }
        for now in [969, 1_031, 0] {
            assert_eq!(verified(&Method::POST, PATH, &headers, now), Err(NotAService::Stale), "{now}");
        }
    }

    #[test]
    fn every_part_of_a_call_is_signed() {
        let wrong = Err(NotAService::Wrong);
        let headers = signed();
        assert_eq!(verified(&Method::GET, PATH, &headers, 1_000), wrong);
        assert_eq!(verified(&Method::POST, "/internal/v1/course/delete", &headers, 1_000), wrong);
        for name in SIGNED {
            let mut other = headers.clone();
            other.insert(name.clone(), HeaderValue::from_static("1000001"));
            assert_eq!(verified(&Method::POST, PATH, &other, 1_000), wrong, "{name}");
            other.remove(&name);
            if headers.contains_key(&name) {
                assert_eq!(verified(&Method::POST, PATH, &other, 1_000), wrong, "without {name}");
            }
        }
    }

    #[test]
    fn the_body_is_the_one_that_was_signed() {
        let mut headers = signed();
        assert_eq!(verify_body(&headers, b"[1]"), Ok(()));
        assert_eq!(verify_body(&headers, b"[2]"), Err(NotAService::OtherBody));
        headers.remove(DIGEST);
        assert_eq!(verify_body(&headers, b""), Err(NotAService::OtherBody));
    }

    #[test]
    fn no_signature_and_one_of_another_key_are_refused() {
        let mut headers = signed();
        headers.insert(SIGNATURE, HeaderValue::from_static("zz"));
        assert_eq!(verified(&Method::POST, PATH, &headers, 1_000), Err(NotAService::Unsigned));
        headers.insert(SIGNATURE, HeaderValue::from_static("00"));
        assert_eq!(verified(&Method::POST, PATH, &headers, 1_000), Err(NotAService::Wrong));
        headers.remove(SIGNATURE);
        assert_eq!(verified(&Method::POST, PATH, &headers, 1_000), Err(NotAService::Unsigned));
        let other = ServiceKeys::parse("another key that others may know of").expect("long enough");
        assert_eq!(verified(&Method::POST, PATH, &signed_with(&other), 1_000), Err(NotAService::Wrong));
    }
}

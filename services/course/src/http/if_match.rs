//! The version that a caller has read, in `If-Match`.

use axum::extract::FromRequestParts;
use contract::Refusal;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};
use platform::http::Problem;

/// The version that must still be there; `None` when any will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct IfMatch(pub Option<u64>);

/// A version as an entity tag.
pub(super) fn entity_tag(version: u64) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{version}\"")).expect("digits and quotes stand in a header")
}

impl IfMatch {
    /// Reads `3`, `"3"`, `W/"3"` or `*`. A weak tag counts (RFC 9110, 13.1.1, would not let it), because proxies that compress weaken
    /// the tags they pass on, and a version is the same in any encoding.
    ///
    /// # Errors
    /// `Malformed` for anything else: to replace what nobody has read would be worse.
    fn read(headers: &HeaderMap) -> Result<Self, Refusal> {
        let mut values = headers.get_all(header::IF_MATCH).iter();
        let (value, more) = (values.next(), values.next());
        let Some(value) = value else { return Ok(Self(None)) };
        let text = value.to_str().ok().filter(|_| more.is_none()).ok_or(Refusal::Malformed)?.trim();
        if text == "*" {
            return Ok(Self(None));
        }
        let tag = text.strip_prefix("W/").unwrap_or(text);
        let digits = match tag.strip_prefix('"') {
            Some(rest) => rest.strip_suffix('"'),
            None => Some(text),
        };
        digits
            .filter(|digits| digits.bytes().all(|c| c.is_ascii_digit()))
            .and_then(|digits| digits.parse().ok())
            .map(|version| Self(Some(version)))
            .ok_or(Refusal::Malformed)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self::read(&parts.headers)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Result<IfMatch, Refusal> {
        let values = values.iter().map(|value| (header::IF_MATCH, HeaderValue::from_bytes(value.as_bytes()).expect("a header")));
        let mut headers = HeaderMap::new();
        values.for_each(|(name, value)| {
            headers.append(name, value);
        });
        IfMatch::read(&headers)
    }

    #[test]
    fn every_way_to_write_a_version_is_read() {
        for written in ["3", "\"3\"", "W/\"3\"", " \"3\" "] {
            assert_eq!(read(&[written]), Ok(IfMatch(Some(3))), "{written}");
        }
        assert_eq!(read(&[entity_tag(u64::MAX).to_str().expect("text")]), Ok(IfMatch(Some(u64::MAX))));
    }

    #[test]
    fn none_and_any_are_no_condition() {
        assert_eq!(read(&[]), Ok(IfMatch(None)));
        assert_eq!(read(&["*"]), Ok(IfMatch(None)));
    }

    #[test]
    fn anything_else_is_refused() {
        for wrong in ["", "three", "\"3", "3\"", "W/3", "W/", "\"\"", "+3", "-3", "\"3\", \"4\"", "99999999999999999999", "é"] {
            assert_eq!(read(&[wrong]), Err(Refusal::Malformed), "{wrong}");
        }
        assert_eq!(read(&["3", "3"]), Err(Refusal::Malformed));
    }
}

//! What comes out of a posted form, before it is known to be valid. Pure, but for the extractor.

pub(crate) mod course;
mod indexed;
pub(crate) mod talk;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::Response;
use contract::{ApiError, Refusal};
use http::{HeaderValue, header};

/// The fields of a form, in the order in which they were sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(pub Vec<(String, String)>);

impl Fields {
    /// The first value of a field; empty when there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }
}

/// A form, or why there is none.
pub(crate) struct Sent(pub Result<Fields, ApiError>);

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Response;

    /// Reads the body as an HTML form; the server limits its size.
    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let is_form = request.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).is_none_or(is_form);
        let body = Bytes::from_request(request, state).await.map_err(axum::response::IntoResponse::into_response)?;
        let fields = if is_form { serde_html_form::from_bytes(&body).ok() } else { None };
        Ok(Self(fields.map(Fields).ok_or(ApiError::Refused(Refusal::Malformed))))
    }
}

fn is_form(kind: &[u8]) -> bool {
    const FORM: &[u8] = b"application/x-www-form-urlencoded";
    kind.len() >= FORM.len() && kind[..FORM.len()].eq_ignore_ascii_case(FORM)
}

/// `target`, if it is a path of this site: one that a link's author can't turn into another origin or another header.
/// Browsers read `\` as `/` and `//host` as an address of its own; characters beyond ASCII don't belong into a header.
pub(crate) fn own_path(target: &str) -> Option<&str> {
    let plain = target.len() <= 1_000 && target.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (plain && target.starts_with('/') && !target.starts_with("//")).then_some(target)
}

/// A path as a value in a query.
pub(crate) fn encode(path: &str) -> String {
    serde_html_form::to_string([("", path)]).map(|pair| pair.trim_start_matches('=').to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_paths_are_targets() {
        for good in ["/", "/en", "/courses/1?x=2#stop-1", "/sign-in?next=%2Fhost%2Fcourses", "/a?u=https://b.c"] {
            assert_eq!(own_path(good), Some(good));
        }
        for bad in [
            "",
            "courses",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil",
            "https://evil.example",
            "/a\r\nSet-Cookie: b",
            "/a b",
            "/한글",
            "javascript:1",
        ] {
            assert_eq!(own_path(bad), None, "{bad}");
        }
        assert_eq!(own_path(&format!("/{}", "a".repeat(1_000))), None);
    }

    #[test]
    fn a_path_travels_in_a_query() {
        assert_eq!(encode("/en/courses/1?a=b&c=d"), "%2Fen%2Fcourses%2F1%3Fa%3Db%26c%3Dd");
    }
}

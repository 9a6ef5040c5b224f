//! What comes out of a posted form, before it is known to be valid. Pure, but for the extractor.

pub(crate) mod course;
mod indexed;
pub(crate) mod talk;

use axum::body::Bytes;
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request};
use axum::response::Response;
use contract::{ApiError, Refusal};
use http::{HeaderValue, StatusCode, header};

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

/// A file of a form.
pub(crate) struct File {
    /// What it is called where it came from.
    pub name: String,
    pub bytes: Bytes,
}

/// A form that may have files with it, or why there is none.
pub(crate) struct SentWithFiles(pub Result<(Fields, Vec<File>), ApiError>);

impl<S: Send + Sync> FromRequest<S> for SentWithFiles {
    type Rejection = Response;

    /// Reads the body as an HTML form of either kind; the server limits its size.
    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let kind = request.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
        if !begins(kind, b"multipart/form-data") {
            return Sent::from_request(request, state).await.map(|Sent(fields)| Self(fields.map(|fields| (fields, Vec::new()))));
        }
        let malformed = ApiError::Refused(Refusal::Malformed);
        let Ok(parts) = Multipart::from_request(request, state).await else { return Ok(Self(Err(malformed))) };
        match parted(parts).await {
            Ok(form) => Ok(Self(Ok(form))),
            Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(axum::response::IntoResponse::into_response(error)),
            Err(_) => Ok(Self(Err(malformed))),
        }
    }
}

/// The parts of a form (RFC 7578): a field for a file that none was chosen for brings one without name and content.
async fn parted(mut parts: Multipart) -> Result<(Fields, Vec<File>), MultipartError> {
    let (mut fields, mut files) = (Fields::default(), Vec::new());
    while let Some(part) = parts.next_field().await? {
        let file = part.file_name().map(str::to_owned);
        match file {
            Some(name) => {
                let bytes = part.bytes().await?;
                if !(name.is_empty() && bytes.is_empty()) {
                    files.push(File { name, bytes });
                }
            }
            None => {
                let name = part.name().unwrap_or_default().to_owned();
                fields.0.push((name, part.text().await?));
            }
        }
    }
    Ok((fields, files))
}

fn is_form(kind: &[u8]) -> bool {
    begins(kind, b"application/x-www-form-urlencoded")
}

fn begins(kind: &[u8], with: &[u8]) -> bool {
    kind.len() >= with.len() && kind[..with.len()].eq_ignore_ascii_case(with)
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

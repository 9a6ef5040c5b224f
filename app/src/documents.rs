//! What other programs read of us: calendars, tracks, feeds, lists for search engines. A module writes one kind of it, from views
//! alone; the addresses are in [`crate::pages`].

pub(crate) mod atom;
pub(crate) mod calendar;
pub(crate) mod geojson;
pub(crate) mod gpx;
pub(crate) mod linked_data;
pub(crate) mod sitemap;
mod walk;
mod xml;

pub(crate) use walk::Walk;

use axum::body::{Body, Bytes};
use axum::response::Response;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use std::hash::{DefaultHasher, Hash, Hasher};

/// For what may be gone the next moment: it may be kept, and is asked for again each time.
pub(crate) const ASKED_AGAIN: &str = "public, no-cache";

/// A document and how it is sent.
pub(crate) struct Document {
    /// Its media type.
    pub kind: &'static str,
    /// Its text or picture.
    pub body: Bytes,
    /// `Cache-Control`.
    pub keep: &'static str,
    /// What a browser that saves it calls it; empty where it is only read.
    pub file_name: String,
}

impl Document {
    /// The answer to a request with these headers: the document, or the word that it is still the same (RFC 9110, 13.1.2).
    pub(crate) fn answer(self, asked: &HeaderMap) -> Response {
        let tag = entity_tag(&self.body);
        let known = is_known(asked, &tag);
        let mut response = Response::new(if known { Body::empty() } else { Body::from(self.body) });
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(self.keep));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        if known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind));
        if !self.file_name.is_empty()
            && let Ok(disposition) = HeaderValue::from_str(&disposition(&self.file_name))
        {
            headers.insert(header::CONTENT_DISPOSITION, disposition);
        }
        response
    }
}

/// Tells one content of an address from another, and is weak (RFC 9110, 8.8.1): it may travel compressed. Not against forgers: whoever
/// forges one misleads nobody but the own cache.
fn entity_tag(body: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    format!("W/\"{:016x}\"", hasher.finish())
}

/// Whether the asker has the document with this tag.
fn is_known(asked: &HeaderMap, tag: &str) -> bool {
    asked
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|tags| tags.split(','))
        .any(|known| known.trim().trim_start_matches("W/") == tag.trim_start_matches("W/") || known.trim() == "*")
}

/// `Content-Disposition` (RFC 6266) with a name in any script: a plain one for old programs, and the whole one (RFC 8187).
fn disposition(file_name: &str) -> String {
    let ending = file_name.rsplit('.').next().unwrap_or_default();
    let encoded: String = file_name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect();
    format!("attachment; filename=\"dulle.{ending}\"; filename*=UTF-8''{encoded}")
}

/// A file called as `title`: without what file systems refuse or what hides the ending, and not too long for them.
pub(crate) fn file_name(title: &str, ending: &str) -> String {
    let refused = |c: char| {
        c.is_control()
            || matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}')
    };
    let name: String = title.chars().map(|c| if refused(c) { ' ' } else { c }).collect();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    // Names are limited in bytes (255 nearly everywhere), and a Hangul syllable has three.
    let name: String = name.trim_matches(['.', ' ']).chars().take(60).collect();
    let name = name.trim_end();
    if name.is_empty() { format!("dulle.{ending}") } else { format!("{name}.{ending}") }
}

#[cfg(test)]
mod tests;

//! What every request passes on its way in and every answer on its way out, from the outside in: [`case`], [`observe`], [`headers`],
//! [`fault`], [`limits`], [`origin`], [`authentication`], [`rate_limit`], [`session_streams`], and of
//! pages and feeds alone [`compression`].

pub mod authentication;
pub mod case;
pub mod compression;
pub mod fault;
pub mod headers;
pub mod limits;
pub mod observe;
pub mod origin;
pub mod rate_limit;
pub mod session_streams;

/// Whether a path belongs to the REST interface, where refusals are problems (RFC 9457) and not pages.
fn is_rest(path: &str) -> bool {
    path == "/api/v1" || path.starts_with("/api/v1/")
}

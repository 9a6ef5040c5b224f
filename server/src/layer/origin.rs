//! Whoever changes something must come from a page of ours, or be a program.
//!
//! Server functions and forms have no defence against requests that other sites make in a visitor's name. Browsers say where a request
//! comes from, in `Origin` and in `Sec-Fetch-Site`, and no page can forge either. (tower-http's `csrf` layer rests on the same
//! headers, but does not look at the scheme.)
//!
//! A request with neither is no browser's: those of today send at least one of them with whatever changes something. The REST
//! interface is for programs, and takes a session cookie that comes alone. Pages' forms and server functions don't: no program has
//! business there, and a browser too old to say where it comes from is to be met there first.

use super::authentication::SessionCookie;
use crate::config::BaseUrl;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use platform::http::{Problem, SessionToken};
use std::str::FromStr;
use std::sync::Arc;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What the check goes by.
#[derive(Clone, Debug)]
pub struct OriginCheck {
    /// The public origin.
    pub base_url: Arc<BaseUrl>,
    /// The cookie that a browser sends by itself.
    pub cookie: SessionCookie,
}

/// Why a request may not change anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Foreign {
    /// `Origin` is another site, an opaque origin (`null`), or no origin.
    #[error("the Origin header names another site")]
    Origin,
    /// `Sec-Fetch-Site` says that another site asks.
    #[error("Sec-Fetch-Site says that another site asks")]
    FetchSite,
    /// A session cookie outside the REST interface, and nothing that says whose page sent it.
    #[error("a session cookie without Origin or Sec-Fetch-Site")]
    CookieAlone,
}

/// Refuses with 403 what changes something and comes from elsewhere.
pub async fn check(State(check): State<OriginCheck>, request: Request, next: Next) -> Response {
    match check.verify(request.method(), request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(reason) => {
            tracing::info!(%reason, origin = ?request.headers().get(header::ORIGIN), "refused: foreign origin");
            Problem::new(StatusCode::FORBIDDEN, "foreign_origin").into_response()
        }
    }
}

impl OriginCheck {
    /// Whether a request may change something.
    ///
    /// # Errors
    /// Says why not.
    pub fn verify(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), Foreign> {
        if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
            return Ok(());
        }
        let mut origins = headers.get_all(header::ORIGIN).iter();
        if let Some(origin) = origins.next() {
            let ours = origins.next().is_none() && origin.to_str().is_ok_and(|origin| self.is_ours(origin, uri, headers));
            return if ours { Ok(()) } else { Err(Foreign::Origin) };
        }
        match headers.get(SEC_FETCH_SITE).map(|site| site.as_bytes()) {
            Some(b"same-origin" | b"none") => Ok(()),
            Some(_) => Err(Foreign::FetchSite),
            None if super::is_rest(uri.path()) => Ok(()),
            // A token in a header was put there on purpose, a cookie may not have been.
            None if SessionToken::bearer(headers).is_some() || self.cookie.token(headers).is_none() => Ok(()),
            None => Err(Foreign::CookieAlone),
        }
    }

    /// Whether `origin` is the public one, or the very host that was asked: people also open `localhost` for 127.0.0.1.
    fn is_ours(&self, origin: &str, uri: &Uri, headers: &HeaderMap) -> bool {
        let Ok(origin) = BaseUrl::from_str(origin) else { return false };
        // HTTP/2 has the host in the request's target.
        let asked = uri.authority().map(|authority| authority.as_str()).or_else(|| headers.get(header::HOST)?.to_str().ok());
        origin == *self.base_url || asked.is_some_and(|asked| origin.has_authority_of(asked, &self.base_url))
    }
}

#[cfg(test)]
mod tests;

//! One request for a page: who asks, in which language, for which address; and how its answer is made.

use crate::assets::Assets;
use crate::forms::Fields;
use crate::pages::course::Drawings;
use crate::pages::error;
use crate::pages::sitemap::Lists;
use crate::picture::Gallery;
use crate::site::Site;
use crate::text::{Locale, locale_of};
use axum::extract::{FromRequestParts, OriginalUri};
use axum::response::Response;
use contract::course::Language;
use contract::identity::Account;
use contract::viewpage::Mine;
use contract::{ApiError, Call, CourseId, PageRequest};
use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};
use std::convert::Infallible;
use std::sync::Arc;

/// What all pages share.
#[derive(Clone)]
pub(crate) struct Front {
    /// The services.
    pub site: Arc<Site>,
    /// Style sheet and scripts.
    pub assets: Arc<Assets>,
    /// Pictures that were drawn.
    pub gallery: Arc<Gallery>,
    /// Viewpages that were drawn.
    pub drawings: Arc<Drawings>,
    /// Lists for search engines that were written.
    pub lists: Arc<Lists>,
}

/// One request for a page.
pub(crate) struct Visit {
    /// What all pages share.
    pub front: Front,
    /// In which language the page is.
    pub language: Language,
    /// Its texts.
    pub l: Locale,
    /// The path without the language, such as `/courses/…`.
    pub path: String,
    /// The query, without the question mark.
    pub query: String,
    /// The headers that came.
    pub headers: HeaderMap,
    /// Who is signed in.
    pub account: Option<Account>,
    /// The case this request is.
    pub call: Option<Call>,
    /// What is the signed-in person's own: about the course of this page, and in the inbox.
    pub mine: Mine,
}

impl Visit {
    pub(crate) fn new(front: Front, parts: &Parts) -> Self {
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
        let (language, path) = split_language(uri.path());
        Self {
            query: uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers.clone(),
            account: parts.extensions.get::<Option<Account>>().cloned().flatten(),
            call: parts.extensions.get::<Call>().cloned(),
            ..Self::of_nobody(front, language, path.to_owned())
        }
    }

    /// A visit that knows nothing but the language and the path: for what is shown to everyone alike.
    pub(crate) fn of_nobody(front: Front, language: Language, path: String) -> Self {
        Self {
            front,
            language,
            l: locale_of(language),
            path,
            query: String::new(),
            headers: HeaderMap::new(),
            account: None,
            call: None,
            mine: Mine::default(),
        }
    }

    /// Asks for what is the signed-in person's own, once for the whole page. Where it can't be told the page is shown without:
    /// reading goes on.
    pub(crate) async fn ask_for_mine(&mut self) {
        let Some(account) = &self.account else { return };
        let course: Option<CourseId> =
            self.path.strip_prefix("/courses/").and_then(|rest| rest.split('/').next()).and_then(|id| id.parse().ok());
        match self.site().viewpage.mine(account.id, course.as_slice()).await {
            Ok(mine) => self.mine = mine,
            Err(error) => tracing::warn!(%error, "a page is shown without what is one's own"),
        }
    }

    /// The services.
    pub(crate) fn site(&self) -> &Site {
        &self.front.site
    }

    /// What travels with calls to services.
    ///
    /// # Errors
    /// A fault when the server put none into the request: it has to, around all pages.
    pub(crate) fn call(&self) -> Result<&Call, ApiError> {
        self.call.as_ref().ok_or_else(|| {
            tracing::error!("a page was asked for without a Call in the request's extensions");
            ApiError::Fault
        })
    }

    /// The address of a page in the language of this one.
    pub(crate) fn href(&self, path: &str) -> String {
        address(self.language, path)
    }

    /// The whole address of a page in `language`, as it is seen from everywhere.
    pub(crate) fn public(&self, language: Language, path: &str) -> String {
        format!("{}{}", self.site().base_url.trim_end_matches('/'), address(language, path))
    }

    /// This page's own address in `language`, with what was asked for.
    pub(crate) fn here_in(&self, language: Language) -> String {
        let mut address = address(language, &self.path);
        if !self.query.is_empty() {
            address.push('?');
            address.push_str(&self.query);
        }
        address
    }

    /// The same visit seen as one of the page at `path`: where a form that was refused is shown on another page.
    pub(crate) fn at(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self.query.clear();
        self
    }

    /// The values of the query.
    pub(crate) fn asked(&self) -> Vec<(String, String)> {
        serde_html_form::from_str(&self.query).unwrap_or_default()
    }

    /// The answer, or the page for the trouble there was.
    pub(crate) fn answer(&self, result: Result<Response, ApiError>) -> Response {
        result.unwrap_or_else(|trouble| error::page(self, &trouble))
    }

    /// Sends the browser to `path` on this site, in this language: by GET (303).
    pub(crate) fn see_other(&self, path: &str) -> Response {
        crate::render::redirect(StatusCode::SEE_OTHER, &self.href(path))
    }

    /// Sends the browser to the sign-in page, and from there back to `path`.
    pub(crate) fn sign_in_first(&self, path: &str) -> Response {
        self.see_other(&sign_in_path(&self.href(path)))
    }

    /// The address of the sign-in page, which leads back to `path`.
    pub(crate) fn sign_in_href(&self, path: &str) -> String {
        self.href(&sign_in_path(&self.href(path)))
    }

    /// Which page of a list is asked for.
    pub(crate) fn page_request(&self, limit: u32) -> PageRequest {
        let asked = Fields(self.asked());
        PageRequest::new(Some(asked.text("cursor").to_owned()).filter(|cursor| !cursor.is_empty()), limit)
    }
}

impl FromRequestParts<Front> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Self::Rejection> {
        let mut visit = Self::new(front.clone(), parts);
        // what is sent is answered with a page only when it is refused
        if matches!(parts.method, Method::GET | Method::HEAD) {
            visit.ask_for_mine().await;
        }
        Ok(visit)
    }
}

/// One request for a document: the same for everyone, so nobody's own is asked for.
pub(crate) struct Reading(pub Visit);

impl FromRequestParts<Front> for Reading {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, front: &Front) -> Result<Self, Self::Rejection> {
        Ok(Self(Visit::new(front.clone(), parts)))
    }
}

fn sign_in_path(next: &str) -> String {
    format!("/sign-in?next={}", crate::forms::encode(next))
}

fn address(language: Language, path: &str) -> String {
    match language {
        Language::Ko => path.to_owned(),
        Language::En if path == "/" => "/en".to_owned(),
        Language::En if path.starts_with("/?") => format!("/en{}", &path[1..]),
        Language::En => format!("/en{path}"),
    }
}

fn split_language(path: &str) -> (Language, &str) {
    match path.strip_prefix("/en") {
        Some("" | "/") => (Language::En, "/"),
        Some(rest) if rest.starts_with('/') => (Language::En, rest),
        _ => (Language::Ko, path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_language_in_front() {
        assert_eq!(split_language("/en"), (Language::En, "/"));
        assert_eq!(split_language("/en/sign-in"), (Language::En, "/sign-in"));
        assert_eq!(split_language("/english"), (Language::Ko, "/english"));
        for path in ["/", "/courses/1", "/sign-in"] {
            assert_eq!(split_language(&address(Language::En, path)), (Language::En, path));
            assert_eq!(split_language(&address(Language::Ko, path)), (Language::Ko, path));
        }
        assert_eq!(address(Language::En, "/?sort=new"), "/en?sort=new");
    }
}

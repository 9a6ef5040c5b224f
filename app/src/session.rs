//! The session cookie: its name, how it is read, set and cleared.

use crate::site::Site;
use axum::response::Response;
use contract::identity::OpenedSession;
use http::{HeaderMap, HeaderName, HeaderValue, header};

/// The name of the session cookie. Over https the prefix `__Host-` makes browsers refuse it from anywhere but this host
/// (RFC 6265bis, 4.1.3.2).
#[must_use]
pub fn session_cookie_name(base_url: &str) -> &'static str {
    if base_url.starts_with("https://") { "__Host-dulle" } else { "dulle" }
}

/// The session token that a request carries in its cookie.
#[must_use]
pub fn session_token<'a>(headers: &'a HeaderMap, base_url: &str) -> Option<&'a str> {
    let name = session_cookie_name(base_url);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, token)| *key == name && !token.is_empty())
        .map(|(_, token)| token)
}

/// The header that hands a session to the browser; `None` for a token that can't stand in a cookie.
pub(crate) fn opened(site: &Site, session: &OpenedSession) -> Option<HeaderValue> {
    let token = &session.token;
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | ',' | ';' | '\\');
    token.chars().all(plain).then(|| {
        let until = session.expires_at.strftime("%a, %d %b %Y %H:%M:%S GMT");
        HeaderValue::from_str(&format!(
            "{}={token}; Path=/; HttpOnly; SameSite=Lax; Expires={until}{}",
            session_cookie_name(&site.base_url),
            secure(site)
        ))
        .ok()
    })?
}

/// The header that makes the browser forget the session.
pub(crate) fn closed(site: &Site) -> HeaderValue {
    let cookie = format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{}", session_cookie_name(&site.base_url), secure(site));
    HeaderValue::from_str(&cookie).unwrap_or_else(|_| HeaderValue::from_static("dulle=; Path=/; Max-Age=0"))
}

/// Puts `cookie` into an answer after which somebody else, or nobody, is signed in. Pages that the browser has fetched ahead are somebody
/// else's from then on, in other tabs too: it is to drop them.
pub(crate) fn change(mut response: Response, cookie: HeaderValue) -> Response {
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, cookie);
    headers.insert(HeaderName::from_static("clear-site-data"), HeaderValue::from_static(r#""prefetchCache", "prerenderCache""#));
    response
}

fn secure(site: &Site) -> &'static str {
    if site.is_https() { "; Secure" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("theme=dark; dulle=abc"));
        headers.append(header::COOKIE, HeaderValue::from_static("__Host-dulle=xyz"));
        assert_eq!(session_token(&headers, "http://127.0.0.1:3000"), Some("abc"));
        assert_eq!(session_token(&headers, "https://dulle.example"), Some("xyz"));
        assert_eq!(session_token(&HeaderMap::new(), "https://dulle.example"), None);
    }
}

//! The public origin: what people see in their address bar, whatever proxies are in between.

use http::Uri;
use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

/// An origin (RFC 6454): scheme, host and port, written as browsers write it in `Origin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    https: bool,
    /// Host in lower case, and the port unless it is the scheme's own.
    authority: String,
}

/// A text that is no origin.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not an origin: scheme http or https, a host, perhaps a port, and no path")]
pub struct NotAnOrigin;

impl BaseUrl {
    /// The origin of a program that is reached without anything in between.
    #[must_use]
    pub fn of_address(addr: SocketAddr) -> Self {
        Self { https: false, authority: normal_authority(&addr.to_string(), false) }
    }

    /// Whether people reach it over TLS.
    #[must_use]
    pub const fn is_https(&self) -> bool {
        self.https
    }

    /// Host and port.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Whether `authority`, as a `Host` header gives it, has the host and port of `self` under the scheme of `scheme_of`.
    #[must_use]
    pub fn has_authority_of(&self, authority: &str, scheme_of: &Self) -> bool {
        self.https == scheme_of.https && normal_authority(authority, self.https) == self.authority
    }
}

impl FromStr for BaseUrl {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        let uri: Uri = text.parse().map_err(|_| NotAnOrigin)?;
        let https = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(NotAnOrigin),
        };
        let authority = uri.authority().ok_or(NotAnOrigin)?;
        if authority.as_str().contains('@') || authority.host().is_empty() || uri.path() != "/" || uri.query().is_some() {
            return Err(NotAnOrigin);
        }
        Ok(Self { https, authority: normal_authority(authority.as_str(), https) })
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.https { "https" } else { "http" }, self.authority)
    }
}

fn normal_authority(authority: &str, https: bool) -> String {
    let authority = authority.to_ascii_lowercase();
    match authority.strip_suffix(if https { ":443" } else { ":80" }) {
        Some(host) => host.to_owned(),
        None => authority,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_as_browsers_write_it() {
        for (text, origin) in [
            ("https://Dulle.example", "https://dulle.example"),
            ("https://dulle.example:443/", "https://dulle.example"),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("http://dulle.example:80", "http://dulle.example"),
            ("http://[::1]:3000", "http://[::1]:3000"),
        ] {
            assert_eq!(BaseUrl::from_str(text).map(|url| url.to_string()).as_deref(), Ok(origin), "{text}");
        }
    }

    #[test]
    fn what_is_no_origin() {
        for text in ["dulle.example", "ftp://dulle.example", "https://", "https://a@b.c", "https://b.c/path", "https://b.c?x", "null", ""] {
            assert_eq!(BaseUrl::from_str(text), Err(NotAnOrigin), "{text}");
        }
    }
}

//! Where services live.

use reqwest::Url;
use std::net::IpAddr;
use std::str::FromStr;

/// Where a service lives: an origin such as `http://dulle-course:3000`, without a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address(pub(super) Url);

impl Address {
    /// Whether it is on this machine, whoever else may hear it.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let host = self.0.host_str().unwrap_or_default().trim_matches(['[', ']']);
        host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
    }
}

/// A text that is no [`Address`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an origin such as http://127.0.0.1:3000")]
pub struct NotAnAddress;

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let url = Url::parse(text).map_err(|_| NotAnAddress)?;
        let bare =
            url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
        if url.scheme() == "http" && url.has_host() && bare { Ok(Self(url)) } else { Err(NotAnAddress) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_an_origin() {
        for good in ["http://127.0.0.1:3000", "http://dulle-course:3000/", "http://[::1]:3000"] {
            assert!(good.parse::<Address>().is_ok(), "{good}");
        }
        for bad in ["", "dulle-course:3000", "https://dulle-course:3000", "http://a/b", "http://a?b", "http://user@a", "http://"] {
            assert_eq!(bad.parse::<Address>(), Err(NotAnAddress), "{bad}");
        }
    }

    #[test]
    fn this_machine_is_told_from_others() {
        let is_loopback = |text: &str| text.parse::<Address>().map(|address| address.is_loopback());
        for here in ["http://127.0.0.1:3000", "http://127.9.9.9", "http://localhost:1", "http://[::1]:3000"] {
            assert_eq!(is_loopback(here), Ok(true), "{here}");
        }
        for elsewhere in ["http://10.0.0.1", "http://dulle-course:3000", "http://localhost.example", "http://[2001:db8::1]"] {
            assert_eq!(is_loopback(elsewhere), Ok(false), "{elsewhere}");
        }
    }
}

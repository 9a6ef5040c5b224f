//! Where a request comes from, as far as that can be believed.

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// What one client has for itself: an IPv4 address, or the /64 that an IPv6 host may choose its addresses from (RFC 7421, 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Network(IpAddr);

impl Network {
    /// The network of a client.
    pub(super) fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(address.into()),
            IpAddr::V6(address) => Self(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into()),
        }
    }
}

/// The client's address: that of the peer, or, where the peer is a trusted proxy, the last one in `X-Forwarded-For` that no trusted proxy
/// has. What stands left of it was written by the client, who may write anything.
pub(super) fn address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = peer.to_canonical();
    let lines: Vec<&str> = headers.get_all(FORWARDED_FOR).iter().map(|line| line.to_str().unwrap_or_default()).collect();
    for entry in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        if !is_trusted(&client) {
            break;
        }
        // What can't be read says nothing, and neither does what stands before it.
        let Some(address) = parse(entry.trim()) else { break };
        client = address.to_canonical();
    }
    client
}

/// Some proxies write the port, too.
fn parse(entry: &str) -> Option<IpAddr> {
    let bare = entry.strip_prefix('[').and_then(|entry| entry.strip_suffix(']')).unwrap_or(entry);
    bare.parse().ok().or_else(|| entry.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(FORWARDED_FOR, line.parse().expect("a header"));
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().expect("a network")).collect();
        address(peer.parse().expect("an address"), &headers, &trusted).to_string()
    }

    #[test]
    fn nobody_is_believed_who_is_not_trusted() {
        for peer in ["203.0.113.9", "127.0.0.1", "::1"] {
            assert_eq!(client(peer, &["198.51.100.1"], &[]), peer);
            assert_eq!(client(peer, &["198.51.100.1"], &["10.0.0.0/8"]), peer);
        }
    }

    #[test]
    fn behind_trusted_proxies_the_last_untrusted_address_counts() {
        let trusted = ["127.0.0.1/32", "10.0.0.0/8", "2001:db8:aa::/48"];
        for (forwarded, expected) in [
            (["198.51.100.1"].as_slice(), "198.51.100.1"),
            (&["192.0.2.66, 198.51.100.1"], "198.51.100.1"),
            (&["192.0.2.66, 198.51.100.1, 10.1.2.3"], "198.51.100.1"),
            (&["192.0.2.66", "198.51.100.1,10.1.2.3", "2001:db8:aa::1"], "198.51.100.1"),
            (&["198.51.100.1:4711"], "198.51.100.1"),
            (&["[2001:db8::1]:4711"], "2001:db8::1"),
            (&["2001:db8::1"], "2001:db8::1"),
            (&["::ffff:198.51.100.1"], "198.51.100.1"),
            // The proxies alone, nobody, and what can't be read.
            (&["10.1.2.3"], "10.1.2.3"),
            (&[], "127.0.0.1"),
            (&["198.51.100.1, unknown"], "127.0.0.1"),
            (&[""], "127.0.0.1"),
        ] {
            assert_eq!(client("127.0.0.1", forwarded, &trusted), expected, "{forwarded:?}");
        }
        assert_eq!(client("::ffff:127.0.0.1", &["198.51.100.1"], &trusted), "198.51.100.1", "a socket for both families");
    }

    #[test]
    fn an_ipv6_host_is_one_client_with_all_its_addresses() {
        let network = |text: &str| Network::of(text.parse().expect("an address"));
        assert_eq!(network("2001:db8::1"), network("2001:db8::ffff:ffff:ffff:ffff"));
        assert_ne!(network("2001:db8::1"), network("2001:db8:0:1::1"));
        assert_ne!(network("198.51.100.1"), network("198.51.100.2"));
        assert_eq!(network("198.51.100.1"), network("::ffff:198.51.100.1"));
    }
}

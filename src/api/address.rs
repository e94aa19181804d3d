//! The address that a request comes from, as far as it can be believed, and never in clear: what leaves this file is a hash under a secret
//! of this installation.

use std::net::IpAddr;

use http::{Extensions, HeaderMap};

const FORWARDED: &str = "x-forwarded-for";
const CLOUDFLARE: &str = "cf-connecting-ip";

/// The other end of a request's connection, which the native server adds to it.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// How addresses are known on this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressSource {
    /// The connection's other end, or, behind so many proxies of one's own, what the outermost of them says.
    Connection {
        /// `TRUSTED_PROXY_HOPS`.
        hops: usize,
    },
    /// Cloudflare says it: on a Worker nobody else can.
    Cloudflare,
}

/// Knows addresses by hashes.
#[derive(Clone, Copy, Debug)]
pub struct Addresses {
    /// How addresses are known.
    pub source: AddressSource,
    /// A secret of this installation: without it 2³² tries would give an address away.
    pub salt: [u8; 32],
}

impl Addresses {
    /// The name under which the address of a request is counted; `None` when it is not known.
    pub(crate) fn name(&self, headers: &HeaderMap, extensions: &Extensions) -> Option<String> {
        let address = match self.source {
            AddressSource::Cloudflare => headers.get(CLOUDFLARE)?.to_str().ok()?.trim().parse().ok()?,
            AddressSource::Connection { hops } => {
                forwarded(headers, hops).or(extensions.get::<Peer>().map(|Peer(address)| *address))?
            }
        };
        let hash = blake3::keyed_hash(&self.salt, network(address).as_bytes());
        Some(hash.to_hex().chars().take(32).collect())
    }
}

/// The `hops`th entry from the end: those after it are our proxies', those before it anybody's word.
fn forwarded(headers: &HeaderMap, hops: usize) -> Option<IpAddr> {
    let values: Vec<&str> = headers.get_all(FORWARDED).iter().filter_map(|value| value.to_str().ok()).collect();
    let entries: Vec<&str> = values.iter().flat_map(|value| value.split(',')).map(str::trim).collect();
    let at = entries.len().checked_sub(hops).filter(|_| hops > 0)?;
    entries.get(at)?.parse().ok()
}

/// IPv4 whole; of IPv6 the /64, which is one household's.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(hops: usize, forwarded: &[&str], peer: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED, value.parse().unwrap());
        }
        let mut extensions = Extensions::new();
        extensions.insert(Peer(peer.parse().unwrap()));
        Addresses { source: AddressSource::Connection { hops }, salt: [7; 32] }.name(&headers, &extensions)
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let direct = name(0, &[], "192.0.2.1");
        assert_eq!(name(0, &["198.51.100.9"], "192.0.2.1"), direct, "nobody's word");
        assert_eq!(name(1, &["198.51.100.9, 192.0.2.1"], "10.0.0.1"), direct);
        assert_eq!(name(1, &["198.51.100.9", "192.0.2.1"], "10.0.0.1"), direct, "in several headers");
        assert_eq!(name(2, &["6.6.6.6, 192.0.2.1, 10.0.0.2"], "10.0.0.1"), direct);
        assert_eq!(name(3, &["192.0.2.1"], "10.0.0.1"), name(0, &[], "10.0.0.1"), "fewer entries than proxies");
        assert_eq!(name(1, &["not an address"], "10.0.0.1"), name(0, &[], "10.0.0.1"));
    }

    #[test]
    fn a_household_is_one_address_and_another_is_not() {
        let one = name(0, &[], "2001:db8:1:2::1");
        assert_eq!(name(0, &[], "2001:db8:1:2:ffff::9"), one);
        assert_ne!(name(0, &[], "2001:db8:1:3::1"), one);
        assert_eq!(name(0, &[], "::ffff:192.0.2.1"), name(0, &[], "192.0.2.1"));
        assert!(!one.unwrap().contains("2001"));
    }
}

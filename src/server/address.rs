//! Where the server listens.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use tokio::net::{TcpListener, lookup_host};

/// Where it listens when nothing is said.
pub(super) const DEFAULT: &str = "127.0.0.1:3000";

/// Listens at `address`, the value of `LEPTOS_SITE_ADDR` or `--addr`: numbers or a name, each with a port.
pub(super) async fn listen(address: &str) -> Result<TcpListener> {
    let address = match address.trim() {
        "" => DEFAULT,
        address => address,
    };
    let found = lookup_host(address).await.with_context(|| {
        format!("LEPTOS_SITE_ADDR (--addr) is {address:?}: an address like {DEFAULT} or localhost:3000 is wanted")
    })?;
    let mut found: Vec<SocketAddr> = found.collect();
    // `localhost` may be both of its addresses: this is the one that scripts and guides write out.
    found.sort_by_key(SocketAddr::is_ipv6);
    TcpListener::bind(found.as_slice()).await.with_context(|| {
        format!("{address} cannot be listened on (is another Primerka running? choose another address with LEPTOS_SITE_ADDR)")
    })
}

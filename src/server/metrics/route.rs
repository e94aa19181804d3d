//! `GET /metrics`, for a Prometheus on this machine, or for whoever has the `ADMIN_TOKEN`.

use std::net::IpAddr;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use http::request::Parts;
use http::uri::Authority;
use http::{StatusCode, header};

use super::Metrics;
use crate::api::address::Peer;
use crate::api::admin::admit;
use crate::api::state::AppState;

/// OpenMetrics, which Prometheus reads as it reads its own older format.
const FORMAT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Headers that proxies add. Behind a proxy on this machine every visitor's connection comes from here.
const OF_PROXIES: [&str; 6] =
    ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via", "cf-connecting-ip"];

/// The route, which tells of `metrics`.
pub(in crate::server) fn route(metrics: Metrics) -> MethodRouter<AppState> {
    get(move |State(state): State<AppState>, head: Parts| show(metrics, state, head))
}

async fn show(metrics: Metrics, state: AppState, head: Parts) -> Response {
    if !is_from_here(&head)
        && let Err(refusal) = admit(&state, &head).await
    {
        return refusal.into_response();
    }
    match metrics.text(&state.usage.now().await) {
        Ok(text) => ([(header::CONTENT_TYPE, FORMAT), (header::CACHE_CONTROL, "no-store")], text).into_response(),
        Err(error) => {
            tracing::error!("the metrics cannot be written: {error}");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Whether a program on this machine asks, itself and not through a proxy, and knows that it does: a page of another site that a browser
/// here is made to open has that site's name.
fn is_from_here(head: &Parts) -> bool {
    let peer = head.extensions.get::<Peer>();
    let is_loopback = peer.is_some_and(|Peer(address)| address.to_canonical().is_loopback());
    is_loopback && speaks_of_here(head) && !OF_PROXIES.iter().any(|name| head.headers.contains_key(*name))
}

fn speaks_of_here(head: &Parts) -> bool {
    let host = head.headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let host = host.and_then(|host| host.parse::<Authority>().ok());
    host.is_some_and(|host| {
        let name = host.host().trim_start_matches('[').trim_end_matches(']');
        name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    })
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::{OF_PROXIES, Peer, is_from_here};

    fn asks(peer: Option<&str>, header: Option<&str>) -> bool {
        asks_for("127.0.0.1:3000", peer, header)
    }

    fn asks_for(host: &str, peer: Option<&str>, header: Option<&str>) -> bool {
        let mut request = Request::get("/metrics").header("host", host);
        if let Some(name) = header {
            request = request.header(name, "127.0.0.1");
        }
        let mut head = request.body(()).unwrap().into_parts().0;
        if let Some(peer) = peer {
            head.extensions.insert(Peer(peer.parse().unwrap()));
        }
        is_from_here(&head)
    }

    #[test]
    fn only_a_program_on_this_machine_is_here() {
        for here in ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"] {
            assert!(asks(Some(here), None), "{here}");
        }
        for elsewhere in ["192.0.2.1", "10.0.0.1", "2001:db8::1", "::ffff:192.0.2.1"] {
            assert!(!asks(Some(elsewhere), None), "{elsewhere}");
        }
        assert!(!asks(None, None), "nobody knows where from");
        for host in ["localhost", "localhost:3000", "[::1]:3000", "127.0.0.1"] {
            assert!(asks_for(host, Some("127.0.0.1"), None), "{host}");
        }
        for host in ["primerka.example", "primerka.example:3000", "192.0.2.1", ""] {
            assert!(!asks_for(host, Some("127.0.0.1"), None), "{host}");
        }
        for header in OF_PROXIES {
            assert!(!asks(Some("127.0.0.1"), Some(header)), "{header}");
        }
    }
}

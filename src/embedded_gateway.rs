//! The embedded gateway: a stand-in for Cloudflare AI Gateway with Google behind it, for use without a key and for tests.
//!
//! It speaks their wire on loopback, in front of a built-in model that works on the real pixels. It imports nothing from
//! `gateway` or `pipeline`: two hands that agree on a mistake prove nothing.
#![expect(clippy::result_large_err, reason = "a refusal is a whole HTTP answer; the calls are few")]

mod answer;
mod faults;
mod generate;
mod model;
mod question;
mod refusal;

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::post;
use tokio::net::TcpListener;

/// Account and gateway names that it answers to; any other gateway is unknown to it.
const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";
const GATEWAY: &str = "embedded";

/// Google's own limit for inline payloads (`reference/gateway-and-gemini.md` B8).
const MAX_BODY_BYTES: usize = 100 * 1024 * 1024;

/// A gateway that only this process knows.
#[derive(Debug)]
pub struct PrivateGateway {
    /// Its `GATEWAY_URL`.
    pub url: String,
    /// Its `GATEWAY_TOKEN`, made up at the start.
    pub token: String,
}

/// What the handlers share.
#[derive(Clone)]
struct State {
    token: Option<Arc<str>>,
    faults: Arc<faults::Faults>,
}

/// Starts a gateway on a free loopback port, for as long as the process lives.
pub async fn start_private() -> Result<PrivateGateway> {
    let mut secret = [0_u8; 16];
    getrandom::fill(&mut secret).context("no randomness for a token")?;
    let token = format!("embedded-{:032x}", u128::from_be_bytes(secret));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("no free port on 127.0.0.1")?;
    let url = url_at(listener.local_addr()?);
    let router = router(Some(token.clone()));
    #[expect(clippy::disallowed_methods, reason = "a server of its own, beside the application and not part of it")]
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(PrivateGateway { url, token })
}

/// The `GATEWAY_URL` of an embedded gateway at `address`.
pub fn url_at(address: SocketAddr) -> String {
    let model = generate::DEFAULT_MODEL;
    format!("http://{address}/v1/{ACCOUNT}/{GATEWAY}/google-ai-studio/v1beta/models/{model}:generateContent")
}

/// The gateway's routes. Without a token every caller is let in, as by a gateway whose authentication is off.
pub fn router(token: Option<String>) -> Router {
    let state = State { token: token.map(Arc::from), faults: Arc::default() };
    Router::new()
        .route("/v1/{account}/{gateway}/{provider}/{version}/models/{call}", post(generate::generate))
        .route("/control/faults", post(faults::arm).delete(faults::disarm))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(state)
}

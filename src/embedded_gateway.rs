//! The embedded gateway: a stand-in for Cloudflare AI Gateway with Google behind it, for use without a key and for tests.
//!
//! It speaks their wire on loopback, in front of a built-in model that works on the real pixels. It imports nothing from
//! `gateway` or `pipeline`: two hands that agree on a mistake prove nothing. `docs/embedded-gateway.md` says how it is used.
//!
//! In reading order: `doors` (what is called) → `passage` (check after check) → `google` (the other side) → `model` (what answers).
//! What they keep: `registry`, `cache`, `rate`, `spend`, `logs`, `calls`. What tests order: `faults`, `control`.
#![expect(clippy::result_large_err, reason = "a refusal is a whole HTTP answer; the calls are few")]

mod cache;
mod calls;
mod clock;
mod control;
mod doors;
mod faults;
mod filters;
mod google;
mod ids;
mod logs;
mod logs_api;
mod management;
mod model;
mod passage;
mod rate;
mod refusal;
mod registry;
mod reply;
mod settings;
mod spend;
mod universal;
mod wire;
mod wishes;

use std::fmt::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::routing::{any, delete, get, post};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Account and gateway that are there from the start.
pub const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";
/// See [`ACCOUNT`].
pub const GATEWAY: &str = "embedded";
/// The provider that is played.
const PROVIDER: &str = "google-ai-studio";
/// The model of the embedded gateway's own `GATEWAY_URL`.
const DEFAULT_MODEL: &str = "gemini-nano-banana-2.1";
/// A little above Google's own limit, so that a body past that gets Google's answer; past this, a bare 413. The gateway's limit is UNCONFIRMED (A8).
const MAX_BODY_BYTES: usize = google::MAX_BODY_BYTES + 1024 * 1024;
/// How long answers under way may take after a stop was asked for.
const GRACE: Duration = Duration::from_secs(2);

/// How a gateway is started.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The token that callers must send; without one every caller is let in, as by a gateway whose authentication is off.
    pub token: Option<String>,
    /// The API keys that Google's side accepts beside the one that the gateway stores; any when `None`.
    pub google_keys: Option<Vec<String>>,
}

/// A gateway that only this process knows.
#[derive(Debug)]
pub struct PrivateGateway {
    /// Its `GATEWAY_URL`.
    pub url: String,
    /// Its `GATEWAY_TOKEN`, made up at the start.
    pub token: String,
}

/// What the handlers share.
#[derive(Debug)]
struct House {
    token: Option<String>,
    clock: clock::Clock,
    registry: registry::Registry,
    google: google::Google,
    cache: cache::Cache,
    rates: rate::Rates,
    purses: spend::Purses,
    logs: logs::Logs,
    faults: faults::Faults,
    calls: calls::Calls,
}

impl House {
    fn new(options: Options) -> Arc<Self> {
        let clock = clock::Clock::default();
        Arc::new(Self {
            registry: registry::Registry::new(options.token.is_some(), clock.now_ms()),
            token: options.token,
            clock,
            google: google::Google::new(options.google_keys),
            cache: cache::Cache::default(),
            rates: rate::Rates::default(),
            purses: spend::Purses::default(),
            logs: logs::Logs::default(),
            faults: faults::Faults::default(),
            calls: calls::Calls::default(),
        })
    }

    /// Whether a caller sent the gateway's token.
    fn is_token(&self, sent: Option<&str>) -> bool {
        sent.is_some() && sent == self.token.as_deref()
    }
}

/// The guard of a lock; what a panicking holder left is as good as any.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts a gateway on a free loopback port, for as long as the process lives.
pub async fn start_private() -> Result<PrivateGateway> {
    let mut secret = [0_u8; 16];
    getrandom::fill(&mut secret).context("no randomness for a token")?;
    let token = format!("embedded-{:032x}", u128::from_be_bytes(secret));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("no free port on 127.0.0.1")?;
    let url = url_at(listener.local_addr()?);
    let options = Options { token: Some(token.clone()), google_keys: None };
    #[expect(clippy::disallowed_methods, reason = "a server of its own, beside the application and not part of it")]
    tokio::spawn(serve(listener, options, std::future::pending()));
    Ok(PrivateGateway { url, token })
}

/// The `GATEWAY_URL` of an embedded gateway at `address`.
pub fn url_at(address: SocketAddr) -> String {
    format!("http://{address}/v1/{ACCOUNT}/{GATEWAY}/{PROVIDER}/v1beta/models/{DEFAULT_MODEL}:generateContent")
}

/// Serves a gateway until `stop` ends. Its connections can be cut, so every fault can happen here.
#[expect(clippy::disallowed_methods, reason = "a server of its own, beside the application and not part of it")]
pub async fn serve(listener: TcpListener, options: Options, stop: impl Future<Output = ()> + Send) -> Result<()> {
    let house = House::new(options);
    let stopping = CancellationToken::new();
    let app = routes(house.clone()).into_make_service_with_connect_info::<wire::Peer>();
    let server = axum::serve(wire::Sockets(listener), app).with_graceful_shutdown(stopping.clone().cancelled_owned());
    let deadline = async {
        stop.await;
        house.faults.release();
        stopping.cancel();
        tokio::time::sleep(GRACE).await;
    };
    tokio::select! {
        outcome = server.into_future() => outcome.context("the embedded gateway broke"),
        () = deadline => Ok(()),
    }
}

/// The gateway's routes, for another server to carry: connections cannot be cut there, transport faults break bodies off instead.
pub fn router(token: Option<String>) -> Router {
    routes(House::new(Options { token, google_keys: None }))
}

/// Every fault that has a name, as the table of `docs/embedded-gateway.md`.
pub fn fault_table() -> String {
    let rows = faults::catalogue::all().iter();
    rows.fold("| name | made by | what happens |\n|---|---|---|\n".to_owned(), |mut table, named| {
        let _ = writeln!(table, "| `{}` | {} | {} |", named.name(), named.kind(), named.says().trim());
        table
    })
}

fn routes(house: Arc<House>) -> Router {
    const GATEWAYS: &str = "/client/v4/accounts/{account}/ai-gateway/gateways";
    let at = |path: &str| format!("{GATEWAYS}/{{gateway}}{path}");
    let control = Router::new()
        .route("/control/faults", get(faults::armed).post(faults::arm).delete(faults::disarm))
        .route("/control/faults/catalogue", get(faults::listed))
        .route("/control/calls", get(calls::told).delete(calls::reset))
        .route("/control/clock", get(control::clock).post(control::forward).delete(control::back))
        .route("/control/google", get(control::google).put(control::set_google))
        .layer(from_fn(control::loopback_only));
    Router::new()
        .route("/v1/{account}/{gateway}", post(doors::in_order))
        .route("/v1/{account}/{gateway}/{*rest}", any(doors::native))
        .route("/v1/models", any(doors::google))
        .route("/v1/models/{call}", any(doors::google))
        .route("/v1beta/{*rest}", any(doors::google))
        .route(GATEWAYS, get(management::list).post(management::create))
        .route(&at(""), get(management::get).put(management::update).delete(management::remove))
        .route(&at("/provider_configs"), get(management::keys).post(management::store_key))
        .route(&at("/provider_configs/{key}"), delete(management::forget_key))
        .route(&at("/logs"), get(logs_api::list).delete(logs_api::delete))
        .route(&at("/logs/{log}"), get(logs_api::detail).patch(logs_api::patch))
        .route(&at("/logs/{log}/request"), get(logs_api::request))
        .route(&at("/logs/{log}/response"), get(logs_api::response))
        .merge(control)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(house)
}

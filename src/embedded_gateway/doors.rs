//! The doors: the gateway's native and universal endpoints (`reference/gateway-and-gemini.md` A1), and Google's own.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{ConnectInfo, FromRequestParts, Path, State};
use axum::response::Response;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use tokio_util::sync::CancellationToken;

use super::calls::Open;
use super::google::{self, Call};
use super::passage::{Entry, Passage, Served};
use super::refusal::Refusal;
use super::registry::{Gateway, Name};
use super::reply::Reply;
use super::wire::{Peer, Wire};
use super::{House, PROVIDER, ids, universal};

/// Providers that Cloudflare knows (A1); any other is refused with 2008.
const PROVIDERS: [&str; 12] = [
    PROVIDER,
    "anthropic",
    "aws-bedrock",
    "azure-openai",
    "deepseek",
    "google-vertex-ai",
    "grok",
    "groq",
    "mistral",
    "openai",
    "openrouter",
    "workers-ai",
];

impl<S: Sync> FromRequestParts<S> for Wire {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<Peer>>();
        Ok(peer.map(|ConnectInfo(peer)| peer.wire.clone()).unwrap_or_default())
    }
}

/// `/v1/{account}/{gateway}/{provider}/…`.
pub(super) async fn native(
    State(house): State<Arc<House>>,
    Path((account, gateway, rest)): Path<(String, String, String)>,
    wire: Wire,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (provider, path) = rest.split_once('/').unwrap_or((&rest, ""));
    let query = uri.query().unwrap_or_default().to_owned();
    let (provider, path) = (provider.to_owned(), path.to_owned());
    let entry = Entry { provider, path, query, method, headers: headers.clone(), body };
    through(&house, &(account, gateway), &headers, &[entry], &wire).await
}

/// `POST /v1/{account}/{gateway}`: entries, tried in order.
pub(super) async fn in_order(
    State(house): State<Arc<House>>,
    Path(name): Path<Name>,
    wire: Wire,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let entries = universal::entries(&headers, &body).unwrap_or_default();
    through(&house, &name, &headers, &entries, &wire).await
}

async fn through(house: &House, name: &Name, headers: &HeaderMap, entries: &[Entry], wire: &Wire) -> Response {
    wire.mend();
    let (open, held) = (house.calls.open(), house.faults.held());
    let request_id = ids::new();
    let (step, served) = match admitted(house, name, headers, entries) {
        Err(refusal) => (0, Served::refused(&refusal)),
        Ok(gateway) => first_success(house, &gateway, entries, &request_id).await,
    };
    let Served { mut reply, cache_status, log_id, event_id } = served;
    let own = headers.get("cf-aig-event-id").and_then(|id| id.to_str().ok()).filter(|id| !id.is_empty());
    let event_id = event_id.as_deref().or(own).unwrap_or(&request_id);
    let step = step.to_string();
    let ids = [
        ("cf-aig-step", Some(step.as_str())),
        ("cf-aig-request-id", Some(&request_id)),
        ("cf-aig-event-id", Some(event_id)),
        ("cf-aig-log-id", log_id.as_deref()),
        ("cf-aig-cache-status", cache_status),
    ];
    for (name, value) in ids {
        if let Some(Ok(value)) = value.map(HeaderValue::from_str) {
            reply.headers.insert(HeaderName::from_static(name), value);
        }
    }
    sent(reply, wire, held, open).await
}

/// The checks before anything is asked: provider, gateway, token (A12).
fn admitted(house: &House, (account, id): &Name, headers: &HeaderMap, entries: &[Entry]) -> Result<Gateway, Refusal> {
    if entries.is_empty() {
        return Err(universal::unreadable());
    }
    if entries.iter().any(|entry| !PROVIDERS.contains(&entry.provider.as_str())) {
        return Err(Refusal::new(400, 2008, "Invalid provider"));
    }
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let bearer = header("cf-aig-authorization").and_then(|sent| sent.strip_prefix("Bearer "));
    // Google's SDKs may carry the gateway's token where their key belongs (A2).
    let is_authenticated = house.is_token(bearer) || house.is_token(header("x-goog-api-key"));
    let gateway = house.registry.find(account, id, is_authenticated, house.clock.now_ms());
    let gateway =
        gateway.ok_or_else(|| Refusal::new(400, 2001, "Please configure AI Gateway in the Cloudflare dashboard"))?;
    if gateway.settings.authentication && !is_authenticated {
        return Err(Refusal::new(401, 2009, "Unauthorized"));
    }
    Ok(gateway)
}

/// The first entry that succeeds, or else the last. The first log row has the id of the request.
async fn first_success(house: &House, gateway: &Gateway, entries: &[Entry], request_id: &str) -> (usize, Served) {
    let mut outcome = (0, Served::refused(&universal::unreadable()));
    for (step, entry) in entries.iter().enumerate() {
        let log_id = if step == 0 { request_id.to_owned() } else { ids::new() };
        outcome = (step, Passage::new(house, gateway, entry, step).go(&log_id).await);
        if outcome.1.reply.status.is_success() {
            break;
        }
    }
    outcome
}

/// `/v1beta/…`, `/v1/models…`: Google without a gateway before it.
pub(super) async fn google(
    State(house): State<Arc<House>>,
    wire: Wire,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    wire.mend();
    let (open, held) = (house.calls.open(), house.faults.held());
    let query = uri.query().unwrap_or_default().to_owned();
    let in_query = query.split('&').find_map(|pair| pair.strip_prefix("key=")).map(str::to_owned);
    let key = headers.get("x-goog-api-key").and_then(|key| key.to_str().ok()).map(str::to_owned).or(in_query);
    let path = uri.path().trim_start_matches('/').replace("%3A", ":");
    let call = Call { method, path, query, key, body };
    let reply = google::answer(&house, &call).await;
    sent(reply, &wire, held, open).await
}

/// `held` is from the call's beginning: who disarms lets go of all calls that are under way.
async fn sent(reply: Reply, wire: &Wire, held: CancellationToken, open: Open) -> Response {
    let transport = reply.transport;
    let response = reply.into_response();
    match transport {
        Some(transport) => transport.befall(response, wire, held, open).await,
        None => response,
    }
}

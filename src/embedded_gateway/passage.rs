//! A request's way through the gateway, check after check (`reference/gateway-and-gemini.md` A12).

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use super::cache::{self, Kept};
use super::clock::iso;
use super::faults::catalogue::{NO_CREDENTIALS, NO_CREDITS, TIMED_OUT};
use super::google::models::cost;
use super::google::{self, Call};
use super::logs::{Log, Row};
use super::refusal::Refusal;
use super::registry::Gateway;
use super::reply::Reply;
use super::settings::Backoff;
use super::spend::Buyer;
use super::wishes::{MAX_ATTEMPTS, MAX_RETRY_DELAY_MS, Wishes};
use super::{House, PROVIDER, ids};

/// What is to be sent to a provider.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) provider: String,
    /// Without the leading slash.
    pub(super) path: String,
    pub(super) query: String,
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Entry {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// What became of an entry.
pub(super) struct Served {
    pub(super) reply: Reply,
    /// HIT or MISS; absent where the gateway itself refuses (A4).
    pub(super) cache_status: Option<&'static str>,
    pub(super) log_id: Option<String>,
    pub(super) event_id: Option<String>,
}

impl Served {
    /// The gateway's own refusal.
    pub(super) fn refused(refusal: &Refusal) -> Self {
        let mut reply = Reply::json(refusal.status, &refusal.body());
        if let Some(dlp) = refusal.dlp() {
            reply = reply.with(DLP, &dlp);
        }
        Self { reply, cache_status: None, log_id: None, event_id: None }
    }
}

/// Names what data loss prevention found (A4).
const DLP: &str = "cf-aig-dlp";

/// Which statuses are tried again is UNCONFIRMED: what community usage treats so (A3).
fn is_retried(status: StatusCode) -> bool {
    status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error()
}

/// One entry on its way.
pub(super) struct Passage<'a> {
    house: &'a House,
    gateway: &'a Gateway,
    entry: &'a Entry,
    step: usize,
    wishes: Wishes,
    call: Call,
    started_ms: u64,
}

/// How an answer is logged.
#[derive(Clone, Copy, Default)]
struct Marks {
    cached: bool,
    byok: bool,
}

impl<'a> Passage<'a> {
    pub(super) fn new(house: &'a House, gateway: &'a Gateway, entry: &'a Entry, step: usize) -> Self {
        let Entry { path, query, method, body, .. } = entry.clone();
        let call = Call { method, path, query, key: None, body };
        let (wishes, started_ms) = (Wishes::read(&entry.headers), house.clock.now_ms());
        Self { house, gateway, entry, step, wishes, call, started_ms }
    }

    /// Lets the entry through, or says why not. The log row gets `log_id`.
    pub(super) async fn go(mut self, log_id: &str) -> Served {
        let mut served = match self.answered(log_id).await {
            Ok(served) => served,
            Err(refusal) => {
                let mut served = Served::refused(&refusal);
                served.log_id = self.log(log_id, &served.reply, Marks::default());
                served
            }
        };
        served.event_id = self.wishes.event_id;
        served
    }

    async fn answered(&mut self, log_id: &str) -> Result<Served, Refusal> {
        if let Some(fault) = self.house.faults.take_for_gateway(self.call.step()) {
            fault.wait().await;
            if let Some(refusal) = fault.refusal() {
                let mut served = Served::refused(&refusal);
                served.reply = fault.dress(served.reply);
                served.log_id = self.log(log_id, &served.reply, Marks::default());
                return Ok(served);
            }
        }
        let place = self.place_in_cache();
        if let Some((key, _)) = place.filter(|_| !self.wishes.skip_cache)
            && let Some(kept) = self.house.cache.get(key, self.house.clock.now_ms())
        {
            return Ok(self.hit(kept, log_id));
        }
        let name = self.gateway.name();
        if !self.house.rates.lets_in(&name, &self.gateway.settings, self.house.clock.now_ms()) {
            return Err(Refusal::new(429, 2003, "Rate limited"));
        }
        if let Some(refusal) = self.house.purses.refusal(self.gateway, self.buyer(), self.house.clock.now_ms()) {
            return Err(refusal);
        }
        if self.entry.provider != PROVIDER {
            // A provider that Cloudflare knows and this stand-in cannot play (A7).
            return Err(Refusal::new(400, 2005, "Failed to get response from provider"));
        }
        let byok = self.take_credentials()?;
        let reply = self.attempts(byok).await?;
        if let (Some((key, life_ms)), true, Some(body)) = (place, reply.status.is_success(), reply.whole())
            && reply.transport.is_none()
        {
            let content_type = reply.content_type().to_owned();
            let until_ms = self.house.clock.now_ms().saturating_add(life_ms);
            self.house.cache.put(key, Kept { content_type, body, tally: reply.tally.clone(), until_ms });
        }
        let cost = if reply.status.is_success() { self.cost(&reply) } else { 0.0 };
        self.house.purses.add(self.gateway, self.buyer(), cost, self.house.clock.now_ms());
        let log_id = self.log(log_id, &reply, Marks { byok, cached: false });
        Ok(Served { reply, cache_status: Some("MISS"), log_id, event_id: None })
    }

    /// Key and life of the answer in the cache, when it may be kept there. Streams are not (A6).
    fn place_in_cache(&self) -> Option<(u64, u64)> {
        let is_cacheable =
            self.call.step().is_some() && !self.call.streams() && self.entry.body.len() <= cache::MAX_REQUEST_BYTES;
        let life_ms = cache::life_ms(&self.wishes, self.gateway.settings.cache_ttl).filter(|_| is_cacheable)?;
        let Entry { provider, path, query, body, .. } = self.entry;
        let own = self.wishes.cache_key.as_deref();
        Some((self.house.cache.key(&self.gateway.name(), provider, &format!("{path}?{query}"), body, own), life_ms))
    }

    fn hit(&self, kept: Kept, log_id: &str) -> Served {
        let mut reply = Reply::new(200, "application/json", super::reply::Payload::Whole(kept.body));
        if let Ok(content_type) = HeaderValue::from_str(&kept.content_type) {
            reply.headers.insert(http::header::CONTENT_TYPE, content_type);
        }
        // A hit is free: no tokens, no cost (A6, captured).
        reply.tally.model = kept.tally.model;
        let log_id = self.log(log_id, &reply, Marks { cached: true, byok: false });
        Served { reply, cache_status: Some("HIT"), log_id, event_id: None }
    }

    /// The key for Google: the caller's own, else a stored one (A2). Gives whether it is a stored one.
    fn take_credentials(&mut self) -> Result<bool, Refusal> {
        let own = self.entry.header("x-goog-api-key").filter(|key| !key.is_empty() && !self.house.is_token(Some(key)));
        if let Some(own) = own {
            self.call.key = Some(own.to_owned());
            return Ok(false);
        }
        let keys = || self.gateway.keys.iter().filter(|key| key.provider_slug == self.entry.provider);
        let found = match &self.wishes.alias {
            Some(alias) => Some(keys().find(|key| key.alias == *alias).ok_or_else(|| {
                let aliases: Vec<_> = keys().map(|key| format!("'{}'", key.alias)).collect();
                let message = format!(
                    "Provider '{}' has no BYOK credential named '{alias}'. Configured aliases: {}",
                    self.entry.provider,
                    aliases.join(", ")
                );
                Refusal::new(400, 2040, message)
            })?),
            None => keys().find(|key| key.alias == "default" || key.default_config),
        };
        let Some(found) = found else {
            let forbidden = self.gateway.settings.byok_only || self.wishes.no_wholesale;
            let (status, code, message) = if forbidden { NO_CREDENTIALS } else { NO_CREDITS };
            return Err(Refusal::new(status, code, message));
        };
        self.call.key = Some(found.secret.clone());
        Ok(true)
    }

    /// Asks the provider as often as it takes and may take. Each attempt but the last has a log row of its own.
    #[expect(clippy::disallowed_methods, reason = "a server of its own, beside the application and not part of it")]
    async fn attempts(&self, byok: bool) -> Result<Reply, Refusal> {
        let settings = &self.gateway.settings;
        let attempts = self.wishes.attempts.or(settings.retry_max_attempts).unwrap_or(1).clamp(1, MAX_ATTEMPTS);
        let pause = self.wishes.retry_delay_ms.or(settings.retry_delay).unwrap_or(0).min(MAX_RETRY_DELAY_MS);
        let backoff = self.wishes.backoff.or(settings.retry_backoff).unwrap_or_default();
        let mut attempt = 1;
        loop {
            // The last of several attempts waits without a timeout (A3).
            let timeout = self.wishes.timeout_ms.filter(|_| attempts == 1 || attempt < attempts);
            let asking = google::answer(self.house, &self.call);
            let outcome = match timeout {
                Some(ms) => tokio::time::timeout(Duration::from_millis(ms), asking).await.ok(),
                None => Some(asking.await),
            };
            let outcome = outcome.ok_or_else(|| Refusal::new(TIMED_OUT.0, TIMED_OUT.1, TIMED_OUT.2));
            let is_over = outcome.as_ref().is_ok_and(|reply| !is_retried(reply.status));
            if is_over || attempt >= attempts {
                return outcome;
            }
            let failed = outcome.unwrap_or_else(|refusal| Reply::json(refusal.status, &refusal.body()));
            self.log(&ids::new(), &failed, Marks { byok, cached: false });
            // The formulae are UNCONFIRMED: d, d·n, d·2^(n−1) (A3).
            let factor = match backoff {
                Backoff::Constant => 1,
                Backoff::Linear => u64::from(attempt),
                Backoff::Exponential => 1 << (attempt - 1),
            };
            tokio::time::sleep(Duration::from_millis(pause * factor)).await;
            attempt += 1;
        }
    }

    fn buyer(&self) -> Buyer<'_> {
        Buyer { provider: &self.entry.provider, model: self.call.model(), metadata: &self.wishes.metadata }
    }

    fn cost(&self, reply: &Reply) -> f64 {
        let tally = &reply.tally;
        let own = self.wishes.custom_cost.as_ref().map(|own| own.of(tally.tokens_in, tally.tokens_out));
        own.unwrap_or_else(|| cost(tally))
    }

    /// Writes the log row, when one is wanted. Gives its id.
    fn log(&self, id: &str, reply: &Reply, marks: Marks) -> Option<String> {
        if !self.wishes.collect_log.unwrap_or(self.gateway.settings.collect_logs) {
            return None;
        }
        let Passage { house, gateway, entry, wishes, .. } = self;
        let header = |name: &str| entry.header(name).unwrap_or_default().to_owned();
        let body = reply.whole().unwrap_or_default();
        let success = reply.status.is_success();
        let row = Row {
            id: id.to_owned(),
            created_at: iso(self.started_ms),
            provider: entry.provider.clone(),
            model: self.call.model().to_owned(),
            model_type: if self.call.step() == Some(2) { "image" } else { "text" },
            path: entry.path.clone(),
            duration: house.clock.now_ms().saturating_sub(self.started_ms),
            request_type: if self.call.streams() { "stream".to_owned() } else { "native".to_owned() },
            request_content_type: header("content-type"),
            response_content_type: reply.content_type().to_owned(),
            status_code: reply.status.as_u16(),
            success,
            cached: marks.cached,
            tokens_in: reply.tally.tokens_in,
            tokens_out: reply.tally.tokens_out,
            cost: if marks.cached || !success { 0.0 } else { self.cost(reply) },
            custom_cost: wishes.custom_cost.is_some(),
            metadata: wishes.metadata.clone(),
            step: self.step,
            request_size: entry.body.len(),
            response_size: body.len(),
            event_id: wishes.event_id.clone().unwrap_or_else(|| id.to_owned()),
            authentication: gateway.settings.authentication,
            wholesale: false,
            byok: marks.byok,
            dlp_action: reply.headers.contains_key(DLP).then_some("BLOCK"),
            user_agent: header("user-agent"),
            feedback: None,
            score: None,
        };
        let payload = wishes.collect_payload;
        let (request, response) = (payload.then(|| entry.body.clone()), payload.then_some(body));
        house.logs.add(Log { gateway: gateway.name(), row, request, response });
        Some(id.to_owned())
    }
}

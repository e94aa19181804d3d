//! The gateway's own log, read over Cloudflare's API page by page (`reference/gateway-and-gemini.md` A10).

mod page;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, StatusCode};
use jiff::Timestamp;
use serde_json::json;
use url::Url;

use super::http::{HttpClient, HttpError, NoClient};
use super::url::GatewayUrl;
use crate::config::GatewayConfig;
use crate::pipeline::gateway_logs::{GatewayLogs, LogExcerpt};
use crate::runtime::Runtime;
use page::Page;

/// Where Cloudflare's API is.
const API: &str = "https://api.cloudflare.com";
/// The most rows that a page can have.
const PER_PAGE: usize = 50;
/// The most pages that are read at once: 2000 rows.
const MOST_PAGES: usize = 40;
/// Longer than this no page may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// No page is begun later than this: what has been read until then is given.
const ENOUGH_MS: u64 = 30_000;

/// The log of the configured gateway.
pub struct CloudflareLogs {
    address: Url,
    bearer: HeaderValue,
    http: HttpClient,
    runtime: Arc<dyn Runtime>,
}

impl CloudflareLogs {
    /// The log as configured; `None` without `CLOUDFLARE_API_TOKEN`. Fails only where no HTTP client can be made.
    pub fn new(config: &GatewayConfig, runtime: Arc<dyn Runtime>) -> Result<Option<Self>, NoClient> {
        let bearer =
            config.api_token.as_ref().map(|token| HeaderValue::from_str(&format!("Bearer {}", token.expose())));
        let (Some(Ok(mut bearer)), Some(address)) = (bearer, address(&config.url)) else {
            return Ok(None);
        };
        bearer.set_sensitive(true);
        Ok(Some(Self { address, bearer, http: HttpClient::new()?, runtime }))
    }

    async fn read(&self, since_ms: u64, until_ms: u64) -> Result<LogExcerpt, String> {
        let enough_ms = self.runtime.now_ms().saturating_add(ENOUGH_MS);
        let bound = |operator: &str, ms| json!({ "key": "created_at", "operator": operator, "value": [iso(ms)] });
        let filters = json!([bound("gt", since_ms.saturating_sub(1)), bound("lt", until_ms)]).to_string();
        let (mut log, mut seen, mut count) = (LogExcerpt::default(), HashSet::new(), 0);
        for number in 1..=MOST_PAGES {
            let Page { rows, total } = self.page(number, &filters).await?;
            let is_empty = rows.is_empty();
            count += rows.len();
            // A row that slid from one page to the next is still one call.
            log.rows.extend(rows.into_iter().filter(|row| row.id.is_empty() || seen.insert(row.id.clone())));
            log.is_complete = is_empty || total.is_some_and(|total| count as u64 >= total);
            if log.is_complete || self.runtime.now_ms() >= enough_ms {
                break;
            }
        }
        Ok(log)
    }

    async fn page(&self, number: usize, filters: &str) -> Result<Page, String> {
        let mut url = self.address.clone();
        url.query_pairs_mut()
            .append_pair("page", &number.to_string())
            .append_pair("per_page", &PER_PAGE.to_string())
            .append_pair("order_by", "created_at")
            .append_pair("order_by_direction", "asc")
            .append_pair("filters", filters);
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, self.bearer.clone());
        let answer = self.http.get(url, headers, TIMEOUT).await.map_err(without_answer)?;
        match answer.status {
            StatusCode::OK => page::read(&answer.body).ok_or_else(|| "what came is no page of a log".to_owned()),
            status => Err(refused(status)),
        }
    }
}

impl GatewayLogs for CloudflareLogs {
    fn rows(&self, since_ms: u64, until_ms: u64) -> BoxFuture<'_, Result<LogExcerpt, String>> {
        Box::pin(self.read(since_ms, until_ms))
    }
}

/// Where the log of a gateway is. A gateway on this machine, which alone may be spoken to without TLS, is asked itself: Cloudflare does not
/// know it.
fn address(gateway: &GatewayUrl) -> Option<Url> {
    let models = gateway.describe("");
    let segments: Vec<&str> = models.path_segments()?.collect();
    let provider = segments.iter().position(|segment| *segment == "google-ai-studio")?;
    let (account, name) = (*segments.get(provider.checked_sub(2)?)?, *segments.get(provider.checked_sub(1)?)?);
    let mut address = if gateway.is_https() { Url::parse(API).ok()? } else { models.clone() };
    let path = ["client", "v4", "accounts", account, "ai-gateway", "gateways", name, "logs"];
    address.path_segments_mut().ok()?.clear().extend(path);
    Some(address)
}

/// A time as the log has it, always with milliseconds: there it may be compared as text.
fn iso(ms: u64) -> String {
    let time = i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    format!("{:.3}", time.unwrap_or_default())
}

fn refused(status: StatusCode) -> String {
    let number = status.as_u16();
    match number {
        401 | 403 => format!("HTTP {number}, CLOUDFLARE_API_TOKEN needs the permission Account → AI Gateway → Read"),
        404 => format!("HTTP {number}, Cloudflare knows no such account or gateway"),
        _ => format!("HTTP {number}"),
    }
}

fn without_answer(error: HttpError) -> String {
    let why = match error {
        HttpError::Timeout => "no answer in time",
        HttpError::NoConnection => "no connection",
        HttpError::Broken => "the connection broke",
        HttpError::TooLarge => "the answer is too long",
    };
    why.to_owned()
}

#[cfg(test)]
mod tests {
    use super::{address, iso};
    use crate::gateway::url::GatewayUrl;

    #[test]
    fn the_log_is_at_cloudflares_or_where_the_gateway_on_this_machine_is() {
        for (gateway, log) in [
            (
                "https://gateway.ai.cloudflare.com/v1/acc/gw/google-ai-studio/v1beta/models/m:generateContent",
                Some("https://api.cloudflare.com/client/v4/accounts/acc/ai-gateway/gateways/gw/logs"),
            ),
            (
                "https://gateway.ai.cloudflare.com/v1/acc/gw",
                Some("https://api.cloudflare.com/client/v4/accounts/acc/ai-gateway/gateways/gw/logs"),
            ),
            (
                "http://127.0.0.1:8790/v1/acc/gw/google-ai-studio/v1beta/models/m:generateContent",
                Some("http://127.0.0.1:8790/client/v4/accounts/acc/ai-gateway/gateways/gw/logs"),
            ),
            ("https://generativelanguage.googleapis.com", None),
            ("http://127.0.0.1:8790/v1beta/models/m", None),
        ] {
            let url = GatewayUrl::parse(gateway).unwrap();
            assert_eq!(address(&url).as_ref().map(url::Url::as_str), log, "{gateway}");
        }
    }

    #[test]
    fn times_sort_as_texts() {
        assert_eq!(iso(1_700_000_000_120), "2023-11-14T22:13:20.120Z");
        assert_eq!(iso(1_700_000_000_000), "2023-11-14T22:13:20.000Z");
    }
}

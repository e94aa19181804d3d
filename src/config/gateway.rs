//! How to reach the model.

use std::time::Duration;

use super::{ConfigError, Problem, Secret, Variables, limits};
use crate::gateway::url::GatewayUrl;

/// The gateway and its models.
#[derive(Clone, Debug)]
pub struct GatewayConfig {
    /// `GATEWAY_URL`, required.
    pub url: GatewayUrl,
    /// `GATEWAY_TOKEN`, required with a Cloudflare URL: sent as `cf-aig-authorization`.
    pub token: Option<Secret>,
    /// `GOOGLE_API_KEY`, required with a plain Google URL: sent as `x-goog-api-key`. Leave it out when the gateway stores the key.
    pub google_api_key: Option<Secret>,
    /// `DESCRIBE_MODEL`: the model of step 1; by default that of step 2.
    pub describe_model: Option<String>,
    /// The model in `GATEWAY_URL`, then `IMAGE_MODELS`: the later ones are asked only when the earlier ones are retired.
    pub image_models: Vec<String>,
    /// `GATEWAY_BYOK_ALIAS`: which of the Google keys stored in the gateway is used; its default one when not set.
    pub byok_alias: Option<String>,
    /// `GATEWAY_CACHE`: what the gateway may keep, `all` by default.
    pub cache: GatewayCache,
    /// `CACHE_TTL`: how long it keeps that.
    pub cache_ttl: Duration,
    /// `GATEWAY_TIMEOUT`, seconds for one call with all its repeats, 120 by default.
    pub timeout: Duration,
    /// `CLOUDFLARE_API_TOKEN`: lets the gateway's own log be read, from which calls are settled whose answer never came. Without it they stay
    /// charged at their worst price.
    pub api_token: Option<Secret>,
}

/// What the gateway's own cache may keep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum GatewayCache {
    /// Descriptions and pictures.
    #[default]
    All,
    /// Descriptions alone: nothing that shows a person.
    Describe,
    /// Nothing.
    Off,
}

/// Live in November 2026, the recommended one first (`reference/gateway-and-gemini.md` B9).
const DEFAULT_IMAGE_MODELS: [&str; 2] = ["gemini-nano-banana-2.1", "gemini-3.1-flash-lite-image"];

impl GatewayConfig {
    /// `None` while the URL or the credential that belongs to it is not set.
    pub(super) fn read(variables: &Variables<'_>) -> Result<Option<Self>, ConfigError> {
        let token = secret(variables, "GATEWAY_TOKEN")?;
        let google_api_key = secret(variables, "GOOGLE_API_KEY")?;
        let api_token = secret(variables, "CLOUDFLARE_API_TOKEN")?;
        let timeout = Duration::from_secs(variables.number("GATEWAY_TIMEOUT", 120, 1..=900)?);
        let cache = variables.choice("GATEWAY_CACHE", &["all", "describe", "off"])?.unwrap_or_default();
        let byok_alias = header_text(variables, "GATEWAY_BYOK_ALIAS")?;
        let cache_ttl = limits::cache_ttl(variables)?;
        let Some(url) = variables.text("GATEWAY_URL") else {
            return Ok(None);
        };
        let url = GatewayUrl::parse(&url)
            .map_err(|problem| ConfigError { variable: "GATEWAY_URL", problem: Problem::Url(problem) })?;
        let credential = if url.is_google() { &google_api_key } else { &token };
        if credential.is_none() {
            return Ok(None);
        }
        Ok(Some(Self {
            image_models: image_models(&url, variables),
            describe_model: variables.text("DESCRIBE_MODEL"),
            token: token.filter(|_| !url.is_google()),
            google_api_key,
            byok_alias,
            cache,
            cache_ttl,
            timeout,
            // Google keeps no log.
            api_token: api_token.filter(|_| !url.is_google()),
            url,
        }))
    }
}

fn image_models(url: &GatewayUrl, variables: &Variables<'_>) -> Vec<String> {
    let named = url.model().map(str::to_owned);
    let fallbacks = variables.list("IMAGE_MODELS").unwrap_or_else(|| DEFAULT_IMAGE_MODELS.map(str::to_owned).to_vec());
    let mut models: Vec<String> = Vec::new();
    for model in named.into_iter().chain(fallbacks) {
        if !models.contains(&model) {
            models.push(model);
        }
    }
    models
}

fn secret(variables: &Variables<'_>, name: &'static str) -> Result<Option<Secret>, ConfigError> {
    Ok(header_text(variables, name)?.map(Secret::new))
}

/// A value that will stand in a header.
fn header_text(variables: &Variables<'_>, name: &'static str) -> Result<Option<String>, ConfigError> {
    let Some(value) = variables.text(name) else {
        return Ok(None);
    };
    if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ConfigError { variable: name, problem: Problem::Header });
    }
    Ok(Some(value))
}

//! The checks, in the order in which a call meets what they are about. One that fails ends those that would only fail for the same reason.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use leptos_i18n::td_string;
use tokio::net::{TcpStream, lookup_host};

use super::Visit;
use super::report::Report;
use crate::config::{Config, GatewayConfig};
use crate::gateway::Probe;
use crate::look::failure::{Failure, FailureCode};
use crate::look::model::{Drawing, ModelFacts, Thinking};
use crate::look::price::{Tokens, cost_usd};
use crate::server::environment::Environment;
use crate::server::prompts;

/// Longer than this nobody waits for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// What a look of two photos takes on average: tokens of step 1, and of step 2 beside the picture.
const DESCRIBE: Tokens = Tokens { prompt: 1700, text: 400, image: 0 };
const TRY_ON: Tokens = Tokens { prompt: 3200, text: 0, image: 0 };

macro_rules! words {
    ($report:expr, $key:ident) => {
        td_string!($report.locale, doctor.$key)
    };
}

pub(super) async fn all(visit: &Visit<'_>, environment: Result<Environment>, report: &mut Report<'_>) -> Result<()> {
    let settings = words!(report, settings);
    let environment = match environment {
        Ok(environment) => environment,
        Err(error) => return report.bad(settings, &format!("{error:#}"), words!(report, settings_cure)),
    };
    let config = match Config::read(&|name| environment.get(name)) {
        Ok(config) => config,
        Err(error) => return report.bad(settings, &error.to_string(), words!(report, settings_cure)),
    };
    let file = visit.dev_vars.display();
    let read = if visit.dev_vars.is_file() { words!(report, file_read) } else { words!(report, file_absent) };
    report.good(settings, &format!("{file} {read}"))?;
    if let Err(error) = prompts::read(config.prompts.as_deref()) {
        report.bad(settings, &format!("{error:#}"), words!(report, settings_cure))?;
    }
    site(visit.site_root, report)?;
    let Some(gateway) = config.gateway else {
        return report.failure("GATEWAY_URL, GATEWAY_TOKEN", &Failure::new(FailureCode::NotConfigured));
    };
    credentials(&gateway, report)?;
    if !connection(&gateway, report).await? {
        return Ok(());
    }
    models(&gateway, report).await
}

fn site(root: &Path, report: &mut Report<'_>) -> Result<()> {
    let (what, folder) = (words!(report, site), root.display().to_string());
    if root.join("pkg").join("primerka.wasm").is_file() {
        report.good(what, &folder)
    } else {
        report.note(what, &format!("{folder}: {}", words!(report, site_absent)))
    }
}

fn credentials(gateway: &GatewayConfig, report: &mut Report<'_>) -> Result<()> {
    let key = gateway.google_api_key.is_some();
    let what = words!(report, credentials);
    match (gateway.url.is_google(), key) {
        (true, _) => report.good(what, words!(report, google_alone)),
        (false, true) => report.good(what, words!(report, token_and_key)),
        (false, false) => report.good(what, words!(report, token_alone)),
    }
}

/// DNS, then a connection; what TLS makes of it the first question tells.
async fn connection(gateway: &GatewayConfig, report: &mut Report<'_>) -> Result<bool> {
    let what = words!(report, connection);
    let Some((host, port)) = gateway.url.host() else {
        report.failure(what, &Failure::new(FailureCode::GatewayUnreachable))?;
        return Ok(false);
    };
    let Ok(addresses) = lookup_host((host, port)).await else {
        report.bad(what, &format!("{host}: {}", words!(report, no_name)), words!(report, no_name_cure))?;
        return Ok(false);
    };
    for address in addresses {
        if let Ok(Ok(_connected)) = tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await {
            report.good(what, &format!("{host} ({address})"))?;
            return Ok(true);
        }
    }
    report.bad(what, &format!("{host}:{port}: {}", words!(report, no_answer)), words!(report, no_answer_cure))?;
    Ok(false)
}

async fn models(gateway: &GatewayConfig, report: &mut Report<'_>) -> Result<()> {
    let probe = Probe::new(gateway.clone())?;
    let mut live = None;
    let names: Vec<&String> = gateway.describe_model.iter().chain(&gateway.image_models).collect();
    for model in &names {
        match probe.find(model).await {
            Some(Err(failure)) if is_of_the_model(failure.code) => {
                // A fallback that is gone hurts nobody while the first one lives.
                if live.is_some() {
                    report.note(model, &failure.notice(report.locale).message)?;
                } else {
                    report.failure(model, &failure)?;
                }
            }
            Some(Err(failure)) => return report.failure(words!(report, gateway), &failure),
            Some(Ok(())) | None => {
                report.good(model, &facts(model, report))?;
                live.get_or_insert(*model);
            }
        }
    }
    let Some(model) = live else { return Ok(()) };
    match probe.greet(model).await {
        Err(failure) => report.failure(words!(report, answer), &failure),
        Ok(answer) => {
            let cost = cost_usd(&answer.model, answer.tokens).map(|cost| format!(" (${cost:.6})")).unwrap_or_default();
            report.good(words!(report, answer), &format!("{}{cost}", answer.model))?;
            price(gateway, report)
        }
    }
}

fn is_of_the_model(code: FailureCode) -> bool {
    matches!(code, FailureCode::ModelNotFound | FailureCode::ModelRetired)
}

/// What is known of a model, on one line.
fn facts(model: &str, report: &Report<'_>) -> String {
    let Some(facts) = ModelFacts::of(model) else {
        return words!(report, unknown_model).to_owned();
    };
    let mut words = Vec::new();
    if let Some(Drawing { sizes, ratios, mime, .. }) = &facts.drawing {
        let sizes: Vec<_> = sizes.iter().map(|size| size.name()).collect();
        words.push(format!("{}, {ratios} {}, {mime}", sizes.join(" "), words!(report, ratios)));
    } else {
        words.push(words!(report, text_model).to_owned());
    }
    if facts.thinking != Thinking::Never {
        words.push(words!(report, thinks).to_owned());
    }
    if let Some(day) = facts.shutdown {
        words.push(format!("{} {day}", words!(report, shutdown)));
    }
    words.join(", ")
}

/// What one look costs with the models that would be asked first.
fn price(gateway: &GatewayConfig, report: &mut Report<'_>) -> Result<()> {
    let what = words!(report, price);
    let Some(model) = gateway.image_models.first() else { return Ok(()) };
    let first = gateway.describe_model.as_ref().unwrap_or(model);
    let image = ModelFacts::of(model).and_then(|facts| facts.drawing.as_ref()?.tokens.first().copied());
    let picture = image.and_then(|image| cost_usd(model, Tokens { image, ..TRY_ON }));
    match picture.zip(cost_usd(first, DESCRIBE)) {
        Some((picture, words)) => report.good(what, &format!("≈ ${:.3}", picture + words)),
        None => report.note(what, words!(report, unknown_price)),
    }
}

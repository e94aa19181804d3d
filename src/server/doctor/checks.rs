//! The checks, in the order in which a call meets what they are about. One that fails ends those that would only fail for the same reason.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use tokio::net::{TcpStream, lookup_host};

use super::report::Report;
use super::{Visit, models};
use crate::config::{Config, GatewayConfig};
use crate::look::failure::{Failure, FailureCode};
use crate::server::environment::{Environment, UnusableFile};
use crate::server::prompts;

/// Longer than this nobody waits for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

pub(super) async fn all(
    visit: &Visit<'_>,
    environment: Result<Environment, UnusableFile>,
    report: &mut Report<'_>,
) -> Result<()> {
    let settings = words!(report, settings);
    let environment = match environment {
        Ok(environment) => environment,
        Err(error) => return report.bad(settings, &error.words(report.locale), words!(report, settings_cure)),
    };
    let config = match Config::read(&|name| environment.get(name)) {
        Ok(config) => config,
        Err(error) => return report.bad(settings, &error.words(report.locale), words!(report, settings_cure)),
    };
    let file = visit.dev_vars.display();
    let read = if visit.dev_vars.is_file() { words!(report, file_read) } else { words!(report, file_absent) };
    report.good(settings, &format!("{file} {read}"))?;
    if let Err(error) = prompts::read(config.prompts.as_deref()) {
        report.bad(settings, &error.words(report.locale), words!(report, settings_cure))?;
    }
    site(visit.site_root, report)?;
    let Some(gateway) = config.gateway else {
        return report.failure("GATEWAY_URL, GATEWAY_TOKEN", &Failure::new(FailureCode::NotConfigured));
    };
    credentials(&gateway, report)?;
    if !connection(&gateway, report).await? {
        return Ok(());
    }
    models::check(&gateway, report).await
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

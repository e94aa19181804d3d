//! What each command does.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::address;
use super::cli::{Cli, Command, DoctorArgs, Language, ServeArgs};
use super::doctor::{self, Visit};
use super::environment::Environment;
use super::{Assembly, Deadlines, Stop, TokioRuntime, assemble, logging, serve};
use crate::config::{Config, GatewayConfig, Secret};
use crate::i18n::Locale;
use crate::look::model::ModelFacts;
use crate::runtime::Runtime;

/// Runs a command to its end. A failure is said in words on standard error.
pub fn run(cli: Cli) -> ExitCode {
    let _log = logging::start(cli.log_format);
    match carry_out(cli) {
        Ok(code) => code,
        Err(error) => {
            tracing::error!("primerka cannot go on: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn carry_out(cli: Cli) -> Result<ExitCode> {
    let tokio = tokio::runtime::Runtime::new().context("no threads can be started")?;
    let end = tokio.block_on(async {
        match cli.command {
            Some(Command::Doctor(args)) => return examine(args).await,
            None => serve_site(cli.serve).await,
            Some(Command::Serve(args)) => serve_site(args).await,
            #[cfg(feature = "embedded-gateway")]
            Some(Command::Gateway(args)) => serve_gateway(args).await,
        }
        .map(|()| ExitCode::SUCCESS)
    });
    // A photo that is being decoded cannot be stopped, and is nobody's any more.
    tokio.shutdown_timeout(Duration::from_millis(100));
    end
}

async fn serve_site(args: ServeArgs) -> Result<()> {
    let mut assembly = Assembly::read(&args.dev_vars, &args.site_root)?;
    if args.embedded_gateway {
        embed_gateway(&mut assembly, &args.dev_vars).await?;
    }
    say_what_is_configured(&assembly);
    let made = invent_admin_token(&mut assembly.config)?;
    let app = assemble(assembly).await?;
    let listener = address::listen(&args.addr).await?;
    let stop = Stop::on_signals()?;
    let address = listener.local_addr().context("the listener has no address")?;
    // Each connection is a file, each call to the gateway another one, and the usual limit is far below what there may be.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    if let Some(token) = made {
        // On standard output, not in the log, which may be sent elsewhere.
        let _ = writeln!(
            std::io::stdout(),
            "http://{address}/usage opens with ADMIN_TOKEN, for this run {}",
            token.expose()
        );
    }
    tracing::info!("Primerka is open at http://{address}");
    serve(listener, app, stop, Deadlines::default()).await;
    Ok(())
}

/// Gives the operator a token for this run where none is set.
fn invent_admin_token(config: &mut Config) -> Result<Option<Secret>> {
    if config.admin.token.is_some() {
        return Ok(None);
    }
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).map_err(|error| anyhow::anyhow!("this machine has no randomness: {error}"))?;
    let token = Secret::new(format!("{:032x}", u128::from_be_bytes(random)));
    config.admin.token = Some(token.clone());
    Ok(Some(token))
}

async fn examine(args: DoctorArgs) -> Result<ExitCode> {
    let language = args.lang.map(|language| match language {
        Language::Ru => Locale::ru,
        Language::En => Locale::en,
    });
    let visit = Visit { dev_vars: &args.dev_vars, site_root: &args.site_root, language };
    doctor::examine(&visit, &mut std::io::stdout()).await
}

fn say_what_is_configured(assembly: &Assembly) {
    match (&assembly.config.gateway, assembly.demo) {
        (_, true) => tracing::info!(
            "The embedded gateway answers: results are demonstrations. Set GATEWAY_URL and GATEWAY_TOKEN in .dev.vars for real ones."
        ),
        (Some(gateway), false) => {
            tracing::info!("Models: {}", gateway.image_models.join(", then "));
            warn_of_retired_models(gateway);
        }
        (None, false) => tracing::warn!(
            "Gateway не настроен: set GATEWAY_URL and GATEWAY_TOKEN in .dev.vars, or start with --embedded-gateway"
        ),
    }
}

/// What Google has switched off is asked all the same, once: the dates it announces are the earliest possible ones.
fn warn_of_retired_models(gateway: &GatewayConfig) {
    let now = i64::try_from(TokioRuntime.now_ms()).ok().and_then(|now| Timestamp::from_millisecond(now).ok());
    let today = now.unwrap_or_default().to_zoned(TimeZone::UTC).date();
    let shutdown = |model: &str| ModelFacts::of(model).filter(|facts| facts.is_retired(today))?.shutdown;
    // Another one of the operator's own choice, not the one that Google named back then: that may be gone, too.
    let live = gateway.image_models.iter().find(|model| shutdown(model.as_str()).is_none());
    let instead = live.map_or("another model", String::as_str);
    for model in gateway.describe_model.iter().chain(&gateway.image_models) {
        let Some(day) = shutdown(model.as_str()) else { continue };
        let variable = match model.as_str() {
            model if gateway.describe_model.as_deref() == Some(model) => "DESCRIBE_MODEL",
            model if gateway.url.model() == Some(model) => "GATEWAY_URL",
            _ => "IMAGE_MODELS",
        };
        tracing::warn!("{model} was to be switched off on {day}: name {instead} in {variable} instead");
    }
}

#[cfg(feature = "embedded-gateway")]
async fn embed_gateway(assembly: &mut Assembly, dev_vars: &Path) -> Result<()> {
    let gateway = crate::embedded_gateway::start_private().await?;
    let environment = Environment::read(dev_vars)?;
    // All else holds for it as for any other gateway, but it has no stored keys and wants none.
    assembly.config.gateway = crate::config::Config::read(&|name| match name {
        "GATEWAY_URL" => Some(gateway.url.clone()),
        "GATEWAY_TOKEN" => Some(gateway.token.clone()),
        "GOOGLE_API_KEY" | "GATEWAY_BYOK_ALIAS" | "CLOUDFLARE_API_TOKEN" => None,
        _ => environment.get(name),
    })?
    .gateway;
    assembly.demo = true;
    Ok(())
}

#[cfg(not(feature = "embedded-gateway"))]
#[expect(clippy::unused_async, reason = "the shape of its twin")]
async fn embed_gateway(_assembly: &mut Assembly, _dev_vars: &Path) -> Result<()> {
    anyhow::bail!("this binary was built without the embedded gateway")
}

#[cfg(feature = "embedded-gateway")]
async fn serve_gateway(args: super::cli::GatewayArgs) -> Result<()> {
    let port = args.port;
    let listener = tokio::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, port)).await;
    let listener = listener.with_context(|| format!("port {port} cannot be listened on: choose another --port"))?;
    let address = listener.local_addr().context("the listener has no address")?;
    let stop = Stop::on_signals()?;
    tracing::info!("The embedded gateway is open: GATEWAY_URL={}", crate::embedded_gateway::url_at(address));
    let google_keys = Some(args.google_keys).filter(|keys| !keys.is_empty());
    let token = args.token.filter(|token| !token.is_empty());
    let options = crate::embedded_gateway::Options { token, google_keys };
    crate::embedded_gateway::serve(listener, options, stop.asked()).await
}

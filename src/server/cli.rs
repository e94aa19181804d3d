//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::address;
use super::logging::LogFormat;

/// Примерка: a virtual try-on.
#[derive(Debug, Parser)]
#[command(
    name = "primerka",
    version,
    about = "Примерка: виртуальная примерка по двум фотографиям. A virtual try-on.",
    args_conflicts_with_subcommands = true
)]
pub struct Cli {
    /// What to do; `serve` when nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The options of `serve`, for when nothing is said.
    #[command(flatten)]
    pub serve: ServeArgs,
    /// How the log is written: text, or json with one object a line.
    #[arg(long, env = "LOG_FORMAT", default_value = "text", global = true)]
    pub log_format: LogFormat,
}

/// What the binary can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the site (this is what happens without a command).
    Serve(ServeArgs),
    /// Is my configuration good? Checks it step by step and says what to mend; exit code 0 or 1.
    Doctor(DoctorArgs),
    /// Serve the embedded gateway alone: the wire of Cloudflare AI Gateway and of Google behind it, answered by a built-in demo model.
    /// Its `GATEWAY_URL` is printed. `docs/embedded-gateway.md` says what it can do; faults are ordered at `/control/faults`.
    #[cfg(feature = "embedded-gateway")]
    Gateway(GatewayArgs),
}

/// How to serve.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// Address to listen on: numbers or a name, with a port.
    #[arg(long, env = "LEPTOS_SITE_ADDR", default_value = address::DEFAULT)]
    pub addr: String,
    /// Folder with the site's files.
    #[arg(long, env = "LEPTOS_SITE_ROOT", default_value = "target/site")]
    pub site_root: PathBuf,
    /// File with settings; the environment wins over it.
    #[arg(long, default_value = ".dev.vars")]
    pub dev_vars: PathBuf,
    /// Answer from the embedded gateway instead of `GATEWAY_URL`: no key needed, results are demonstrations.
    #[arg(long, env = "EMBEDDED_GATEWAY", value_parser = on_or_off)]
    pub embedded_gateway: bool,
}

/// A switch in the environment, as people write it; empty is off. Clap's own parsers take an empty one for a mistake, or any word for yes,
/// and their errors do not name the variable.
fn on_or_off(value: &str) -> Result<bool, &'static str> {
    match value.trim().to_ascii_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Ok(true),
        "" | "0" | "false" | "no" | "off" => Ok(false),
        _ => Err("EMBEDDED_GATEWAY may be 1, true, yes or on, or 0, false, no, off or empty"),
    }
}

/// What to examine.
#[derive(Clone, Debug, Args)]
pub struct DoctorArgs {
    /// Folder with the site's files.
    #[arg(long, env = "LEPTOS_SITE_ROOT", default_value = "target/site")]
    pub site_root: PathBuf,
    /// File with settings; the environment wins over it.
    #[arg(long, default_value = ".dev.vars")]
    pub dev_vars: PathBuf,
    /// Language of the report: ru or en; that of the terminal when not said.
    #[arg(long)]
    pub lang: Option<Language>,
}

/// A language of the report.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum Language {
    /// Russian.
    Ru,
    /// English.
    En,
}

/// How to serve the gateway alone.
#[cfg(feature = "embedded-gateway")]
#[derive(Clone, Debug, Args)]
pub struct GatewayArgs {
    /// Port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 8790)]
    pub port: u16,
    /// The token that callers must send as `cf-aig-authorization: Bearer …`; everybody is let in when it is not given.
    #[arg(long, env = "EMBEDDED_GATEWAY_TOKEN")]
    pub token: Option<String>,
    /// An API key that Google's side accepts (may be given several times); any key when it is not given.
    #[arg(long = "google-key")]
    pub google_keys: Vec<String>,
}

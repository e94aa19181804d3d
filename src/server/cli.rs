//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

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
}

/// What the binary can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the site (this is what happens without a command).
    Serve(ServeArgs),
    /// Serve the embedded gateway alone: the wire of Cloudflare AI Gateway, answered by a built-in demo model.
    #[cfg(feature = "embedded-gateway")]
    Gateway(GatewayArgs),
}

/// How to serve.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// Address to listen on.
    #[arg(long, env = "LEPTOS_SITE_ADDR", default_value = "127.0.0.1:3000")]
    pub addr: SocketAddr,
    /// Folder with the site's files.
    #[arg(long, env = "LEPTOS_SITE_ROOT", default_value = "target/site")]
    pub site_root: PathBuf,
    /// File with settings; the environment wins over it.
    #[arg(long, default_value = ".dev.vars")]
    pub dev_vars: PathBuf,
    /// Answer from the embedded gateway instead of `GATEWAY_URL`: no key needed, results are demonstrations.
    #[arg(long, env = "EMBEDDED_GATEWAY")]
    pub embedded_gateway: bool,
}

/// How to serve the gateway alone.
#[derive(Clone, Debug, Args)]
pub struct GatewayArgs {
    /// Port on 127.0.0.1.
    #[arg(long, default_value_t = 8790)]
    pub port: u16,
    /// The token that callers must send; anything is accepted when it is not given.
    #[arg(long, env = "EMBEDDED_GATEWAY_TOKEN")]
    pub token: Option<String>,
}

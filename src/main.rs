//! The native entry: command line, then `server`.
#![recursion_limit = "512"]

use std::process::ExitCode;

use clap::Parser;
use primerka::server::cli::Cli;

fn main() -> ExitCode {
    primerka::server::run(Cli::parse())
}

//! The native server: command line, configuration, assembly, files, shutdown.

mod app;
pub mod cli;
mod environment;
mod prepare;
mod run;
mod tokio_runtime;

pub use app::{Assembly, assemble, serve};
pub use prepare::NativePrepare;
pub use run::run;
pub use tokio_runtime::TokioRuntime;

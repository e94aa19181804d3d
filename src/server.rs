//! The native server: command line, configuration, assembly, files, shutdown.

mod address;
mod app;
pub mod cli;
mod dev_vars;
mod doctor;
mod environment;
mod inspect;
mod keeping;
mod photo_codec;
mod prepare;
mod prompts;
mod run;
mod tokio_runtime;

pub use app::{Assembly, assemble, serve};
pub use inspect::NativeInspect;
pub use prepare::NativePrepare;
pub use run::run;
pub use tokio_runtime::TokioRuntime;

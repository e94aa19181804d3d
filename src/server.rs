//! The native server: command line, configuration, assembly, files, shutdown.

mod address;
mod app;
pub mod cli;
mod dev_vars;
mod doctor;
mod environment;
mod inspect;
mod keeping;
mod logging;
mod metrics;
#[cfg(feature = "otel")]
mod otel;
mod photo_codec;
mod prepare;
mod prompts;
mod run;
mod serving;
mod stopping;
mod tokio_runtime;

pub use app::{Application, Assembly, assemble};
pub use inspect::NativeInspect;
pub use prepare::NativePrepare;
pub use run::run;
pub use serving::{Deadlines, serve};
pub use stopping::Stop;
pub use tokio_runtime::TokioRuntime;

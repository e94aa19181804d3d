//! Black-box tests: the real router on a real socket, a real HTTP upstream, real files. What a visitor, a script or an operator sees.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed"
)]
#![expect(
    clippy::similar_names,
    clippy::trivially_copy_pass_by_ref,
    reason = "who hears has heard, and the names of chunks are written as references"
)]

mod anatomy;
mod books;
mod captures;
mod configuration;
#[cfg(feature = "embedded-gateway")]
mod crowds;
mod doctor;
mod door;
#[cfg(feature = "embedded-gateway")]
mod embedded_gateway;
mod failure_table;
mod failures;
#[cfg(feature = "embedded-gateway")]
mod fault_matrix;
mod good_files;
mod guard;
mod hostile;
mod http_safety;
mod logging;
mod metrics;
mod no_wasm;
mod operator;
#[cfg(feature = "otel")]
mod otel;
mod photos;
#[cfg(feature = "embedded-gateway")]
mod reconcile;
mod results;
mod rooms;
mod stopping;
mod support;
mod usage_log;
mod wire;

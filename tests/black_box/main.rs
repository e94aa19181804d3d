//! Black-box tests: the real router on a real socket, a real HTTP upstream, real files. What a visitor, a script or an operator sees.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed"
)]

mod configuration;
mod door;
mod failures;
mod no_wasm;
mod photos;
mod rooms;
mod support;
mod wire;

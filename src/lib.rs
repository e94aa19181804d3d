//! Primerka (Примерка): a virtual try-on. A person's photo and an outfit's photo become a picture of the person wearing the outfit.
//!
//! Read in this order: `look` (what is made), `pipeline` (how it is made), `gateway` (how the model is reached),
//! `guard` (what stands before it), `api` (the doors), `app` (what people see). `ARCHITECTURE.md` is the map.
#![recursion_limit = "512"]

pub mod i18n;
pub mod look;

#[cfg(feature = "ssr")]
pub mod config;
#[cfg(feature = "ssr")]
pub mod gateway;
#[cfg(feature = "ssr")]
pub mod guard;
#[cfg(feature = "ssr")]
pub mod pipeline;
#[cfg(feature = "ssr")]
pub mod runtime;
#[cfg(feature = "ssr")]
pub mod store;

pub mod api;
pub mod app;

#[cfg(feature = "edge")]
mod edge;
#[cfg(feature = "embedded-gateway")]
pub mod embedded_gateway;
#[cfg(feature = "native")]
pub mod server;

/// What the browser calls when the WebAssembly has loaded: brings the islands of the page to life.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}

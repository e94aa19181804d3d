//! The doors: server functions and plain routes. Thin: parse, hand on, map.

pub mod look_error;
pub mod looks;

#[cfg(feature = "ssr")]
pub mod address;
#[cfg(feature = "ssr")]
pub mod admin;
#[cfg(feature = "ssr")]
mod cookies;
#[cfg(feature = "ssr")]
mod csrf;
#[cfg(feature = "ssr")]
mod door;
#[cfg(feature = "ssr")]
mod form;
#[cfg(feature = "ssr")]
pub mod locale;
#[cfg(feature = "ssr")]
mod request_id;
#[cfg(feature = "ssr")]
pub mod router;
#[cfg(feature = "ssr")]
mod routes;
#[cfg(feature = "ssr")]
mod security;
#[cfg(feature = "ssr")]
pub mod state;
#[cfg(feature = "ssr")]
pub(crate) mod usage;
#[cfg(feature = "ssr")]
mod visitor;

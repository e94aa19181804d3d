//! What people see: the page's shell, its routes, the pages and the islands on them.
//!
//! Islands: only what is marked `#[island]` runs in the browser; everything else is HTML from the server, and there is no router in the browser.

pub mod components;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
mod shell;

#[cfg(feature = "ssr")]
pub(crate) use shell::{App, shell};

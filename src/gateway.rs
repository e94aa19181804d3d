//! How we SPEAK: Google's `generateContent` through Cloudflare AI Gateway. URL, headers, wire format, error mapping, and the one HTTP seam.
//!
//! Nothing here knows what a prompt means or that an embedded gateway exists.

mod client;
mod failures;
pub mod http;
pub mod url;
mod wire;

pub use client::Gateway;

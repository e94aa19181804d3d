//! How we SPEAK: Google's `generateContent` through Cloudflare AI Gateway. URL, headers, wire format, error mapping, repeats, and the one HTTP seam.
//!
//! Nothing here knows what a prompt means or that an embedded gateway exists.

mod answer;
mod body;
mod breaker;
mod client;
mod error_body;
mod failures;
mod headers;
mod http;
mod logs;
mod probe;
mod request;
mod retry;
mod spoiled;
pub mod sse;
pub mod url;

pub use answer::understand;
pub use client::Gateway;
pub use failures::{Again, Refusal};
pub use http::NoClient;
pub use logs::CloudflareLogs;
pub use probe::Probe;
pub use request::max_output_tokens;

//! What a look IS: photo, outfit, events, failures, price. Pure types and rules, no I/O, compiled in every build.

pub mod aspect;
pub mod event;
pub mod failure;
#[cfg(feature = "ssr")]
pub mod failure_text;
pub mod id;
pub mod outfit;
#[cfg(feature = "ssr")]
pub mod photo;
#[cfg(feature = "ssr")]
pub mod price;
pub mod reading;
pub mod step;

//! What a look IS: photo, outfit, events, failures, price. Pure types and rules, no I/O, compiled in every build.

pub mod aspect;
#[cfg(feature = "ssr")]
pub mod description;
pub mod event;
pub mod failure;
#[cfg(feature = "ssr")]
pub mod failure_text;
pub mod id;
#[cfg(feature = "ssr")]
pub mod key;
#[cfg(feature = "ssr")]
pub mod model;
pub mod outfit;
#[cfg(feature = "ssr")]
pub mod photo;
pub mod price;
pub mod reading;
pub mod step;

//! The pages. Each is rendered by the server only; what moves on them are islands.

mod frame;
mod home;
mod link_preview;
mod look;
mod not_found;
mod privacy;
mod usage;

pub(crate) use home::HomePage;
pub(crate) use look::LookPage;
pub(crate) use not_found::NotFoundPage;
pub(crate) use privacy::PrivacyPage;
pub(crate) use usage::UsagePage;

//! What every request can reach.

use axum::extract::FromRef;
use leptos::config::LeptosOptions;

use super::address::Addresses;
use super::admin::Admin;
use crate::guard::limits::RateLimits;
use crate::guard::registry::Looks;
use crate::guard::usage::Usage;

/// The application as a server assembled it. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// Every look.
    pub looks: Looks,
    /// Who may ask how often.
    pub rates: RateLimits,
    /// What the operator sees.
    pub usage: Usage,
    /// Who the operator is.
    pub admin: Admin,
    /// How addresses are known.
    pub addresses: Addresses,
    /// Where the site's files are and what they are called.
    pub options: LeptosOptions,
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.options.clone()
    }
}

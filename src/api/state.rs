//! What every request can reach.

use std::sync::Arc;

use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use tokio::sync::Semaphore;

use super::address::Addresses;
use crate::guard::limits::RateLimits;
use crate::guard::operator::Operator;
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
    pub admin: Operator,
    /// Room for what is being uploaded, in KiB.
    pub uploads: Arc<Semaphore>,
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

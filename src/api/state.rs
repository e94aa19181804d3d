//! What every request can reach.

use std::sync::Arc;

use axum::extract::FromRef;
use leptos::config::LeptosOptions;

use crate::guard::registry::Looks;
use crate::pipeline::prepare::Prepare;

/// The application as a server assembled it. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// Every look.
    pub looks: Looks,
    /// Makes photos fit to be sent.
    pub prepare: Arc<dyn Prepare>,
    /// Where the site's files are and what they are called.
    pub options: LeptosOptions,
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.options.clone()
    }
}

//! The application put together: settings in, a listening server out.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use leptos::config::LeptosOptions;
use leptos_axum::file_and_error_handler_with_context;
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

use super::{NativeInspect, NativePrepare, TokioRuntime, environment::Environment, prompts};
use crate::api::router::{layered, routes};
use crate::api::state::AppState;
use crate::app::shell;
use crate::config::Config;
use crate::gateway::Gateway;
use crate::guard::registry::Looks;
use crate::pipeline::Tools;
use crate::runtime::Runtime;
use crate::store::MemoryStore;

/// How long work under way may take to end after a stop was asked for.
const GRACE: Duration = Duration::from_secs(20);

/// What a server is made of.
#[derive(Debug)]
pub struct Assembly {
    /// The settings.
    pub config: Config,
    /// Where the site's files are.
    pub site_root: String,
    /// Whether the embedded gateway answers.
    pub demo: bool,
}

impl Assembly {
    /// Reads the settings from the environment and `dev_vars`.
    pub fn read(dev_vars: &Path, site_root: &Path) -> Result<Self> {
        let environment = Environment::read(dev_vars)?;
        let config = Config::read(&|name| environment.get(name))?;
        Ok(Self { config, site_root: site_root.display().to_string(), demo: false })
    }
}

/// The whole application as a service.
pub fn assemble(assembly: Assembly) -> Result<Router> {
    let runtime: Arc<dyn Runtime> = Arc::new(TokioRuntime);
    let limits = &assembly.config.limits;
    let prompts = Arc::new(prompts::read(assembly.config.prompts.as_deref())?);
    let tools = match assembly.config.gateway.clone() {
        None => None,
        Some(gateway) => Some(Tools {
            upstream: Arc::new(Gateway::new(gateway, runtime.clone()).context("no HTTP client can be made")?),
            inspect: Arc::new(NativeInspect::default()),
            prompts,
            runtime: runtime.clone(),
        }),
    };
    let store = MemoryStore::new(runtime.clone(), limits.keep_looks, limits.result_bytes);
    let options = LeptosOptions::builder().output_name("primerka").site_root(assembly.site_root).build();
    let state = AppState {
        looks: Looks::new(tools, Arc::new(store), runtime, limits, assembly.demo),
        prepare: Arc::new(NativePrepare::default()),
        options,
    };
    let context = state.clone();
    let files = file_and_error_handler_with_context::<AppState, _>(
        move || leptos::prelude::provide_context(context.clone()),
        shell,
    );
    let app = layered(routes(&state).fallback(files), state);
    // Lines of a stream must leave one by one, so they are never compressed.
    let compressed = DefaultPredicate::new().and(NotForContentType::const_new("application/x-ndjson"));
    Ok(app.layer(CompressionLayer::new().compress_when(compressed)))
}

/// Serves `app` until `stop` ends, then gives work under way its time.
pub async fn serve(listener: TcpListener, app: Router, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
    let (stopping, mut stopped) = tokio::sync::watch::channel(false);
    let server = axum::serve(listener, app).with_graceful_shutdown(async move {
        stop.await;
        stopping.send_replace(true);
    });
    let server = server.into_future();
    let deadline = async move {
        let _ = stopped.wait_for(|is_stopping| *is_stopping).await;
        TokioRuntime.sleep(GRACE).await;
    };
    tokio::select! {
        outcome = server => outcome.context("the server broke"),
        () = deadline => Ok(()),
    }
}

//! The application put together: settings in, a listening server out.

use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::{self, Next};
use axum::response::Response;
use leptos::config::LeptosOptions;
use leptos_axum::file_and_error_handler_with_context;
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

use super::keeping::Keeping;
use super::{NativeInspect, NativePrepare, TokioRuntime, environment::Environment, prompts};
use crate::api::address::{AddressSource, Addresses, Peer};
use crate::api::router::{layered, routes};
use crate::api::state::AppState;
use crate::app::shell;
use crate::config::{Config, GatewayConfig, LimitsConfig};
use crate::gateway::Gateway;
use crate::guard::Means;
use crate::guard::keys::Makings;
use crate::guard::limits::RateLimits;
use crate::guard::purse::Purse;
use crate::guard::queue::Queue;
use crate::guard::registry::Looks;
use crate::pipeline::prepare::Prepare;
use crate::pipeline::{Prompts, Tools};
use crate::runtime::Runtime;

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
pub async fn assemble(assembly: Assembly) -> Result<Router> {
    let runtime: Arc<dyn Runtime> = Arc::new(TokioRuntime);
    let Config { gateway, limits, rates, budget, prompts } = assembly.config;
    let prompts = Arc::new(prompts::read(prompts.as_deref())?);
    let keeping = Keeping::open(&limits, runtime.clone()).await?;
    let purse = Purse::new(keeping.ledger, runtime.clone(), budget, assembly.demo);
    let means = match gateway {
        None => None,
        Some(gateway) => Some(means(gateway, &limits, prompts, purse, runtime.clone())?),
    };
    let options = LeptosOptions::builder().output_name("primerka").site_root(assembly.site_root).build();
    let state = AppState {
        looks: Looks::new(means, keeping.looks, runtime.clone(), limits.keep_looks, assembly.demo),
        addresses: Addresses {
            source: AddressSource::Connection { hops: rates.trusted_proxy_hops },
            salt: keeping.salt,
        },
        rates: RateLimits::new(keeping.limits, runtime, rates),
        options,
    };
    let context = state.clone();
    let files = file_and_error_handler_with_context::<AppState, _>(
        move || leptos::prelude::provide_context(context.clone()),
        shell,
    );
    let app = layered(routes(&state).fallback(files), state).layer(middleware::from_fn(peer));
    // Lines of a stream must leave one by one, so they are never compressed.
    let compressed = DefaultPredicate::new().and(NotForContentType::const_new("application/x-ndjson"));
    Ok(app.layer(CompressionLayer::new().compress_when(compressed)))
}

/// Tells the doors whom they speak with.
async fn peer(mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| Peer(peer.ip()));
    if let Some(peer) = peer {
        request.extensions_mut().insert(peer);
    }
    next.run(request).await
}

fn means(
    gateway: GatewayConfig,
    limits: &LimitsConfig,
    prompts: Arc<Prompts>,
    purse: Purse,
    runtime: Arc<dyn Runtime>,
) -> Result<Means> {
    let prepare = NativePrepare::default();
    let makings = Makings::of(&gateway, prepare.version(), &prompts);
    let upstream = Gateway::new(gateway, runtime.clone()).context("looks cannot be asked for")?;
    Ok(Means {
        tools: Tools { upstream: Arc::new(upstream), inspect: Arc::new(NativeInspect::default()), prompts, runtime },
        prepare: Arc::new(prepare),
        makings: Arc::new(makings),
        purse,
        queue: Queue::new(limits.concurrent_looks, limits.waiting_looks),
        reuse: limits.reuse,
    })
}

/// Serves `app` until `stop` ends, then gives work under way its time.
pub async fn serve(listener: TcpListener, app: Router, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
    let (stopping, mut stopped) = tokio::sync::watch::channel(false);
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
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

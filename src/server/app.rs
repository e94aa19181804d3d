//! The application put together: settings in, a listening server out.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use axum::middleware;
use leptos::config::LeptosOptions;
use leptos_axum::file_and_error_handler_with_context;
use tokio::sync::Semaphore;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

use super::keeping::Keeping;
use super::metrics::{self, MeteredUsage, Metrics};
use super::{NativeInspect, NativePrepare, TokioRuntime, environment::Environment, prompts};
use crate::api::address::{AddressSource, Addresses};
use crate::api::router::{layered, routes};
use crate::api::state::AppState;
use crate::app::shell;
use crate::config::{Config, GatewayConfig, LimitsConfig};
use crate::gateway::{CloudflareLogs, Gateway};
use crate::guard::Means;
use crate::guard::housekeeping::Housekeeping;
use crate::guard::keys::Makings;
use crate::guard::limits::RateLimits;
use crate::guard::operator::Operator;
use crate::guard::purse::Purse;
use crate::guard::queue::Queue;
use crate::guard::reconcile::{LATE, Reconciler};
use crate::guard::registry::Looks;
use crate::guard::usage::Usage;
use crate::pipeline::gateway_logs::GatewayLogs;
use crate::pipeline::prepare::Prepare;
use crate::pipeline::{Prompts, Tools};
use crate::runtime::Runtime;
use crate::store::usage::UsageLog;

/// Room for what is being uploaded: a gigabyte.
const UPLOADS_KIB: usize = 1024 * 1024;

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

/// The application, ready to be served.
#[derive(Clone)]
pub struct Application {
    /// What answers.
    pub router: Router,
    /// What goes on without a connection.
    pub looks: Looks,
}

/// Puts the application together and begins to keep the house.
pub async fn assemble(assembly: Assembly) -> Result<Application> {
    let runtime: Arc<dyn Runtime> = Arc::new(TokioRuntime);
    let Config { gateway, limits, rates, budget, admin, prompts } = assembly.config;
    let prompts = Arc::new(prompts::read(prompts.as_deref())?);
    let keeping = Keeping::open(&limits, runtime.clone()).await?;
    let metrics = Metrics::new(runtime.now_ms());
    let usage: Arc<dyn UsageLog> = Arc::new(MeteredUsage::new(keeping.usage, metrics.clone()));
    let purse = Purse::new(keeping.ledger.clone(), runtime.clone(), budget, assembly.demo);
    let logs = match &gateway {
        Some(gateway) => CloudflareLogs::new(gateway, runtime.clone()).context("the gateway's log cannot be read")?,
        None => None,
    };
    let logs = logs.map(|logs| Arc::new(logs) as Arc<dyn GatewayLogs>);
    // The gateway gives a call up when we do.
    let sure = gateway.as_ref().map_or(LATE, |gateway| gateway.timeout + LATE);
    let reconciler = logs.clone().map(|logs| Reconciler::new(keeping.ledger.clone(), logs, runtime.clone(), sure));
    let housekeeping = Housekeeping {
        looks: keeping.looks.clone(),
        limits: keeping.limits.clone(),
        ledger: keeping.ledger,
        usage: usage.clone(),
        reconciler,
        runtime: runtime.clone(),
    };
    runtime.spawn(Box::pin(housekeeping.keep()));
    let means = match gateway {
        None => None,
        Some(gateway) => Some(means(gateway, &limits, prompts, purse.clone(), runtime.clone())?),
    };
    let looks = Looks::new(means, keeping.looks, usage.clone(), runtime.clone(), limits.keep_looks, assembly.demo);
    let options = LeptosOptions::builder().output_name("primerka").site_root(assembly.site_root).build();
    let state = AppState {
        looks: looks.clone(),
        usage: Usage::new(usage, purse, looks.clone(), logs, runtime.clone(), rates),
        admin: Operator::new(admin.token, keeping.salt, keeping.limits.clone(), runtime.clone()),
        uploads: Arc::new(Semaphore::new(UPLOADS_KIB)),
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
    let routes = routes(&state).route("/metrics", metrics::route(metrics.clone())).fallback(files);
    let app = layered(routes, state).layer(middleware::from_fn_with_state(metrics, metrics::measure));
    // Lines of a stream must leave one by one, so they are never compressed.
    let compressed = DefaultPredicate::new().and(NotForContentType::const_new("application/x-ndjson"));
    Ok(Application { router: app.layer(CompressionLayer::new().compress_when(compressed)), looks })
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

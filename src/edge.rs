//! The edge: the same application as a Cloudflare Worker. Entry, bindings and what the platform lacks.

mod inspect;
mod prepare;
mod worker_runtime;

use std::cell::OnceCell;
use std::sync::Arc;

use axum::Router;
use leptos::config::LeptosOptions;
use leptos::prelude::provide_context;
use leptos_axum::render_app_to_stream_with_context;
use tokio::sync::Semaphore;
use tower::ServiceExt;
use worker::{Context, Env, HttpRequest, console_error, event};

use crate::api::address::{AddressSource, Addresses};
use crate::api::router::{layered, routes};
use crate::api::state::AppState;
use crate::app::shell;
use crate::config::{Config, GatewayConfig, LimitsConfig};
use crate::gateway::{CloudflareLogs, Gateway};
use crate::guard::Means;
use crate::guard::keys::Makings;
use crate::guard::limits::RateLimits;
use crate::guard::operator::Operator;
use crate::guard::purse::Purse;
use crate::guard::queue::Queue;
use crate::guard::registry::Looks;
use crate::guard::usage::Usage;
use crate::pipeline::gateway_logs::GatewayLogs;
use crate::pipeline::prepare::Prepare;
use crate::pipeline::{Prompts, Tools};
use crate::runtime::Runtime;
use crate::store::ledger::MemoryLedger;
use crate::store::limits::MemoryLimits;
use crate::store::usage::{MemoryUsage, UsageLog};
use crate::store::{MemoryStore, Retention};
use inspect::EdgeInspect;
use prepare::EdgePrepare;
use worker_runtime::WorkerRuntime;

/// Room for what is being uploaded to one isolate: half of what it has.
const UPLOADS_KIB: usize = 64 * 1024;

thread_local! {
    /// Made by the first request of an isolate. Plain data: no request waits for another one's.
    static APP: OnceCell<Router> = const { OnceCell::new() };
}

/// Answers a request that no static file answers.
#[event(fetch)]
async fn fetch(request: HttpRequest, env: Env, _context: Context) -> worker::Result<http::Response<axum::body::Body>> {
    let app = match app(&env) {
        Ok(app) => app,
        Err(problem) => {
            console_error!("primerka cannot start: {problem}");
            let body = axum::body::Body::from(format!("Primerka cannot start. {problem}\n"));
            let mut response = http::Response::new(body);
            *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
            return Ok(response);
        }
    };
    app.oneshot(request.map(axum::body::Body::new)).await.map_err(|never| match never {})
}

fn app(env: &Env) -> Result<Router, String> {
    APP.with(|app| {
        if let Some(app) = app.get() {
            return Ok(app.clone());
        }
        let made = assemble(env)?;
        Ok(app.get_or_init(|| made).clone())
    })
}

fn assemble(env: &Env) -> Result<Router, String> {
    let config = Config::read(&|name| binding(env, name)).map_err(|error| error.to_string())?;
    let runtime: Arc<dyn Runtime> = Arc::new(WorkerRuntime);
    if config.prompts.is_some() {
        return Err("PROMPTS_PATH: a Worker has no folders; leave it out".to_owned());
    }
    // An isolate has 128 MB, and each look under way holds its photos in it.
    let retention = Retention { keep: config.limits.keep_looks, max_bytes: config.limits.result_bytes.min(24 << 20) };
    let purse = Purse::new(Arc::new(MemoryLedger::default()), runtime.clone(), config.budget, false);
    let logs = match &config.gateway {
        None => None,
        Some(gateway) => CloudflareLogs::new(gateway, runtime.clone()).map_err(|error| error.to_string())?,
    };
    let logs = logs.map(|logs| Arc::new(logs) as Arc<dyn GatewayLogs>);
    let means = match config.gateway {
        None => None,
        Some(gateway) => Some(means(gateway, &config.limits, purse.clone(), runtime.clone())?),
    };
    let mut salt = [0_u8; 32];
    getrandom::fill(&mut salt).map_err(|error| error.to_string())?;
    let store = Arc::new(MemoryStore::new(runtime.clone(), retention));
    let usage: Arc<dyn UsageLog> = Arc::new(MemoryUsage::default());
    let limits = Arc::new(MemoryLimits::default());
    let looks = Looks::new(means, store, usage.clone(), runtime.clone(), config.limits.keep_looks, false);
    let state = AppState {
        looks: looks.clone(),
        usage: Usage::new(usage, purse, looks, logs, runtime.clone(), config.rates),
        // Every isolate must know the sessions of the others, and has no salt in common with them: the token alone is the key.
        admin: Operator::new(config.admin.token, [0; 32], limits.clone(), runtime.clone()),
        uploads: Arc::new(Semaphore::new(UPLOADS_KIB)),
        addresses: Addresses { source: AddressSource::Cloudflare, salt },
        rates: RateLimits::new(limits, runtime, config.rates),
        options: LeptosOptions::builder().output_name("primerka").build(),
    };
    let (context, options) = (state.clone(), state.options.clone());
    let not_found =
        render_app_to_stream_with_context(move || provide_context(context.clone()), move || shell(options.clone()));
    Ok(layered(routes(&state).fallback(not_found), state))
}

fn means(
    gateway: GatewayConfig,
    limits: &LimitsConfig,
    purse: Purse,
    runtime: Arc<dyn Runtime>,
) -> Result<Means, String> {
    let prompts: Arc<Prompts> = Arc::default();
    let makings = Makings::of(&gateway, EdgePrepare.version(), &prompts);
    let upstream = Gateway::new(gateway, runtime.clone()).map_err(|error| error.to_string())?;
    Ok(Means {
        tools: Tools { upstream: Arc::new(upstream), inspect: Arc::new(EdgeInspect), prompts, runtime },
        prepare: Arc::new(EdgePrepare),
        makings: Arc::new(makings),
        purse,
        queue: Queue::new(limits.concurrent_looks, limits.waiting_looks),
        reuse: limits.reuse,
    })
}

/// A secret or a variable of the project.
fn binding(env: &Env, name: &str) -> Option<String> {
    let secret = env.secret(name).ok().map(|secret| secret.to_string());
    secret.or_else(|| env.var(name).ok().map(|variable| variable.to_string()))
}

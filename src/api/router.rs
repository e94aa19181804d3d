//! Every route of both servers. `server` adds files and native layers, `edge` its fallback.

use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{delete, get, post};
use axum::{RequestExt, Router};
use http::{Method, header};
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes, generate_route_list};

use super::state::AppState;
use super::{csrf, door, locale, request_id, routes, security, usage};
use crate::app::{App, shell};
use crate::look::photo::MAX_BODY_BYTES;

/// How much more than a request may have is read of one and dropped: a browser looks at the answer only when it has sent all.
const LEEWAY_BYTES: usize = 4 * 1024 * 1024;

/// The routes, without the layers that must also cover a server's own fallback: see [`layered`].
pub fn routes(state: &AppState) -> Router<AppState> {
    let context = state.clone();
    let options = state.options.clone();
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(routes::ready))
        .route("/api/looks/{id}/events", get(routes::events))
        .route("/api/looks/{id}/cancel", post(routes::cancel))
        .route("/looks/{id}/image", get(routes::image))
        .route("/looks/{id}", delete(routes::delete))
        .route("/looks/{id}/delete", post(routes::delete_by_form))
        .route("/api/usage", get(usage::usage))
        .route("/usage/login", post(usage::login).layer(DefaultBodyLimit::max(usage::MAX_FORM_BYTES)))
        .route("/usage/logout", post(usage::logout))
        .route("/usage/spending", post(usage::spending).layer(DefaultBodyLimit::max(usage::MAX_FORM_BYTES)))
        .leptos_routes_with_context(
            state,
            generate_route_list(App),
            move || provide_context(context.clone()),
            move || shell(options.clone()),
        )
}

/// Puts the layers round the routes and makes them a service.
pub fn layered(routes: Router<AppState>, state: AppState) -> Router {
    routes
        .layer(middleware::from_fn_with_state(state.clone(), door::stand_before))
        .layer(middleware::from_fn(csrf::refuse_other_sites))
        .layer(middleware::from_fn(language_switch))
        .layer(middleware::from_fn(bounded))
        .layer(middleware::from_fn(security::headers))
        .layer(middleware::from_fn(request_id::name))
        .with_state(state)
}

/// Breaks off every body that is longer than any may be, whoever reads it. What is declared to be so is let through: the door refuses it,
/// in words. That is why this is not tower-http's layer, which would answer such a request itself.
async fn bounded(mut request: Request, next: Next) -> Response {
    DefaultBodyLimit::max(MAX_BODY_BYTES + LEEWAY_BYTES).apply(&mut request);
    next.run(request.with_limited_body()).await
}

/// `?lang=en` on any page: remembers the choice and shows the same page in it. Works without wasm.
async fn language_switch(request: Request, next: Next) -> Response {
    let asked = request.uri().query().and_then(locale::asked_for);
    let Some(cookie) = asked.and_then(locale::set_cookie).filter(|_| request.method() == Method::GET) else {
        return next.run(request).await;
    };
    // Only the path is used, and it begins with one slash: never a way to another site.
    let path = format!("/{}", request.uri().path().trim_start_matches('/'));
    let mut response = Redirect::to(&path).into_response();
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    response
}

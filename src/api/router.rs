//! Every route of both servers. `server` adds files and native layers, `edge` its fallback.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{delete, get, post};
use http::{Method, header};
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes, generate_route_list};
use tower_http::limit::RequestBodyLimitLayer;

use super::state::AppState;
use super::{door, locale, routes, security};
use crate::app::{App, shell};
use crate::look::photo::MAX_BODY_BYTES;

/// The routes, without the layers that must also cover a server's own fallback: see [`layered`].
pub fn routes(state: &AppState) -> Router<AppState> {
    let context = state.clone();
    let options = state.options.clone();
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(|| async { "ok\n" }))
        .route("/api/looks/{id}/events", get(routes::events))
        .route("/api/looks/{id}/cancel", post(routes::cancel))
        .route("/looks/{id}/image", get(routes::image))
        .route("/looks/{id}", delete(routes::delete))
        .route("/looks/{id}/delete", post(routes::delete_by_form))
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
        .layer(middleware::from_fn(language_switch))
        .layer(RequestBodyLimitLayer::new(MAX_BODY_BYTES))
        .layer(middleware::from_fn(security::headers))
        .with_state(state)
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

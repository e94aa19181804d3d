//! The page for addresses that nothing is at.

use leptos::prelude::*;

/// «Страница не найдена», with status 404.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! { <main><h1>"404"</h1></main> }
}

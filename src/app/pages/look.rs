//! `/looks/{id}`: one look, where a form posted without wasm is led to. It reloads itself until the look is there.

use leptos::prelude::*;

/// A look's page.
#[component]
pub(crate) fn LookPage() -> impl IntoView {
    view! { <main><p>"look"</p></main> }
}

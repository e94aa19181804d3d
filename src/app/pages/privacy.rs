//! `/privacy`: what goes where and for how long.

use leptos::prelude::*;

/// The privacy page.
#[component]
pub(crate) fn PrivacyPage() -> impl IntoView {
    view! { <main><h1>"privacy"</h1></main> }
}

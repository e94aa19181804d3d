//! The bottom of every page.

use leptos::prelude::*;

use super::words::Language;

/// What this is, and the way to `/privacy`.
#[component]
pub(crate) fn Footer(language: Language) -> impl IntoView {
    view! {
        <footer class="footer">
            <p>{say!(language, footer.about)}</p>
            <a href="/privacy">{say!(language, footer.privacy)}</a>
        </footer>
    }
}

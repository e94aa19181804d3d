//! What the pages beside the studio have round them. The server renders them alone: no island, no wasm to wait for.

use leptos::prelude::*;
use leptos_i18n::td_string;
use leptos_meta::Title;

use crate::app::components::{Footer, Header, Language};

/// Header, the page's own content in a reading column, footer.
#[component]
pub(super) fn PageFrame(
    language: Language,
    /// The page's title.
    title: &'static str,
    /// The page's content.
    children: Children,
) -> impl IntoView {
    let site = td_string!(language.get_untracked(), page.title);
    let formatter = move |title: String| title + " · " + site;
    view! {
        <Title text=title formatter />
        <Header language />
        <main id="main" class="page">
            {children()}
        </main>
        <Footer language />
    }
}

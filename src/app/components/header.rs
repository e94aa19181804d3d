//! The top of every page.

use leptos::prelude::*;

use super::drawings;
use super::language_switch::LanguageSwitch;
use super::words::Language;

/// The brand, the way to `/privacy` and the languages.
#[component]
pub(crate) fn Header(language: Language) -> impl IntoView {
    view! {
        <a class="skip" href="#main">
            {say!(language, header.skip)}
        </a>
        <header class="header">
            <a class="brand" href="/">
                {drawings::mark()}
                <span>{say!(language, header.brand)}</span>
            </a>
            <a class="quiet" href="/privacy">
                {say!(language, header.privacy)}
            </a>
            <LanguageSwitch language />
        </header>
    }
}

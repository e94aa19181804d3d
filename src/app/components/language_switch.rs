//! The languages. Plain links that the server answers with a cookie; with wasm the page changes where it stands and loses nothing.

use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos_i18n::Locale as _;

use super::late::{fixed, live};
use super::studio::browser;
use super::words::Language;
use crate::i18n::Locale;

/// Every language by its own name, the current one marked.
#[component]
pub(super) fn LanguageSwitch(language: Language) -> impl IntoView {
    let link = move |locale: Locale| {
        let choose = move |event: MouseEvent| {
            event.prevent_default();
            language.set(locale);
            browser::remember_language(locale, words!(page.home)(locale));
        };
        view! {
            <a
                href=["?lang=", locale.as_str()].concat()
                lang=locale.as_str()
                hreflang=locale.as_str()
                aria-current=live(move || (language.get() == locale).then_some("true"))
                on:click=choose
            >
                {words!(language.name)(locale)}
            </a>
        }
    };
    view! {
        <nav class="languages" aria-label=say!(language, language.switch)>
            {fixed(Locale::get_all().iter().copied().map(link))}
        </nav>
    }
}

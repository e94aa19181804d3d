//! The page for addresses that nothing is at.

use leptos::prelude::*;
use leptos_i18n::td_string;

use super::frame::PageFrame;
use crate::api::locale;

/// «Страница не найдена», with status 404.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    let locale = locale::in_context();
    let language = RwSignal::new(locale);
    view! {
        <PageFrame language title=td_string!(locale, not_found.title)>
            <p class="eyebrow">"404"</p>
            <h1>{td_string!(locale, not_found.title)}</h1>
            <p class="lead">{td_string!(locale, not_found.text)}</p>
            <div class="actions">
                <a class="primary" href="/">
                    {td_string!(locale, not_found.home)}
                </a>
            </div>
        </PageFrame>
    }
}

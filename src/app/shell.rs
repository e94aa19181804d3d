//! The document round every page, its content security policy, and the routes.

use http::{HeaderName, HeaderValue};
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_i18n::Locale as _;
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{ParamSegment, SsrMode, StaticSegment};

use super::pages::{HomePage, LookPage, NotFoundPage, PrivacyPage, UsagePage};
use crate::api::locale;

/// The HTML document.
pub(crate) fn shell(options: LeptosOptions) -> impl IntoView {
    let locale = locale::in_context();
    set_policy();
    view! {
        <!DOCTYPE html>
        <html lang=locale.as_str()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" content="#faf7f2" media="(prefers-color-scheme: light)" />
                <meta name="theme-color" content="#171411" media="(prefers-color-scheme: dark)" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="icon" href="/favicon.ico" sizes="32x32" />
                <link rel="apple-touch-icon" href="/apple-touch-icon.png" />
                <link rel="stylesheet" href="/pkg/primerka.css" />
                <AutoReload options=options.clone() />
                // The other pages are the server's alone: they bring no wasm.
                {has_island().then(|| view! { <HydrationScripts options islands=true /> })}
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// Whether the page is the studio's.
fn has_island() -> bool {
    use_context::<http::request::Parts>().is_some_and(|parts| parts.uri.path() == "/")
}

/// The routes of the pages.
#[component]
pub(crate) fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Routes fallback=|| view! { <NotFoundPage /> }>
                <Route path=StaticSegment("") view=HomePage />
                <Route path=StaticSegment("privacy") view=PrivacyPage />
                <Route path=(StaticSegment("looks"), ParamSegment("id")) view=LookPage ssr=SsrMode::Async />
                <Route path=StaticSegment("usage") view=UsagePage ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
}

/// Scripts only with this answer's nonce, nothing from elsewhere; photos are shown from `blob:` addresses.
fn set_policy() {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else {
        return;
    };
    // `cargo leptos watch` reloads the page over a socket of its own.
    let watch = if cfg!(debug_assertions) { " ws:" } else { "" };
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' blob:; connect-src 'self'{watch}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
         manifest-src 'self'"
    );
    if let Ok(value) = HeaderValue::from_str(&policy) {
        response.insert_header(HeaderName::from_static("content-security-policy"), value);
    }
    response.insert_header(http::header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

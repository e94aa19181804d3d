//! `/privacy`: what goes where and for how long.

use leptos::prelude::*;
use leptos_i18n::td_string;

use super::frame::PageFrame;
use crate::api::locale;
use crate::api::state::AppState;
use crate::app::components::filled;

/// The privacy page.
#[component]
pub(crate) fn PrivacyPage() -> impl IntoView {
    let locale = locale::in_context();
    let language = RwSignal::new(locale);
    let looks = use_context::<AppState>().map(|state| state.looks);
    let is_demo = looks.as_ref().is_some_and(crate::guard::registry::Looks::is_demo);
    let hours = looks.map_or(24, |looks| looks.kept_for().as_secs().div_ceil(3600));
    let stop = |name: &'static str, text: &'static str| {
        view! {
            <li>
                <strong>{name}</strong>
                <span>{text}</span>
            </li>
        }
    };
    view! {
        <PageFrame language title=td_string!(locale, privacy.title)>
            <h1>{td_string!(locale, privacy.title)}</h1>
            <p class="lead">{td_string!(locale, privacy.lead)}</p>
            {is_demo.then(|| view! { <p class="banner">{td_string!(locale, privacy.demo)}</p> })}
            <h2>{td_string!(locale, privacy.path)}</h2>
            <ol class="path">
                {stop(td_string!(locale, privacy.path_browser), td_string!(locale, privacy.path_browser_text))}
                {stop(td_string!(locale, privacy.path_server), td_string!(locale, privacy.path_server_text))}
                {stop(td_string!(locale, privacy.path_cloudflare), td_string!(locale, privacy.path_cloudflare_text))}
                {stop(td_string!(locale, privacy.path_google), td_string!(locale, privacy.path_google_text))}
            </ol>
            <h2>{td_string!(locale, privacy.keep)}</h2>
            <ul class="list">
                <li>{td_string!(locale, privacy.keep_photos)}</li>
                <li>{filled(td_string!(locale, privacy.keep_results), "{hours}", &hours.to_string())}</li>
                <li>{td_string!(locale, privacy.keep_gateway)}</li>
                <li>{td_string!(locale, privacy.keep_address)}</li>
                <li>{td_string!(locale, privacy.keep_shared)}</li>
                <li>{td_string!(locale, privacy.keep_counts)}</li>
                <li>{td_string!(locale, privacy.cookies)}</li>
                <li>{td_string!(locale, privacy.cookies_visitor)}</li>
            </ul>
            <h2>{td_string!(locale, privacy.advice)}</h2>
            <p>{td_string!(locale, privacy.advice_text)}</p>
            <div class="actions">
                <a class="primary" href="/">
                    {td_string!(locale, privacy.back)}
                </a>
            </div>
        </PageFrame>
    }
}

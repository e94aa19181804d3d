//! What has to be said around the form: the demo mode, the missing gateway, where the photos go.

use leptos::prelude::*;

use super::words::Language;

/// Says that the embedded gateway answers.
#[component]
pub(super) fn DemoBanner(language: Language) -> impl IntoView {
    view! {
        <p class="banner">
            <strong>{say!(language, demo.label)}</strong>
            " "
            <span>{say!(language, demo.text)}</span>
        </p>
    }
}

/// Says that the gateway is not configured, and the two lines that cure it.
#[component]
pub(super) fn SetupPanel(language: Language) -> impl IntoView {
    view! {
        <section class="setup" aria-labelledby="setup-title">
            <h2 id="setup-title">{say!(language, setup.title)}</h2>
            <p>{say!(language, setup.text)}</p>
            <pre>
                <code>
                    "GATEWAY_URL=https://gateway.ai.cloudflare.com/v1/YOUR_ACCOUNT_ID/YOUR_GATEWAY/google-ai-studio/v1beta/models/gemini-nano-banana-2.1:generateContent\nGATEWAY_TOKEN=your_actual_token_here"
                </code>
            </pre>
            <p>
                {say!(language, setup.readme)} " " {say!(language, setup.demo)} " " <code>"make run"</code>
            </p>
        </section>
    }
}

/// Says where the photos go, before they do.
#[component]
pub(super) fn Consent(language: Language, is_demo: bool) -> impl IntoView {
    let text = if is_demo { words!(consent.demo) } else { words!(consent.text) };
    view! {
        <p class="consent">
            {super::words::say(language, text)} " " <a href="/privacy">{say!(language, consent.more)}</a>
        </p>
    }
}

//! The studio: two photos in, two steps to watch, one picture out.
#![expect(missing_docs, reason = "the macro makes a public struct of the arguments")]

use leptos::prelude::*;
use leptos_i18n::td_string;

use crate::i18n::Locale;
use crate::look::event::FailureNotice;

/// The whole of the home page, as one island: its parts share state.
#[island]
pub fn Studio(
    /// The language to begin with.
    locale: Locale,
    /// Whether looks can be made.
    is_configured: bool,
    /// Whether the embedded gateway answers.
    is_demo: bool,
    /// What a form sent without wasm failed with.
    failure: Option<FailureNotice>,
) -> impl IntoView {
    let _ = (is_configured, is_demo, failure);
    view! {
        <main>
            <h1>{td_string!(locale, page.title)}</h1>
            <form method="post" action="/api/looks" enctype="multipart/form-data">
                <input type="file" name="person" /> <input type="file" name="outfit" />
                <button>"go"</button>
            </form>
        </main>
    }
}

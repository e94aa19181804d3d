//! A failure in words: what happened, what to do, and what an operator can look for.

use leptos::prelude::*;

use super::late::live;
use super::studio::phase::Trouble;
use super::words::Language;

/// Message, hint, request id, and what can be done as children.
#[component]
pub(crate) fn FailurePanel<C: IntoView + 'static>(
    language: Language,
    /// What went wrong.
    trouble: Trouble,
    /// What can be done.
    children: TypedChildren<C>,
) -> impl IntoView {
    // The server speaks the language that the look was asked for in; what the page found out by itself follows the switch.
    let (message, hint, request_id) = match trouble {
        Trouble::Told { notice, .. } => (Text::Said(notice.message), Text::Said(notice.hint), notice.request_id),
        Trouble::NotSent => (Text::Own(words!(failure.not_sent)), Text::Own(words!(failure.not_sent_hint)), None),
        Trouble::Lost => (Text::Own(words!(failure.lost)), Text::Own(words!(failure.lost_hint)), None),
    };
    view! {
        <div class="failure">
            <p class="failure-message">{message.in_language(language)}</p>
            <p class="failure-hint">{hint.in_language(language)}</p>
            <div class="actions">{children.into_inner()()}</div>
            {request_id
                .map(|id| {
                    view! {
                        <p class="request">{say!(language, failure.request)} ": " <code>{id}</code></p>
                    }
                })}
        </div>
    }
}

#[derive(Clone)]
enum Text {
    Said(String),
    Own(super::words::Words),
}

impl Text {
    fn in_language(self, language: Language) -> Box<dyn FnMut() -> String + Send> {
        live(move || match &self {
            Self::Said(text) => text.clone(),
            Self::Own(words) => words(language.get()).to_owned(),
        })
    }
}

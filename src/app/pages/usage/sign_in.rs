//! What those see who have not signed in: the form, or why there is none.

use http::StatusCode;
use leptos::prelude::*;
use leptos_i18n::td_string;

use super::set_status;
use crate::app::components::filled;
use crate::app::pages::frame::PageFrame;
use crate::i18n::Locale;

/// The longest wait that is believed, in seconds: a day. Anybody can write an address.
const LONGEST_WAIT_S: u32 = 86_400;

/// Why somebody who tried is not in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It was not the token.
    Wrong,
    /// There were too many attempts; seconds until the next.
    Wait(u32),
}

impl Refusal {
    /// Reads the address to which the form's answer leads.
    pub(super) fn read(named: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let wait_s = named("wait").and_then(|seconds| seconds.parse().ok());
        let wait = wait_s.map(|seconds: u32| Self::Wait(seconds.min(LONGEST_WAIT_S)));
        wait.or_else(|| named("wrong").map(|_| Self::Wrong))
    }

    fn told(self, locale: Locale) -> String {
        match self {
            Self::Wrong => td_string!(locale, usage.sign_in.wrong).to_owned(),
            Self::Wait(seconds) => filled(td_string!(locale, usage.sign_in.wait), "{seconds}", &seconds.to_string()),
        }
    }
}

/// The form, with status 401.
pub(super) fn sign_in(locale: Locale, refusal: Option<Refusal>) -> AnyView {
    set_status(StatusCode::UNAUTHORIZED);
    let language = RwSignal::new(locale);
    let is_wrong = refusal == Some(Refusal::Wrong);
    // Whoever tried once more is where they were, and hears first what went wrong.
    let described_by = if refusal.is_some() { "token-refusal token-hint" } else { "token-hint" };
    let told = refusal.map(|refusal| {
        view! {
            <p class="refusal" id="token-refusal">
                {refusal.told(locale)}
            </p>
        }
    });
    view! {
        <PageFrame language title=td_string!(locale, usage.sign_in.title)>
            <h1>{td_string!(locale, usage.sign_in.title)}</h1>
            <p class="lead">{td_string!(locale, usage.sign_in.lead)}</p>
            <form class="sign-in" method="post" action="/usage/login">
                <label for="token">{td_string!(locale, usage.sign_in.token)}</label>
                <input
                    class="field"
                    id="token"
                    name="token"
                    type="password"
                    autocomplete="current-password"
                    required
                    autofocus=refusal.is_some()
                    aria-invalid=is_wrong.then_some("true")
                    aria-describedby=described_by
                />
                {told}
                <p class="quiet-note" id="token-hint">
                    {td_string!(locale, usage.sign_in.hint)}
                </p>
                <button class="primary">{td_string!(locale, usage.sign_in.enter)}</button>
            </form>
        </PageFrame>
    }
    .into_any()
}

/// Says that no token is set, with status 503.
pub(super) fn switched_off(locale: Locale) -> AnyView {
    set_status(StatusCode::SERVICE_UNAVAILABLE);
    let language = RwSignal::new(locale);
    view! {
        <PageFrame language title=td_string!(locale, usage.switched_off.title)>
            <h1>{td_string!(locale, usage.switched_off.title)}</h1>
            <p class="lead">{td_string!(locale, usage.switched_off.text)}</p>
            <p>
                {td_string!(locale, usage.switched_off.cure)} " " <code>"wrangler pages secret put ADMIN_TOKEN"</code>
            </p>
        </PageFrame>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::Refusal;
    use crate::i18n::Locale;

    fn refusal(field: &str, value: &str) -> Option<Refusal> {
        Refusal::read(|name| (name == field).then(|| value.to_owned()))
    }

    #[test]
    fn the_address_tells_why_somebody_is_not_in() {
        assert_eq!(refusal("wrong", ""), Some(Refusal::Wrong));
        assert_eq!(refusal("wait", "30"), Some(Refusal::Wait(30)));
        assert_eq!(refusal("wait", "4294967295"), Some(Refusal::Wait(86_400)));
        for (field, value) in [("wait", "-1"), ("wait", "soon"), ("wait", ""), ("right", "1")] {
            assert_eq!(refusal(field, value), None, "{field}={value}");
        }
    }

    #[test]
    fn a_wait_is_told_in_both_languages() {
        assert_eq!(Refusal::Wait(30).told(Locale::ru), "Слишком много попыток. Можно снова через 30\u{a0}с.");
        assert_eq!(Refusal::Wait(30).told(Locale::en), "Too many attempts. You can try again in 30\u{a0}s.");
    }
}

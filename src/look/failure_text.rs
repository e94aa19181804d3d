//! Failures in the user's language: a message that says what happened and a hint that says what to do.

use leptos_i18n::td_string;

use super::event::FailureNotice;
use super::failure::{Failure, FailureCode, PhotoRole, Why};
use crate::i18n::Locale;

impl Failure {
    /// The failure as `locale`'s speakers are told of it.
    pub fn notice(&self, locale: Locale) -> FailureNotice {
        let (message, hint) = text(self, locale);
        let hint = match self.retry_after_s {
            // On a line of its own: who counts the wait down leaves it out.
            Some(seconds) => format!("{hint}\n{}", wait(seconds, locale)),
            None => hint,
        };
        FailureNotice {
            step: self.step,
            code: self.code,
            message: self.photo_named(locale, message),
            hint,
            retry_after_s: self.retry_after_s,
            request_id: self.request_id.clone(),
        }
    }

    fn photo_named(&self, locale: Locale, message: String) -> String {
        let photo = match self.photo {
            None => return message,
            Some(PhotoRole::Person) => td_string!(locale, photos.person),
            Some(PhotoRole::Outfit) => td_string!(locale, photos.outfit),
        };
        let mut letters = message.chars();
        let first: String = letters.next().map(char::to_lowercase).into_iter().flatten().collect();
        format!("{photo}: {first}{}", letters.as_str())
    }
}

/// When a new attempt makes sense.
fn wait(seconds: u32, locale: Locale) -> String {
    let (count, unit) = match seconds {
        0..120 => (seconds, td_string!(locale, failure_wait.seconds)),
        _ => (seconds.div_ceil(60), td_string!(locale, failure_wait.minutes)),
    };
    format!("{} {count} {unit}", td_string!(locale, failure_wait.again_in))
}

fn text(failure: &Failure, locale: Locale) -> (String, String) {
    macro_rules! pair {
        ($key:ident) => {
            (td_string!(locale, failures.$key.message).to_string(), td_string!(locale, failures.$key.hint).to_string())
        };
    }
    match (failure.code, failure.why) {
        (FailureCode::ImageBlocked, Some(Why::Prohibited)) => pair!(image_prohibited),
        (FailureCode::ImageBlocked, Some(Why::Recitation)) => pair!(image_recitation),
        (FailureCode::ImageBlocked, Some(Why::Guardrails)) => pair!(image_guardrails),
        (FailureCode::UnsupportedImage, Some(Why::Heic)) => pair!(heic),
        (FailureCode::BudgetExhausted, Some(Why::Ledger)) => pair!(ledger_closed),
        (FailureCode::BudgetExhausted, Some(Why::Frozen)) => pair!(spending_frozen),
        (FailureCode::Busy, Some(Why::Restart)) => pair!(restarting),
        (FailureCode::BadRequest, Some(Why::OtherSite)) => pair!(other_site),
        (code, _) => match code {
            FailureCode::NotConfigured => pair!(not_configured),
            FailureCode::AccessDenied => pair!(access_denied),
            FailureCode::Unauthorized => pair!(unauthorized),
            FailureCode::GatewayNotFound => pair!(gateway_not_found),
            FailureCode::ProviderKeyInvalid => pair!(provider_key_invalid),
            FailureCode::ProviderKeyMissing => pair!(provider_key_missing),
            FailureCode::BillingRequired => pair!(billing_required),
            FailureCode::RegionUnsupported => pair!(region_unsupported),
            FailureCode::NoCredits => pair!(no_credits),
            FailureCode::ModelNotFound => pair!(model_not_found),
            FailureCode::ModelRetired => pair!(model_retired),
            FailureCode::RateLimited => pair!(rate_limited),
            FailureCode::QuotaExhausted => pair!(quota_exhausted),
            FailureCode::SpendLimit => pair!(spend_limit),
            FailureCode::Overloaded => pair!(overloaded),
            FailureCode::Timeout => pair!(timeout),
            FailureCode::GatewayUnreachable => pair!(gateway_unreachable),
            FailureCode::GatewayError => pair!(gateway_error),
            FailureCode::PromptBlocked => pair!(prompt_blocked),
            FailureCode::ImageBlocked => pair!(image_blocked),
            FailureCode::NoImage => pair!(no_image),
            FailureCode::TextOnly => pair!(text_only),
            FailureCode::Unchanged => pair!(unchanged),
            FailureCode::BadDescription => pair!(bad_description),
            FailureCode::InvalidResponse => pair!(invalid_response),
            FailureCode::MissingPhoto => pair!(missing_photo),
            FailureCode::UnsupportedImage => pair!(unsupported_image),
            FailureCode::BrokenImage => pair!(broken_image),
            FailureCode::ImageTooLarge => pair!(image_too_large),
            FailureCode::BodyTooLarge => pair!(body_too_large),
            FailureCode::BadRequest => pair!(bad_request),
            FailureCode::TooManyLooks => pair!(too_many_looks),
            FailureCode::BudgetExhausted => pair!(budget_exhausted),
            FailureCode::Busy => pair!(busy),
            FailureCode::Cancelled => pair!(cancelled),
            FailureCode::Internal => pair!(internal),
        },
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::{Failure, FailureCode, PhotoRole};
    use crate::i18n::Locale;

    #[test]
    fn a_wait_is_told_in_seconds_or_minutes() {
        let hint = |seconds| Failure::new(FailureCode::RateLimited).retry_after(Some(seconds)).notice(Locale::ru).hint;
        assert!(hint(57).ends_with("\nМожно снова через 57 с."), "{}", hint(57));
        assert!(hint(3601).ends_with("\nМожно снова через 61 мин."), "{}", hint(3601));
    }

    #[test]
    fn the_photo_that_is_meant_is_named_before_the_message() {
        let failure = Failure::new(FailureCode::UnsupportedImage).photo(PhotoRole::Outfit);
        assert_eq!(failure.notice(Locale::ru).message, "Фото наряда: такой формат не подходит");
        assert_eq!(failure.notice(Locale::en).message, "Photo of the outfit: this format does not work");
    }

    #[test]
    fn every_code_has_a_message_and_a_hint_in_both_languages() {
        for code in FailureCode::iter() {
            let ru = Failure::new(code).notice(Locale::ru);
            let en = Failure::new(code).notice(Locale::en);
            for notice in [&ru, &en] {
                assert!(!notice.message.is_empty() && !notice.hint.is_empty(), "{code:?}");
            }
            let cyrillic = |text: &str| text.chars().any(|c| ('а'..='я').contains(&c));
            assert!(cyrillic(&ru.message) && cyrillic(&ru.hint), "{code:?}");
            assert!(!cyrillic(&en.message) && !cyrillic(&en.hint), "{code:?}");
        }
    }
}

//! What steps, sources and failures are called.

use leptos_i18n::td_string;

use crate::i18n::Locale;
use crate::look::failure::{Failure, FailureCode};
use crate::store::usage::Source;

/// Every source, in the order in which they are offered.
pub(super) const SOURCES: [Source; 5] = [Source::Made, Source::Joined, Source::Kept, Source::Gateway, Source::Refused];

/// What visitors are told of a failure.
pub(super) fn failure(locale: Locale, code: &str) -> String {
    match code.parse::<FailureCode>() {
        Ok(code) => Failure::new(code).notice(locale).message,
        Err(_) => td_string!(locale, usage.failures.unknown).to_owned(),
    }
}

/// A step by its number and name.
pub(super) fn step(locale: Locale, number: u8) -> &'static str {
    match number {
        1 => td_string!(locale, usage.models.describe),
        _ => td_string!(locale, usage.models.try_on),
    }
}

/// Where a look came from.
pub(super) fn source(locale: Locale, source: Source) -> &'static str {
    match source {
        Source::Made => td_string!(locale, usage.sources.made),
        Source::Joined => td_string!(locale, usage.sources.joined),
        Source::Kept => td_string!(locale, usage.sources.kept),
        Source::Gateway => td_string!(locale, usage.sources.gateway),
        Source::Refused => td_string!(locale, usage.sources.refused),
    }
}

//! Words and numbers in the page's language.

use leptos::prelude::*;
use leptos_i18n::td_string;

use crate::i18n::Locale;

/// The language of a page. In the studio the switch changes it live; on the server's pages it stays what it was.
pub(crate) type Language = RwSignal<Locale>;

/// A text of `locales/*.json`, for any place of a view: `say!(language, hero.title)`.
macro_rules! say {
    ($language:expr, $($key:ident).+) => {
        $crate::app::components::words::say($language, words!($($key).+))
    };
}

/// The same as a plain function of the language, for tables: `words!(hero.title)`.
macro_rules! words {
    ($($key:ident).+) => {
        |locale: $crate::i18n::Locale| ::leptos_i18n::td_string!(locale, $($key).+)
    };
}

/// A text of every language.
pub(crate) type Words = fn(Locale) -> &'static str;

/// What [`say!`] makes. All texts are one type, so the browser gets the code that keeps a text current once, not once a text.
pub(crate) fn say(language: Language, words: Words) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    move || words(language.get())
}

/// A text with its `{gap}` filled. The i18n macro fills gaps too, but only in views and at some weight.
pub(crate) fn filled(text: &str, gap: &str, value: &str) -> String {
    debug_assert!(text.contains(gap), "no {gap} in {text}");
    text.replace(gap, value)
}

/// A duration: tenths below ten seconds, whole seconds from there.
pub(crate) fn seconds(locale: Locale, ms: u64) -> String {
    let number = if ms < 10_000 { decimal(locale, ms / 100, 10) } else { (ms / 1000).to_string() };
    filled(td_string!(locale, steps.seconds), "{seconds}", &number)
}

/// When a new attempt makes sense: in seconds, or in minutes where these would be a large number.
pub(crate) fn in_seconds(locale: Locale, seconds: u64) -> String {
    if seconds < 120 {
        filled(td_string!(locale, failure.wait), "{seconds}", &seconds.to_string())
    } else {
        filled(td_string!(locale, failure.wait_minutes), "{minutes}", &seconds.div_ceil(60).to_string())
    }
}

/// A price in dollars, to a tenth of a cent.
pub(crate) fn dollars(locale: Locale, cost: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a price is small and not negative")]
    let thousandths = (cost * 1000.0 + 0.5) as u64;
    let number = decimal(locale, thousandths, 1000);
    match locale {
        Locale::ru => number + "\u{a0}$",
        Locale::en => "$".to_owned() + &number,
    }
}

/// A file's size.
pub(crate) fn file_size(locale: Locale, bytes: u64) -> String {
    if bytes < 1_000_000 {
        filled(td_string!(locale, slots.kilobytes), "{size}", &bytes.div_ceil(1000).to_string())
    } else {
        filled(td_string!(locale, slots.megabytes), "{size}", &decimal(locale, bytes / 100_000, 10))
    }
}

/// `units` of which `base` make one, with the language's decimal mark. Without floats, whose formatting weighs ten kilobytes.
fn decimal(locale: Locale, units: u64, base: u64) -> String {
    let mark = match locale {
        Locale::ru => ",",
        Locale::en => ".",
    };
    let mut fraction = (base + units % base).to_string();
    fraction.replace_range(..1, mark);
    (units / base).to_string() + &fraction
}

#[cfg(test)]
mod tests {
    use super::{dollars, file_size, in_seconds, seconds};
    use crate::i18n::Locale;

    #[test]
    fn numbers_take_the_form_of_their_language() {
        assert_eq!(seconds(Locale::ru, 420), "0,4\u{a0}с");
        assert_eq!(seconds(Locale::en, 9_960), "9.9\u{a0}s");
        assert_eq!(seconds(Locale::en, 12_345), "12\u{a0}s");
        assert_eq!(dollars(Locale::ru, 0.0336), "0,034\u{a0}$");
        assert_eq!(dollars(Locale::en, 1.0), "$1.000");
        assert_eq!(file_size(Locale::ru, 1_250_000), "1,2\u{a0}МБ");
        assert_eq!(file_size(Locale::en, 999), "1\u{a0}kB");
    }

    #[test]
    fn a_long_wait_is_told_in_minutes() {
        assert_eq!(in_seconds(Locale::en, 119), "You can try again in 119\u{a0}s");
        assert_eq!(in_seconds(Locale::ru, 3601), "Повторить можно через 61\u{a0}мин");
    }
}

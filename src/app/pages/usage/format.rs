//! Numbers, money and times in the page's language.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use leptos_i18n::td_string;

use super::scale;
use crate::app::components::filled;
use crate::i18n::Locale;

/// Stands where there is nothing to tell.
pub(super) const NONE: &str = "–";

/// Writes a number in the page's language.
pub(super) type Format = fn(Locale, u64) -> String;

/// A whole number, its thousands set apart.
pub(super) fn count(locale: Locale, number: u64) -> String {
    let gap = match locale {
        Locale::ru => '\u{202f}',
        Locale::en => ',',
    };
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3 * gap.len_utf8());
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(gap);
        }
        grouped.push(digit);
    }
    grouped
}

/// Money given in billionths of a dollar: cents from a dollar on, hundredths of a cent below.
pub(super) fn money(locale: Locale, nanos: u64) -> String {
    match nanos {
        0 => dollars(locale, "0"),
        1..50_000 => "<\u{a0}".to_owned() + &dollars(locale, &decimal(locale, 1, 4)),
        50_000..1_000_000_000 => dollars(locale, &decimal(locale, (nanos + 50_000) / 100_000, 4)),
        _ => dollars(locale, &decimal(locale, nanos.saturating_add(5_000_000) / 10_000_000, 2)),
    }
}

/// The same for the marks of an axis: exact, and no longer than it must be.
pub(super) fn round_money(locale: Locale, nanos: u64) -> String {
    if nanos == 0 {
        return money(locale, nanos);
    }
    let digits = decimal(locale, nanos, 9);
    let needed = digits.trim_end_matches('0').len().max(digits.len() - 7);
    dollars(locale, digits.get(..needed).unwrap_or(&digits))
}

/// `part` of `whole`, with tenths below ten percent.
pub(super) fn percent(locale: Locale, part: u64, whole: u64) -> String {
    if whole == 0 {
        return NONE.to_owned();
    }
    let tenths = (scale::share(part, whole) + 5) / 10;
    let number = if tenths < 100 && !tenths.is_multiple_of(10) {
        decimal(locale, tenths, 1)
    } else {
        ((tenths + 5) / 10).to_string()
    };
    match locale {
        Locale::ru => number + "\u{a0}%",
        Locale::en => number + "%",
    }
}

/// A duration: milliseconds below a second, tenths of seconds below ten, whole seconds from there.
pub(super) fn duration(locale: Locale, ms: u64) -> String {
    let (text, gap, number) = match ms {
        0..1000 => (td_string!(locale, usage.milliseconds), "{ms}", ms.to_string()),
        1000..10_000 => (td_string!(locale, steps.seconds), "{seconds}", decimal(locale, ms / 100, 1)),
        _ => (td_string!(locale, steps.seconds), "{seconds}", count(locale, ms / 1000)),
    };
    filled(text, gap, &number)
}

/// A number, or a dash where it is nought.
pub(super) fn or_none(locale: Locale, number: u64, format: Format) -> String {
    if number == 0 { NONE.to_owned() } else { format(locale, number) }
}

/// Day and time of day in UTC.
pub(super) fn moment(locale: Locale, ms: u64) -> String {
    date(locale, ms) + "\u{a0}" + &time_of_day(ms)
}

/// The day in UTC.
pub(super) fn date(locale: Locale, ms: u64) -> String {
    let form = match locale {
        Locale::ru => "%d.%m",
        Locale::en => "%-d\u{a0}%b",
    };
    utc(ms).strftime(form).to_string()
}

/// The time of day in UTC.
pub(super) fn time_of_day(ms: u64) -> String {
    utc(ms).strftime("%H:%M").to_string()
}

/// A moment as programs read it.
pub(super) fn machine_moment(ms: u64) -> String {
    utc(ms).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn utc(ms: u64) -> DateTime {
    let moment = i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    moment.unwrap_or_default().to_zoned(TimeZone::UTC).datetime()
}

fn dollars(locale: Locale, number: &str) -> String {
    match locale {
        Locale::ru => format!("{number}\u{a0}$"),
        Locale::en => format!("${number}"),
    }
}

/// `units` with so many of their last digits behind the language's decimal mark.
fn decimal(locale: Locale, units: u64, places: usize) -> String {
    let mark = match locale {
        Locale::ru => ',',
        Locale::en => '.',
    };
    let digits = format!("{units:0>width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    format!("{}{mark}{fraction}", count(locale, whole.parse().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::{count, duration, machine_moment, moment, money, percent, round_money};
    use crate::i18n::Locale;

    #[test]
    fn thousands_are_set_apart() {
        for (number, ru, en) in [
            (0, "0", "0"),
            (999, "999", "999"),
            (1000, "1\u{202f}000", "1,000"),
            (1_234_567, "1\u{202f}234\u{202f}567", "1,234,567"),
        ] {
            assert_eq!(count(Locale::ru, number), ru);
            assert_eq!(count(Locale::en, number), en);
        }
        assert_eq!(count(Locale::en, u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn money_has_the_digits_that_matter() {
        for (nanos, ru, en) in [
            (0, "0\u{a0}$", "$0"),
            (1, "<\u{a0}0,0001\u{a0}$", "<\u{a0}$0.0001"),
            (49_999, "<\u{a0}0,0001\u{a0}$", "<\u{a0}$0.0001"),
            (50_000, "0,0001\u{a0}$", "$0.0001"),
            (33_600_000, "0,0336\u{a0}$", "$0.0336"),
            (999_999_999, "1,0000\u{a0}$", "$1.0000"),
            (1_000_000_000, "1,00\u{a0}$", "$1.00"),
            (1_234_565_000_000, "1\u{202f}234,57\u{a0}$", "$1,234.57"),
        ] {
            assert_eq!(money(Locale::ru, nanos), ru, "{nanos}");
            assert_eq!(money(Locale::en, nanos), en, "{nanos}");
        }
        assert!(!money(Locale::en, u64::MAX).is_empty());
    }

    #[test]
    fn marks_of_an_axis_are_exact_and_short() {
        for (nanos, text) in [
            (0, "$0"),
            (10_000, "$0.00001"),
            (50_000_000, "$0.05"),
            (100_000_000, "$0.10"),
            (2_000_000_000, "$2.00"),
            (20_000_000_000, "$20.00"),
        ] {
            assert_eq!(round_money(Locale::en, nanos), text, "{nanos}");
        }
        assert_eq!(round_money(Locale::ru, 50_000_000), "0,05\u{a0}$");
    }

    #[test]
    fn percents_have_tenths_where_they_are_small() {
        for (part, whole, text) in
            [(0, 5, "0%"), (1, 3, "33%"), (1, 40, "2.5%"), (1, 20, "5%"), (2, 3, "67%"), (5, 5, "100%"), (9, 0, "–")]
        {
            assert_eq!(percent(Locale::en, part, whole), text, "{part} of {whole}");
        }
        assert_eq!(percent(Locale::ru, 1, 40), "2,5\u{a0}%");
    }

    #[test]
    fn durations_are_in_the_unit_that_fits() {
        for (ms, text) in [(0, "0\u{a0}мс"), (999, "999\u{a0}мс"), (3450, "3,4\u{a0}с"), (12_900, "12\u{a0}с")] {
            assert_eq!(duration(Locale::ru, ms), text);
        }
        assert_eq!(duration(Locale::en, 420), "420\u{a0}ms");
    }

    #[test]
    fn moments_are_told_in_utc() {
        // 25 November 2026, 14:05.
        let ms = 1_795_615_500_000;
        assert_eq!(moment(Locale::ru, ms), "25.11\u{a0}14:05");
        assert_eq!(moment(Locale::en, ms), "25\u{a0}Nov\u{a0}14:05");
        assert_eq!(machine_moment(ms), "2026-11-25T14:05:00Z");
        assert_eq!(machine_moment(u64::MAX), "1970-01-01T00:00:00Z");
    }
}

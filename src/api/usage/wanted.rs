//! What an address wants of the usage log. The page and the file are asked in the same words, which are read and written here alone.

use url::form_urlencoded::{self, Serializer};

use super::PAGE;
use crate::guard::usage::Period;
use crate::look::failure::FailureCode;
use crate::store::usage::Filter;

/// Most requests that are shown; a file has more of them.
pub(crate) const MOST_SHOWN: u64 = 100;

/// The outcome of a look that was made, beside the codes of failures.
pub(crate) const MADE: &str = "made";

/// The longest name of a model that is looked for, in bytes. Anybody can write an address.
const LONGEST_MODEL: usize = 100;

/// What the address asks for. The filter's times are the period's to set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) period: Period,
    pub(crate) filter: Filter,
}

/// How it is given away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub(crate) enum Format {
    #[default]
    Json,
    Csv,
}

impl Wanted {
    /// Reads an address's query. What it cannot mean is as if it had not been said, and an empty field of a form is no filter.
    pub(crate) fn of_query(query: &str) -> Self {
        let mut wanted = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.trim();
            let said = |means_something: bool| means_something.then(|| value.to_owned());
            match name.as_ref() {
                "period" => wanted.period = value.parse().unwrap_or_default(),
                "outcome" => wanted.filter.outcome = said(value == MADE || value.parse::<FailureCode>().is_ok()),
                "model" => wanted.filter.model = said((1..=LONGEST_MODEL).contains(&value.len())),
                "source" => wanted.filter.source = value.parse().ok(),
                _ => {}
            }
        }
        wanted
    }

    /// Whether anything is left out of the last requests.
    pub(crate) fn is_filtered(&self) -> bool {
        self.filter != Filter::default()
    }

    /// The page's address for another period, with the same filter.
    pub(crate) fn address(&self, period: Period) -> String {
        format!("{PAGE}?{}", self.query(period))
    }

    /// The address of a file with all that is wanted.
    pub(crate) fn export(&self, format: Format) -> String {
        let format: &str = format.into();
        format!("/api/usage?{}&format={format}&download", self.query(self.period))
    }

    fn query(&self, period: Period) -> String {
        let Filter { outcome, model, source, .. } = &self.filter;
        let mut query = Serializer::new(String::new());
        query.append_pair("period", period.into());
        for (name, value) in [("outcome", outcome), ("model", model)] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        if let Some(source) = source {
            query.append_pair("source", source.into());
        }
        query.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{Filter, Format, LONGEST_MODEL, Period, Wanted};
    use crate::store::usage::Source;

    #[test]
    fn an_address_says_what_is_wanted_and_is_written_back() {
        let all = Wanted::of_query("period=week&outcome=timeout&model=a+b%26c&source=kept");
        let filter = Filter {
            outcome: Some("timeout".to_owned()),
            model: Some("a b&c".to_owned()),
            source: Some(Source::Kept),
            ..Filter::default()
        };
        assert_eq!(all, Wanted { period: Period::Week, filter });
        assert!(all.is_filtered());
        assert_eq!(all.address(Period::Month), "/usage?period=month&outcome=timeout&model=a+b%26c&source=kept");
        let file = "/api/usage?period=week&outcome=timeout&model=a+b%26c&source=kept&format=csv&download";
        assert_eq!(all.export(Format::Csv), file);
    }

    #[test]
    fn what_is_written_is_read_again() {
        for model in ["m", "100%25;=ы&+/?#", &"m".repeat(LONGEST_MODEL)] {
            let filter = Filter { model: Some(model.to_owned()), ..Filter::default() };
            let wanted = Wanted { period: Period::Month, filter };
            for written in [wanted.address(Period::Month), wanted.export(Format::Json)] {
                let (_, query) = written.split_once('?').unwrap();
                assert_eq!(Wanted::of_query(query), wanted, "{written}");
            }
        }
    }

    #[test]
    fn what_is_empty_or_means_nothing_is_as_if_it_had_not_been_said() {
        let long = format!("model={}", "m".repeat(LONGEST_MODEL + 1));
        for asked in
            ["", "&&=&", "period=year&outcome=&model=+&source=nowhere", "outcome=no_such_code", &long, "%ff=%zz"]
        {
            let none = Wanted::of_query(asked);
            assert_eq!(none, Wanted::default(), "{asked}");
            assert!(!none.is_filtered());
            assert_eq!(none.address(Period::Day), "/usage?period=day");
        }
        assert!(Wanted::of_query("outcome=made").is_filtered());
    }
}

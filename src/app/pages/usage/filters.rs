//! What the page's address asks for, and the form that writes it.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos_i18n::td_string;
use url::form_urlencoded::Serializer;

use super::names;
use crate::guard::usage::Period;
use crate::i18n::Locale;
use crate::look::failure::FailureCode;
use crate::store::usage::{Filter, Report};

/// The outcome of a look that was made, beside the codes of failures.
const MADE: &str = "made";

/// The longest name of a model that is looked for, in bytes. Anybody can write an address.
const LONGEST_MODEL: usize = 100;

/// What the address asks for. The filter's times are the period's to set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) period: Period,
    pub(super) filter: Filter,
}

impl Wanted {
    /// Reads the address's fields. What they cannot mean is left out.
    pub(super) fn read(named: impl Fn(&str) -> Option<String>) -> Self {
        let said = |name: &str| named(name).filter(|value| !value.is_empty());
        let is_outcome = |outcome: &String| outcome == MADE || outcome.parse::<FailureCode>().is_ok();
        Self {
            period: said("period").and_then(|period| period.parse().ok()).unwrap_or_default(),
            filter: Filter {
                outcome: said("outcome").filter(is_outcome),
                model: said("model").filter(|model| model.len() <= LONGEST_MODEL),
                source: said("source").and_then(|source| source.parse().ok()),
                ..Filter::default()
            },
        }
    }

    /// Whether anything is left out of the last requests.
    pub(super) fn is_filtered(&self) -> bool {
        self.filter != Filter::default()
    }

    /// The page's address for another period, with the same filter.
    pub(super) fn address(&self, period: Period) -> String {
        format!("/usage?{}", self.query(period))
    }

    /// The address of a file with all that is wanted, `csv` or `json`.
    pub(super) fn export(&self, kind: &str) -> String {
        format!("/api/usage?{}&format={kind}&download", self.query(self.period))
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

    /// The form, which offers what there is in `report`.
    pub(super) fn form(&self, locale: Locale, report: &Report) -> AnyView {
        let Filter { outcome, model, source, .. } = &self.filter;
        let codes = report.failures.iter().map(|failure| failure.code.clone());
        let models = report.calls.iter().map(|call| call.model.clone()).filter(|model| !model.is_empty());
        // What is chosen is offered, too, when this period has nothing of it.
        let outcomes: BTreeSet<String> = codes.chain(outcome.clone()).filter(|code| code != MADE).collect();
        let models: BTreeSet<String> = models.chain(model.clone()).collect();
        let made = (MADE.to_owned(), td_string!(locale, usage.requests.made).to_owned());
        let outcomes = outcomes.into_iter().map(|code| (code.clone(), names::failure(locale, &code)));
        let sources = names::SOURCES.map(|source| {
            let value: &'static str = source.into();
            (value.to_owned(), names::source(locale, source).to_owned())
        });
        let source = source.map(<&'static str>::from);
        let period: &'static str = self.period.into();
        view! {
            <form class="filter" method="get" action="/usage#requests">
                <input type="hidden" name="period" value=period />
                {choice(
                    locale,
                    "outcome",
                    td_string!(locale, usage.requests.outcome),
                    std::iter::once(made).chain(outcomes).collect(),
                    outcome.as_deref(),
                )}
                {choice(
                    locale,
                    "model",
                    td_string!(locale, usage.requests.model),
                    models.into_iter().map(|model| (model.clone(), model)).collect(),
                    model.as_deref(),
                )}
                {choice(locale, "source", td_string!(locale, usage.requests.source), sources.into(), source)}
                <button class="secondary">{td_string!(locale, usage.requests.show)}</button>
                {self.is_filtered().then(|| self.reset(locale))}
            </form>
        }
        .into_any()
    }

    fn reset(&self, locale: Locale) -> impl IntoView + use<> {
        let everything = Self { filter: Filter::default(), ..*self };
        let address = everything.address(self.period) + "#requests";
        view! {
            <a class="plain" href=address>
                {td_string!(locale, usage.requests.reset)}
            </a>
        }
    }
}

/// A list to choose from; its options are values and their names.
fn choice(
    locale: Locale,
    field: &'static str,
    name: &'static str,
    options: Vec<(String, String)>,
    chosen: Option<&str>,
) -> AnyView {
    let option = |(value, name): (String, String)| {
        let is_chosen = chosen == Some(value.as_str());
        view! {
            <option value=value selected=is_chosen>
                {name}
            </option>
        }
    };
    view! {
        <label>
            <span>{name}</span>
            <select class="field" name=field>
                <option value="">{td_string!(locale, usage.requests.every)}</option>
                {options.into_iter().map(option).collect_view()}
            </select>
        </label>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::Wanted;
    use crate::guard::usage::Period;
    use crate::store::usage::{Filter, Source};

    fn wanted(fields: &[(&str, &str)]) -> Wanted {
        let find = |name: &str| fields.iter().find(|(field, _)| *field == name).map(|(_, value)| (*value).to_owned());
        Wanted::read(find)
    }

    #[test]
    fn an_address_says_what_is_wanted_and_is_written_back() {
        let all = wanted(&[("period", "week"), ("outcome", "timeout"), ("model", "a b&c"), ("source", "kept")]);
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
        assert_eq!(all.export("csv"), file);
    }

    #[test]
    fn what_is_empty_or_means_nothing_is_left_out() {
        let long = "m".repeat(101);
        let none = wanted(&[("period", "year"), ("outcome", ""), ("model", &long), ("source", "nowhere")]);
        assert_eq!(none, Wanted::default());
        assert_eq!(wanted(&[("outcome", "no_such_code")]), Wanted::default());
        assert_eq!(none.address(Period::Day), "/usage?period=day");
        assert!(!none.is_filtered() && wanted(&[("outcome", "made")]).is_filtered());
    }
}

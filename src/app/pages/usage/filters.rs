//! The form that chooses among the last requests.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos_i18n::td_string;

use super::names;
use crate::api::usage::{MADE, Wanted};
use crate::i18n::Locale;
use crate::store::usage::{Filter, Report};

/// The form, which offers what there is in `report`.
pub(super) fn form(locale: Locale, wanted: &Wanted, report: &Report) -> AnyView {
    let Filter { outcome, model, source, .. } = &wanted.filter;
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
    let period: &'static str = wanted.period.into();
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
            {wanted.is_filtered().then(|| reset(locale, wanted))}
        </form>
    }
    .into_any()
}

fn reset(locale: Locale, wanted: &Wanted) -> impl IntoView + use<> {
    let everything = Wanted { period: wanted.period, filter: Filter::default() };
    let address = everything.address(wanted.period) + "#requests";
    view! {
        <a class="plain" href=address>
            {td_string!(locale, usage.requests.reset)}
        </a>
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

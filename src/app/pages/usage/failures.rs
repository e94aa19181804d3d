//! What failed, and how often.

use leptos::prelude::*;
use leptos_i18n::td_string;

use super::format::{self, count, percent};
use super::names;
use super::table::{Cell, Head, Row, Table};
use crate::i18n::Locale;
use crate::store::usage::FailureCount;

/// The failures of a period.
pub(super) fn failures(locale: Locale, failures: &[FailureCount]) -> AnyView {
    let body = if failures.is_empty() {
        view! { <p class="quiet-note">{td_string!(locale, usage.failures.empty)}</p> }.into_any()
    } else {
        table(locale, failures).view()
    };
    view! {
        <section>
            <h2>{td_string!(locale, usage.failures.title)}</h2>
            {body}
        </section>
    }
    .into_any()
}

fn table(locale: Locale, failures: &[FailureCount]) -> Table {
    let all: u64 = failures.iter().map(|failure| failure.count).sum();
    let row = |failure: &FailureCount| {
        let FailureCount { code, step, count: number } = failure;
        Row {
            name: titled(locale, code),
            cells: vec![
                Cell::Number(step.map_or(format::NONE.to_owned(), |step| step.to_string())),
                Cell::Number(count(locale, *number)),
                Cell::Number(percent(locale, *number, all)),
            ],
        }
    };
    Table {
        id: "failures-table",
        caption: td_string!(locale, usage.failures.title),
        heads: vec![
            Head::Words(td_string!(locale, usage.failures.what)),
            Head::Number(td_string!(locale, usage.failures.step)),
            Head::Number(td_string!(locale, usage.failures.count)),
            Head::Number(td_string!(locale, usage.failures.share)),
        ],
        rows: failures.iter().map(row).collect(),
        sum: None,
    }
}

/// A failure as visitors are told of it, and its code.
pub(super) fn titled(locale: Locale, code: &str) -> AnyView {
    view! {
        <span class="titled">{names::failure(locale, code)} " " <code>{code.to_owned()}</code></span>
    }
    .into_any()
}

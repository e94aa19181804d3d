//! The last requests, one a row.

use leptos::prelude::*;
use leptos_i18n::td_string;

use super::failures;
use super::filters;
use super::format::{Format, NONE, count, duration, machine_moment, moment, money, or_none};
use super::names;
use super::table::{Cell, Head, Row, Table};
use crate::api::usage::{MOST_SHOWN, Wanted};
use crate::app::components::filled;
use crate::i18n::Locale;
use crate::store::usage::{Entry, Report};

/// Those that `wanted` lets through, and the form that asks for others.
pub(super) fn requests(locale: Locale, wanted: &Wanted, report: &Report, entries: &[Entry]) -> AnyView {
    let nothing = if wanted.is_filtered() {
        td_string!(locale, usage.requests.no_match)
    } else {
        td_string!(locale, usage.requests.empty)
    };
    let body = if entries.is_empty() {
        view! { <p class="quiet-note">{nothing}</p> }.into_any()
    } else {
        let shown = filled(td_string!(locale, usage.requests.count), "{count}", &entries.len().to_string());
        let shown = filled(&shown, "{most}", &MOST_SHOWN.to_string());
        view! {
            {table(locale, entries).view()}
            <p class="quiet-note">{shown}</p>
        }
        .into_any()
    };
    view! {
        <section id="requests">
            <h2>{td_string!(locale, usage.requests.title)}</h2>
            // Where there is nothing at all, there is nothing to choose from.
            {(wanted.is_filtered() || !entries.is_empty()).then(|| filters::form(locale, wanted, report))}
            {body}
        </section>
    }
    .into_any()
}

fn table(locale: Locale, entries: &[Entry]) -> Table {
    Table {
        id: "requests-table",
        caption: td_string!(locale, usage.requests.caption),
        heads: vec![
            Head::Words(td_string!(locale, usage.requests.when)),
            Head::Words(td_string!(locale, usage.requests.outcome)),
            Head::Words(td_string!(locale, usage.requests.source)),
            Head::Words(td_string!(locale, usage.requests.model)),
            Head::Number(td_string!(locale, usage.requests.cost)),
            Head::Number(td_string!(locale, usage.requests.saved)),
            Head::Number(td_string!(locale, usage.requests.total)),
            Head::Number(td_string!(locale, usage.requests.upstream)),
            Head::Number(td_string!(locale, usage.requests.queued)),
            Head::Words(td_string!(locale, usage.requests.id)),
        ],
        rows: entries.iter().map(|entry| row(locale, entry)).collect(),
        sum: None,
    }
}

fn row(locale: Locale, entry: &Entry) -> Row {
    let number = |number, format: Format| Cell::Number(or_none(locale, number, format));
    let code = |text: Option<&String>| match text {
        Some(text) => view! { <code>{text.clone()}</code> }.into_any(),
        None => NONE.into_any(),
    };
    let when = view! { <time datetime=machine_moment(entry.at_ms)>{moment(locale, entry.at_ms)}</time> };
    Row {
        name: when.into_any(),
        cells: vec![
            Cell::Words(outcome(locale, entry)),
            Cell::Words(names::source(locale, entry.source).into_any()),
            Cell::Words(code(entry.model.as_ref())),
            number(entry.cost_nanos, money),
            number(entry.saved_nanos, money),
            number(entry.took_ms, duration),
            number(entry.upstream_ms, duration),
            number(entry.queued_ms, duration),
            Cell::Words(code(entry.request_id.as_ref())),
        ],
    }
}

/// That it was made, or what failed and where.
fn outcome(locale: Locale, entry: &Entry) -> AnyView {
    let Some(code) = &entry.code else {
        return td_string!(locale, usage.requests.made).into_any();
    };
    let step = entry.step.map(|step| {
        let step = count(locale, u64::from(step));
        filled(td_string!(locale, usage.requests.at_step), "{step}", &step)
    });
    view! {
        <span class="failed-mark" aria-hidden="true">
            "✕"
        </span>
        {failures::titled(locale, code)} " "
        {step.map(|step| view! { <small>{step}</small> })}
    }
    .into_any()
}

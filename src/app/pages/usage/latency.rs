//! How long looks take, and whose time that is.

use leptos::prelude::*;
use leptos_i18n::td_string;

use super::format::duration;
use super::table::{Cell, Head, Row, Table};
use crate::i18n::Locale;
use crate::store::usage::{Latency, Quantiles};

/// The columns that tell of a duration.
pub(super) const HEADS: [Head; 3] = [Head::Number("p50"), Head::Number("p95"), Head::Number("p99")];

/// A duration in those columns.
pub(super) fn cells(locale: Locale, quantiles: Quantiles) -> [Cell; 3] {
    [quantiles.p50, quantiles.p95, quantiles.p99].map(|ms| Cell::Number(duration(locale, ms)))
}

/// The time to a look that was made anew, and its parts.
pub(super) fn latency(locale: Locale, latency: Latency) -> AnyView {
    let body = if latency == Latency::default() {
        view! { <p class="quiet-note">{td_string!(locale, usage.latency.empty)}</p> }.into_any()
    } else {
        view! {
            {table(locale, latency).view()}
            <p class="quiet-note">{td_string!(locale, usage.latency.note)}</p>
        }
        .into_any()
    };
    view! {
        <section>
            <h2>{td_string!(locale, usage.latency.title)}</h2>
            {body}
        </section>
    }
    .into_any()
}

fn table(locale: Locale, latency: Latency) -> Table {
    let parts = [
        (td_string!(locale, usage.latency.total), latency.total),
        (td_string!(locale, usage.latency.upstream), latency.upstream),
        (td_string!(locale, usage.latency.own), latency.own),
    ];
    let row = |(name, quantiles): (&'static str, Quantiles)| Row {
        name: name.into_any(),
        cells: cells(locale, quantiles).into(),
    };
    let mut heads = vec![Head::Words(td_string!(locale, usage.latency.part))];
    heads.extend(HEADS);
    Table {
        id: "latency-table",
        caption: td_string!(locale, usage.latency.caption),
        heads,
        rows: parts.into_iter().map(row).collect(),
        sum: None,
    }
}

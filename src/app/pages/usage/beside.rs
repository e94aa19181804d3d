//! Our own books beside the gateway's log: two hands that count the same calls.

use std::cmp::Ordering;

use leptos::prelude::*;
use leptos_i18n::td_string;

use super::format::{Format, count, money};
use super::table::{Cell, Head, Row, Table};
use crate::guard::reconcile::GatewayTotals;
use crate::i18n::Locale;
use crate::store::usage::{CallUse, Report};

/// What both count.
struct Counted {
    name: &'static str,
    ours: u64,
    theirs: u64,
    format: Format,
}

/// Both, for a period. `theirs` is `None` where nobody may read the gateway's log.
pub(super) fn beside(locale: Locale, report: &Report, theirs: Option<Result<GatewayTotals, String>>) -> AnyView {
    let body = match theirs {
        None => view! { <p class="quiet-note">{td_string!(locale, usage.beside.unset)}</p> }.into_any(),
        Some(Err(reason)) => view! {
            <p class="refusal">
                {td_string!(locale, usage.beside.unreadable)} " " <code>{reason}</code>
            </p>
        }
        .into_any(),
        Some(Ok(theirs)) => compared(locale, report, &theirs),
    };
    view! {
        <section>
            <h2>{td_string!(locale, usage.beside.title)}</h2>
            {body}
        </section>
    }
    .into_any()
}

fn compared(locale: Locale, report: &Report, theirs: &GatewayTotals) -> AnyView {
    let sum = |number: fn(&CallUse) -> u64| report.calls.iter().map(number).sum::<u64>();
    let counted = |name, ours, theirs| Counted { name, ours, theirs, format: count };
    let rows = [
        counted(td_string!(locale, usage.beside.calls), report.totals.calls, theirs.calls),
        counted(td_string!(locale, usage.beside.failed), sum(|call| call.failed), theirs.failed),
        counted(td_string!(locale, usage.beside.cached), sum(|call| call.cached), theirs.cached),
        counted(td_string!(locale, usage.beside.tokens_in), sum(|call| call.prompt_tokens), theirs.tokens_in),
        counted(
            td_string!(locale, usage.beside.tokens_out),
            sum(|call| call.text_tokens + call.image_tokens),
            theirs.tokens_out,
        ),
        Counted {
            name: td_string!(locale, usage.beside.cost),
            ours: report.totals.cost_nanos,
            theirs: theirs.cost_nanos,
            format: money,
        },
    ];
    let table = Table {
        id: "beside-table",
        caption: td_string!(locale, usage.beside.title),
        heads: vec![
            Head::Words(td_string!(locale, usage.beside.what)),
            Head::Number(td_string!(locale, usage.beside.ours)),
            Head::Number(td_string!(locale, usage.beside.theirs)),
            Head::Number(td_string!(locale, usage.beside.difference)),
        ],
        rows: rows.iter().map(|counted| counted.row(locale)).collect(),
        sum: None,
    };
    let incomplete =
        (!theirs.is_complete).then(|| view! { <p class="refusal">{td_string!(locale, usage.beside.incomplete)}</p> });
    view! {
        {table.view()}
        {incomplete}
        <p class="quiet-note">{td_string!(locale, usage.beside.note)}</p>
    }
    .into_any()
}

impl Counted {
    fn row(&self, locale: Locale) -> Row {
        let told = |number| (self.format)(locale, number);
        Row {
            name: self.name.into_any(),
            cells: vec![
                Cell::Number(told(self.ours)),
                Cell::Number(told(self.theirs)),
                Cell::Number(self.difference(locale)),
            ],
        }
    }

    /// By how much ours is more or less, as far as it would be seen.
    fn difference(&self, locale: Locale) -> String {
        let told = |number| (self.format)(locale, number);
        let apart = told(self.ours.abs_diff(self.theirs));
        match self.ours.cmp(&self.theirs) {
            _ if told(self.ours) == told(self.theirs) => td_string!(locale, usage.beside.same).to_owned(),
            Ordering::Less => format!("−{apart}"),
            Ordering::Greater | Ordering::Equal => format!("+{apart}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Counted, Format};
    use crate::app::pages::usage::format::{count, money};
    use crate::i18n::Locale;

    fn difference(ours: u64, theirs: u64, format: Format) -> String {
        Counted { name: "", ours, theirs, format }.difference(Locale::en)
    }

    #[test]
    fn a_difference_says_which_hand_counts_more() {
        assert_eq!(difference(3, 3, count), "none");
        assert_eq!(difference(3, 5, count), "−2");
        assert_eq!(difference(1500, 3, count), "+1,497");
    }

    #[test]
    fn what_nobody_would_see_is_no_difference() {
        assert_eq!(difference(33_600_000, 33_600_001, money), "none");
        assert_eq!(difference(33_600_000, 67_200_000, money), "−$0.0336");
    }
}

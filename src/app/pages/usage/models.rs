//! What each model was asked in each step, and what came of it.

use leptos::prelude::*;
use leptos_i18n::td_string;

use super::format::{self, count, money, or_none};
use super::table::{Cell, Head, Row, Table};
use super::{latency, names};
use crate::i18n::Locale;
use crate::store::usage::CallUse;

/// The calls of a period.
pub(super) fn models(locale: Locale, calls: &[CallUse]) -> AnyView {
    let body = if calls.is_empty() {
        view! { <p class="quiet-note">{td_string!(locale, usage.models.empty)}</p> }.into_any()
    } else {
        table(locale, calls).view()
    };
    view! {
        <section>
            <h2>{td_string!(locale, usage.models.title)}</h2>
            {body}
        </section>
    }
    .into_any()
}

fn table(locale: Locale, calls: &[CallUse]) -> Table {
    let mut heads = vec![
        Head::Words(td_string!(locale, usage.models.model)),
        Head::Words(td_string!(locale, usage.models.step)),
        Head::Number(td_string!(locale, usage.models.calls)),
        Head::Number(td_string!(locale, usage.models.failed)),
        Head::Number(td_string!(locale, usage.models.cached)),
        Head::Number(td_string!(locale, usage.models.prompt)),
        Head::Number(td_string!(locale, usage.models.text)),
        Head::Number(td_string!(locale, usage.models.image)),
        Head::Number(td_string!(locale, usage.models.cost)),
    ];
    heads.extend(latency::HEADS);
    let row = |call: &CallUse| {
        let name = if call.model.is_empty() {
            td_string!(locale, usage.models.nameless).into_any()
        } else {
            view! { <code>{call.model.clone()}</code> }.into_any()
        };
        let mut told = vec![Cell::Words(names::step(locale, call.step).into_any())];
        told.extend(counts(locale, call));
        told.extend(latency::cells(locale, call.took_ms));
        Row { name, cells: told }
    };
    let mut sums = vec![Cell::Words(().into_any())];
    sums.extend(counts(locale, &calls.iter().fold(CallUse::default(), added)));
    sums.extend(latency::HEADS.map(|_| Cell::Number(format::NONE.to_owned())));
    Table {
        id: "models-table",
        caption: td_string!(locale, usage.models.title),
        heads,
        rows: calls.iter().map(row).collect(),
        sum: Some(Row { name: td_string!(locale, usage.models.sum).into_any(), cells: sums }),
    }
}

/// All that can be summed up.
fn counts(locale: Locale, call: &CallUse) -> [Cell; 7] {
    let counts = [call.calls, call.failed, call.cached, call.prompt_tokens, call.text_tokens, call.image_tokens];
    let [calls, failed, cached, prompt, text, image] =
        counts.map(|number| Cell::Number(or_none(locale, number, count)));
    [calls, failed, cached, prompt, text, image, Cell::Number(money(locale, call.cost_nanos))]
}

fn added(sum: CallUse, call: &CallUse) -> CallUse {
    CallUse {
        calls: sum.calls + call.calls,
        failed: sum.failed + call.failed,
        cached: sum.cached + call.cached,
        cost_nanos: sum.cost_nanos + call.cost_nanos,
        prompt_tokens: sum.prompt_tokens + call.prompt_tokens,
        text_tokens: sum.text_tokens + call.text_tokens,
        image_tokens: sum.image_tokens + call.image_tokens,
        ..sum
    }
}

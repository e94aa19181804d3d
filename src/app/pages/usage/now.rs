//! How things stand now: what is under way, what may still be spent, what may be asked.

use leptos::prelude::*;
use leptos_i18n::td_string;

use super::format::{count, money, percent};
use super::scale;
use crate::app::components::filled;
use crate::guard::usage::Now;
use crate::i18n::Locale;

/// The share of a budget from which on the page warns, in hundredths of a percent.
const NEARLY: u64 = 8_000;

/// The state of this moment.
pub(super) fn now(locale: Locale, now: &Now) -> AnyView {
    let per_minute = filled(td_string!(locale, usage.now.per_minute), "{number}", &count(locale, now.per_minute));
    let per_user = filled(
        &filled(td_string!(locale, usage.now.per_both), "{minute}", &count(locale, now.user_per_minute)),
        "{day}",
        &count(locale, now.user_per_day),
    );
    let facts = [
        (td_string!(locale, usage.now.being_made), count(locale, now.being_made)),
        (td_string!(locale, usage.now.waiting), count(locale, now.waiting)),
        (td_string!(locale, usage.now.everybody), per_minute),
        (td_string!(locale, usage.now.user), per_user),
    ];
    let fact = |(name, value): (&'static str, String)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    let budgets = match now.spending {
        None => view! { <p class="refusal">{td_string!(locale, usage.now.closed)}</p> }.into_any(),
        Some(spending) => {
            let day = td_string!(locale, usage.now.day);
            let month = td_string!(locale, usage.now.month);
            view! {
                {budget(locale, day, spending.day_nanos, spending.day_budget_nanos)}
                {budget(locale, month, spending.month_nanos, spending.month_budget_nanos)}
                {switch(locale, spending.is_frozen)}
            }
            .into_any()
        }
    };
    view! {
        <section>
            <h2>{td_string!(locale, usage.now.title)}</h2>
            {budgets}
            <dl class="facts">{facts.into_iter().map(fact).collect_view()}</dl>
        </section>
    }
    .into_any()
}

/// The switch that stops all spending, and allows it again.
fn switch(locale: Locale, is_frozen: bool) -> AnyView {
    let (note, action, class) = if is_frozen {
        (td_string!(locale, usage.now.frozen), td_string!(locale, usage.now.allow), "refusal")
    } else {
        (td_string!(locale, usage.now.stop_note), td_string!(locale, usage.now.stop), "quiet-note")
    };
    view! {
        <form class="switch" method="post" action="/usage/spending">
            <p class=class>{note}</p>
            <button class="secondary" name="frozen" value=(!is_frozen).to_string()>
                {action}
            </button>
        </form>
    }
    .into_any()
}

/// A budget as a bar. All that it shows is also told.
fn budget(locale: Locale, name: &'static str, spent: u64, budget: u64) -> AnyView {
    let amount = filled(
        &filled(td_string!(locale, usage.now.spent), "{spent}", &money(locale, spent)),
        "{budget}",
        &money(locale, budget),
    );
    // A budget of nothing is used up: it is how an operator stops all spending.
    let taken = if budget == 0 { scale::WHOLE } else { scale::share(spent, budget) };
    let left = |text: &str| {
        let left = money(locale, budget.saturating_sub(spent));
        filled(&filled(text, "{percent}", &percent(locale, spent, budget)), "{left}", &left)
    };
    let told = match taken {
        scale::WHOLE.. => td_string!(locale, usage.now.exhausted).to_owned(),
        NEARLY.. => left(td_string!(locale, usage.now.nearly)),
        _ => left(td_string!(locale, usage.now.left)),
    };
    let (note, bar) = if taken < NEARLY { ("quiet-note", "paid") } else { ("refusal", "nearly") };
    view! {
        <div class="budget">
            <p>{name}</p>
            <p class="amount">{amount}</p>
            <svg class="meter" aria-hidden="true">
                <rect class="track" width="100%" height="100%" />
                <rect class=bar width=scale::length(taken) height="100%" />
            </svg>
            <p class=note>{told}</p>
        </div>
    }
    .into_any()
}

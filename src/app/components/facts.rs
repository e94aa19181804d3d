//! The quiet line under a picture: time, price, model.

use leptos::prelude::*;

use super::studio::phase::Made;
use super::words::{self, Language};

/// How long the look took, what it cost and who made it.
pub(super) fn facts(language: Language, made: &Made) -> AnyView {
    let elapsed_ms = made.elapsed_ms;
    let cost = made.cost_usd;
    let cached = made.cached;
    let model = made.model.clone();
    let price = move || match cost {
        _ if cached => words!(result.cached)(language.get()).to_owned(),
        Some(cost) if cost > 0.0 => words::dollars(language.get(), cost),
        Some(_) => words!(result.free)(language.get()).to_owned(),
        None => String::new(),
    };
    let fact = move |name: words::Words, value: AnyView| {
        view! {
            <div>
                <dt>{words::say(language, name)}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    view! {
        <dl class="facts">
            {fact(words!(result.time), (move || words::seconds(language.get(), elapsed_ms)).into_any())}
            {(cached || cost.is_some()).then(|| fact(words!(result.cost), price.into_any()))}
            {(!model.is_empty()).then(|| fact(words!(result.model), model.into_any()))}
        </dl>
    }
    .into_any()
}

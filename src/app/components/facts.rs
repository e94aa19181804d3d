//! The quiet line under a picture: time, price, model.

use leptos::prelude::*;

use super::late::{fixed, live};
use super::studio::phase::Made;
use super::words::{self, Language, Words};
use crate::i18n::Locale;

/// What is told of a look. All of it is one kind of row.
#[derive(Clone)]
enum Fact {
    Time(u64),
    FromCache { saved: f64 },
    Cost(f64),
    Model(String),
}

/// How long the look took, what it cost and who made it.
pub(super) fn facts(language: Language, made: &Made) -> impl IntoView + use<> {
    let model = Some(made.model.clone()).filter(|model| !model.is_empty()).map(Fact::Model);
    let facts = [Some(Fact::Time(made.elapsed_ms)), cost(made), model];
    let row = move |fact: Fact| {
        let name = fact.name();
        view! {
            <div>
                <dt>{words::say(language, name)}</dt>
                <dd>{live(move || fact.value(language.get()))}</dd>
            </div>
        }
    };
    view! { <dl class="facts">{fixed(facts.into_iter().flatten().map(row))}</dl> }
}

/// What the look cost, if that is known. A picture from a cache is free only where step 1 was, too.
fn cost(made: &Made) -> Option<Fact> {
    let saved = made.saved_usd.unwrap_or_default();
    made.cost_usd.map(|cost| if made.cached && cost <= 0.0 { Fact::FromCache { saved } } else { Fact::Cost(cost) })
}

impl Fact {
    fn name(&self) -> Words {
        match self {
            Self::Time(_) => words!(result.time),
            Self::FromCache { .. } | Self::Cost(_) => words!(result.cost),
            Self::Model(_) => words!(result.model),
        }
    }

    fn value(&self, locale: Locale) -> String {
        match self {
            Self::Time(elapsed_ms) => words::seconds(locale, *elapsed_ms),
            Self::FromCache { saved } if *saved > 0.0 => {
                words::filled(words!(result.saved)(locale), "{saved}", &words::dollars(locale, *saved))
            }
            Self::FromCache { .. } => words!(result.cached)(locale).to_owned(),
            Self::Cost(cost) if *cost > 0.0 => words::dollars(locale, *cost),
            Self::Cost(_) => words!(result.free)(locale).to_owned(),
            Self::Model(model) => model.clone(),
        }
    }
}

//! The models: which of them are there, and whether those answer that a look would ask.
//!
//! Each step asks a chain of models: step 1 `DESCRIBE_MODEL` and then the image models, step 2 the image models alone. The next one is asked
//! only where the one before is retired, so a chain is broken by a name that Google does not know, and weak while its first model is gone.

use std::collections::HashMap;

use anyhow::Result;

use super::report::Report;
use crate::config::GatewayConfig;
use crate::gateway::Probe;
use crate::look::failure::{Failure, FailureCode};
use crate::look::model::{Drawing, ModelFacts, Thinking};
use crate::look::price::{Tokens, cost_usd};

/// What a look of two photos takes on average: tokens of step 1, and of step 2 beside the picture.
const DESCRIBE: Tokens = Tokens { prompt: 1700, text: 400, image: 0 };
const TRY_ON: Tokens = Tokens { prompt: 3200, text: 0, image: 0 };

/// The models that are gone, each with what was answered about it.
type Gone<'a> = HashMap<&'a str, Failure>;

/// Asks for every model, then asks the first live one of each chain something, and reckons what a look costs with these.
pub(super) async fn check(gateway: &GatewayConfig, report: &mut Report<'_>) -> Result<()> {
    let probe = Probe::new(gateway.clone())?;
    let try_on: Vec<&str> = gateway.image_models.iter().map(String::as_str).collect();
    let describe: Vec<&str> = gateway.describe_model.as_deref().into_iter().chain(try_on.iter().copied()).collect();
    let mut models: Vec<&str> = Vec::new();
    let mut gone = Gone::new();
    for model in describe.iter().copied() {
        if models.contains(&model) {
            continue;
        }
        models.push(model);
        match find(&probe, model).await {
            Ok(()) => {}
            Err(failure) if is_of_the_model(failure.code) => {
                gone.insert(model, failure);
            }
            Err(failure) => return refused(gateway, &probe, &failure, report),
        }
    }
    let chains = [describe.as_slice(), try_on.as_slice()];
    let harmful: Vec<&str> = chains.into_iter().flat_map(|chain| culprits(chain, &gone)).copied().collect();
    for model in models {
        match gone.get(model) {
            None => report.good(model, &facts(model, report))?,
            Some(failure) if harmful.contains(&model) => report.failure(model, failure)?,
            Some(failure) => report.weakness(model, failure)?,
        }
    }
    let mut answering = Vec::new();
    for chain in chains {
        if culprits(chain, &gone).is_empty() {
            let Some(model) = greet(chain, &probe, &answering, &mut gone, report).await? else { return Ok(()) };
            answering.push(model);
        }
    }
    match answering.as_slice() {
        [describer, drawer] => price(describer, drawer, report),
        _ => Ok(()),
    }
}

/// Whether `model` is there. Of a name that is not in Google's list only a question to it tells whether it is retired; that costs nothing then.
async fn find(probe: &Probe, model: &str) -> Result<(), Failure> {
    match probe.find(model).await {
        Some(Err(failure)) if failure.code == FailureCode::ModelNotFound => probe.greet(model).await.map(drop),
        Some(found) => found,
        // The gateway does not let that question through.
        None => Ok(()),
    }
}

/// Because of which models a chain has no answer: all of them when all are retired, or those up to one that Google does not know.
fn culprits<'c, 'a>(chain: &'c [&'a str], gone: &Gone<'_>) -> &'c [&'a str] {
    let is_retired = |model: &str| gone.get(model).is_some_and(|failure| failure.code == FailureCode::ModelRetired);
    let Some(at) = chain.iter().position(|model| !is_retired(model)) else { return chain };
    let is_live = chain.get(at).is_some_and(|model| !gone.contains_key(*model));
    if is_live { &[] } else { chain.get(..=at).unwrap_or(chain) }
}

/// Asks the models of a chain in the order of a look, until one answers. `None` where none does, which is reported.
async fn greet<'a>(
    chain: &[&'a str],
    probe: &Probe,
    greeted: &[&'a str],
    gone: &mut Gone<'a>,
    report: &mut Report<'_>,
) -> Result<Option<&'a str>> {
    for model in chain.iter().copied() {
        if greeted.contains(&model) {
            return Ok(Some(model));
        }
        if gone.contains_key(model) {
            continue;
        }
        match probe.greet(model).await {
            Ok(answer) => {
                let cost = answer.tokens.and_then(|tokens| cost_usd(&answer.model, tokens));
                let cost = cost.map(|cost| format!(" (${cost:.6})")).unwrap_or_default();
                report.good(words!(report, answer), &format!("{}{cost}", answer.model))?;
                return Ok(Some(model));
            }
            // It was in the list, or the list was not to be had.
            Err(failure) if failure.code == FailureCode::ModelRetired => {
                report.weakness(model, &failure)?;
                gone.insert(model, failure);
            }
            Err(failure) => {
                report.failure(words!(report, answer), &failure)?;
                return Ok(None);
            }
        }
    }
    report.failure(words!(report, answer), &Failure::new(FailureCode::ModelRetired))?;
    Ok(None)
}

/// A question was refused for a reason that all others would be refused for.
fn refused(gateway: &GatewayConfig, probe: &Probe, failure: &Failure, report: &mut Report<'_>) -> Result<()> {
    // There was a connection a moment ago, so this one failed on top of it.
    let is_tls = failure.code == FailureCode::GatewayUnreachable && gateway.url.is_https() && !probe.is_connected();
    if is_tls {
        return report.bad(words!(report, connection), words!(report, no_tls), words!(report, no_tls_cure));
    }
    report.failure(words!(report, gateway), failure)
}

fn is_of_the_model(code: FailureCode) -> bool {
    matches!(code, FailureCode::ModelNotFound | FailureCode::ModelRetired)
}

/// What is known of a model, on one line.
fn facts(model: &str, report: &Report<'_>) -> String {
    let Some(facts) = ModelFacts::of(model) else {
        return words!(report, unknown_model).to_owned();
    };
    let mut words = Vec::new();
    if let Some(Drawing { sizes, ratios, mime, .. }) = &facts.drawing {
        let sizes: Vec<_> = sizes.iter().map(|size| size.name()).collect();
        words.push(format!("{}, {ratios} {}, {mime}", sizes.join(" "), words!(report, ratios)));
    } else {
        words.push(words!(report, text_model).to_owned());
    }
    if facts.thinking != Thinking::Never {
        words.push(words!(report, thinks).to_owned());
    }
    if let Some(day) = facts.shutdown {
        words.push(format!("{} {day}", words!(report, shutdown)));
    }
    words.join(", ")
}

/// What one look costs with the models that answer.
fn price(describer: &str, drawer: &str, report: &mut Report<'_>) -> Result<()> {
    let what = words!(report, price);
    let image = ModelFacts::of(drawer).and_then(|facts| facts.drawing.as_ref()?.tokens.first().copied());
    let picture = image.and_then(|image| cost_usd(drawer, Tokens { image, ..TRY_ON }));
    match picture.zip(cost_usd(describer, DESCRIBE)) {
        Some((picture, words)) => report.good(what, &format!("≈ ${:.3}", picture + words)),
        None => report.note(what, words!(report, unknown_price)),
    }
}

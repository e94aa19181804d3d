//! How a look is MADE: describe → try on → check. This page tells the whole story.
//!
//! The pipeline asks an [`Upstream`] and reports events; it does no I/O of its own and knows neither axum nor leptos nor reqwest.

mod check;
pub mod description;
mod log;
pub mod prepare;
mod prompt;
pub mod upstream;

use crate::look::aspect::{AspectRatio, ImageSize};
use crate::look::event::Event;
use crate::look::failure::{Failure, FailureCode};
use crate::look::outfit::Outfit;
use crate::look::photo::Photo;
use crate::look::price::cost_usd;
use crate::look::step::Step;
use crate::runtime::Runtime;
use upstream::{Answer, Call, Output, PromptPart, Upstream};

pub use prompt::VERSION as PROMPT_VERSION;

/// What a look is made of.
#[derive(Clone, Debug)]
pub struct Order {
    /// PHOTO A.
    pub person: Photo,
    /// PHOTO B.
    pub outfit: Photo,
    /// The outfit, when the user has described it: step 1 is skipped.
    pub description: Option<Outfit>,
    /// The result's shape; that of PHOTO A when not asked for.
    pub ratio: Option<AspectRatio>,
    /// The result's scale.
    pub size: ImageSize,
    /// Whether caches are passed by.
    pub fresh: bool,
}

/// A picture that has been checked, and what it took.
#[derive(Clone, Debug)]
pub struct Made {
    /// The picture.
    pub picture: Photo,
    /// Whether the gateway had the answer already.
    pub cached: bool,
    /// The model that drew it.
    pub model: String,
    /// What both steps cost in dollars; `None` when a model's price is not known.
    pub cost_usd: Option<f64>,
}

/// Makes a look. `report` is told what happens on the way; the terminal event is the caller's to make.
pub async fn make(
    order: &Order,
    upstream: &dyn Upstream,
    runtime: &dyn Runtime,
    report: &(dyn Fn(Event) + Send + Sync),
) -> Result<Made, Failure> {
    let (outfit, described_for) = describe(order, upstream, runtime, report).await?;
    let (answer, picture) = try_on(order, &outfit, upstream, report).await?;
    Ok(Made {
        picture,
        cached: answer.cached,
        cost_usd: described_for.zip(cost_usd(&answer.model, answer.usage)).map(|(first, second)| first + second),
        model: answer.model,
    })
}

/// Step 1, and what it cost.
async fn describe(
    order: &Order,
    upstream: &dyn Upstream,
    runtime: &dyn Runtime,
    report: &(dyn Fn(Event) + Send + Sync),
) -> Result<(Outfit, Option<f64>), Failure> {
    report(Event::Describing);
    let started = runtime.now_ms();
    if let Some(outfit) = &order.description {
        let event = Event::Described { outfit: outfit.clone(), cached: true, model: String::new(), elapsed_ms: 0 };
        report(event);
        return Ok((outfit.clone(), Some(0.0)));
    }
    log::step_begins(Step::Describe);
    let call =
        Call { step: Step::Describe, parts: prompt::describe(&order.outfit), output: Output::Text, fresh: order.fresh };
    let described = upstream.ask(&call).await.and_then(|answer| {
        let outfit = description::parse(&answer.text).ok_or(FailureCode::BadDescription);
        let outfit = outfit.map_err(|code| Failure::new(code).request_id(answer.request_id.clone()))?;
        Ok((outfit, answer))
    });
    let (outfit, answer) = described.map_err(|failure| log::step_failed(failure.at(Step::Describe)))?;
    log::described(&outfit);
    report(Event::Described {
        outfit: outfit.clone(),
        cached: answer.cached,
        elapsed_ms: runtime.now_ms().saturating_sub(started),
        model: answer.model.clone(),
    });
    Ok((outfit, cost_usd(&answer.model, answer.usage)))
}

/// Step 2: the answer and the picture in it.
async fn try_on(
    order: &Order,
    outfit: &Outfit,
    upstream: &dyn Upstream,
    report: &(dyn Fn(Event) + Send + Sync),
) -> Result<(Answer, Photo), Failure> {
    report(Event::Generating);
    log::step_begins(Step::TryOn);
    let ratio = order.ratio.unwrap_or_else(|| AspectRatio::nearest(order.person.width, order.person.height));
    let call = Call {
        step: Step::TryOn,
        parts: prompt::try_on(&order.person, &order.outfit, outfit, ratio),
        output: Output::Image { ratio, size: order.size },
        fresh: order.fresh,
    };
    let tried = upstream.ask(&call).await.and_then(|answer| {
        let picture = check::picture(&answer, order);
        let picture = picture.map_err(|code| Failure::new(code).request_id(answer.request_id.clone()))?;
        Ok((answer, picture))
    });
    tried.map_err(|failure| log::step_failed(failure.at(Step::TryOn)))
}

impl Call {
    /// The photos of a call, in their order.
    pub fn photos(&self) -> impl Iterator<Item = &Photo> {
        self.parts.iter().filter_map(|part| match part {
            PromptPart::Photo(photo) => Some(photo),
            PromptPart::Text(_) => None,
        })
    }
}

//! The lines an operator greps for. No photo, prompt, token or free text is in them.

use crate::look::failure::{Failure, FailureCode};
use crate::look::outfit::Outfit;
use crate::look::step::Step;

pub(super) fn step_begins(step: Step) {
    match step {
        Step::Describe => tracing::info!("Step 1: Describing outfit from PHOTO B..."),
        Step::TryOn => tracing::info!("Step 2: Generating virtual try-on image..."),
    }
}

pub(super) fn described(outfit: &Outfit) {
    let json = serde_json::to_string(&outfit.without_free_text()).unwrap_or_default();
    tracing::info!("Extracted outfit description: {json}");
}

/// An answer was no good, and a second one is asked for.
pub(super) fn second_attempt(step: Step, code: FailureCode) {
    tracing::info!("Step {}: {}, asking once more", step.number(), code.name());
}

/// Logs the failure of a step and hands it on.
pub(super) fn step_failed(failure: Failure) -> Failure {
    let step = failure.step.map_or(0, Step::number);
    let request_id = failure.request_id.as_deref().unwrap_or("none");
    tracing::warn!("Step {step} error {} (request id {request_id})", failure.code.name());
    failure
}

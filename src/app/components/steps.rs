//! The two named steps of a look, each with its state and its time.

use leptos::prelude::*;

use super::late::live;
use super::studio::phase::StepState;
use super::words::{self, Language, Words};

/// Both steps, live where the signals are.
#[component]
pub(crate) fn Steps<S: Fn() -> [StepState; 2] + Copy + Send + Sync + 'static>(
    language: Language,
    /// How far they have come.
    steps: S,
    /// The page's clock, to count the time of the step under way.
    now_ms: RwSignal<u64>,
) -> impl IntoView {
    view! {
        <ol class="steps" aria-label=say!(language, steps.title)>
            {step(language, words!(steps.describe), move || steps()[0], now_ms)}
            {step(language, words!(steps.try_on), move || steps()[1], now_ms)}
        </ol>
    }
}

fn step(
    language: Language,
    name: Words,
    state: impl Fn() -> StepState + Copy + Send + 'static,
    now_ms: RwSignal<u64>,
) -> impl IntoView {
    // The clock is asked only while it counts for this step.
    let time = live(move || match state() {
        running @ StepState::Running { .. } if now_ms.get() > 0 => {
            words::seconds(language.get(), running.elapsed_ms(now_ms.get()))
        }
        StepState::Done { elapsed_ms, .. } if elapsed_ms > 0 => words::seconds(language.get(), elapsed_ms),
        _ => String::new(),
    });
    let note = live(move || note(state())(language.get()).to_owned());
    view! {
        <li class="step" data-state=live(move || name_of(state()))>
            <span class="step-name">{words::say(language, name)}</span>
            <span class="step-note">{note}</span>
            <span class="step-time">{time}</span>
        </li>
    }
}

fn note(state: StepState) -> Words {
    match state {
        StepState::Waiting => words!(steps.waiting),
        StepState::Running { .. } => words!(steps.running),
        StepState::Done { cached: true, .. } => words!(steps.cached),
        StepState::Done { cached: false, .. } => words!(steps.done),
        StepState::Failed => words!(steps.failed),
    }
}

/// What the style sheet calls a state.
fn name_of(state: StepState) -> &'static str {
    match state {
        StepState::Waiting => "waiting",
        StepState::Running { .. } => "running",
        StepState::Done { .. } => "done",
        StepState::Failed => "failed",
    }
}

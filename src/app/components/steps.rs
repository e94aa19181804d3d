//! The two named steps of a look, each with its state and its time.

use leptos::prelude::*;

use super::studio::phase::StepState;
use super::words::{self, Language, Words};

/// Both steps, live where the signals are.
#[component]
pub(crate) fn Steps(
    language: Language,
    /// How far they have come.
    steps: Signal<[StepState; 2]>,
    /// The page's clock, to count the time of the step under way.
    #[prop(into)]
    now_ms: Signal<u64>,
) -> impl IntoView {
    view! {
        <ol class="steps" aria-label=say!(language, steps.title)>
            {step(language, words!(steps.describe), Signal::derive(move || steps.get()[0]), now_ms)}
            {step(language, words!(steps.try_on), Signal::derive(move || steps.get()[1]), now_ms)}
        </ol>
    }
}

fn step(language: Language, name: Words, state: Signal<StepState>, now_ms: Signal<u64>) -> impl IntoView {
    // The clock is asked only while it counts for this step.
    let time = move || match state.get() {
        running @ StepState::Running { .. } if now_ms.get() > 0 => {
            words::seconds(language.get(), running.elapsed_ms(now_ms.get()))
        }
        StepState::Done { elapsed_ms, .. } if elapsed_ms > 0 => words::seconds(language.get(), elapsed_ms),
        _ => String::new(),
    };
    let note = move || note(state.get())(language.get());
    view! {
        <li class="step" data-state=move || name_of(state.get())>
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

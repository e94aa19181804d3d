//! The third frame: where the look appears, or why it does not.

use leptos::either::EitherOf4;
use leptos::prelude::*;

use super::browser;
use super::phase::{Phase, PhaseKind, StepState, Trouble};
use super::stage_running::{Running, wait_text};
use super::state::{Studio, pressed};
use crate::app::components::drawings;
use crate::app::components::failure_panel::FailurePanel;
use crate::app::components::late::{Late, live};
use crate::app::components::outfit_card::OutfitCard;
use crate::app::components::picture::ResultPicture;
use crate::app::components::steps::Steps;
use crate::app::components::words::{self, Words};
use crate::i18n::Locale;

/// The panel of the phase, and what a screen reader is told of it.
#[component]
pub(super) fn Stage(studio: Studio) -> impl IntoView {
    let language = studio.language;
    let panel = move || match studio.kind.get() {
        PhaseKind::Idle => EitherOf4::A(view! { <div class="frame empty">{drawings::LOOK.view()}</div> }),
        PhaseKind::Running => EitherOf4::B(Late(view! { <Running studio /> })),
        PhaseKind::Done => EitherOf4::C(done(studio).map(Late)),
        PhaseKind::Failed => EitherOf4::D(failed(studio)),
    };
    // On a phone the panel lies below the button: it comes into view as soon as there is something to see.
    // Who watched the look end is led to its end with the focus; who opens the page on a failure is left alone.
    Effect::new(move |before: Option<PhaseKind>| {
        let kind = studio.kind.get();
        match (before, kind) {
            (_, PhaseKind::Running) => browser::show("stage"),
            (Some(PhaseKind::Running), PhaseKind::Done | PhaseKind::Failed) => browser::focus("stage-title"),
            _ => {}
        }
        kind
    });
    view! {
        <section class="stage" id="stage" aria-labelledby="stage-title">
            <h2 id="stage-title" tabindex="-1">{live(move || title(studio.kind.get())(language.get()).to_owned())}</h2>
            <p class="advice">{live(move || advice(studio)(language.get()).to_owned())}</p>
            {panel}
            <p class="hidden" role="status">
                {live(move || studio.phase.with(|phase| announcement(phase, language.get())))}
            </p>
        </section>
        {move || studio.seen.get().map(|outfit| Late(view! { <OutfitCard language outfit /> }))}
    }
}

fn title(kind: PhaseKind) -> Words {
    match kind {
        PhaseKind::Idle => words!(stage.title),
        PhaseKind::Running => words!(stage.running),
        PhaseKind::Done => words!(result.title),
        PhaseKind::Failed => words!(stage.failed),
    }
}

/// A form that was sent without wasm comes back empty; a photo can be removed after a failure, too.
fn advice(studio: Studio) -> Words {
    match studio.kind.get() {
        PhaseKind::Idle | PhaseKind::Running | PhaseKind::Done => words!(stage.advice),
        PhaseKind::Failed if studio.has_photos() => words!(stage.photos_stay),
        PhaseKind::Failed => words!(stage.photos_again),
    }
}

fn done(studio: Studio) -> Option<impl IntoView> {
    let language = studio.language;
    let Phase::Done(_, made) = studio.phase.get_untracked() else {
        return None;
    };
    let url = made.picture.url.clone();
    let file_name = ["primerka-", &browser::today(), made.extension()].concat();
    let refused = RwSignal::new(false);
    let undeleted =
        live(move || if refused.get() { words!(result.not_deleted)(language.get()).to_owned() } else { String::new() });
    Some(view! {
        <ResultPicture language made>
            <a class="primary" href=url download=file_name>
                {say!(language, result.download)}
            </a>
            <button type="button" class="secondary" on:click=pressed(move || studio.ask(true))>
                {say!(language, result.again)}
            </button>
            <button type="button" class="plain" on:click=pressed(move || studio.delete(refused))>
                {say!(language, result.delete)}
            </button>
            <span class="refusal" role="alert">
                {undeleted}
            </span>
        </ResultPicture>
    })
}

fn failed(studio: Studio) -> Option<impl IntoView> {
    let language = studio.language;
    let Phase::Failed(run, trouble) = studio.phase.get_untracked() else {
        return None;
    };
    let wait_s = move || {
        studio.phase.with(|phase| match phase {
            Phase::Failed(_, trouble) => trouble.wait_s(studio.now_ms.get()),
            _ => 0,
        })
    };
    let retry = move || {
        if untrack(wait_s) == 0 {
            studio.retry();
        }
    };
    let is_waiting = live(move || (wait_s() > 0).then_some("true"));
    let countdown = live(move || match wait_s() {
        0 => String::new(),
        seconds => words::in_seconds(language.get(), seconds),
    });
    let steps = run.steps();
    let has_begun = steps != [StepState::Waiting; 2];
    Some(view! {
        <div class="frame words">
            {has_begun.then(|| view! { <Steps language steps=move || steps now_ms=studio.now_ms /> })}
            <FailurePanel language trouble>
                <button
                    type="button"
                    class="secondary needs-wasm"
                    aria-disabled=is_waiting
                    on:click=pressed(retry)
                >
                    {say!(language, failure.again)}
                </button>
                <span>{countdown}</span>
            </FailurePanel>
        </div>
    })
}

/// What a screen reader is told: what has begun or ended, never the ticking of the clock.
fn announcement(phase: &Phase, locale: Locale) -> String {
    let words: Words = match phase {
        Phase::Idle => return String::new(),
        Phase::Running(run) => match run.wait {
            Some(wait) => return wait_text(wait, None, locale),
            None if run.try_on != StepState::Waiting => words!(steps.try_on),
            None => words!(steps.describe),
        },
        Phase::Done(..) => words!(result.ready),
        Phase::Failed(_, Trouble::Told { notice, .. }) => return notice.message.clone(),
        Phase::Failed(_, Trouble::NotSent) => words!(failure.not_sent),
        Phase::Failed(_, Trouble::Lost) => words!(failure.lost),
    };
    words(locale).to_owned()
}

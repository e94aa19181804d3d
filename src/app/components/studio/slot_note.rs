//! The line under a slot: which files fit, which one is there, or why one was refused.

use leptos::prelude::*;

use super::photo::{Problem, Slot};
use super::state::{PhotoSlotState, Studio};
use crate::app::components::words::{self, Language, Words};

/// Says what is the matter with a slot.
#[component]
pub(super) fn SlotNote(studio: Studio, state: PhotoSlotState) -> impl IntoView {
    let language = studio.language;
    let note = move || state.slot.with(|slot| note(language, slot));
    view! {
        <div class="note" id=state.ids().note aria-live="polite">
            {note}
        </div>
    }
}

fn note(language: Language, slot: &Slot) -> AnyView {
    match slot {
        Slot::Empty => view! { <p class="drop-hint">{say!(language, slots.drop)}</p> }.into_any(),
        Slot::Loading(_) => view! { <p>{say!(language, slots.loading)}</p> }.into_any(),
        Slot::Chosen(photo) => {
            let bytes = photo.bytes;
            view! {
                <p class="file">
                    <span class="file-name">{photo.name.clone()}</span>
                    " "
                    <span>{move || words::file_size(language.get(), bytes)}</span>
                </p>
            }
            .into_any()
        }
        Slot::Refused(problem) => {
            let (message, hint) = problem_words(*problem);
            view! {
                <p class="refused">
                    <strong>{words::say(language, message)}</strong>
                    " "
                    {words::say(language, hint)}
                </p>
            }
            .into_any()
        }
    }
}

fn problem_words(problem: Problem) -> (Words, Words) {
    match problem {
        Problem::Heic => (words!(failures.heic.message), words!(failures.heic.hint)),
        Problem::Format => (words!(failures.unsupported_image.message), words!(failures.unsupported_image.hint)),
        Problem::TooLarge => (words!(failures.image_too_large.message), words!(failures.image_too_large.hint)),
        Problem::SampleLost => (words!(samples.lost), words!(samples.lost_hint)),
    }
}

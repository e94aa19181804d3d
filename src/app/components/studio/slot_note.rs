//! The line under a slot: that a photo can be dropped, which one is there, or why one was refused.

use leptos::prelude::*;

use super::photo::{Problem, Slot};
use super::state::{PhotoSlotState, Studio};
use crate::app::components::late::live;
use crate::app::components::words::{self, Words};
use crate::i18n::Locale;

/// Says what is the matter with a slot.
#[component]
pub(super) fn SlotNote(studio: Studio, state: PhotoSlotState) -> impl IntoView {
    let told = move || state.slot.with(|slot| note(slot, studio.language.get()));
    view! {
        <p class=live(move || state.slot.with(class)) id=state.ids().note aria-live="polite">
            <strong>{live(move || told().0)}</strong>
            " "
            <span>{live(move || told().1)}</span>
        </p>
    }
}

fn class(slot: &Slot) -> &'static str {
    match slot {
        Slot::Empty => "note empty",
        Slot::Loading(_) => "note",
        Slot::Chosen(_) => "note file",
        Slot::Refused(_) => "note refused",
    }
}

/// What matters, and what is to be said beside it.
fn note(slot: &Slot, locale: Locale) -> (String, String) {
    match slot {
        Slot::Empty => (String::new(), words!(slots.drop)(locale).to_owned()),
        Slot::Loading(_) => (String::new(), words!(slots.loading)(locale).to_owned()),
        Slot::Chosen(photo) => (photo.name.clone(), words::file_size(locale, photo.bytes)),
        Slot::Refused(problem) => {
            let (message, hint) = problem_words(*problem);
            (message(locale).to_owned(), hint(locale).to_owned())
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

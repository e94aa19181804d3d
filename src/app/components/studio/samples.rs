//! Pictures to try with, for whoever has no photo at hand.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::browser;
use super::photo::{Problem, Slot};
use super::state::{PhotoSlotState, Studio, pressed};
use crate::app::components::late::fixed;
use crate::app::components::words::{self, Words};
use crate::look::failure::PhotoRole;

/// A picture in `public/samples`.
#[derive(Clone, Copy)]
struct Sample {
    picture: &'static str,
    thumb: &'static str,
    name: Words,
}

macro_rules! sample {
    ($file:literal, $name:ident) => {
        Sample {
            picture: concat!("/samples/", $file, ".jpg"),
            thumb: concat!("/samples/thumb/", $file, ".webp"),
            name: words!(samples.$name),
        }
    };
}

const PEOPLE: [Sample; 3] =
    [sample!("person-1", long_hair), sample!("person-2", tall_man), sample!("person-3", at_home)];

const OUTFITS: [Sample; 6] = [
    sample!("outfit-1", breton),
    sample!("outfit-2", dress),
    sample!("outfit-3", denim),
    sample!("outfit-4", skirt),
    sample!("outfit-5", sweater),
    sample!("outfit-6", hoodie),
];

/// Thumbnails; a click lays the picture into the slot.
#[component]
pub(super) fn Samples(studio: Studio, state: PhotoSlotState) -> impl IntoView {
    let language = studio.language;
    let samples: &[Sample] = match state.role {
        PhotoRole::Person => &PEOPLE,
        PhotoRole::Outfit => &OUTFITS,
    };
    let thumb = move |sample: &Sample| {
        let Sample { picture, thumb, name } = *sample;
        view! {
            <li>
                <button type="button" on:click=pressed(move || state.take_sample(picture))>
                    <img src=thumb width="240" height="320" loading="lazy" alt=words::say(language, name) />
                </button>
            </li>
        }
    };
    view! {
        <div class="samples">
            <p id=state.ids().samples>{say!(language, samples.title)}</p>
            <ul aria-labelledby=state.ids().samples>{fixed(samples.iter().map(thumb))}</ul>
        </div>
    }
}

impl PhotoSlotState {
    fn take_sample(self, path: &'static str) {
        self.set(Slot::Loading(path));
        spawn_local(async move {
            let file = browser::fetch_file(path).await;
            // Whatever was chosen meanwhile stays.
            if self.slot.with_untracked(|slot| *slot != Slot::Loading(path)) {
                return;
            }
            match file {
                Some(file) => self.put(&file),
                None => self.set(Slot::Refused(Problem::SampleLost)),
            }
        });
    }
}

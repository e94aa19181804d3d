//! A slot for a photo: choose, drop, look at it, replace, remove.

use leptos::either::EitherOf3;
use leptos::ev::DragEvent;
use leptos::prelude::*;
use web_sys::File;

use super::browser;
use super::photo::{Photo, Problem, Slot, problem};
use super::samples::Samples;
use super::slot_note::SlotNote;
use super::state::{PhotoSlotState, Studio, pressed};
use crate::app::components::drawings;
use crate::app::components::late::{Late, live};
use crate::app::components::words::{self, Words};
use crate::look::failure::PhotoRole;

/// One of the two slots of the form.
#[component]
pub(super) fn PhotoSlot(studio: Studio, state: PhotoSlotState) -> impl IntoView {
    let language = studio.language;
    let over = RwSignal::new(false);
    let dragged = move |event: DragEvent| {
        event.prevent_default();
        over.set(true);
    };
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        over.set(false);
        if let Some(file) = browser::file_of(event.data_transfer().as_ref()) {
            state.put(&file);
        }
    };
    let (title, advice, photo) = texts(state.role);
    let has_photo = live(move || state.has_photo());
    let has_none = live(move || !state.has_photo());
    let pill = live(move || {
        let words: Words = if state.has_photo() { words!(slots.replace) } else { words!(slots.choose) };
        words(language.get()).to_owned()
    });
    view! {
        <section class="slot" aria-labelledby=state.ids().title>
            <h2 id=state.ids().title>{words::say(language, title)}</h2>
            <p class="advice">{words::say(language, advice)}</p>
            <div
                class="frame"
                class:over=live(move || over.get())
                class:filled=has_photo
                on:dragenter=dragged
                on:dragover=dragged
                on:dragleave=move |_| over.set(false)
                on:drop=dropped
            >
                <label class="pick">
                    // No `image/heic`: an iPhone that is not offered it converts the photo to JPEG by itself.
                    <input
                        type="file"
                        name=name(state.role)
                        accept="image/jpeg,image/png,image/webp"
                        required
                        aria-describedby=state.ids().notes
                        node_ref=state.input
                        on:change=move |_| state.read_input()
                    />
                    {move || state.slot.with(|slot| content(state.role, slot))}
                    <span class="pill">
                        <span class="hidden">{words::say(language, photo)} ": "</span>
                        {pill}
                    </span>
                    <span class="picked" aria-hidden="true">
                        {say!(language, slots.picked)}
                    </span>
                </label>
                <button
                    type="button"
                    class="remove"
                    hidden=has_none
                    on:click=pressed(move || state.clear())
                >
                    <span class="hidden">{say!(language, slots.remove)} ": " {words::say(language, photo)}</span>
                </button>
            </div>
            <SlotNote studio state />
            <Samples studio state />
        </section>
    }
}

fn texts(role: PhotoRole) -> (Words, Words, Words) {
    match role {
        PhotoRole::Person => (words!(slots.person), words!(slots.person_advice), words!(photos.person)),
        PhotoRole::Outfit => (words!(slots.outfit), words!(slots.outfit_advice), words!(photos.outfit)),
    }
}

/// The field's name in the form.
fn name(role: PhotoRole) -> &'static str {
    match role {
        PhotoRole::Person => "person",
        PhotoRole::Outfit => "outfit",
    }
}

fn content(role: PhotoRole, slot: &Slot) -> impl IntoView + use<> {
    match slot {
        Slot::Chosen(photo) => EitherOf3::A(Late(view! { <img src=photo.url.clone() alt="" /> })),
        Slot::Loading(_) => EitherOf3::B(Late(view! { <span class="spinner" aria-hidden="true"></span> })),
        Slot::Empty | Slot::Refused(_) => EitherOf3::C(match role {
            PhotoRole::Person => drawings::PERSON.view(),
            PhotoRole::Outfit => drawings::OUTFIT.view(),
        }),
    }
}

impl PhotoSlotState {
    /// Takes what lies in the input: chosen just now, or before wasm was there.
    pub(super) fn read_input(self) {
        let file = self.input.get_untracked().as_ref().and_then(browser::file_in);
        match file {
            Some(file) => self.look_at(&file),
            None => self.set(Slot::Empty),
        }
    }

    /// Takes a file that came another way and lays it into the input, so that the form sends it.
    pub(super) fn put(self, file: &File) {
        if let Some(input) = self.input.get_untracked() {
            let _ = browser::put_file(&input, file);
            self.look_at(file);
        }
    }

    /// Empties the slot; the focus goes to where a photo can be chosen again.
    fn clear(self) {
        self.forget_file();
        self.set(Slot::Empty);
        if let Some(input) = self.input.get_untracked() {
            let _ = input.focus();
        }
    }

    fn look_at(self, file: &File) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a size is a whole positive number"
        )]
        let bytes = file.size() as u64;
        let name = file.name();
        match problem(&name, &file.type_(), bytes) {
            Some(problem) => self.refuse(problem),
            None => match browser::url_of(file) {
                Some(url) => self.set(Slot::Chosen(Photo { name, bytes, url })),
                None => self.refuse(Problem::Format),
            },
        }
    }

    /// What was refused must not be sent either.
    fn refuse(self, problem: Problem) {
        self.forget_file();
        self.set(Slot::Refused(problem));
    }

    fn forget_file(self) {
        if let Some(input) = self.input.get_untracked() {
            input.set_value("");
        }
    }

    /// Changes what the slot holds and frees the address of what it held.
    pub(super) fn set(self, new: Slot) {
        self.slot.update(|slot| {
            if let Slot::Chosen(photo) = std::mem::replace(slot, new) {
                browser::revoke(&photo.url);
            }
        });
    }
}

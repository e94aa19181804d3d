//! The studio's state, shared by its parts through context.

use futures::future::AbortHandle;
use leptos::ev::{MouseEvent, SubmitEvent};
use leptos::html;
use leptos::prelude::*;

use super::phase::{Phase, PhaseKind};
use super::photo::Slot;
use crate::app::components::words::{Language, Words};
use crate::look::failure::PhotoRole;
use crate::look::outfit::Outfit;

/// The studio's state. Signals, so it is cheap to copy into event handlers.
#[derive(Clone, Copy)]
pub(super) struct Studio {
    /// The page's language.
    pub language: Language,
    /// Whether looks can be made.
    pub is_configured: bool,
    /// What the studio is doing. To be changed through [`Studio::step`] alone, which keeps the next two in step with it.
    pub phase: RwSignal<Phase>,
    /// Which kind of phase that is: tells of a change only when another panel is to be shown.
    pub kind: RwSignal<PhaseKind>,
    /// What step 1 saw: tells of a change only when that changes.
    pub seen: RwSignal<Option<Outfit>>,
    /// The page's clock in milliseconds; it ticks while something is counted, and stands at 0 on the server.
    pub now_ms: RwSignal<u64>,
    /// Whether wasm has taken over; false on the server and in the first render, so that both are the same.
    pub is_live: RwSignal<bool>,
    /// PHOTO A.
    pub person: PhotoSlotState,
    /// PHOTO B.
    pub outfit: PhotoSlotState,
    /// Ends the request that has not been accepted yet.
    pub abort: StoredValue<Option<AbortHandle>>,
}

/// One of the two slots.
#[derive(Clone, Copy)]
pub(super) struct PhotoSlotState {
    /// Which.
    pub role: PhotoRole,
    /// What it holds.
    pub slot: RwSignal<Slot>,
    /// The input that the file lies in.
    pub input: NodeRef<html::Input>,
}

/// Ids of elements of a slot.
pub(super) struct SlotIds {
    pub title: &'static str,
    /// What describes the slot's input.
    pub notes: &'static str,
    pub note: &'static str,
    pub samples: &'static str,
}

impl Studio {
    /// An empty studio.
    pub(super) fn new(language: Language, is_configured: bool) -> Self {
        Self {
            language,
            is_configured,
            phase: RwSignal::new(Phase::Idle),
            kind: RwSignal::new(PhaseKind::Idle),
            seen: RwSignal::new(None),
            now_ms: RwSignal::new(0),
            is_live: RwSignal::new(false),
            person: PhotoSlotState::new(PhotoRole::Person),
            outfit: PhotoSlotState::new(PhotoRole::Outfit),
            abort: StoredValue::new(None),
        }
    }

    /// Wasm has taken over: what was chosen before it did is in the inputs.
    pub(super) fn wake(self) {
        self.is_live.set(true);
        self.person.read_input();
        self.outfit.read_input();
    }

    /// Whether both photos are there.
    pub(super) fn has_photos(self) -> bool {
        self.person.has_photo() && self.outfit.has_photo()
    }

    /// Why no look can be asked for, if so.
    pub(super) fn obstacle(self) -> Option<Words> {
        if !self.is_configured {
            return Some(words!(create.needs_gateway));
        }
        if self.kind.get() == PhaseKind::Running {
            return Some(words!(create.under_way));
        }
        match (self.person.has_photo(), self.outfit.has_photo()) {
            (true, true) => None,
            (true, false) => Some(words!(create.needs_outfit)),
            (false, true) => Some(words!(create.needs_person)),
            (false, false) => Some(words!(create.needs_both)),
        }
    }

    /// The form was sent: by the button, by Enter.
    pub(super) fn submitted(self, event: &SubmitEvent) {
        event.prevent_default();
        self.ask(false);
    }

    /// Asks for a look, or leads to the photo that is missing; `fresh` passes the caches by.
    pub(super) fn ask(self, fresh: bool) {
        if untrack(|| self.obstacle()).is_none() {
            self.make(fresh);
        } else if let Some(input) = self.first_missing() {
            let _ = input.focus();
        }
    }

    fn first_missing(self) -> Option<web_sys::HtmlInputElement> {
        let missing = [self.person, self.outfit].into_iter().find(|slot| !untrack(|| slot.has_photo()))?;
        missing.input.get_untracked()
    }

    /// Changes the phase.
    pub(super) fn step(self, change: impl FnOnce(Phase) -> Phase) {
        let phase = change(self.phase.get_untracked());
        let kind = phase.kind();
        let seen = phase.run().and_then(|run| run.outfit.clone());
        self.phase.set(phase);
        // Memos would do the same, at twice the code.
        if self.kind.get_untracked() != kind {
            self.kind.set(kind);
        }
        if self.seen.with_untracked(|before| *before != seen) {
            self.seen.set(seen);
        }
    }
}

/// A click's handler. All are one type, so the browser gets the code that attaches one only once.
pub(super) fn pressed(act: impl Fn() + 'static) -> Box<dyn FnMut(MouseEvent)> {
    Box::new(move |_| act())
}

impl PhotoSlotState {
    fn new(role: PhotoRole) -> Self {
        Self { role, slot: RwSignal::new(Slot::Empty), input: NodeRef::new() }
    }

    /// The ids that tie the slot's texts to its controls.
    pub(super) fn ids(self) -> SlotIds {
        match self.role {
            PhotoRole::Person => SlotIds {
                title: "person-title",
                notes: "formats person-note",
                note: "person-note",
                samples: "person-samples",
            },
            PhotoRole::Outfit => SlotIds {
                title: "outfit-title",
                notes: "formats outfit-note",
                note: "outfit-note",
                samples: "outfit-samples",
            },
        }
    }

    /// Whether a photo is there.
    pub(super) fn has_photo(self) -> bool {
        self.slot.with(|slot| matches!(slot, Slot::Chosen(_)))
    }
}

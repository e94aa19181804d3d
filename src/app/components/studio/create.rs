//! The button «Создать образ», why it waits, and where the photos will go.

use leptos::prelude::*;

use super::state::Studio;
use crate::app::components::late::live;
use crate::app::components::notices::Consent;

/// The end of the form. Without wasm the button simply sends it; with wasm it says what is missing instead of being mute.
#[component]
pub(super) fn Create(studio: Studio, is_demo: bool) -> impl IntoView {
    let language = studio.language;
    let waits = live(move || (studio.is_live.get() && studio.obstacle().is_some()).then_some("true"));
    let reason = live(move || studio.obstacle().unwrap_or(words!(create.ready))(language.get()).to_owned());
    view! {
        <div class="create">
            <button class="primary" id="create" aria-disabled=waits aria-describedby="reason">
                {say!(language, create.action)}
            </button>
            <p id="reason" class="reason">
                {reason}
            </p>
            <p id="formats" class="small">
                {say!(language, slots.formats)}
            </p>
            <Consent language is_demo />
        </div>
    }
}

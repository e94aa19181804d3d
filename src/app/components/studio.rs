//! The studio: two photos in, two steps to watch, one picture out.

pub(crate) mod browser;
mod create;
pub(crate) mod given;
mod lines;
mod making;
pub(crate) mod phase;
mod photo;
mod photo_slot;
mod samples;
mod slot_note;
mod stage;
mod stage_running;
mod state;

use leptos::prelude::*;

use self::create::Create;
use self::given::Given;
use self::phase::{Phase, Run, Trouble};
use self::photo_slot::PhotoSlot;
use self::stage::Stage;
use self::state::Studio;
use super::footer::Footer;
use super::header::Header;
use super::late::live;
use super::notices::{DemoBanner, SetupPanel};

/// The whole of the home page, as one island: its parts share state, and the language changes without losing any of it.
#[island]
pub fn Studio() -> impl IntoView {
    let given = Given::here();
    let language = RwSignal::new(given.locale);
    let studio = Studio::new(language, given.is_configured);
    if let Some(notice) = given.notice() {
        studio.step(|_| Phase::Failed(Run::default(), Trouble::Told { notice, at_ms: 0 }));
    }
    let Given { is_configured, is_demo, failure, .. } = given;
    Effect::new(move || studio.wake());
    view! {
        <Header language />
        <main
            id="main"
            class="studio"
            data-phase=live(move || studio.kind.get().name())
            data-configured=is_configured.then_some("")
            data-demo=is_demo.then_some("")
            data-failure=failure
        >
            <div class="intro">
                <div class="hero">
                    <h1>{say!(language, hero.title)}</h1>
                    <p>{say!(language, hero.lead)}</p>
                </div>
                {is_demo.then(|| view! { <DemoBanner language /> })}
                {(!is_configured).then(|| view! { <SetupPanel language /> })}
            </div>
            <form
                class="photos"
                method="post"
                action="/api/looks"
                enctype="multipart/form-data"
                novalidate=live(move || studio.is_live.get())
                on:submit=move |event| studio.submitted(&event)
            >
                <PhotoSlot studio state=studio.person />
                <PhotoSlot studio state=studio.outfit />
                <Create studio is_demo />
            </form>
            <Stage studio />
        </main>
        <Footer language />
    }
}

//! The third frame while a look is made: both steps, what is waited for, and the way to stop.

use leptos::prelude::*;
use leptos_i18n::td_string;

use super::phase::{Phase, Wait};
use super::photo::Slot;
use super::state::{Studio, pressed};
use crate::app::components::late::live;
use crate::app::components::steps::Steps;
use crate::app::components::words::filled;
use crate::i18n::Locale;

/// Steps, waiting and «Отменить», over the person's own photo as through a fogged mirror.
#[component]
pub(super) fn Running(studio: Studio) -> impl IntoView {
    let language = studio.language;
    let steps = move || studio.phase.with(Phase::steps);
    let wait = move || studio.phase.with(Phase::wait);
    let waiting = live(move || match wait() {
        Some(wait) => wait_text(wait, Some(studio.now_ms.get()), language.get()),
        None => td_string!(language.get(), stage.patience).to_owned(),
    });
    let backdrop = studio.person.slot.with_untracked(|slot| match slot {
        Slot::Chosen(photo) => Some(photo.url.clone()),
        _ => None,
    });
    view! {
        <div class="frame words making">
            {backdrop.map(|url| view! { <img class="mist" src=url alt="" /> })}
            <Steps language steps now_ms=studio.now_ms />
            <p class="waiting">{waiting}</p>
            <div class="actions">
                <button
                    type="button"
                    class="secondary"
                    aria-disabled=live(move || (wait() == Some(Wait::Stopping)).then_some("true"))
                    on:click=pressed(move || studio.stop())
                >
                    {say!(language, stage.cancel)}
                </button>
            </div>
        </div>
    }
}

/// What is waited for, in words. The wait before a retry is counted down where there is a clock to count by.
pub(super) fn wait_text(wait: Wait, now_ms: Option<u64>, locale: Locale) -> String {
    match wait {
        Wait::Sending => td_string!(locale, stage.sending).to_owned(),
        Wait::Queued { position } => filled(td_string!(locale, stage.queued), "{position}", &position.to_string()),
        Wait::Retrying { attempt, at_ms } => {
            let seconds = now_ms.map_or(0, |now_ms| at_ms.saturating_sub(now_ms).div_ceil(1000));
            let text = if seconds == 0 {
                td_string!(locale, stage.retrying_now).to_owned()
            } else {
                filled(td_string!(locale, stage.retrying), "{seconds}", &seconds.to_string())
            };
            filled(&text, "{attempt}", &attempt.to_string())
        }
        Wait::Reconnecting => td_string!(locale, stage.reconnecting).to_owned(),
        Wait::Stopping => td_string!(locale, stage.stopping).to_owned(),
    }
}

//! `/`: the studio.

use leptos::prelude::*;
use leptos_i18n::td_string;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_query_map;

use super::link_preview::LinkPreview;
use crate::api::locale;
use crate::api::state::AppState;
use crate::app::components::studio::Studio;
use crate::app::components::studio::given::Given;
use crate::look::event::{Event, FailureNotice};
use crate::look::failure::{Failure, FailureCode, PhotoRole, Why};

/// The longest wait that is believed, in seconds: a day. Anybody can write an address.
const LONGEST_WAIT_S: u32 = 86_400;

/// The studio, whole before any wasm has loaded.
#[component]
pub(crate) fn HomePage() -> impl IntoView {
    let state = use_context::<AppState>();
    let is_configured = state.as_ref().is_some_and(|state| state.looks.is_configured());
    let is_demo = state.as_ref().is_some_and(|state| state.looks.is_demo());
    let locale = locale::in_context();
    let failure = failure_of_form().map(|notice| Event::Failed(notice).to_line());
    provide_context(Given { locale, is_configured, is_demo, failure });
    view! {
        <Title text=td_string!(locale, page.home) />
        <Meta name="description" content=td_string!(locale, page.description) />
        <LinkPreview locale />
        <Studio />
    }
}

/// What a form that was sent without wasm failed with, as `api/door.rs` has written it into the address.
fn failure_of_form() -> Option<FailureNotice> {
    let query = use_query_map().get_untracked();
    let named = |name: &str| query.get(name).map(serde_json::Value::String);
    let code: FailureCode = serde_json::from_value(named("failure")?).ok()?;
    let photo: Option<PhotoRole> = named("photo").and_then(|role| serde_json::from_value(role).ok());
    let why = (query.get_str("why") == Some("heic")).then_some(Why::Heic);
    let wait_s: Option<u32> = query.get_str("wait").and_then(|seconds| seconds.parse().ok());
    let retry_after_s = wait_s.map(|seconds| seconds.min(LONGEST_WAIT_S));
    let failure = Failure { retry_after_s, photo, why, ..Failure::new(code) };
    Some(failure.notice(locale::in_context()))
}

//! `/looks/{id}`: one look, where a form posted without wasm is led to. It follows the look by itself until that is over.

use leptos::prelude::*;
use leptos_i18n::td_string;
use leptos_meta::Meta;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::frame::PageFrame;
use super::not_found::NotFoundPage;
use crate::api::locale;
use crate::api::state::AppState;
use crate::app::components::studio::phase::{Made, Phase, Run, Trouble};
use crate::app::components::{FailurePanel, OutfitCard, ResultPicture, Steps};
use crate::guard::registry::Standing;
use crate::i18n::Locale;
use crate::look::id::LookId;
use crate::look::outfit::Outfit;

/// A look's page: its steps while it is made, then the picture or what went wrong.
///
/// While the look is made, the page leads at once to itself with the number of events that it shows, and that answer is held until there
/// are more of them. So the reader sees each change when it happens, and nothing is reloaded by the clock, which WCAG forbids (2.2.1).
#[component]
pub(crate) fn LookPage() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id")).and_then(|id| LookId::parse(&id));
    let seen: Option<usize> = use_query_map().with_untracked(|query| query.get_str("seen")?.parse().ok());
    let state = use_context::<AppState>();
    let locale = locale::in_context();
    let page = Suspend::new(async move {
        let (Some(id), Some(state)) = (id, state) else {
            return view! { <NotFoundPage /> }.into_any();
        };
        if let Some(seen) = seen {
            state.looks.news(&id, seen).await;
        }
        let standing = state.looks.find(&id).await;
        let shown = match &standing {
            Some(Standing::Events(events)) => events.len(),
            Some(Standing::Kept(_)) | None => 0,
        };
        match standing.map(phase_of) {
            None | Some((Phase::Idle, _)) => view! { <NotFoundPage /> }.into_any(),
            Some((Phase::Running(run), _)) => running(locale, &run, format!("/looks/{id}"), shown),
            Some((Phase::Done(_, made), outfit)) => done(locale, made, outfit),
            Some((Phase::Failed(_, trouble), _)) => failed(locale, trouble),
        }
    });
    view! { <Suspense>{page}</Suspense> }
}

/// The look's events read as the studio reads them.
fn phase_of(standing: Standing) -> (Phase, Option<Outfit>) {
    // The page is a moment of the look: the clock stands.
    let after = |events: Vec<_>| events.into_iter().fold(Phase::sending(), |phase, event| phase.after(event, 0));
    match standing {
        Standing::Events(events) => (after(events), None),
        Standing::Kept(look) => (after(vec![look.done]), Some(look.facts.outfit)),
    }
}

fn running(locale: Locale, run: &Run, address: String, shown: usize) -> AnyView {
    let language = RwSignal::new(locale);
    let steps = run.steps();
    let next = format!("0; url={address}?seen={shown}");
    view! {
        <Meta http_equiv="refresh" content=next />
        <PageFrame language title=td_string!(locale, look.running)>
            <h1>{td_string!(locale, look.running)}</h1>
            <p class="lead">{td_string!(locale, look.running_text)}</p>
            <div class="frame words">
                <Steps language steps=move || steps now_ms=RwSignal::new(0) />
            </div>
            <div class="actions">
                <a class="secondary" href=address>
                    {td_string!(locale, look.refresh)}
                </a>
            </div>
        </PageFrame>
    }
    .into_any()
}

fn done(locale: Locale, made: Made, outfit: Option<Outfit>) -> AnyView {
    let language = RwSignal::new(locale);
    let url = made.picture.url.clone();
    let delete = format!("/looks/{}/delete", made.picture.id);
    let file_name = format!("primerka{}", made.extension());
    view! {
        <PageFrame language title=td_string!(locale, result.title)>
            <div class="look">
                <h1>{td_string!(locale, result.title)}</h1>
                <ResultPicture language made>
                    <a class="primary" href=url download=file_name>
                        {td_string!(locale, result.download)}
                    </a>
                    <a class="secondary" href="/">
                        {td_string!(locale, look.another)}
                    </a>
                </ResultPicture>
                <div>
                    {outfit.map(|outfit| view! { <OutfitCard language outfit /> })}
                    <form class="delete" method="post" action=delete>
                        <p class="quiet-note">{td_string!(locale, look.stay)}</p>
                        <button class="plain">{td_string!(locale, look.delete)}</button>
                    </form>
                </div>
            </div>
        </PageFrame>
    }
    .into_any()
}

fn failed(locale: Locale, trouble: Trouble) -> AnyView {
    let language = RwSignal::new(locale);
    view! {
        <PageFrame language title=td_string!(locale, stage.failed)>
            <h1>{td_string!(locale, stage.failed)}</h1>
            <FailurePanel language trouble>
                <a class="primary" href="/">
                    {td_string!(locale, look.back)}
                </a>
            </FailurePanel>
        </PageFrame>
    }
    .into_any()
}

//! `/usage`: what the operator sees. The server renders all of it: no wasm, no script, and no clock but the server's.

mod beside;
mod charts;
mod failures;
mod filters;
mod format;
mod latency;
mod models;
mod names;
mod now;
mod requests;
mod scale;
mod sign_in;
mod table;
mod tiles;

use futures::future::join4;
use http::StatusCode;
use http::request::Parts;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_i18n::td_string;
use leptos_meta::Meta;
use leptos_router::hooks::use_query_map;

use self::sign_in::Refusal;
use super::frame::PageFrame;
use crate::api::admin::{Access, operator_in_context};
use crate::api::locale;
use crate::api::usage::{Format, MOST_SHOWN, Wanted};
use crate::app::components::filled;
use crate::guard::usage::{Period, Usage};
use crate::i18n::Locale;
use crate::store::database::StoreError;
use crate::store::usage::Report;

/// The operator's page, or the way in.
#[component]
pub(crate) fn UsagePage() -> impl IntoView {
    let locale = locale::in_context();
    let page = match operator_in_context() {
        Access::Operator(usage) => dashboard(locale, wanted(), usage),
        Access::Stranger => {
            let query = use_query_map().get_untracked();
            sign_in::sign_in(locale, Refusal::read(|name| query.get(name)))
        }
        Access::NoToken => sign_in::switched_off(locale),
    };
    view! {
        <Meta name="robots" content="noindex" />
        {page}
    }
}

/// What the address asks for.
fn wanted() -> Wanted {
    let parts = use_context::<Parts>();
    let query = parts.as_ref().and_then(|parts| parts.uri.query());
    Wanted::of_query(query.unwrap_or_default())
}

fn dashboard(locale: Locale, wanted: Wanted, usage: Usage) -> AnyView {
    let page = Suspend::new(async move {
        let period = wanted.period;
        let (report, entries, now, theirs) = join4(
            usage.report(period),
            usage.entries(period, wanted.filter.clone(), MOST_SHOWN),
            usage.now(),
            usage.gateway_totals(period),
        )
        .await;
        let (report, entries) = match (report, entries) {
            (Ok(report), Ok(entries)) => (report, entries),
            (Err(error), _) | (_, Err(error)) => return unreadable(locale, &error),
        };
        let language = RwSignal::new(locale);
        view! {
            <PageFrame language title=td_string!(locale, usage.title)>
                <div class="usage">
                    {top(locale, &wanted, &report)}
                    {tiles::tiles(locale, &report.totals)}
                    <div class="pair">
                        {now::now(locale, &now)}
                        {latency::latency(locale, report.latency)}
                    </div>
                    <div class="pair">
                        {charts::looks(locale, &report)}
                        {charts::costs(locale, &report)}
                    </div>
                    {models::models(locale, &report.calls)}
                    <div class="pair">
                        {failures::failures(locale, &report.failures)}
                        {beside::beside(locale, &report, theirs)}
                    </div>
                    {requests::requests(locale, &wanted, &report, &entries)}
                </div>
            </PageFrame>
        }
        .into_any()
    });
    view! { <Suspense>{page}</Suspense> }.into_any()
}

/// The title, what time is shown, and what can be done.
fn top(locale: Locale, wanted: &Wanted, report: &Report) -> AnyView {
    let from = format::moment(locale, report.from_ms);
    let span = filled(td_string!(locale, usage.span), "{from}", &from);
    let span = filled(&span, "{until}", &format::moment(locale, report.until_ms));
    let period = |period: Period| {
        let name = match period {
            Period::Day => td_string!(locale, usage.day),
            Period::Week => td_string!(locale, usage.week),
            Period::Month => td_string!(locale, usage.month),
        };
        let current = (period == wanted.period).then_some("true");
        view! {
            <a href=wanted.address(period) aria-current=current>
                {name}
            </a>
        }
    };
    view! {
        <div class="top">
            <h1>{td_string!(locale, usage.title)}</h1>
            <nav class="periods" aria-label=td_string!(locale, usage.period)>
                {Period::ALL.into_iter().map(period).collect_view()}
            </nav>
            <p class="lead">{span}</p>
            <div class="tools">
                <a href=wanted.export(Format::Csv)>{td_string!(locale, usage.csv)}</a>
                <a href=wanted.export(Format::Json)>{td_string!(locale, usage.json)}</a>
                <form method="post" action="/usage/logout">
                    <button class="plain">{td_string!(locale, usage.leave)}</button>
                </form>
            </div>
        </div>
    }
    .into_any()
}

/// Says why there is nothing to show, with status 503.
fn unreadable(locale: Locale, error: &StoreError) -> AnyView {
    set_status(StatusCode::SERVICE_UNAVAILABLE);
    let (language, why) = (RwSignal::new(locale), error.to_string());
    view! {
        <PageFrame language title=td_string!(locale, usage.title)>
            <h1>{td_string!(locale, usage.unreadable)}</h1>
            <p>
                {td_string!(locale, usage.unreadable_hint)} " " <code>{why}</code>
            </p>
        </PageFrame>
    }
    .into_any()
}

fn set_status(status: StatusCode) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status);
    }
}

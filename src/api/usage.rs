//! The operator's doors: signing in and out, and what there is to see as JSON and CSV.

mod csv;

use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::admin::{NO_STORE, Refusal, set_cookie};
use super::security::is_https;
use super::state::AppState;
use crate::guard::usage::{Now, Period, Usage};
use crate::store::database::StoreError;
use crate::store::usage::{Entry, Filter, Report};

/// Most bytes of the form that signs in: a token and its name.
pub(super) const MAX_FORM_BYTES: usize = 4096;

/// The page that all of this belongs to.
const PAGE: &str = "/usage";
/// Most entries that are shown, and that are given away as a file.
const MOST_SHOWN: u64 = 100;
const MOST_EXPORTED: u64 = 10_000;

/// What is asked for. Whatever cannot be understood is as if it had not been said.
#[derive(Debug, Default, PartialEq, Eq)]
struct Question {
    period: Period,
    filter: Filter,
    format: Format,
    /// As a file, with all entries and not the newest alone.
    is_export: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::EnumString, strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
enum Format {
    #[default]
    Json,
    Csv,
}

/// The answer as JSON. Money is in `…_nanos`, whole billionths of a dollar, so that it can be added up exactly.
#[derive(Serialize)]
struct Answer {
    period: Period,
    now: Now,
    report: Report,
    /// The newest requests that were asked for, newest first.
    last: Vec<Entry>,
}

/// The form that signs in.
#[derive(Deserialize)]
pub(super) struct SignIn {
    token: String,
}

/// The form that stops spending.
#[derive(Deserialize)]
pub(super) struct Switch {
    frozen: bool,
}

/// `GET /api/usage?period=day|week|month&outcome=&model=&source=&format=json|csv&download`: what happened in the period, and its newest
/// requests, of which the filters choose. As CSV, or with `download`, it is a file with up to 10,000 of them; the CSV has nothing else.
pub(super) async fn usage(State(state): State<AppState>, parts: Parts) -> Response {
    let address = state.addresses.name(&parts.headers, &parts.extensions);
    if let Err(refusal) = state.admin.admit(&parts.headers, address.as_deref()).await {
        return refusal.into_response();
    }
    let question = Question::of_query(parts.uri.query().unwrap_or_default());
    let mut response = answer(&state.usage, question).await.unwrap_or_else(|error| unusable(&error));
    response.headers_mut().insert(header::CACHE_CONTROL, NO_STORE);
    response
}

/// `POST /usage/login`: a session for who sends the token, and the way back to the page for everybody.
pub(super) async fn login(
    State(state): State<AppState>,
    parts: Parts,
    form: Result<Form<SignIn>, FormRejection>,
) -> Response {
    let address = state.addresses.name(&parts.headers, &parts.extensions);
    let session = match form {
        Ok(Form(SignIn { token })) => state.admin.sign_in(token.trim(), address.as_deref()).await,
        Err(_) => Err(Refusal::Unauthorized),
    };
    match session {
        Ok(session) => back(PAGE, set_cookie(Some(&session), is_https(&parts.headers, &parts.uri))),
        Err(Refusal::NotConfigured) => back(PAGE, None),
        Err(Refusal::Unauthorized) => back(&format!("{PAGE}?wrong"), None),
        Err(Refusal::TooMany { wait_s }) => back(&format!("{PAGE}?wait={wait_s}"), None),
    }
}

/// `POST /usage/logout`: the browser has no session any more.
pub(super) async fn logout(parts: Parts) -> Response {
    back(PAGE, set_cookie(None, is_https(&parts.headers, &parts.uri)))
}

/// `POST /usage/spending`: stops all spending (`frozen=true`), or allows it again.
pub(super) async fn spending(
    State(state): State<AppState>,
    parts: Parts,
    form: Result<Form<Switch>, FormRejection>,
) -> Response {
    let address = state.addresses.name(&parts.headers, &parts.extensions);
    if let Err(refusal) = state.admin.admit(&parts.headers, address.as_deref()).await {
        return refusal.into_response();
    }
    let Ok(Form(Switch { frozen })) = form else {
        return (StatusCode::BAD_REQUEST, "frozen may be true or false\n").into_response();
    };
    match state.usage.freeze(frozen).await {
        Ok(()) => back(PAGE, None),
        Err(error) => unusable(&error),
    }
}

async fn answer(usage: &Usage, question: Question) -> Result<Response, StoreError> {
    let Question { period, filter, format, is_export } = question;
    let most = if is_export { MOST_EXPORTED } else { MOST_SHOWN };
    let last = usage.entries(period, filter, most).await?;
    let mut response = match format {
        Format::Json => {
            let (now, report) = (usage.now().await, usage.report(period).await?);
            Json(Answer { period, now, report, last }).into_response()
        }
        Format::Csv => ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], csv::of(&last)).into_response(),
    };
    if is_export {
        let (period, format): (&str, &str) = (period.into(), format.into());
        let file = HeaderValue::from_str(&format!("attachment; filename=\"primerka-usage-{period}.{format}\""));
        let file = file.unwrap_or(HeaderValue::from_static("attachment"));
        response.headers_mut().insert(header::CONTENT_DISPOSITION, file);
    }
    Ok(response)
}

/// The operator is told what is wrong with the database.
fn unusable(error: &StoreError) -> Response {
    tracing::error!("the usage log cannot be read: {error}");
    let body = json!({ "code": "unusable", "message": error.to_string() });
    (StatusCode::SERVICE_UNAVAILABLE, Json(body)).into_response()
}

fn back(path: &str, cookie: Option<HeaderValue>) -> Response {
    let mut response = ([(header::CACHE_CONTROL, NO_STORE)], Redirect::to(path)).into_response();
    response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    response
}

impl Question {
    fn of_query(query: &str) -> Self {
        let mut question = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            // An empty field of a form is no filter.
            let given = Some(value.trim()).filter(|value| !value.is_empty()).map(str::to_owned);
            match name.as_ref() {
                "period" => question.period = value.parse().unwrap_or_default(),
                "outcome" => question.filter.outcome = given,
                "model" => question.filter.model = given,
                "source" => question.filter.source = value.parse().ok(),
                "format" => question.format = value.parse().unwrap_or_default(),
                "download" => question.is_export = true,
                _ => {}
            }
        }
        question.is_export |= question.format == Format::Csv;
        question
    }
}

#[cfg(test)]
mod tests {
    use super::{Filter, Format, Period, Question};
    use crate::store::usage::Source;

    #[test]
    fn a_question_is_understood() {
        let asked = "period=week&outcome=no_image&model=a+b%2Fc&source=kept&format=csv";
        let filter = Filter {
            outcome: Some("no_image".to_owned()),
            model: Some("a b/c".to_owned()),
            source: Some(Source::Kept),
            ..Filter::default()
        };
        let expected = Question { period: Period::Week, filter, format: Format::Csv, is_export: true };
        assert_eq!(Question::of_query(asked), expected);
        assert!(Question::of_query("download").is_export && Question::of_query("download=").is_export);
    }

    #[test]
    fn what_is_not_understood_is_as_if_it_had_not_been_said() {
        let odd = ["", "&&=&", "period=century&format=xml&source=stolen", "outcome=&model=+&source=", "%ff=%zz&a=b=c"];
        for asked in odd {
            assert_eq!(Question::of_query(asked), Question::default(), "{asked}");
        }
    }
}

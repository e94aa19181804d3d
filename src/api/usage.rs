//! The operator's doors: signing in and out, the switch that stops spending, and what there is to see as JSON and CSV.

mod csv;
mod wanted;

use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::admin::{NO_STORE, admit, set_cookie};
use super::security::is_https;
use super::state::AppState;
use crate::guard::operator::Refusal;
use crate::guard::usage::{Now, Period, Usage};
use crate::store::database::StoreError;
use crate::store::usage::{Entry, Report};

pub(crate) use wanted::{Format, MADE, MOST_SHOWN, Wanted};

/// Most bytes of a form: of the one that signs in, which is a token and its name, and of the one that stops spending, which is less.
pub(super) const MAX_FORM_BYTES: usize = 4096;

/// The page that all of this belongs to.
const PAGE: &str = "/usage";
/// Most entries that are given away as a file.
const MOST_EXPORTED: u64 = 10_000;

/// What is asked for, and how it is to be given. Whatever cannot be understood is as if it had not been said.
#[derive(Debug, Default, PartialEq, Eq)]
struct Question {
    wanted: Wanted,
    format: Format,
    /// As a file, with all entries and not the newest alone.
    is_export: bool,
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
    if let Err(refusal) = admit(&state, &parts).await {
        return refusal.into_response();
    }
    let question = Question::of_query(parts.uri.query().unwrap_or_default());
    let answer = answer(&state.usage, question).await;
    let mut response = answer.unwrap_or_else(|error| unusable("the usage log cannot be read", &error));
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

/// `POST /usage/spending`: stops all spending (`frozen=true`), or allows it again, and leads back to the page. There a browser whose session
/// has ended finds the form that signs in; who tries a token is told that it is wrong.
pub(super) async fn spending(
    State(state): State<AppState>,
    parts: Parts,
    form: Result<Form<Switch>, FormRejection>,
) -> Response {
    if let Err(refusal) = admit(&state, &parts).await {
        let is_script = parts.headers.contains_key(header::AUTHORIZATION);
        return if is_script { refusal.into_response() } else { back(PAGE, None) };
    }
    let Ok(Form(Switch { frozen })) = form else {
        return (StatusCode::BAD_REQUEST, "frozen may be true or false\n").into_response();
    };
    match state.usage.freeze(frozen).await {
        Ok(()) => back(PAGE, None),
        Err(error) => unusable("spending cannot be switched", &error),
    }
}

async fn answer(usage: &Usage, question: Question) -> Result<Response, StoreError> {
    let Question { wanted: Wanted { period, filter }, format, is_export } = question;
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

/// The operator is told what is wrong with the database; the log, also what cannot be done.
fn unusable(what: &str, error: &StoreError) -> Response {
    tracing::error!("{what}: {error}");
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
        let mut question = Self { wanted: Wanted::of_query(query), ..Self::default() };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
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
    use super::{Format, Question, Wanted};

    #[test]
    fn a_question_is_understood() {
        let asked = "period=week&outcome=no_image&model=a+b%2Fc&source=kept&format=csv";
        let wanted = Wanted::of_query(asked);
        assert!(wanted.is_filtered());
        assert_eq!(Question::of_query(asked), Question { wanted, format: Format::Csv, is_export: true });
        assert!(Question::of_query("download").is_export && Question::of_query("download=").is_export);
    }

    #[test]
    fn what_is_not_understood_is_as_if_it_had_not_been_said() {
        for asked in ["", "&&=&", "period=century&format=xml&source=stolen", "format=", "%ff=%zz&a=b=c"] {
            assert_eq!(Question::of_query(asked), Question::default(), "{asked}");
        }
    }
}

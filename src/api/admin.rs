//! Who is let in where only the operator may be: a browser with a session in its cookie, a script with `ADMIN_TOKEN` as its bearer.
//! What is a session, and what the token, `guard/operator.rs` knows.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use leptos::prelude::use_context;
use serde_json::json;

use super::cookies;
use super::state::AppState;
use crate::guard::operator::{Operator, Refusal, SESSION_S};
use crate::guard::usage::Usage;

/// The cookie's name.
const COOKIE: &str = "operator";

/// What the operator's answers say to whatever keeps copies.
pub(super) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Lets in the operator's browser, and the operator's script.
pub(crate) async fn admit(state: &AppState, parts: &Parts) -> Result<(), Refusal> {
    let address = state.addresses.name(&parts.headers, &parts.extensions);
    judge(&state.admin, &parts.headers, address.as_deref()).await
}

async fn judge(operator: &Operator, headers: &HeaderMap, address: Option<&str>) -> Result<(), Refusal> {
    if is_operator(operator, headers) {
        return Ok(());
    }
    match bearer(headers) {
        Some(token) => operator.try_token(token, address).await,
        None if operator.is_configured() => Err(Refusal::Unauthorized),
        None => Err(Refusal::NotConfigured),
    }
}

/// Whether the operator's browser asks. There may be other cookies of the name beside the session.
fn is_operator(operator: &Operator, headers: &HeaderMap) -> bool {
    cookies::all(headers, COOKIE).any(|session| operator.is_session(session))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// A `Set-Cookie` that gives a browser this session; without one it takes away what the browser has, and no more is done to end it.
pub(super) fn set_cookie(session: Option<&str>, is_https: bool) -> Option<HeaderValue> {
    let (session, max_age_s) = session.map_or(("", 0), |session| (session, SESSION_S));
    let secure = if is_https { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={session}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&cookie).ok()
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, message, more) = match self {
            Self::NotConfigured => (StatusCode::NOT_FOUND, "not_configured", "Set ADMIN_TOKEN to see this.", None),
            Self::Unauthorized => {
                let how = (header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
                (StatusCode::UNAUTHORIZED, "unauthorized", "Send ADMIN_TOKEN as a bearer.", Some(how))
            }
            Self::TooMany { wait_s } => {
                let when = (header::RETRY_AFTER, HeaderValue::from(wait_s));
                (StatusCode::TOO_MANY_REQUESTS, "too_many_tries", "Too many wrong tokens were tried.", Some(when))
            }
        };
        let body = Json(json!({ "code": code, "message": message }));
        let mut response = (status, [(header::CACHE_CONTROL, NO_STORE)], body).into_response();
        response.headers_mut().extend(more);
        response
    }
}

/// Who looks at a page of the operator's.
pub(crate) enum Access {
    /// The operator, signed in, and what there is to see.
    Operator(Usage),
    /// Somebody who is not signed in.
    Stranger,
    /// Nobody can sign in: there is no `ADMIN_TOKEN`.
    NoToken,
}

/// Who looks, inside a page.
pub(crate) fn operator_in_context() -> Access {
    let (state, parts) = (use_context::<AppState>(), use_context::<Parts>());
    match (state, parts) {
        (Some(state), Some(parts)) if is_operator(&state.admin, &parts.headers) => Access::Operator(state.usage),
        (Some(state), _) if !state.admin.is_configured() => Access::NoToken,
        _ => Access::Stranger,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use futures::executor::block_on;
    use futures::future::{BoxFuture, ready};

    use super::*;
    use crate::config::Secret;
    use crate::runtime::Runtime;
    use crate::store::limits::MemoryLimits;

    const TOKEN: &str = "the right token";

    struct Noon;

    impl Runtime for Noon {
        fn now_ms(&self) -> u64 {
            1_700_000_000_000
        }

        fn sleep(&self, _duration: Duration) -> BoxFuture<'static, ()> {
            Box::pin(ready(()))
        }

        fn spawn(&self, _task: BoxFuture<'static, ()>) {}
    }

    fn made(token: Option<&str>) -> Operator {
        Operator::new(token.map(Secret::new), [7; 32], Arc::new(MemoryLimits::default()), Arc::new(Noon))
    }

    fn judged(operator: &Operator, name: header::HeaderName, value: &str) -> Result<(), Refusal> {
        let headers = HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())]);
        block_on(judge(operator, &headers, None))
    }

    #[test]
    fn a_session_is_found_beside_other_cookies() {
        let operator = made(Some(TOKEN));
        let session = block_on(operator.sign_in(TOKEN, None)).unwrap();
        let cookies = format!("lang=ru; operator=planted; operator={session}");
        assert_eq!(judged(&operator, header::COOKIE, &cookies), Ok(()));
        for wrong in [format!("visitor={session}"), format!("operator={session}0"), "operator=".to_owned()] {
            assert_eq!(judged(&operator, header::COOKIE, &wrong), Err(Refusal::Unauthorized), "{wrong}");
        }
    }

    #[test]
    fn the_token_is_a_bearer() {
        for (credentials, expected) in [
            ("Bearer the right token", Ok(())),
            ("bearer  the right token ", Ok(())),
            ("Bearer the wrong token", Err(Refusal::Unauthorized)),
            ("Basic the right token", Err(Refusal::Unauthorized)),
            ("the right token", Err(Refusal::Unauthorized)),
        ] {
            assert_eq!(judged(&made(Some(TOKEN)), header::AUTHORIZATION, credentials), expected, "{credentials}");
        }
    }

    #[test]
    fn who_shows_nothing_has_not_tried() {
        let operator = made(Some(TOKEN));
        for _ in 0..100 {
            assert_eq!(block_on(judge(&operator, &HeaderMap::new(), None)), Err(Refusal::Unauthorized));
            let basic = judged(&operator, header::AUTHORIZATION, "Basic b3BlcmF0b3I6");
            assert_eq!(basic, Err(Refusal::Unauthorized));
        }
        assert_eq!(judged(&operator, header::AUTHORIZATION, "Bearer the right token"), Ok(()));
    }

    #[test]
    fn without_a_token_nobody_is_told_to_send_one() {
        assert_eq!(block_on(judge(&made(None), &HeaderMap::new(), None)), Err(Refusal::NotConfigured));
        assert_eq!(judged(&made(None), header::AUTHORIZATION, "Bearer "), Err(Refusal::NotConfigured));
        assert_eq!(judged(&made(None), header::AUTHORIZATION, "Bearer any"), Err(Refusal::NotConfigured));
    }
}

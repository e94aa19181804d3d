//! Who is let in where only the operator may be: a browser with a session, a script with `ADMIN_TOKEN` as its bearer.
//!
//! Nothing is kept of a session. Its cookie says until when it is good, sealed with a key that follows from the token: another `ADMIN_TOKEN`
//! ends all sessions, a restart ends none. Signing out takes the cookie out of the browser, and no more.

use std::sync::Arc;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use leptos::prelude::use_context;
use serde_json::json;

use super::state::AppState;
use crate::config::Secret;
use crate::runtime::Runtime;
use crate::store::limits::{Admission, Bucket, Limits};

/// The cookie's name.
const COOKIE: &str = "operator";
/// How long a session lasts, in seconds: 12 hours.
const SESSION_S: u64 = 43_200;
/// What the keys are for; another purpose would have another one.
const TOKEN_CONTEXT: &str = "primerka 2026-11-25 the operator's token is compared";
const SESSION_CONTEXT: &str = "primerka 2026-11-25 the operator's sessions are sealed";

const MINUTE_US: u64 = 60_000_000;
/// Wrong tries in a minute: from one address, and from everywhere.
const TRIES_OF_AN_ADDRESS: u64 = 5;
const TRIES_OF_ALL: u64 = 60;

/// What the operator's answers say to whatever keeps copies.
pub(super) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Knows the operator. Cheap to clone.
#[derive(Clone)]
pub struct Admin(Arc<Inner>);

struct Inner {
    /// `None` where there is no token: then nobody is the operator.
    keys: Option<Keys>,
    limits: Arc<dyn Limits>,
    runtime: Arc<dyn Runtime>,
}

/// What is left of the token: enough to know it again, and not to tell it.
struct Keys {
    compare: [u8; 32],
    token: blake3::Hash,
    seal: [u8; 32],
}

/// Why somebody is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no `ADMIN_TOKEN`.
    NotConfigured,
    /// Neither a session nor the token.
    Unauthorized,
    /// Too many wrong tries, from this address or from everywhere. Whether this one was right is not told.
    TooMany {
        /// Seconds until the next try.
        wait_s: u64,
    },
}

impl Admin {
    /// Knows the operator by `token`. `salt` is a secret of this installation, `limits` count who tries.
    pub fn new(token: Option<Secret>, salt: [u8; 32], limits: Arc<dyn Limits>, runtime: Arc<dyn Runtime>) -> Self {
        let keys = token.map(|token| Keys::of(&token, &salt));
        Self(Arc::new(Inner { keys, limits, runtime }))
    }

    /// Whether there is a token at all, so that anybody can sign in.
    pub fn is_configured(&self) -> bool {
        self.0.keys.is_some()
    }

    /// Whether the operator's browser asks: for pages. A session cannot be guessed, so that nothing is counted here.
    pub fn is_operator(&self, headers: &HeaderMap) -> bool {
        let now_ms = self.0.runtime.now_ms();
        let keys = self.0.keys.as_ref();
        keys.is_some_and(|keys| sessions(headers).any(|session| keys.is_session(session, now_ms)))
    }

    /// Lets in the operator's browser, and the operator's script with its bearer. `address` is its name, as far as it is known.
    pub async fn admit(&self, headers: &HeaderMap, address: Option<&str>) -> Result<(), Refusal> {
        if self.is_operator(headers) {
            return Ok(());
        }
        let keys = self.keys()?;
        let token = bearer(headers).ok_or(Refusal::Unauthorized)?;
        self.compare(keys, token, address).await
    }

    /// A new session for who has the token.
    pub(super) async fn sign_in(&self, token: &str, address: Option<&str>) -> Result<String, Refusal> {
        let keys = self.keys()?;
        self.compare(keys, token, address).await?;
        Ok(keys.session(self.0.runtime.now_ms().saturating_add(SESSION_S * 1000)))
    }

    fn keys(&self) -> Result<&Keys, Refusal> {
        self.0.keys.as_ref().ok_or(Refusal::NotConfigured)
    }

    /// Compares a token that somebody tries, and counts the try before it tells anything.
    ///
    /// A wrong one takes its place in the buckets. The right one takes a microsecond instead: a script that has it is never slowed down by
    /// itself. Yet where wrong tries have filled a bucket it is refused like any other, in the same words, or the limit would stop nobody
    /// who guesses. Right or wrong, one statement decides, so that no crowd of tries gets past the count.
    async fn compare(&self, keys: &Keys, token: &str, address: Option<&str>) -> Result<(), Refusal> {
        let is_right = keys.is_token(token);
        let buckets = tries(address);
        let place = if is_right { buckets.iter().map(light).collect() } else { buckets.clone() };
        let now_us = self.0.runtime.now_ms().saturating_mul(1000);
        let wait_us = match self.0.limits.take(place, now_us).await {
            Ok(Admission::Admitted) if is_right => return Ok(()),
            Ok(Admission::Admitted) => return Err(Refusal::Unauthorized),
            // The wait in there would tell a right token from a wrong one.
            Ok(Admission::Refused { .. }) => self.0.limits.wait_us(buckets, now_us).await,
            Err(error) => Err(error),
        };
        let wait_us = wait_us.unwrap_or_else(|error| {
            tracing::error!("nobody can sign in, for tries cannot be counted: {error}");
            MINUTE_US
        });
        Err(Refusal::TooMany { wait_s: wait_us.div_ceil(1_000_000).max(1) })
    }
}

impl Keys {
    fn of(token: &Secret, salt: &[u8; 32]) -> Self {
        let token = token.expose().as_bytes();
        let compare = blake3::derive_key(TOKEN_CONTEXT, salt);
        let seal = blake3::derive_key(SESSION_CONTEXT, &[salt.as_slice(), token].concat());
        Self { compare, token: blake3::keyed_hash(&compare, token), seal }
    }

    /// Hashes are compared in constant time, and tell nothing of how much of a token is right.
    fn is_token(&self, token: &str) -> bool {
        blake3::keyed_hash(&self.compare, token.as_bytes()) == self.token
    }

    fn session(&self, until_ms: u64) -> String {
        let until = until_ms.to_string();
        let seal = self.seal_of(&until);
        format!("{until}.{seal}")
    }

    fn is_session(&self, session: &str, now_ms: u64) -> bool {
        let Some((until, seal)) = session.split_once('.') else { return false };
        let is_sealed = blake3::Hash::from_hex(seal).is_ok_and(|seal| seal == self.seal_of(until));
        is_sealed && until.parse::<u64>().is_ok_and(|until_ms| now_ms < until_ms)
    }

    fn seal_of(&self, until: &str) -> blake3::Hash {
        blake3::keyed_hash(&self.seal, until.as_bytes())
    }
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// The operator, signed in.
    Operator,
    /// Somebody who is not signed in.
    Stranger,
    /// Nobody can sign in: there is no `ADMIN_TOKEN`.
    NoToken,
}

/// Who looks, inside a page.
pub(crate) fn operator_in_context() -> Access {
    let (state, parts) = (use_context::<AppState>(), use_context::<Parts>());
    match (state, parts) {
        (Some(state), Some(parts)) if state.admin.is_operator(&parts.headers) => Access::Operator,
        (Some(state), _) if !state.admin.is_configured() => Access::NoToken,
        _ => Access::Stranger,
    }
}

/// A `Set-Cookie` that gives a browser this session; without one it takes away what the browser has.
pub(super) fn set_cookie(session: Option<&str>, is_https: bool) -> Option<HeaderValue> {
    let (session, max_age_s) = session.map_or(("", 0), |session| (session, SESSION_S));
    let secure = if is_https { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={session}; Path=/; Max-Age={max_age_s}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&cookie).ok()
}

/// Addresses that nobody knows are one.
fn tries(address: Option<&str>) -> Vec<Bucket> {
    let address = address.unwrap_or("unknown");
    vec![
        Bucket::new("sign-in/all".to_owned(), TRIES_OF_ALL, MINUTE_US),
        Bucket::new(format!("sign-in/address/{address}"), TRIES_OF_AN_ADDRESS, MINUTE_US),
    ]
}

/// The same bucket for a try that takes a microsecond of it, and is admitted exactly when one that takes its full place would be.
fn light(bucket: &Bucket) -> Bucket {
    Bucket { name: bucket.name.clone(), pace_us: 1, burst_us: bucket.burst_us.saturating_sub(bucket.pace_us) + 1 }
}

/// What the request's cookies of that name hold. There may be several: a neighbouring site can add one and not take ours away.
fn sessions(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(name, _)| *name == COOKIE).map(|(_, session)| session)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    use futures::executor::block_on;
    use futures::future::{BoxFuture, ready};

    use super::*;
    use crate::store::database::StoreError;
    use crate::store::limits::MemoryLimits;

    const TOKEN: &str = "the right token";
    const START_MS: u64 = 1_700_000_000_000;

    /// Time that stands until it is put forward.
    struct Clock(AtomicU64);

    impl Runtime for Clock {
        fn now_ms(&self) -> u64 {
            self.0.load(Ordering::Relaxed)
        }

        fn sleep(&self, _duration: Duration) -> BoxFuture<'static, ()> {
            Box::pin(ready(()))
        }

        fn spawn(&self, _task: BoxFuture<'static, ()>) {}
    }

    fn made(token: Option<&str>, salt: u8) -> (Admin, Arc<Clock>) {
        let clock = Arc::new(Clock(AtomicU64::new(START_MS)));
        let limits = Arc::new(MemoryLimits::default());
        (Admin::new(token.map(Secret::new), [salt; 32], limits, clock.clone()), clock)
    }

    fn with(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    fn try_bearer(admin: &Admin, token: &str, address: Option<&str>) -> Result<(), Refusal> {
        block_on(admin.admit(&with(header::AUTHORIZATION, &format!("Bearer {token}")), address))
    }

    #[test]
    fn a_session_lasts_twelve_hours_under_its_own_token_and_salt() {
        let (admin, clock) = made(Some(TOKEN), 7);
        let session = block_on(admin.sign_in(TOKEN, None)).unwrap();
        let cookies = with(header::COOKIE, &format!("lang=ru; operator=planted; operator={session}"));
        assert!(admin.is_operator(&cookies));
        assert_eq!(block_on(admin.admit(&cookies, None)), Ok(()));
        for other in [made(Some("another token"), 7), made(Some(TOKEN), 8)] {
            assert!(!other.0.is_operator(&cookies));
        }
        let (until, seal) = session.split_once('.').unwrap();
        let later = format!("{}.{seal}", until.parse::<u64>().unwrap() + 1);
        let (signed, shorter) = (format!("+{session}"), format!("{until}.{}", &seal[1..]));
        for wrong in [later.as_str(), &signed, &shorter, until, seal, ".", ""] {
            assert!(!admin.is_operator(&with(header::COOKIE, &format!("operator={wrong}"))), "{wrong}");
        }
        clock.0.store(START_MS + SESSION_S * 1000 - 1, Ordering::Relaxed);
        assert!(admin.is_operator(&cookies));
        clock.0.store(START_MS + SESSION_S * 1000, Ordering::Relaxed);
        assert!(!admin.is_operator(&cookies));
    }

    #[test]
    fn the_right_token_is_never_slowed_down_by_itself() {
        let (admin, clock) = made(Some(TOKEN), 7);
        for _ in 0..1_000 {
            assert_eq!(try_bearer(&admin, TOKEN, None), Ok(()));
        }
        // And it takes no place from wrong ones.
        for at in 0..TRIES_OF_AN_ADDRESS {
            clock.0.store(START_MS + at, Ordering::Relaxed);
            assert_eq!(try_bearer(&admin, TOKEN, Some("another")), Ok(()));
            assert_eq!(try_bearer(&admin, "wrong", Some("another")), Err(Refusal::Unauthorized));
        }
        assert_eq!(try_bearer(&admin, "wrong", Some("another")), Err(Refusal::TooMany { wait_s: 12 }));
    }

    #[test]
    fn whoever_has_tried_too_often_does_not_learn_whether_this_one_was_right() {
        let (admin, clock) = made(Some(TOKEN), 7);
        for _ in 0..TRIES_OF_AN_ADDRESS {
            assert_eq!(try_bearer(&admin, "wrong", Some("one")), Err(Refusal::Unauthorized));
        }
        for after_ms in [0, 1, 5_000, 11_999] {
            clock.0.store(START_MS + after_ms, Ordering::Relaxed);
            let refused = try_bearer(&admin, "wrong", Some("one"));
            assert_eq!(refused, Err(Refusal::TooMany { wait_s: (12_000 - after_ms).div_ceil(1000) }));
            assert_eq!(try_bearer(&admin, TOKEN, Some("one")), refused);
            assert_eq!(block_on(admin.sign_in(TOKEN, Some("one"))).map(drop), refused);
        }
        assert_eq!(try_bearer(&admin, TOKEN, Some("another")), Ok(()));
        clock.0.store(START_MS + 12_000, Ordering::Relaxed);
        assert_eq!(try_bearer(&admin, TOKEN, Some("one")), Ok(()));
    }

    #[test]
    fn all_addresses_together_have_a_limit_and_unknown_ones_are_one() {
        let (admin, _clock) = made(Some(TOKEN), 7);
        for _ in 0..TRIES_OF_AN_ADDRESS {
            assert_eq!(try_bearer(&admin, "wrong", None), Err(Refusal::Unauthorized));
        }
        assert_eq!(try_bearer(&admin, "wrong", None), Err(Refusal::TooMany { wait_s: 12 }));
        for at in TRIES_OF_AN_ADDRESS..TRIES_OF_ALL {
            assert_eq!(try_bearer(&admin, "wrong", Some(&at.to_string())), Err(Refusal::Unauthorized));
        }
        assert_eq!(try_bearer(&admin, TOKEN, Some("fresh")), Err(Refusal::TooMany { wait_s: 1 }));
    }

    #[test]
    fn without_a_token_nobody_is_the_operator() {
        let (admin, _clock) = made(None, 7);
        assert!(!admin.is_configured());
        assert_eq!(try_bearer(&admin, "", None), Err(Refusal::NotConfigured));
        assert_eq!(block_on(admin.sign_in("", None)), Err(Refusal::NotConfigured));
    }

    #[test]
    fn who_shows_nothing_has_not_tried() {
        let (admin, _clock) = made(Some(TOKEN), 7);
        for _ in 0..100 {
            assert_eq!(block_on(admin.admit(&HeaderMap::new(), None)), Err(Refusal::Unauthorized));
            let basic = with(header::AUTHORIZATION, "Basic b3BlcmF0b3I6");
            assert_eq!(block_on(admin.admit(&basic, None)), Err(Refusal::Unauthorized));
        }
        assert_eq!(try_bearer(&admin, TOKEN, None), Ok(()));
    }

    /// Limits that cannot count.
    struct Broken;

    impl Limits for Broken {
        fn take(&self, _buckets: Vec<Bucket>, _now_us: u64) -> BoxFuture<'_, Result<Admission, StoreError>> {
            Box::pin(ready(Err(StoreError::Unusable("full".to_owned()))))
        }

        fn wait_us(&self, _buckets: Vec<Bucket>, _now_us: u64) -> BoxFuture<'_, Result<u64, StoreError>> {
            Box::pin(ready(Err(StoreError::Unusable("full".to_owned()))))
        }

        fn sweep(&self, _now_us: u64) -> BoxFuture<'_, Result<(), StoreError>> {
            Box::pin(ready(Ok(())))
        }
    }

    #[test]
    fn where_tries_cannot_be_counted_none_is_right() {
        let clock = Arc::new(Clock(AtomicU64::new(START_MS)));
        let admin = Admin::new(Some(Secret::new(TOKEN)), [7; 32], Arc::new(Broken), clock);
        for token in [TOKEN, "wrong"] {
            assert_eq!(try_bearer(&admin, token, None), Err(Refusal::TooMany { wait_s: 60 }));
        }
    }
}

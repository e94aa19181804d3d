//! Who the operator is: whoever has `ADMIN_TOKEN`, or a session that was opened with it.
//!
//! Nothing is kept of a session. It says until when it is good, sealed with a key that follows from the token: another `ADMIN_TOKEN` ends all
//! sessions, a restart ends none.

use std::sync::Arc;

use crate::config::Secret;
use crate::runtime::Runtime;
use crate::store::limits::{Admission, Bucket, Limits};

/// How long a session lasts, in seconds: 12 hours.
pub const SESSION_S: u64 = 43_200;

/// What the keys are for; another purpose would have another one.
const TOKEN_CONTEXT: &str = "primerka 2026-11-25 the operator's token is compared";
const SESSION_CONTEXT: &str = "primerka 2026-11-25 the operator's sessions are sealed";

const MINUTE_US: u64 = 60_000_000;
/// Wrong tries from one address in a minute. All addresses together have no limit: it would let strangers lock the operator out, and a token
/// of twelve characters is not guessed at this pace from any number of addresses.
const TRIES: u64 = 5;

/// Knows the operator. Cheap to clone.
#[derive(Clone)]
pub struct Operator(Arc<Inner>);

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
    /// Too many wrong tries from this address. Whether this one was right is not told.
    TooMany {
        /// Seconds until the next try.
        wait_s: u64,
    },
}

impl Operator {
    /// Knows the operator by `token`. `salt` is a secret of this installation, `limits` count who tries.
    pub fn new(token: Option<Secret>, salt: [u8; 32], limits: Arc<dyn Limits>, runtime: Arc<dyn Runtime>) -> Self {
        let keys = token.map(|token| Keys::of(&token, &salt));
        Self(Arc::new(Inner { keys, limits, runtime }))
    }

    /// Whether there is a token at all, so that anybody can sign in.
    pub fn is_configured(&self) -> bool {
        self.0.keys.is_some()
    }

    /// Whether that is a session, and still good. A session cannot be guessed, so that nothing is counted here.
    pub fn is_session(&self, session: &str) -> bool {
        let now_ms = self.0.runtime.now_ms();
        self.0.keys.as_ref().is_some_and(|keys| keys.is_session(session, now_ms))
    }

    /// Lets in who has the token. `address` is the name of the address that tries it, as far as it is known.
    pub async fn try_token(&self, token: &str, address: Option<&str>) -> Result<(), Refusal> {
        self.compare(self.keys()?, token, address).await
    }

    /// A new session for who has the token.
    pub async fn sign_in(&self, token: &str, address: Option<&str>) -> Result<String, Refusal> {
        let keys = self.keys()?;
        self.compare(keys, token, address).await?;
        Ok(keys.session(self.0.runtime.now_ms().saturating_add(SESSION_S * 1000)))
    }

    fn keys(&self) -> Result<&Keys, Refusal> {
        self.0.keys.as_ref().ok_or(Refusal::NotConfigured)
    }

    /// Compares a token that somebody tries, and counts the try before it tells anything.
    ///
    /// A wrong one takes its place in the address's bucket. The right one takes a microsecond instead: a script that has it is never slowed
    /// down by itself. Yet where wrong tries have filled the bucket it is refused like any other, in the same words, or the limit would stop
    /// nobody who guesses. Right or wrong, one statement decides, so that no crowd of tries gets past the count.
    async fn compare(&self, keys: &Keys, token: &str, address: Option<&str>) -> Result<(), Refusal> {
        let is_right = keys.is_token(token);
        let bucket = tries(address);
        let place = if is_right { light(&bucket) } else { bucket.clone() };
        let now_us = self.0.runtime.now_ms().saturating_mul(1000);
        let wait_us = match self.0.limits.take(vec![place], now_us).await {
            Ok(Admission::Admitted) if is_right => return Ok(()),
            Ok(Admission::Admitted) => return Err(Refusal::Unauthorized),
            // The wait in there would tell a right token from a wrong one.
            Ok(Admission::Refused { .. }) => self.0.limits.wait_us(vec![bucket], now_us).await,
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

/// Addresses that nobody knows are one.
fn tries(address: Option<&str>) -> Bucket {
    let address = address.unwrap_or("unknown");
    Bucket::new(format!("sign-in/address/{address}"), TRIES, MINUTE_US)
}

/// The same bucket for a try that takes a microsecond of it, and is admitted exactly when one that takes its full place would be.
fn light(bucket: &Bucket) -> Bucket {
    Bucket { name: bucket.name.clone(), pace_us: 1, burst_us: bucket.burst_us.saturating_sub(bucket.pace_us) + 1 }
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

    fn made(token: Option<&str>, salt: u8) -> (Operator, Arc<Clock>) {
        let clock = Arc::new(Clock(AtomicU64::new(START_MS)));
        let limits = Arc::new(MemoryLimits::default());
        (Operator::new(token.map(Secret::new), [salt; 32], limits, clock.clone()), clock)
    }

    fn tried(operator: &Operator, token: &str, address: Option<&str>) -> Result<(), Refusal> {
        block_on(operator.try_token(token, address))
    }

    #[test]
    fn a_session_lasts_twelve_hours_under_its_own_token_and_salt() {
        let (operator, clock) = made(Some(TOKEN), 7);
        let session = block_on(operator.sign_in(TOKEN, None)).unwrap();
        assert!(operator.is_session(&session));
        for other in [made(Some("another token"), 7), made(Some(TOKEN), 8), made(None, 7)] {
            assert!(!other.0.is_session(&session));
        }
        let (until, seal) = session.split_once('.').unwrap();
        let later = format!("{}.{seal}", until.parse::<u64>().unwrap() + 1);
        let (signed, shorter) = (format!("+{session}"), format!("{until}.{}", &seal[1..]));
        for wrong in [later.as_str(), &signed, &shorter, until, seal, ".", ""] {
            assert!(!operator.is_session(wrong), "{wrong}");
        }
        clock.0.store(START_MS + SESSION_S * 1000 - 1, Ordering::Relaxed);
        assert!(operator.is_session(&session));
        clock.0.store(START_MS + SESSION_S * 1000, Ordering::Relaxed);
        assert!(!operator.is_session(&session));
    }

    #[test]
    fn the_right_token_is_never_slowed_down_by_itself() {
        let (operator, clock) = made(Some(TOKEN), 7);
        for _ in 0..1_000 {
            assert_eq!(tried(&operator, TOKEN, None), Ok(()));
        }
        // And it takes no place from wrong ones.
        for at in 0..TRIES {
            clock.0.store(START_MS + at, Ordering::Relaxed);
            assert_eq!(tried(&operator, TOKEN, Some("another")), Ok(()));
            assert_eq!(tried(&operator, "wrong", Some("another")), Err(Refusal::Unauthorized));
        }
        assert_eq!(tried(&operator, "wrong", Some("another")), Err(Refusal::TooMany { wait_s: 12 }));
    }

    #[test]
    fn whoever_has_tried_too_often_does_not_learn_whether_this_one_was_right() {
        let (operator, clock) = made(Some(TOKEN), 7);
        for _ in 0..TRIES {
            assert_eq!(tried(&operator, "wrong", Some("one")), Err(Refusal::Unauthorized));
        }
        for after_ms in [0, 1, 5_000, 11_999] {
            clock.0.store(START_MS + after_ms, Ordering::Relaxed);
            let refused = tried(&operator, "wrong", Some("one"));
            assert_eq!(refused, Err(Refusal::TooMany { wait_s: (12_000 - after_ms).div_ceil(1000) }));
            assert_eq!(tried(&operator, TOKEN, Some("one")), refused);
            assert_eq!(block_on(operator.sign_in(TOKEN, Some("one"))).map(drop), refused);
        }
        assert_eq!(tried(&operator, TOKEN, Some("another")), Ok(()));
        clock.0.store(START_MS + 12_000, Ordering::Relaxed);
        assert_eq!(tried(&operator, TOKEN, Some("one")), Ok(()));
    }

    #[test]
    fn no_number_of_strangers_locks_the_operator_out() {
        let (operator, _clock) = made(Some(TOKEN), 7);
        for stranger in 0..1_000 {
            for _ in 0..TRIES {
                assert_eq!(tried(&operator, "wrong", Some(&stranger.to_string())), Err(Refusal::Unauthorized));
            }
        }
        assert_eq!(tried(&operator, TOKEN, Some("fresh")), Ok(()));
    }

    #[test]
    fn addresses_that_nobody_knows_are_one() {
        let (operator, _clock) = made(Some(TOKEN), 7);
        for _ in 0..TRIES {
            assert_eq!(tried(&operator, "wrong", None), Err(Refusal::Unauthorized));
        }
        assert_eq!(tried(&operator, "wrong", None), Err(Refusal::TooMany { wait_s: 12 }));
    }

    #[test]
    fn without_a_token_nobody_is_the_operator() {
        let (operator, _clock) = made(None, 7);
        assert!(!operator.is_configured());
        assert_eq!(tried(&operator, "", None), Err(Refusal::NotConfigured));
        assert_eq!(block_on(operator.sign_in("", None)), Err(Refusal::NotConfigured));
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
        let operator = Operator::new(Some(Secret::new(TOKEN)), [7; 32], Arc::new(Broken), clock);
        for token in [TOKEN, "wrong"] {
            assert_eq!(tried(&operator, token, None), Err(Refusal::TooMany { wait_s: 60 }));
        }
    }
}

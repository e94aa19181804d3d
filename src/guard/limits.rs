//! Who may ask how often: everybody together, each user, each address, in buckets of their own.

use std::sync::Arc;

use super::ask::Asker;
use crate::config::RatesConfig;
use crate::look::failure::{Failure, FailureCode};
use crate::runtime::Runtime;
use crate::store::limits::{Admission, Bucket, Limits};

const MINUTE_US: u64 = 60_000_000;
const DAY_US: u64 = 24 * 60 * MINUTE_US;

/// The limits of this installation. Cheap to clone.
#[derive(Clone)]
pub struct RateLimits {
    limits: Arc<dyn Limits>,
    runtime: Arc<dyn Runtime>,
    rates: RatesConfig,
}

impl RateLimits {
    /// Those of `rates`, counted in `limits`.
    pub fn new(limits: Arc<dyn Limits>, runtime: Arc<dyn Runtime>, rates: RatesConfig) -> Self {
        Self { limits, runtime, rates }
    }

    /// Refuses who would be refused, and counts nothing: asked before a body is read. Errors: `too_many_looks`.
    pub async fn check(&self, asker: &Asker) -> Result<(), Failure> {
        match self.limits.wait_us(self.buckets(asker), self.now_us()).await {
            Ok(0) => Ok(()),
            Ok(wait_us) => Err(too_many(wait_us)),
            Err(error) => {
                tracing::error!("requests cannot be counted: {error}");
                Ok(())
            }
        }
    }

    /// Counts a look that is asked for. Errors: `too_many_looks`.
    pub async fn count(&self, asker: &Asker) -> Result<(), Failure> {
        match self.limits.take(self.buckets(asker), self.now_us()).await {
            Ok(Admission::Admitted) => Ok(()),
            Ok(Admission::Refused { wait_us }) => Err(too_many(wait_us)),
            // Where nothing can be counted nothing can be paid either: the ledger refuses what would cost.
            Err(error) => {
                tracing::error!("requests cannot be counted: {error}");
                Ok(())
            }
        }
    }

    fn buckets(&self, asker: &Asker) -> Vec<Bucket> {
        let RatesConfig { per_minute, user_per_minute, user_per_day, .. } = self.rates;
        let mut buckets = vec![Bucket::new("all".to_owned(), per_minute, MINUTE_US)];
        let who = [("user", asker.known_user()), ("address", asker.address.as_deref())];
        for (kind, name) in who.into_iter().filter_map(|(kind, name)| Some((kind, name?))) {
            buckets.push(Bucket::new(format!("{kind}/minute/{name}"), user_per_minute, MINUTE_US));
            buckets.push(Bucket::new(format!("{kind}/day/{name}"), user_per_day, DAY_US));
        }
        buckets
    }

    fn now_us(&self) -> u64 {
        self.runtime.now_ms().saturating_mul(1000)
    }
}

fn too_many(wait_us: u64) -> Failure {
    let seconds = u32::try_from(wait_us.div_ceil(1_000_000)).unwrap_or(u32::MAX);
    Failure::new(FailureCode::TooManyLooks).retry_after(Some(seconds))
}

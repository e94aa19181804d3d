//! The limits by their definition: GCRA, one theoretical arrival time for each bucket, all of which admit a request or none does.

use std::collections::BTreeMap;

use primerka::config::RatesConfig;
use primerka::guard::ask::Asker;

const MINUTE_US: u64 = 60_000_000;
const DAY_US: u64 = 1_440 * MINUTE_US;

/// What the counters should hold.
pub struct Rates {
    config: RatesConfig,
    /// When the next request of each bucket is due, in microseconds since 1970.
    due_us: BTreeMap<String, u64>,
}

struct Bucket {
    name: String,
    pace_us: u64,
    count: u64,
}

impl Rates {
    pub fn new(config: RatesConfig) -> Self {
        Self { config, due_us: BTreeMap::new() }
    }

    /// How many seconds a request has to wait; `None` for one that is admitted, which is counted.
    pub fn ask(&mut self, asker: &Asker, now_us: u64) -> Option<u32> {
        let buckets = self.buckets(asker);
        let wait_us = buckets.iter().map(|bucket| {
            // As many as the count may come at once; the next one waits until the first is due.
            let tolerance_us = bucket.pace_us * (bucket.count - 1);
            self.arrival_us(bucket, now_us).saturating_sub(now_us + tolerance_us)
        });
        let wait_us = wait_us.max().unwrap_or_default();
        if wait_us > 0 {
            return Some(u32::try_from(wait_us.div_ceil(1_000_000)).unwrap());
        }
        for bucket in buckets {
            let next_us = self.arrival_us(&bucket, now_us) + bucket.pace_us;
            self.due_us.insert(bucket.name, next_us);
        }
        None
    }

    /// The theoretical arrival time of a bucket's next request. A clock that was set back leaves no bucket fuller than full.
    fn arrival_us(&self, bucket: &Bucket, now_us: u64) -> u64 {
        let due_us = self.due_us.get(&bucket.name).copied().unwrap_or_default();
        due_us.clamp(now_us, now_us + bucket.pace_us * bucket.count)
    }

    fn buckets(&self, asker: &Asker) -> Vec<Bucket> {
        let bucket = |name: &str, count: u64, period_us: u64| {
            let pace_us = period_us.div_ceil(count);
            Bucket { name: name.to_owned(), pace_us, count }
        };
        let mut buckets = vec![bucket("all", self.config.per_minute, MINUTE_US)];
        let user = asker.is_known.then(|| format!("user {}", asker.user));
        let address = asker.address.as_ref().map(|address| format!("address {address}"));
        for who in [user, address].into_iter().flatten() {
            buckets.push(bucket(&format!("{who} by the minute"), self.config.user_per_minute, MINUTE_US));
            buckets.push(bucket(&format!("{who} by the day"), self.config.user_per_day, DAY_US));
        }
        buckets
    }
}

//! `/metrics`: what has happened since the process began, counted for Prometheus. Every server counts for itself; nothing is global.
//!
//! No label holds what a visitor can choose: routes are the router's own patterns, methods and codes are those that there are.

mod log;
mod requests;
mod route;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::guard::usage::Now;
use crate::look::failure::FailureCode;
use crate::look::price::nanos;
use crate::store::usage::{Entry, Source};

pub(super) use log::MeteredUsage;
pub(super) use requests::measure;
pub(super) use route::route;

/// Borders of the time to an answer's head, in seconds.
const HTTP_SECONDS: [f64; 15] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// Borders of the time that a look takes, in seconds: models draw for 2 to 60.
const LOOK_SECONDS: [f64; 14] = [0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0];
/// Borders of our own part in that, in seconds.
const OWN_SECONDS: [f64; 12] = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The counters of one server. Cheap to clone.
#[derive(Clone)]
pub(super) struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    requests: Family<Request, Counter>,
    request_seconds: Family<Route, Histogram>,
    looks: Family<Look, Counter>,
    look_seconds: Histogram,
    upstream_seconds: Histogram,
    own_seconds: Histogram,
    // Whole billionths of a dollar: sums of fractions are never exact.
    cost_nanos: AtomicU64,
    saved_nanos: AtomicU64,
}

/// What requests are told apart by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    method: &'static str,
    route: String,
    status: &'static str,
}

/// What their durations are told apart by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

/// What looks are told apart by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Look {
    source: &'static str,
    outcome: &'static str,
}

/// The label of a budget.
type Period = [(&'static str, &'static str); 1];

impl Metrics {
    /// Counters that stand at nothing. `now_ms` is when the process began.
    pub(super) fn new(now_ms: u64) -> Self {
        let to_the_head: fn() -> Histogram = || Histogram::new(HTTP_SECONDS);
        let mut inner = Inner {
            registry: Registry::default(),
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(to_the_head),
            looks: Family::default(),
            look_seconds: Histogram::new(LOOK_SECONDS),
            upstream_seconds: Histogram::new(LOOK_SECONDS),
            own_seconds: Histogram::new(OWN_SECONDS),
            cost_nanos: AtomicU64::default(),
            saved_nanos: AtomicU64::default(),
        };
        inner.register(now_ms);
        Self(Arc::new(inner))
    }

    /// Counts a request for a look that has ended.
    pub(super) fn observe(&self, entry: &Entry) {
        let code = entry.code.as_deref();
        let outcome = code.map_or("made", |code| code.parse::<FailureCode>().map_or("other", FailureCode::name));
        self.0.looks.get_or_create(&Look { source: entry.source.into(), outcome }).inc();
        self.0.cost_nanos.fetch_add(entry.cost_nanos, Ordering::Relaxed);
        self.0.saved_nanos.fetch_add(entry.saved_nanos, Ordering::Relaxed);
        // What a cache answers in a millisecond, or an error cuts short, says nothing of how long looks take.
        if entry.source == Source::Made && code.is_none() {
            self.0.look_seconds.observe(seconds(entry.took_ms));
            self.0.upstream_seconds.observe(seconds(entry.upstream_ms));
            let own_ms = entry.took_ms.saturating_sub(entry.upstream_ms).saturating_sub(entry.queued_ms);
            self.0.own_seconds.observe(seconds(own_ms));
        }
    }

    /// Counts an answered HTTP request.
    fn answered(&self, request: &Request, took: Duration) {
        self.0.requests.get_or_create(request).inc();
        self.0.request_seconds.get_or_create(&Route { route: request.route.clone() }).observe(took.as_secs_f64());
    }

    /// The text of a scrape, in which `now` is how things stand.
    fn text(&self, now: &Now) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode_registry(&mut text, &self.0.registry)?;
        encode_registry(&mut text, &self.0.standing(now))?;
        encode_eof(&mut text)?;
        Ok(text)
    }
}

impl Inner {
    fn register(&mut self, now_ms: u64) {
        let Self { registry, requests, request_seconds, looks, look_seconds, upstream_seconds, own_seconds, .. } = self;
        registry.register("primerka_http_requests", "HTTP requests answered", requests.clone());
        registry.register_with_unit(
            "primerka_http_request_duration",
            "Time from an HTTP request to the head of its answer",
            Unit::Seconds,
            request_seconds.clone(),
        );
        registry.register("primerka_looks", "Requests for a look that have ended", looks.clone());
        for (name, help, histogram) in [
            ("primerka_look_duration", "Time that looks made anew took", look_seconds),
            ("primerka_look_upstream", "Of that, waiting for the gateway", upstream_seconds),
            ("primerka_look_own", "Of that, neither the gateway nor the queue", own_seconds),
        ] {
            registry.register_with_unit(name, help, Unit::Seconds, histogram.clone());
        }
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("primerka_build", "What runs", version);
        let began = ConstGauge::new(seconds(now_ms));
        registry.register_with_unit("process_start_time", "When the process began, since 1970", Unit::Seconds, began);
    }

    /// What is read at each scrape.
    fn standing(&self, now: &Now) -> Registry {
        let mut registry = Registry::default();
        for (name, help, sum) in [
            ("primerka_cost", "What looks have cost", &self.cost_nanos),
            ("primerka_saved", "What caches have saved", &self.saved_nanos),
        ] {
            let dollars = ConstCounter::new(nanos::to_usd(sum.load(Ordering::Relaxed)));
            registry.register_with_unit(name, help, usd(), dollars);
        }
        registry.register("primerka_looks_in_progress", "Looks being made", ConstGauge::new(now.being_made));
        registry.register("primerka_looks_waiting", "Looks that wait for their turn", ConstGauge::new(now.waiting));
        // Books that cannot be read tell nothing, which is not the same as nothing spent.
        if let Some(spending) = now.spending {
            let budget = by_period(spending.day_budget_nanos, spending.month_budget_nanos);
            registry.register_with_unit("primerka_budget", "What a day and a month (UTC) may cost", usd(), budget);
            let spent = by_period(spending.day_nanos, spending.month_nanos);
            registry.register_with_unit("primerka_spent", "What is spent or reserved of that", usd(), spent);
        }
        if let Some(bytes) = resident_bytes() {
            let memory = ConstGauge::new(bytes);
            registry.register_with_unit("process_resident_memory", "Memory of the process", Unit::Bytes, memory);
        }
        registry
    }
}

fn usd() -> Unit {
    Unit::Other("usd".to_owned())
}

fn by_period(day_nanos: u64, month_nanos: u64) -> Family<Period, Gauge<f64, AtomicU64>> {
    let family = Family::<Period, Gauge<f64, AtomicU64>>::default();
    family.get_or_create(&[("period", "day")]).set(nanos::to_usd(day_nanos));
    family.get_or_create(&[("period", "month")]).set(nanos::to_usd(month_nanos));
    family
}

fn seconds(ms: u64) -> f64 {
    Duration::from_millis(ms).as_secs_f64()
}

/// The memory that the process holds, where the system tells it as Linux does.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let size = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = size.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::{Metrics, seconds};
    use crate::guard::usage::Now;
    use crate::store::usage::{Entry, Source, Spending};

    fn scrape(metrics: &Metrics, now: Now) -> String {
        metrics.text(&now).unwrap()
    }

    #[test]
    fn each_end_is_counted_under_its_source_and_outcome() {
        let metrics = Metrics::new(1_700_000_000_000);
        let took = Entry { took_ms: 9_000, upstream_ms: 8_000, queued_ms: 980, ..Entry::default() };
        let made = Entry { cost_nanos: 33_600_000, ..took };
        let kept = Entry { source: Source::Kept, saved_nanos: 33_600_000, ..Entry::default() };
        let failed = Entry { code: Some("rate_limited".to_owned()), took_ms: 100, ..Entry::default() };
        let strange = Entry { code: Some("of another version".to_owned()), ..Entry::default() };
        for entry in [&made, &made, &kept, &failed, &strange] {
            metrics.observe(entry);
        }
        let text = scrape(&metrics, Now::default());
        for line in [
            r#"primerka_looks_total{source="made",outcome="made"} 2"#,
            r#"primerka_looks_total{source="kept",outcome="made"} 1"#,
            r#"primerka_looks_total{source="made",outcome="rate_limited"} 1"#,
            r#"primerka_looks_total{source="made",outcome="other"} 1"#,
            "primerka_cost_usd_total 0.0672",
            "primerka_saved_usd_total 0.0336",
            "primerka_look_duration_seconds_count 2",
            "primerka_look_upstream_seconds_sum 16.0",
            r#"primerka_look_own_seconds_bucket{le="0.025"} 2"#,
            "process_start_time_seconds 1700000000.0",
        ] {
            assert!(text.lines().any(|told| told == line), "{line} is not in\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }

    #[test]
    fn books_that_cannot_be_read_tell_no_number() {
        let metrics = Metrics::new(0);
        assert!(!scrape(&metrics, Now::default()).contains("_usd{"));
        let spending = Spending { day_nanos: 1_500_000_000, day_budget_nanos: 5_000_000_000, ..Spending::default() };
        let text = scrape(&metrics, Now { spending: Some(spending), ..Now::default() });
        assert!(text.contains("primerka_spent_usd{period=\"day\"} 1.5\n"), "{text}");
        assert!(text.contains("primerka_budget_usd{period=\"day\"} 5.0\n"), "{text}");
        assert!(text.contains("primerka_spent_usd{period=\"month\"} 0.0\n"), "{text}");
    }

    #[test]
    fn milliseconds_are_seconds() {
        assert!((seconds(1_250) - 1.25).abs() < f64::EPSILON);
    }
}

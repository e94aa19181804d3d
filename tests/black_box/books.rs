//! The counters and the books by themselves: against a model, against memory, against a clock that jumps.

use std::collections::HashMap;
use std::sync::Arc;

use primerka::look::step::Step;
use primerka::store::database::Database;
use primerka::store::ledger::{Ledger, MemoryLedger, Reservation, Settlement, Spent, SqlLedger, Terms};
use primerka::store::limits::{Admission, Bucket, Limits, MemoryLimits, SqlLimits};
use primerka::store::sqlite::Sqlite;
use tempfile::TempDir;

async fn database() -> (TempDir, Arc<dyn Database>) {
    let folder = tempfile::tempdir().unwrap();
    let database = Sqlite::open(&folder.path().join("books.db")).await.unwrap();
    (folder, Arc::new(database))
}

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// GCRA as its definition has it, on its own: a request conforms when it does not come earlier than its theoretical arrival time less the
/// tolerance of a burst.
#[derive(Default)]
struct Model(HashMap<String, u64>);

impl Model {
    fn take(&mut self, buckets: &[Bucket], now: u64) -> bool {
        let arrival = |bucket: &Bucket| self.0.get(&bucket.name).copied().unwrap_or(now).max(now);
        let conforms = |bucket: &Bucket| arrival(bucket) <= now + (bucket.burst_us - bucket.pace_us);
        if !buckets.iter().all(conforms) {
            return false;
        }
        let next: Vec<_> =
            buckets.iter().map(|bucket| (bucket.name.clone(), arrival(bucket) + bucket.pace_us)).collect();
        self.0.extend(next);
        true
    }
}

async fn admits_as_the_model(limits: &dyn Limits, arrivals: usize) {
    let (mut model, mut numbers, mut now) = (Model::default(), Numbers(7), 1_700_000_000_000_000);
    let mut admitted = 0;
    for at in 0..arrivals {
        now += numbers.below(400_000);
        let buckets = vec![
            Bucket::new("all".to_owned(), 300, 60_000_000),
            Bucket::new(format!("user/{}", numbers.below(12)), 20, 60_000_000),
            Bucket::new(format!("address/{}", numbers.below(5)), 7_000, 86_400_000_000),
        ];
        let expected = model.take(&buckets, now);
        let wait_us = limits.wait_us(buckets.clone(), now).await.unwrap();
        let admission = limits.take(buckets, now).await.unwrap();
        assert_eq!(admission == Admission::Admitted, expected, "arrival {at}");
        assert_eq!(wait_us == 0, expected, "arrival {at}");
        admitted += usize::from(expected);
    }
    assert!(admitted > arrivals / 10 && admitted < arrivals * 9 / 10, "{admitted} of {arrivals}: both must be seen");
}

#[tokio::test]
async fn requests_are_admitted_exactly_as_the_model_says() {
    let (_folder, database) = database().await;
    // `make prove` has a million here, too.
    let arrivals = std::env::var("PROVE_ARRIVALS").map_or(5_000, |arrivals| arrivals.parse().unwrap());
    admits_as_the_model(&SqlLimits::new(database), arrivals).await;
    admits_as_the_model(&MemoryLimits::default(), 1_000_000).await;
}

#[tokio::test]
async fn a_refused_request_is_admitted_after_its_wait_and_not_before() {
    let (_folder, database) = database().await;
    let bucket = || vec![Bucket::new("one".to_owned(), 3, 60_000_000)];
    let memory = MemoryLimits::default();
    let sql = SqlLimits::new(database);
    for limits in [&memory as &dyn Limits, &sql] {
        for _ in 0..3 {
            assert_eq!(limits.take(bucket(), 1_000).await, Ok(Admission::Admitted));
        }
        let Ok(Admission::Refused { wait_us }) = limits.take(bucket(), 1_000).await else { panic!("admitted") };
        assert_eq!(wait_us, 20_000_000);
        assert!(matches!(limits.take(bucket(), 1_000 + wait_us - 1).await, Ok(Admission::Refused { wait_us: 1 })));
        assert_eq!(limits.take(bucket(), 1_000 + wait_us).await, Ok(Admission::Admitted));
    }
}

#[tokio::test]
async fn a_clock_set_back_locks_nobody_out_and_old_buckets_are_forgotten() {
    let (_folder, database) = database().await;
    let limits = SqlLimits::new(database.clone());
    let bucket = || vec![Bucket::new("one".to_owned(), 2, 60_000_000)];
    let later = 90_000_000_000;
    for _ in 0..2 {
        limits.take(bucket(), later).await.unwrap();
    }
    assert!(limits.wait_us(bucket(), 1).await.unwrap() <= 30_000_000);
    limits.sweep(later + 61_000_000).await.unwrap();
    let rows = database.read(primerka::store::database::Statement::new("SELECT count(*) FROM limits")).await.unwrap();
    assert_eq!(rows[0].count(0), Ok(0));
}

fn terms(day: u64) -> Terms {
    Terms { now_ms: day * 86_400_000, day, month: day / 30, day_nanos: 100, month_nanos: 250 }
}

fn call(id: &str, nanos: u64) -> Reservation {
    Reservation { id: id.to_owned(), trace: "t".to_owned(), step: Step::TryOn, nanos }
}

#[tokio::test]
async fn the_books_hold_their_bounds_over_days_months_and_jumps_of_the_clock() {
    let (_folder, database) = database().await;
    let sql = SqlLedger::new(database, "p".to_owned());
    let memory = MemoryLedger::default();
    for ledger in [&sql as &dyn Ledger, &memory] {
        let reserve = async |id: &str, nanos, day| ledger.reserve(vec![call(id, nanos)], terms(day)).await.unwrap();
        assert!(reserve("a", 60, 0).await);
        assert!(!reserve("b", 41, 0).await && reserve("c", 40, 0).await && !reserve("d", 1, 0).await);
        ledger.settle("a".to_owned(), Settlement { nanos: 10, ..Settlement::default() }).await.unwrap();
        assert_eq!(ledger.spent(terms(0)).await.unwrap(), Spent { day_nanos: 50, month_nanos: 50, is_frozen: false });
        ledger.release(vec!["c".to_owned()]).await.unwrap();
        assert!(!ledger.reserve(vec![call("e", 50), call("f", 50)], terms(0)).await.unwrap(), "both or none");
        assert!(ledger.reserve(vec![call("e", 45), call("f", 45)], terms(0)).await.unwrap());
        // Another day, the same month: 100 of 250 are spent.
        assert!(reserve("g", 100, 1).await && !reserve("h", 100, 2).await && reserve("i", 50, 2).await);
        // The clock goes back: the days that are spent stay so.
        assert!(!reserve("j", 1, 0).await && !reserve("k", 1, 1).await);
        assert!(reserve("l", 100, 30).await, "another month");
    }
}

#[tokio::test]
async fn frozen_books_reserve_nothing_and_settle_what_has_begun() {
    let (_folder, database) = database().await;
    // Two processes on the same books.
    let ledger = SqlLedger::new(database.clone(), "p".to_owned());
    let other = SqlLedger::new(database, "q".to_owned());
    assert!(ledger.reserve(vec![call("a", 10)], terms(0)).await.unwrap());
    ledger.freeze(true, 7).await.unwrap();
    ledger.freeze(true, 8).await.unwrap();
    assert!(!other.reserve(vec![call("b", 1)], terms(0)).await.unwrap());
    ledger.settle("a".to_owned(), Settlement { nanos: 4, ..Settlement::default() }).await.unwrap();
    let spent = Spent { day_nanos: 4, month_nanos: 4, is_frozen: true };
    assert_eq!(other.spent(terms(0)).await.unwrap(), spent);
    other.freeze(false, 9).await.unwrap();
    assert!(ledger.reserve(vec![call("b", 1)], terms(0)).await.unwrap());
    assert!(MemoryLedger::default().freeze(true, 7).await.is_err(), "nobody else would hear of it");
}

//! The usage log by itself: what is recorded, in a database and in memory, against a plain count of the same.

mod plain;

use std::cmp::Reverse;
use std::sync::Arc;

use primerka::look::price::Tokens;
use primerka::look::step::Step;
use primerka::store::database::{Database, Statement};
use primerka::store::ledger::{Ledger, Reservation, Settlement, SqlLedger, Terms};
use primerka::store::sqlite::Sqlite;
use primerka::store::usage::{CallUse, Entry, Filter, Latency, MemoryUsage, Quantiles, Source, SqlUsage, UsageLog};
use tempfile::TempDir;

use plain::{expected, is_made, number, quantiles, sum};

async fn database() -> (TempDir, Arc<dyn Database>) {
    let folder = tempfile::tempdir().unwrap();
    let database = Sqlite::open(&folder.path().join("usage.db")).await.unwrap();
    (folder, Arc::new(database))
}

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap()]
    }
}

/// The time that is looked at: three whole slots and a bit, with something before and after.
const FROM: u64 = 1_700_000_000_000;
const UNTIL: u64 = FROM + 350;
const SLOT: u64 = 100;

fn moment(numbers: &mut Numbers) -> u64 {
    FROM - 50 + numbers.below(450)
}

fn ask(numbers: &mut Numbers) -> Entry {
    let source =
        numbers.one_of(&[Source::Made, Source::Made, Source::Joined, Source::Kept, Source::Gateway, Source::Refused]);
    let code = numbers.one_of(&["timeout", "no_image", "busy"]);
    let code = (source == Source::Refused || numbers.below(4) == 0).then(|| code.to_owned());
    let upstream_ms = numbers.below(20_000);
    let queued_ms = numbers.below(1_000);
    Entry {
        at_ms: moment(numbers),
        trace: format!("{:032x}", numbers.below(u64::MAX)),
        source,
        outfit_known: numbers.below(3) == 0,
        step: code.as_ref().and_then(|_| numbers.one_of(&[None, Some(1), Some(2)])),
        model: numbers.one_of(&[Some("small"), Some("large"), None]).map(str::to_owned),
        cost_nanos: numbers.below(100_000_000),
        saved_nanos: numbers.below(100_000_000),
        // Now and then less than its parts, as clocks have it.
        took_ms: (upstream_ms + queued_ms + numbers.below(300)).saturating_sub(100),
        upstream_ms,
        queued_ms,
        request_id: numbers.one_of(&[Some("request"), None]).map(str::to_owned),
        code,
    }
}

/// A call, and what became of it, if that is known.
struct Call {
    at_ms: u64,
    step: Step,
    worst_nanos: u64,
    settled: Option<Settlement>,
}

fn call(numbers: &mut Numbers) -> Call {
    let settled = Settlement {
        nanos: numbers.below(50_000_000),
        model: numbers.one_of(&[Some("small"), Some("large"), None]).map(str::to_owned),
        code: numbers.one_of(&[None, None, Some("timeout")]),
        cached: numbers.below(3) == 0,
        tokens: Tokens { prompt: numbers.below(3_000), text: numbers.below(900), image: numbers.below(1_200) },
        took_ms: numbers.below(20_000),
        request_id: None,
    };
    Call {
        at_ms: moment(numbers),
        step: numbers.one_of(&[Step::Describe, Step::TryOn]),
        worst_nanos: 50_000_000 + numbers.below(50_000_000),
        settled: (numbers.below(4) != 0).then_some(settled),
    }
}

fn terms(now_ms: u64) -> Terms {
    Terms { now_ms, day: now_ms / 86_400_000, month: 0, day_nanos: u64::MAX, month_nanos: u64::MAX }
}

/// Writes the calls into the books. Of those that are not settled every second one is over, at a price that nobody told.
async fn keep_books(database: &Arc<dyn Database>, calls: &[Call]) {
    let ledger = SqlLedger::new(database.clone(), "p".to_owned());
    for (number, call) in calls.iter().enumerate() {
        let id = format!("{number:032x}");
        let reservation =
            Reservation { id: id.clone(), trace: "t".to_owned(), step: call.step, nanos: call.worst_nanos };
        assert!(ledger.reserve(vec![reservation], terms(call.at_ms)).await.unwrap());
        if let Some(settled) = &call.settled {
            ledger.settle(id, settled.clone()).await.unwrap();
        } else if number % 2 == 0 {
            let unknown = Statement::new("UPDATE calls SET state = 'unknown' WHERE id = ?1").with(id);
            database.write(vec![unknown]).await.unwrap();
        }
    }
}

fn several(seed: u64) -> (Vec<Entry>, Vec<Call>) {
    let mut numbers = Numbers(seed);
    let entries = (0..600).map(|_| ask(&mut numbers)).collect();
    let calls = (0..300).map(|_| call(&mut numbers)).collect();
    (entries, calls)
}

/// Everything, of whatever time.
fn all() -> Filter {
    Filter { until_ms: u64::MAX, ..Filter::default() }
}

fn at(at_ms: u64) -> Entry {
    Entry { at_ms, ..Entry::default() }
}

#[tokio::test]
async fn a_report_says_what_a_plain_count_says() {
    for seed in 1..=5 {
        let (_folder, database) = database().await;
        let (entries, calls) = several(seed);
        let log = SqlUsage::new(database.clone());
        log.record(entries.clone()).await.unwrap();
        keep_books(&database, &calls).await;
        let report = log.report(FROM, UNTIL, SLOT).await.unwrap();
        assert_eq!(report, expected(&entries, &calls), "seed {seed}");
        assert!(report.totals.reserved_nanos > 0 && report.calls.len() > 4 && report.failures.len() > 4);
    }
}

#[tokio::test]
async fn memory_reports_the_same_of_requests_and_takes_their_cost_for_that_of_calls() {
    let (entries, _) = several(6);
    let log = MemoryUsage::default();
    log.record(entries.clone()).await.unwrap();
    let report = log.report(FROM, UNTIL, SLOT).await.unwrap();
    let mut plain = expected(&entries, &[]);
    let within: Vec<&Entry> = entries.iter().filter(|entry| (FROM..UNTIL).contains(&entry.at_ms)).collect();
    plain.totals.cost_nanos = sum(&within, |entry| entry.cost_nanos);
    let called = |entry: &&Entry| {
        [Source::Made, Source::Gateway].contains(&entry.source) && (is_made(entry) || entry.step == Some(2))
    };
    plain.totals.calls = number(&within, called);
    for slot in &mut plain.series {
        let of_slot = |entry: &&Entry| (entry.at_ms - FROM) / SLOT == (slot.from_ms - FROM) / SLOT;
        slot.cost_nanos = sum(&within, |entry| if of_slot(entry) { entry.cost_nanos } else { 0 });
    }
    plain.calls.clone_from(&report.calls);
    assert_eq!(report, plain);

    assert_eq!(report.calls.iter().map(|call| call.calls).sum::<u64>(), report.totals.calls);
    assert!(report.calls.len() == 3 && report.calls.is_sorted_by_key(|call| Reverse(call.cost_nanos)));
    for call in &report.calls {
        let is_of = |entry: &&&Entry| called(entry) && entry.model.as_deref().unwrap_or_default() == call.model;
        let alike: Vec<&Entry> = within.iter().filter(is_of).copied().collect();
        let took_ms: Vec<u64> = alike.iter().map(|entry| entry.upstream_ms).collect();
        let plain = CallUse {
            model: call.model.clone(),
            step: 2,
            calls: alike.len() as u64,
            failed: number(&alike, |entry| !is_made(entry)),
            cached: number(&alike, |entry| entry.source == Source::Gateway),
            cost_nanos: sum(&alike, |entry| entry.cost_nanos),
            took_ms: quantiles(&took_ms),
            ..CallUse::default()
        };
        assert_eq!(*call, plain);
    }
}

#[tokio::test]
async fn entries_come_newest_first_filtered_and_bounded() {
    let (_folder, database) = database().await;
    let (entries, _) = several(7);
    let (memory, sql) = (MemoryUsage::default(), SqlUsage::new(database));
    for log in [&memory as &dyn UsageLog, &sql] {
        // In two parts: those of one moment keep their order across both.
        log.record(entries[..200].to_vec()).await.unwrap();
        log.record(entries[200..].to_vec()).await.unwrap();
        for outcome in [None, Some("made"), Some("busy"), Some("nothing")] {
            for model in [None, Some("small"), Some("nobody")] {
                for source in [None, Some(Source::Made), Some(Source::Refused), Some(Source::Gateway)] {
                    let (outcome, model) = (outcome.map(str::to_owned), model.map(str::to_owned));
                    let passes = |entry: &&Entry| {
                        (FROM..UNTIL).contains(&entry.at_ms)
                            && outcome.as_deref().is_none_or(|it| it == entry.code.as_deref().unwrap_or("made"))
                            && (model.is_none() || model == entry.model)
                            && source.is_none_or(|it| it == entry.source)
                    };
                    let mut plain: Vec<Entry> = entries.iter().rev().filter(passes).cloned().collect();
                    plain.sort_by_key(|entry| Reverse(entry.at_ms));
                    let filter = Filter { from_ms: FROM, until_ms: UNTIL, outcome, model, source };
                    assert_eq!(log.entries(filter.clone(), 1_000).await.unwrap(), plain, "{filter:?}");
                    plain.truncate(7);
                    assert_eq!(log.entries(filter.clone(), 7).await.unwrap(), plain, "{filter:?}");
                }
            }
        }
        assert_eq!(log.entries(all(), u64::MAX).await.unwrap().len(), entries.len());
    }
}

#[tokio::test]
async fn a_slot_holds_its_first_moment_and_not_its_last() {
    let (_folder, database) = database().await;
    let moments = [FROM - 1, FROM, FROM + 99, FROM + 100, FROM + 299, FROM + 300, UNTIL - 1, UNTIL];
    let calls = moments.map(|at_ms| Call { at_ms, step: Step::TryOn, worst_nanos: 1, settled: None });
    keep_books(&database, &calls).await;
    let (memory, sql) = (MemoryUsage::default(), SqlUsage::new(database));
    for log in [&memory as &dyn UsageLog, &sql] {
        log.record(moments.map(|at_ms| Entry { cost_nanos: 1, ..at(at_ms) }).into()).await.unwrap();
        let report = log.report(FROM, UNTIL, SLOT).await.unwrap();
        let slots: Vec<_> =
            report.series.iter().map(|slot| (slot.from_ms - FROM, slot.asked, slot.cost_nanos)).collect();
        assert_eq!(slots, [(0, 2, 2), (100, 1, 1), (200, 1, 1), (300, 2, 2)]);
        assert_eq!((report.totals.asked, report.totals.calls, report.totals.cost_nanos), (6, 6, 6));
    }
}

#[tokio::test]
async fn an_empty_log_reports_empty_slots() {
    let (_folder, database) = database().await;
    let (memory, sql) = (MemoryUsage::default(), SqlUsage::new(database));
    for log in [&memory as &dyn UsageLog, &sql] {
        log.record(Vec::new()).await.unwrap();
        assert_eq!(log.report(FROM, UNTIL, SLOT).await.unwrap(), expected(&[], &[]));
        assert!(log.report(UNTIL, FROM, SLOT).await.unwrap().series.is_empty());
        assert!(log.entries(all(), 10).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn what_is_old_is_forgotten_but_no_call_whose_price_is_open() {
    let (_folder, database) = database().await;
    let settled = || Some(Settlement { nanos: 1, ..Settlement::default() });
    let call = |at_ms, settled| Call { at_ms, step: Step::Describe, worst_nanos: 10, settled };
    let calls = [
        call(FROM, None), // Of an unknown price.
        call(FROM, settled()),
        call(FROM + 99, settled()),
        call(FROM + 99, None), // Reserved.
        call(FROM + 100, settled()),
    ];
    keep_books(&database, &calls).await;
    let (memory, sql) = (MemoryUsage::default(), SqlUsage::new(database.clone()));
    for log in [&memory as &dyn UsageLog, &sql] {
        log.record(vec![at(FROM + 100), at(FROM), at(FROM + 99), at(FROM + 200)]).await.unwrap();
        log.sweep(FROM + 100).await.unwrap();
        assert_eq!(log.entries(all(), 10).await.unwrap(), [at(FROM + 200), at(FROM + 100)]);
    }
    let left = async || {
        let totals = sql.report(FROM, UNTIL, SLOT).await.unwrap().totals;
        (totals.calls, totals.cost_nanos, totals.reserved_nanos)
    };
    assert_eq!(left().await, (5, 23, 20), "a clock that runs ahead takes nothing of the month's budget");
    let later = |month: u64| {
        let sql = "INSERT INTO calls (id, trace, step, day, month, reserved_ms, nanos, state, process)
            VALUES ('later ' || ?1, 't', 1, 0, ?1, ?2, 7, 'settled', 'p')";
        Statement::new(sql).with(month).with(UNTIL + month)
    };
    database.write([1, 2, 3].map(later).to_vec()).await.unwrap();
    sql.sweep(FROM + 100).await.unwrap();
    assert_eq!(left().await, (3, 21, 20));
}

#[tokio::test]
async fn ten_thousand_entries_give_a_report_and_memory_keeps_no_more() {
    let (_folder, database) = database().await;
    let (memory, sql) = (MemoryUsage::default(), SqlUsage::new(database));
    // Each duration from 1 to 10,000 once, in no order: 7,919 is a prime.
    let entry = |number: u64| Entry { took_ms: number * 7_919 % 10_000 + 1, ..at(FROM + number) };
    let recorded: Vec<Entry> = (0..10_000).map(entry).collect();
    for log in [&memory as &dyn UsageLog, &sql] {
        for part in recorded.chunks(1_000) {
            log.record(part.to_vec()).await.unwrap();
        }
        let report = log.report(FROM, FROM + 10_000, 1_000).await.unwrap();
        assert_eq!((report.totals.asked, report.totals.made), (10_000, 10_000));
        assert!(report.series.len() == 10 && report.series.iter().all(|slot| slot.asked == 1_000));
        let quantiles = Quantiles { p50: 5_000, p95: 9_500, p99: 9_900 };
        assert_eq!(report.latency, Latency { total: quantiles, own: quantiles, ..Latency::default() });
        let newest = log.entries(all(), 100).await.unwrap();
        assert!(newest.iter().eq(recorded.iter().rev().take(100)));
    }
    memory.record(vec![at(FROM + 10_000), at(FROM + 10_001)]).await.unwrap();
    let kept = memory.entries(all(), u64::MAX).await.unwrap();
    assert_eq!((kept.len(), kept[9_999].at_ms), (10_000, FROM + 2));
}

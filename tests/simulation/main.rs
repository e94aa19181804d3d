//! A deterministic simulation of the whole life of looks: visitors who ask for the same, leave, come back, stop and delete; a gateway that
//! fails in every way; a database that is slow and full; processes that are killed and started again; clocks that jump. In every seed the
//! promises about money must hold.
//!
//! `SIMULATION_SEEDS` says how many seeds are run (200), `SIMULATION_FIRST_SEED` from which on; `SIMULATION_SEED` replays a single one, and
//! with `--nocapture` tells all that happened in it; `SIMULATION_REPLAYED` says how many are run twice and compared (12).
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test that cannot go on has failed")]

mod asks;
mod bills;
mod books;
mod content;
mod database;
mod dice;
mod hearing;
mod memory;
mod operator;
mod outcome;
mod probe;
mod process;
mod rates;
mod run;
mod runtime;
mod settings;
mod town;
mod upstream;
mod visitor;
mod world;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use run::run;
use settings::Sabotage;

/// Seeds that run at the same time.
const AT_ONCE: usize = 2;
/// So many seeds that fail are enough to look at.
const MOST_FAILED: usize = 3;

/// What some seeds came to.
#[derive(Default)]
struct Sum {
    seeds: u64,
    simulated_ms: u64,
    asks: u64,
    calls: u64,
    failed: Vec<String>,
}

/// The number in an environment variable.
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

/// Runs seeds from `first` on, side by side.
fn run_all(first: u64, count: u64) -> Sum {
    let (next, sum) = (AtomicU64::new(first), Mutex::new(Sum::default()));
    let work = || loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= first + count || sum.lock().unwrap().failed.len() >= MOST_FAILED {
            return;
        }
        let report = run(seed, None);
        let mut sum = sum.lock().unwrap();
        sum.seeds += 1;
        sum.simulated_ms += report.simulated_ms;
        sum.asks += report.asks;
        sum.calls += report.calls;
        if !report.violations.is_empty() {
            sum.failed.push(report.verdict());
        }
    };
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(work);
        }
    });
    sum.into_inner().unwrap()
}

#[test]
fn every_seed_keeps_the_promises() {
    if let Some(seed) = number("SIMULATION_SEED") {
        let report = run(seed, None);
        for line in &report.lines {
            println!("{line}");
        }
        assert!(report.violations.is_empty(), "{}", report.verdict());
        return;
    }
    let first = number("SIMULATION_FIRST_SEED").unwrap_or(0);
    let count = number("SIMULATION_SEEDS").unwrap_or(200);
    let Sum { seeds, simulated_ms, asks, calls, failed } = run_all(first, count);
    println!(
        "{seeds} seeds from {first} on: {} simulated hours, {asks} looks asked for, {calls} calls made",
        simulated_ms / 3_600_000
    );
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(asks > 10 * seeds && calls > 5 * seeds, "a simulation in which nothing happens proves nothing");
}

#[test]
fn a_seed_replays_to_the_letter() {
    for seed in 0..number("SIMULATION_REPLAYED").unwrap_or(12) {
        let (first, second) = (run(seed, None), run(seed, None));
        let differs = first.lines.iter().zip(&second.lines).find(|(one, other)| one != other);
        assert!(
            differs.is_none(),
            "seed {seed}:\n{}",
            differs.map(|(one, other)| format!("{one}\n{other}")).unwrap_or_default()
        );
        assert_eq!((first.lines.len(), first.simulated_ms), (second.lines.len(), second.simulated_ms), "seed {seed}");
    }
}

#[test]
fn whatever_is_broken_is_noticed() {
    for sabotage in Sabotage::ALL {
        let is_noticed = (0..50).any(|seed| !run(seed, Some(sabotage)).violations.is_empty());
        assert!(is_noticed, "{sabotage:?} was not noticed in 50 seeds");
    }
}

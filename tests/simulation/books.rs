//! The books at the end of the day, held against what the gateway has really charged.

use std::collections::BTreeMap;

use primerka::store::database::Statement;

use super::bills::Bill;
use super::process::Process;
use super::town::Town;

/// After so long every process that says nothing is taken for dead, and the gateway has written down everything.
const LATER_MS: i64 = 1_800_000;
/// So far the gateway's clock may be off, in milliseconds.
const SLACK_MS: u64 = 300_000;
/// What is older nobody looks for any more, in milliseconds.
const GIVEN_UP_MS: u64 = 7 * 86_400_000;

/// Nothing may be under way. The books say of every step at least what it has cost, and exactly that where the price was told and no process
/// died and no write failed under it; what was reserved and not used has left nothing.
pub fn check(town: &Town) {
    let mut bills = town.upstream.steps();
    let rows = town.database.peek(&Statement::new(
        "SELECT trace, step, sum(nanos), sum(state <> 'settled') FROM calls GROUP BY trace, step ORDER BY min(rowid)",
    ));
    for row in rows {
        let (trace, step) = (row.text(0).unwrap(), u8::try_from(row.count(1).unwrap()).unwrap());
        let (nanos, open) = (row.count(2).unwrap(), row.count(3).unwrap());
        let bill = bills.remove(&(trace.to_owned(), step)).unwrap_or_default();
        let is_exact = nanos == bill.nanos && open == 0;
        let may_be_more = bill.is_vague || town.database.is_doubtful(trace);
        if nanos < bill.nanos || !(is_exact || may_be_more) {
            let truth = bill.nanos;
            town.world
                .violation(format!("the books say {nanos} of a step {step} that cost {truth}; {open} of it open"));
        }
    }
    for ((_, step), Bill { nanos, .. }) in bills {
        town.world.violation(format!("a step {step} that cost {nanos} is in no books"));
    }
    check_sums(town, "SELECT day, sum(nanos) FROM calls GROUP BY day", town.world.settings.budget.day_nanos);
    check_sums(town, "SELECT month, sum(nanos) FROM calls GROUP BY month", town.world.settings.budget.month_nanos);
}

/// No day and no month has cost more than it may.
fn check_sums(town: &Town, sql: &'static str, most: u64) {
    let rows = town.database.peek(&Statement::new(sql));
    let sums: BTreeMap<u64, u64> = rows.iter().map(|row| (row.count(0).unwrap(), row.count(1).unwrap())).collect();
    for (when, sum) in sums.into_iter().filter(|(_, sum)| *sum > most) {
        town.world.violation(format!("{sum} were spent in {when}, which may cost {most}"));
    }
}

/// Nothing may be under way. What stayed charged is compared with the gateway's log: after that the books say what it says, never less than
/// what was really charged. A clock that was put back makes the two logs tell of different times.
pub async fn reconcile(town: &Town) {
    if town.world.settings.goes_back() {
        return;
    }
    town.world.jump(LATER_MS);
    // Another process, for its own calls a process settles itself; the one that runs is still wanted.
    let other = Process::start(town, town.process().incarnation + 1_000);
    if let Err(error) = other.reconciler.reconcile().await {
        town.world.violation(format!("the books cannot be reconciled: {error}"));
        return;
    }
    let mut bills = town.upstream.steps();
    let rows = town.database.peek(&Statement::new(
        "SELECT trace, step, sum(nanos), max(CASE WHEN state <> 'settled' THEN reserved_ms END)
         FROM calls GROUP BY trace, step ORDER BY min(rowid)",
    ));
    for row in rows {
        let (trace, step) = (row.text(0).unwrap(), u8::try_from(row.count(1).unwrap()).unwrap());
        let (nanos, open_ms) = (row.count(2).unwrap(), row.optional_count(3).unwrap());
        let bill = bills.remove(&(trace.to_owned(), step)).unwrap_or_default();
        let is_too_much = open_ms.is_none() && bill.logged.is_some_and(|logged| nanos > logged);
        if nanos < bill.nanos || is_too_much || open_ms.is_some_and(|ms| is_provable(town, ms)) {
            town.world.violation(format!("reconciled, the books say {nanos} of a step {step} that cost {bill:?}"));
        }
    }
    for ((_, step), Bill { nanos, .. }) in bills.into_iter().filter(|(_, bill)| bill.nanos > 0) {
        town.world.violation(format!("reconciled, a step {step} that cost {nanos} is in no books"));
    }
}

/// Whether the log proves what became of a call that was reserved then: it has told of something since.
fn is_provable(town: &Town, reserved_ms: u64) -> bool {
    town.upstream.last_logged_ms() + SLACK_MS >= reserved_ms && reserved_ms + GIVEN_UP_MS > town.world.now_ms()
}

//! What the gateway's log tells of calls that nobody has settled. Books and log in, a verdict out: nothing here asks or writes anything.

use super::SLACK_MS;
use crate::look::failure::FailureCode;
use crate::look::price::{Tokens, cost_usd, nanos};
use crate::look::step::Step;
use crate::pipeline::gateway_logs::{LogExcerpt, LogRow};
use crate::store::ledger::{SettledCall, Settlement, Unsettled};

/// The log, and how late it is.
#[derive(Clone, Copy)]
pub(super) struct Evidence<'a> {
    pub(super) log: &'a LogExcerpt,
    pub(super) now_ms: u64,
    /// So long after a call was over on our side its rows are all written.
    pub(super) sure_ms: u64,
}

/// What is to be done about the unsettled calls of a step.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The log tells what they cost.
    Settled(Vec<(String, Settlement)>),
    /// The gateway never saw them.
    Released(Vec<String>),
    /// They stay charged: nobody can tell yet.
    Open,
}

impl Evidence<'_> {
    /// The verdict on a step.
    pub(super) fn on(self, step: &Unsettled) -> Verdict {
        let (untold, unfound) = self.untold(step);
        let is_over = self.is_over(step);
        if untold.is_empty() {
            let is_unseen = is_over && step.open.iter().all(|call| self.is_written_since(call.reserved_ms));
            return if is_unseen {
                Verdict::Released(step.open.iter().map(|call| call.id.clone()).collect())
            } else {
                Verdict::Open
            };
        }
        // What was answered is not asked again, so with an answer for each call no row is to come. Without them the one that cost may be.
        let answers = untold.iter().filter(|row| row.success).count();
        if !is_over && answers < step.open.len() + unfound.len() {
            return Verdict::Open;
        }
        let paid = untold.iter().try_fold(0_u64, |sum, row| Some(sum.saturating_add(price(row, step.step)?)));
        match paid {
            Some(paid) => {
                let told = unfound.iter().fold(0_u64, |sum, call| sum.saturating_add(call.nanos));
                Verdict::Settled(settlements(step, &untold, Some(paid.saturating_sub(told))))
            }
            None if is_over => Verdict::Settled(settlements(step, &untold, None)),
            // A row may be there before its tokens are.
            None => Verdict::Open,
        }
    }

    /// The rows of a step that no settled call of it accounts for, and the settled calls whose rows are not found, so that they may account
    /// for any.
    fn untold<'a>(&'a self, step: &'a Unsettled) -> (Vec<&'a LogRow>, Vec<&'a SettledCall>) {
        let is_of_step = |row: &&LogRow| row.step == Some(step.step) && row.trace == step.trace;
        let mut untold: Vec<_> = self.log.rows.iter().filter(is_of_step).collect();
        let mut unfound = Vec::new();
        for call in &step.settled {
            match untold.iter().position(|row| call.request_id.as_deref() == Some(row.id.as_str())) {
                Some(at) => {
                    untold.remove(at);
                }
                None => unfound.push(call),
            }
        }
        (untold, unfound)
    }

    /// Whether no more rows of a step are to come.
    fn is_over(&self, step: &Unsettled) -> bool {
        let last_ms = step.open.iter().map(|call| call.over_ms).max().unwrap_or_default();
        let over_ms = last_ms.saturating_add(self.sure_ms);
        // Of a log that was cut only the time before its end is known.
        let until_ms = self.log.rows.last().map(|row| row.at_ms).unwrap_or_default();
        self.now_ms >= over_ms && (self.log.is_complete || until_ms > over_ms.saturating_add(SLACK_MS))
    }

    /// Whether the log has told of a call of ours around that time or since. One that is switched off or full proves nothing by its silence.
    fn is_written_since(&self, ms: u64) -> bool {
        let is_ours = |row: &LogRow| row.step.is_some() && !row.trace.is_empty();
        self.log.rows.iter().any(|row| is_ours(row) && row.at_ms.saturating_add(SLACK_MS) >= ms)
    }
}

/// Which row is which call's nobody can tell: the first call stands for all of them, and the others cost nothing. Where nobody knows the
/// price each keeps its worst one.
fn settlements(step: &Unsettled, rows: &[&LogRow], paid: Option<u64>) -> Vec<(String, Settlement)> {
    let answer = rows.iter().rev().find(|row| row.success);
    let last = answer.or(rows.last());
    let told = Settlement {
        nanos: 0,
        model: last.map(|row| row.model.clone()).filter(|model| !model.is_empty()),
        code: answer.is_none().then_some(FailureCode::GatewayError.name()),
        cached: rows.iter().all(|row| row.cached),
        tokens: rows.iter().fold(Tokens::default(), |sum, row| sum + tokens(row, step.step)),
        took_ms: rows.iter().fold(0_u64, |sum, row| sum.saturating_add(row.duration_ms)),
        request_id: last.map(|row| row.id.clone()).filter(|id| !id.is_empty()),
    };
    let calls = step.open.iter().enumerate().map(|(at, call)| {
        let first = if at == 0 { told.clone() } else { Settlement::default() };
        let nanos = match paid {
            Some(paid) if at == 0 => paid,
            Some(_) => 0,
            None => call.nanos,
        };
        (call.id.clone(), Settlement { nanos, ..first })
    });
    calls.collect()
}

/// What a row cost, in billionths of a dollar; `None` when that cannot be told from it.
fn price(row: &LogRow, step: Step) -> Option<u64> {
    let is_counted = row.tokens_in.is_some() || row.tokens_out.is_some();
    if row.cached || (!row.success && !is_counted) {
        return Some(0);
    }
    if is_counted { cost_usd(&row.model, tokens(row, step)).map(nanos::from_usd) } else { None }
}

/// The log does not tell pictures from words. Step 2 is asked for a picture, and words beside it are few: so it errs upward, as the price
/// that the gateway was told does.
fn tokens(row: &LogRow, step: Step) -> Tokens {
    let (prompt, answered) = (row.tokens_in.unwrap_or_default(), row.tokens_out.unwrap_or_default());
    match step {
        Step::Describe => Tokens { prompt, text: answered, image: 0 },
        Step::TryOn => Tokens { prompt, text: 0, image: answered },
    }
}

#[cfg(test)]
mod tests {
    use super::{Evidence, Verdict};
    use crate::guard::reconcile::SLACK_MS;
    use crate::look::price::Tokens;
    use crate::look::step::Step;
    use crate::pipeline::gateway_logs::{LogExcerpt, LogRow};
    use crate::store::ledger::{OpenCall, SettledCall, Settlement, Unsettled};

    const MODEL: &str = "gemini-nano-banana-2.1";
    const WORST: u64 = 500_000_000;
    /// When the calls were reserved, and when they were over.
    const BEGAN: u64 = 1_700_000_000_000;
    const OVER: u64 = BEGAN + 60_000;
    const SURE: u64 = 180_000;
    /// 1000 tokens sent and 1300 answered, taken for a picture.
    const PAID: u64 = 1000 * 1500 + 1300 * 30_000;

    fn call(id: &str) -> OpenCall {
        OpenCall { id: id.to_owned(), nanos: WORST, reserved_ms: BEGAN, over_ms: OVER }
    }

    fn step(open: &[&str], settled: Vec<SettledCall>) -> Unsettled {
        let open = open.iter().map(|id| call(id)).collect();
        Unsettled { trace: "look".to_owned(), step: Step::TryOn, open, settled }
    }

    fn row(id: &str) -> LogRow {
        LogRow {
            id: id.to_owned(),
            trace: "look".to_owned(),
            step: Some(Step::TryOn),
            model: MODEL.to_owned(),
            tokens_in: Some(1000),
            tokens_out: Some(1300),
            success: true,
            at_ms: BEGAN + 1000,
            duration_ms: 9000,
            ..LogRow::default()
        }
    }

    fn failed(id: &str) -> LogRow {
        LogRow { success: false, tokens_in: Some(0), tokens_out: Some(0), ..row(id) }
    }

    fn other(at_ms: u64) -> LogRow {
        LogRow { trace: "another look".to_owned(), at_ms, ..row("other") }
    }

    fn all(rows: impl IntoIterator<Item = LogRow>) -> LogExcerpt {
        LogExcerpt { rows: rows.into_iter().collect(), is_complete: true }
    }

    fn verdict(step: &Unsettled, log: &LogExcerpt, now_ms: u64) -> Verdict {
        Evidence { log, now_ms, sure_ms: SURE }.on(step)
    }

    /// The verdict right after the calls were over, and when all rows must be there.
    fn both(step: &Unsettled, log: &LogExcerpt) -> [Verdict; 2] {
        [OVER, OVER + SURE].map(|now_ms| verdict(step, log, now_ms))
    }

    /// The prices at which calls are settled.
    fn prices(verdict: &Verdict) -> Vec<u64> {
        let Verdict::Settled(settlements) = verdict else { panic!("{verdict:?}") };
        settlements.iter().map(|(_, settlement)| settlement.nanos).collect()
    }

    #[test]
    fn an_answer_that_never_came_costs_what_the_log_tells() {
        let settlement = Settlement {
            nanos: PAID,
            model: Some(MODEL.to_owned()),
            code: None,
            cached: false,
            tokens: Tokens { prompt: 1000, text: 0, image: 1300 },
            took_ms: 9000,
            request_id: Some("r".to_owned()),
        };
        let told = || Verdict::Settled(vec![("a".to_owned(), settlement.clone())]);
        assert_eq!(both(&step(&["a"], vec![]), &all([row("r")])), [told(), told()]);
        let words = Unsettled { step: Step::Describe, ..step(&["a"], vec![]) };
        let log = all([LogRow { step: Some(Step::Describe), ..row("r") }, row("step 2's")]);
        assert_eq!(prices(&verdict(&words, &log, OVER)), [1000 * 1500 + 1300 * 7500]);
    }

    #[test]
    fn what_the_gateway_never_saw_is_released_when_no_row_can_come_any_more() {
        let unseen = step(&["a", "b"], vec![]);
        let released = || Verdict::Released(vec!["a".to_owned(), "b".to_owned()]);
        assert_eq!(both(&unseen, &all([other(BEGAN + 1)])), [Verdict::Open, released()]);
        assert_eq!(verdict(&unseen, &all([other(BEGAN + 1)]), OVER + SURE - 1), Verdict::Open);
    }

    #[test]
    fn a_log_that_says_nothing_proves_nothing() {
        let unseen = step(&["a"], vec![]);
        let probe = LogRow { step: None, ..other(OVER) };
        let nameless = LogRow { trace: String::new(), ..other(OVER) };
        for log in [all([]), all([other(BEGAN - SLACK_MS - 1)]), all([probe, nameless])] {
            assert_eq!(verdict(&unseen, &log, OVER + SURE), Verdict::Open, "{log:?}");
        }
    }

    #[test]
    fn a_log_that_was_cut_tells_only_of_the_time_before_its_end() {
        let cut = |rows: Vec<LogRow>| LogExcerpt { rows, is_complete: false };
        let (unseen, now_ms) = (step(&["a"], vec![]), OVER + 100 * SURE);
        assert_eq!(verdict(&unseen, &cut(vec![other(OVER + SURE + SLACK_MS)]), now_ms), Verdict::Open);
        let told = cut(vec![other(OVER + SURE + SLACK_MS + 1)]);
        assert_eq!(verdict(&unseen, &told, now_ms), Verdict::Released(vec!["a".to_owned()]));
        assert_eq!(verdict(&unseen, &cut(vec![failed("r")]), now_ms), Verdict::Open);
        assert_eq!(prices(&verdict(&unseen, &cut(vec![row("r")]), now_ms)), [PAID], "an answer is the last row");
    }

    #[test]
    fn repeats_before_the_answer_cost_nothing_and_alone_they_are_not_the_end() {
        let one = step(&["a"], vec![]);
        assert_eq!(prices(&verdict(&one, &all([failed("1"), failed("2"), row("3")]), OVER)), [PAID]);
        let [early, late] = both(&one, &all([failed("1")]));
        assert_eq!(early, Verdict::Open, "the one that cost may be late");
        assert_eq!(prices(&late), [0]);
        let Verdict::Settled(settlements) = late else { panic!("settled") };
        assert_eq!(settlements[0].1.code, Some("gateway_error"));
        // A failure that counted tokens is paid for.
        let counted = LogRow { success: false, ..row("1") };
        assert_eq!(prices(&both(&one, &all([counted]))[1]), [PAID]);
        // One that counted nothing at all is not.
        let nothing = LogRow { tokens_in: None, tokens_out: None, ..failed("1") };
        assert_eq!(prices(&both(&one, &all([nothing]))[1]), [0]);
    }

    #[test]
    fn what_the_cache_answered_costs_nothing() {
        let hit = LogRow { cached: true, tokens_in: None, tokens_out: None, ..row("r") };
        assert_eq!(prices(&verdict(&step(&["a"], vec![]), &all([hit]), OVER)), [0]);
    }

    #[test]
    fn a_row_without_tokens_yet_is_waited_for_and_one_without_a_price_keeps_the_worst() {
        let unsettled = step(&["a", "b"], vec![]);
        let early = LogRow { tokens_in: None, tokens_out: None, ..row("1") };
        let unknown = LogRow { model: "a-model-of-tomorrow".to_owned(), ..row("1") };
        for odd in [early, unknown] {
            let [first, last] = both(&unsettled, &all([odd, row("2")]));
            assert_eq!(first, Verdict::Open);
            assert_eq!(prices(&last), [WORST, WORST]);
        }
    }

    #[test]
    fn a_settled_call_of_the_step_is_not_paid_twice() {
        let settled = |nanos, id: Option<&str>| SettledCall { nanos, request_id: id.map(str::to_owned) };
        // Told apart by its id, at whatever price.
        let known = step(&["b"], vec![settled(30_000_000, Some("1"))]);
        assert_eq!(prices(&verdict(&known, &all([row("1"), row("2")]), OVER)), [PAID]);
        assert_eq!(both(&known, &all([row("1")])), [Verdict::Open, Verdict::Released(vec!["b".to_owned()])]);
        // Without one its price is taken off, when all rows are there or enough of them.
        let nameless = step(&["b"], vec![settled(PAID, None)]);
        assert_eq!(prices(&verdict(&nameless, &all([row("1"), row("2")]), OVER)), [PAID]);
        let [first, last] = both(&nameless, &all([row("1")]));
        assert_eq!((first, prices(&last)), (Verdict::Open, vec![0]));
        let dearer = step(&["b"], vec![settled(PAID * 2, Some("elsewhere"))]);
        assert_eq!(prices(&both(&dearer, &all([row("1")]))[1]), [0], "never less than nothing");
    }

    #[test]
    fn of_several_calls_the_first_stands_for_all() {
        let two = step(&["a", "b"], vec![]);
        assert_eq!(verdict(&two, &all([row("1")]), OVER), Verdict::Open, "the other one's row may be late");
        assert_eq!(prices(&verdict(&two, &all([row("1"), row("2")]), OVER)), [2 * PAID, 0]);
        assert_eq!(prices(&verdict(&two, &all([row("1")]), OVER + SURE)), [PAID, 0]);
    }

    #[test]
    fn another_step_and_another_look_are_none_of_it() {
        let log = all([LogRow { step: Some(Step::Describe), ..row("1") }, other(OVER)]);
        let unsettled = step(&["a"], vec![]);
        assert_eq!(both(&unsettled, &log), [Verdict::Open, Verdict::Released(vec!["a".to_owned()])]);
    }
}

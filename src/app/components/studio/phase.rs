//! What the studio is doing: events in, state out. Pure, so the server's look page reads its events with it too.

use crate::look::event::{Event, FailureNotice, Picture};
use crate::look::id::LookId;
use crate::look::outfit::Outfit;
use crate::look::step::Step;

/// What the studio is doing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Phase {
    /// Nothing was asked for yet.
    #[default]
    Idle,
    /// A look is being made.
    Running(Run),
    /// The look is there.
    Done(Run, Made),
    /// There will be no look.
    Failed(Run, Trouble),
}

/// A phase without what it carries: what decides which panel is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PhaseKind {
    Idle,
    Running,
    Done,
    Failed,
}

/// How far a look has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Run {
    /// The look's id, once it was accepted.
    pub id: Option<LookId>,
    /// Step 1.
    pub describe: StepState,
    /// Step 2.
    pub try_on: StepState,
    /// What step 1 found.
    pub outfit: Option<Outfit>,
    /// What the look waits for, if it waits.
    pub wait: Option<Wait>,
}

/// Where a step stands. Times are milliseconds of the page's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum StepState {
    /// Its turn has not come.
    #[default]
    Waiting,
    /// It is under way.
    Running { since_ms: u64 },
    /// It is done.
    Done { elapsed_ms: u64, cached: bool },
    /// It failed.
    Failed,
}

/// Why nothing happens at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// The photos are on their way to the server.
    Sending,
    /// Other looks come first.
    Queued { position: u32 },
    /// A call failed and will be tried again at that moment.
    Retrying { attempt: u32, at_ms: u64 },
    /// The connection broke and is being made again.
    Reconnecting,
    /// It was asked to stop.
    Stopping,
}

/// A finished look.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Made {
    /// The picture.
    pub picture: Picture,
    /// Whether it came from a cache.
    pub cached: bool,
    /// The model that made it.
    pub model: String,
    /// What it cost, if that is known.
    pub cost_usd: Option<f64>,
    /// What a cache has saved, if that is known.
    pub saved_usd: Option<f64>,
    /// How long it took.
    pub elapsed_ms: u64,
    /// Whether the embedded gateway made it.
    pub demo: bool,
}

/// Why there will be no look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The server says why.
    Told { notice: FailureNotice, at_ms: u64 },
    /// The photos did not get to the server.
    NotSent,
    /// The connection broke and could not be made again.
    Lost,
}

impl PhaseKind {
    /// What the style sheet calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

impl Phase {
    /// A look that was just asked for.
    pub(crate) fn sending() -> Self {
        Self::Running(Run { wait: Some(Wait::Sending), ..Run::default() })
    }

    /// A look that was lost sight of and is joined again: all its events are to come anew.
    pub(crate) fn joining(id: LookId) -> Self {
        Self::Running(Run { id: Some(id), wait: Some(Wait::Reconnecting), ..Run::default() })
    }

    /// Which of the four it is.
    pub(crate) fn kind(&self) -> PhaseKind {
        match self {
            Self::Idle => PhaseKind::Idle,
            Self::Running(_) => PhaseKind::Running,
            Self::Done(..) => PhaseKind::Done,
            Self::Failed(..) => PhaseKind::Failed,
        }
    }

    /// The run, whether it is under way or over.
    pub(crate) fn run(&self) -> Option<&Run> {
        match self {
            Self::Idle => None,
            Self::Running(run) | Self::Done(run, _) | Self::Failed(run, _) => Some(run),
        }
    }

    /// How far both steps have come.
    pub(crate) fn steps(&self) -> [StepState; 2] {
        self.run().map(Run::steps).unwrap_or_default()
    }

    /// What the look waits for, if it waits.
    pub(crate) fn wait(&self) -> Option<Wait> {
        self.run()?.wait
    }

    /// The phase after `event`. Only a running look can change.
    #[must_use]
    pub(crate) fn after(self, event: Event, now_ms: u64) -> Self {
        let Self::Running(mut run) = self else {
            return self;
        };
        // Pings tell nothing, and a stop that was asked for stays asked for.
        if !matches!(event, Event::Ping) && run.wait != Some(Wait::Stopping) {
            run.wait = None;
        }
        match event {
            Event::Accepted { id } => run.id = Some(id),
            Event::Queued { position } => run.wait_for(Wait::Queued { position }),
            Event::Retrying { attempt, after_ms, .. } => {
                run.wait_for(Wait::Retrying { attempt, at_ms: now_ms + after_ms });
            }
            Event::Ping => {}
            Event::Describing => run.describe = StepState::Running { since_ms: now_ms },
            Event::Described { outfit, cached, elapsed_ms, .. } => {
                run.describe = StepState::Done { elapsed_ms, cached };
                run.outfit = Some(outfit);
            }
            Event::Generating => run.try_on = StepState::Running { since_ms: now_ms },
            Event::Done { look, cached, model, cost_usd, saved_usd, elapsed_ms, demo, .. } => {
                run.try_on = StepState::Done { elapsed_ms: run.try_on.elapsed_ms(now_ms), cached };
                return Self::Done(run, Made { picture: look, cached, model, cost_usd, saved_usd, elapsed_ms, demo });
            }
            Event::Failed(mut notice) => {
                // The hint's last line tells the wait as it was. Where there is a clock to count by, that would grow old beside the countdown.
                if let Some(end) = notice.hint.find('\n').filter(|_| now_ms > 0) {
                    notice.hint.truncate(end);
                }
                return Self::Running(run).failed(Trouble::Told { notice, at_ms: now_ms });
            }
        }
        Self::Running(run)
    }

    /// The phase after `trouble`; the step that was under way has failed.
    #[must_use]
    pub(crate) fn failed(self, trouble: Trouble) -> Self {
        let mut run = match self {
            Self::Running(run) => run,
            other => other.run().cloned().unwrap_or_default(),
        };
        run.wait = None;
        let told = match &trouble {
            Trouble::Told { notice, .. } => notice.step,
            Trouble::NotSent | Trouble::Lost => None,
        };
        for (step, state) in [(Step::Describe, &mut run.describe), (Step::TryOn, &mut run.try_on)] {
            if matches!(state, StepState::Running { .. }) || told == Some(step) {
                *state = StepState::Failed;
            }
        }
        Self::Failed(run, trouble)
    }

    /// The phase after waiting began.
    #[must_use]
    pub(crate) fn waiting(self, wait: Wait) -> Self {
        match self {
            Self::Running(mut run) => {
                run.wait_for(wait);
                Self::Running(run)
            }
            other => other,
        }
    }
}

impl Made {
    /// What the name of the picture's file ends in.
    pub(crate) fn extension(&self) -> &'static str {
        match self.picture.mime.as_str() {
            "image/png" => ".png",
            "image/webp" => ".webp",
            _ => ".jpg",
        }
    }
}

impl Trouble {
    /// Seconds until a new attempt makes sense; 0 where nobody has said.
    pub(crate) fn wait_s(&self, now_ms: u64) -> u64 {
        match self {
            // At 0 stands the server's clock, which cannot count anything down.
            Self::Told { notice, at_ms } if *at_ms > 0 => {
                let until_ms = at_ms + u64::from(notice.retry_after_s.unwrap_or(0)) * 1000;
                until_ms.saturating_sub(now_ms).div_ceil(1000)
            }
            _ => 0,
        }
    }
}

impl Run {
    /// Both steps.
    pub(crate) fn steps(&self) -> [StepState; 2] {
        [self.describe, self.try_on]
    }

    fn wait_for(&mut self, wait: Wait) {
        if self.wait != Some(Wait::Stopping) {
            self.wait = Some(wait);
        }
    }
}

impl StepState {
    /// How long the step has taken, as far as it came.
    pub(crate) fn elapsed_ms(self, now_ms: u64) -> u64 {
        match self {
            Self::Running { since_ms } => now_ms.saturating_sub(since_ms),
            Self::Done { elapsed_ms, .. } => elapsed_ms,
            Self::Waiting | Self::Failed => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Phase, PhaseKind, StepState, Trouble, Wait};
    use crate::look::event::{Event, FailureNotice, Picture};
    use crate::look::failure::FailureCode;
    use crate::look::id::LookId;
    use crate::look::outfit::Outfit;
    use crate::look::price::Tokens;
    use crate::look::step::Step;

    fn id() -> LookId {
        LookId::parse(&"a".repeat(32)).unwrap()
    }

    fn described() -> Event {
        let outfit = Outfit { garment_type: "dress".to_owned(), ..Outfit::default() };
        Event::Described { outfit, cached: true, model: String::new(), elapsed_ms: 700 }
    }

    fn done() -> Event {
        let look = Picture { id: id(), url: "/x".to_owned(), mime: "image/jpeg".to_owned(), width: 3, height: 4 };
        let (model, tokens) = ("m".to_owned(), Tokens::default());
        Event::Done { look, cached: false, model, cost_usd: None, saved_usd: None, tokens, elapsed_ms: 9, demo: true }
    }

    fn failed(step: Option<Step>) -> Event {
        Event::Failed(FailureNotice {
            step,
            code: FailureCode::Timeout,
            message: String::new(),
            hint: String::new(),
            retry_after_s: None,
            request_id: None,
        })
    }

    /// The phase after events that came a second apart.
    fn after(events: Vec<Event>) -> Phase {
        let timed = events.into_iter().zip(1_u64..);
        timed.fold(Phase::sending(), |phase, (event, second)| phase.after(event, second * 1000))
    }

    #[test]
    fn a_look_runs_through_both_steps_to_its_end() {
        let Phase::Done(run, made) =
            after(vec![Event::Accepted { id: id() }, Event::Describing, described(), Event::Generating, done()])
        else {
            panic!("not done");
        };
        assert_eq!(run.describe, StepState::Done { elapsed_ms: 700, cached: true });
        assert_eq!(run.try_on, StepState::Done { elapsed_ms: 1000, cached: false });
        assert_eq!((run.id, run.wait), (Some(id()), None));
        assert!(made.demo && run.outfit.is_some());
    }

    #[test]
    fn waits_come_and_go_and_a_stop_stays() {
        let queued = after(vec![Event::Accepted { id: id() }, Event::Queued { position: 3 }, Event::Ping]);
        assert_eq!(queued.run().unwrap().wait, Some(Wait::Queued { position: 3 }));
        let running = queued.after(Event::Describing, 0);
        assert_eq!(running.run().unwrap().wait, None);
        let stopping = running.waiting(Wait::Stopping).after(described(), 0).after(Event::Queued { position: 1 }, 0);
        assert_eq!(stopping.run().unwrap().wait, Some(Wait::Stopping));
    }

    #[test]
    fn the_step_under_way_fails_and_the_other_keeps_its_state() {
        let first = after(vec![Event::Describing, failed(Some(Step::Describe))]);
        assert_eq!(first.run().unwrap().describe, StepState::Failed);
        assert_eq!(first.run().unwrap().try_on, StepState::Waiting);
        let second = after(vec![Event::Describing, described(), Event::Generating]).failed(Trouble::Lost);
        assert!(matches!(second.run().unwrap().describe, StepState::Done { .. }));
        assert_eq!(second.run().unwrap().try_on, StepState::Failed);
    }

    #[test]
    fn a_wait_is_counted_down_or_told_but_not_both() {
        let refused = || {
            let Event::Failed(mut notice) = failed(None) else { panic!("not a failure") };
            notice.hint = "Wait a little.\nYou can try again in 30 s.".to_owned();
            notice.retry_after_s = Some(30);
            Event::Failed(notice)
        };
        let (there, here) = (Phase::sending().after(refused(), 0), Phase::sending().after(refused(), 5_000));
        let told = |phase| {
            let Phase::Failed(_, trouble) = phase else { panic!("not failed") };
            let wait_s = trouble.wait_s(6_000);
            let Trouble::Told { notice, .. } = trouble else { panic!("not told") };
            (notice.hint.lines().count(), wait_s)
        };
        assert_eq!(told(there), (2, 0), "the server's page has no clock");
        assert_eq!(told(here), (1, 29));
    }

    #[test]
    fn nothing_follows_an_end() {
        for end in [done(), failed(None)] {
            let over = after(vec![end]);
            assert_eq!(over.clone().after(Event::Describing, 0), over);
        }
        assert_eq!(Phase::Idle.after(Event::Describing, 0).kind(), PhaseKind::Idle);
    }
}

//! What a listener may hear: events in their order, one end, nothing after it, and no long silence.

use primerka::look::event::Event;
use primerka::look::id::LookId;
use primerka::look::price::nanos;
use primerka::look::step::Step;

/// A stream says `ping` when it was silent for 15 seconds; the way to the database may take a moment more.
const LONGEST_SILENCE_MS: u64 = 16_000;

/// One stream as it is heard.
#[derive(Debug)]
pub struct Hearing {
    id: LookId,
    stage: Stage,
    last_ms: u64,
    /// The last place in the queue that was told.
    place: Option<u32>,
    /// What was heard, without pings.
    pub heard: Vec<Event>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Nothing,
    Accepted,
    Describing,
    Described,
    Generating,
    Over,
}

/// The event with its money in whole billionths of a dollar: what was written down as JSON and read again may be off in its last digit.
pub fn in_nanos(mut event: Event) -> Event {
    if let Event::Done { cost_usd, saved_usd, .. } = &mut event {
        for usd in [cost_usd, saved_usd] {
            *usd = usd.map(|usd| nanos::to_usd(nanos::from_usd(usd)));
        }
    }
    event
}

impl Hearing {
    /// A stream of that look, listened to from `now_ms` on.
    pub fn new(id: LookId, now_ms: u64) -> Self {
        Self { id, stage: Stage::Nothing, last_ms: now_ms, place: None, heard: Vec::new() }
    }

    /// Whether the end was heard.
    pub fn is_over(&self) -> bool {
        self.stage == Stage::Over
    }

    /// Takes what was heard. Errors: why it should not have been.
    pub fn hear(&mut self, event: &Event, now_ms: u64) -> Result<(), String> {
        let silence_ms = now_ms - std::mem::replace(&mut self.last_ms, now_ms);
        if silence_ms > LONGEST_SILENCE_MS {
            return Err(format!("{silence_ms} ms of silence before {event:?}"));
        }
        let next = self.next(event).ok_or_else(|| format!("in the stage {:?}: {event:?}", self.stage))?;
        self.stage = next;
        if *event != Event::Ping {
            self.heard.push(event.clone());
        }
        Ok(())
    }

    fn next(&mut self, event: &Event) -> Option<Stage> {
        let stage = self.stage;
        if self.is_over() {
            return None;
        }
        match (stage, event) {
            (_, Event::Ping)
            | (Stage::Describing, Event::Retrying { step: Step::Describe, attempt: 2..=3, .. })
            | (Stage::Generating, Event::Retrying { step: Step::TryOn, attempt: 2..=3, .. }) => Some(stage),
            (Stage::Nothing, Event::Accepted { id }) => (*id == self.id).then_some(Stage::Accepted),
            (Stage::Accepted, Event::Queued { position }) => {
                let before = self.place.replace(*position);
                (*position > 0 && before.is_none_or(|before| *position < before)).then_some(stage)
            }
            (Stage::Accepted, Event::Describing) => Some(Stage::Describing),
            (Stage::Describing, Event::Described { .. }) => Some(Stage::Described),
            (Stage::Described, Event::Generating) => Some(Stage::Generating),
            (Stage::Generating, Event::Done { look, .. }) => (look.id == self.id).then_some(Stage::Over),
            (_, Event::Failed(_)) if stage != Stage::Nothing => Some(Stage::Over),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use primerka::look::event::{Event, FailureNotice};
    use primerka::look::failure::FailureCode;
    use primerka::look::id::LookId;
    use primerka::look::outfit::Outfit;
    use primerka::look::step::Step;

    use super::Hearing;

    fn described() -> Event {
        Event::Described { outfit: Outfit::default(), cached: false, model: String::new(), elapsed_ms: 1 }
    }

    fn failed() -> Event {
        Event::Failed(FailureNotice {
            step: None,
            code: FailureCode::Timeout,
            message: String::new(),
            hint: String::new(),
            retry_after_s: None,
            request_id: None,
        })
    }

    /// Whether all of these may be heard in this order.
    fn is_heard(id: &LookId, events: &[Event]) -> bool {
        let mut hearing = Hearing::new(id.clone(), 0);
        events.iter().all(|event| hearing.hear(event, 1).is_ok()) && hearing.is_over()
    }

    #[test]
    fn events_out_of_their_order_are_noticed() {
        let id = LookId::random().unwrap();
        let accepted = || Event::Accepted { id: id.clone() };
        let queued = |position| Event::Queued { position };
        let retrying = |step| Event::Retrying { step, attempt: 2, after_ms: 1 };
        let good = [
            accepted(),
            queued(2),
            Event::Ping,
            queued(1),
            Event::Describing,
            retrying(Step::Describe),
            described(),
            Event::Generating,
            retrying(Step::TryOn),
            failed(),
        ];
        assert!(is_heard(&id, &good));
        for at in [0, 4, 6, 7, 9] {
            let mut lacking = good.to_vec();
            lacking.remove(at);
            assert!(!is_heard(&id, &lacking), "without event {at}");
            let mut doubled = good.to_vec();
            doubled.insert(at, good[at].clone());
            assert!(!is_heard(&id, &doubled), "twice event {at}");
        }
        for bad in [
            &[Event::Accepted { id: LookId::random().unwrap() }, failed()][..],
            &[accepted(), queued(1), queued(2), failed()],
            &[accepted(), queued(0), failed()],
            &[accepted(), Event::Describing, retrying(Step::TryOn), failed()],
            &[accepted(), failed(), Event::Ping],
            &[failed()],
        ] {
            assert!(!is_heard(&id, bad), "{bad:?}");
        }
    }

    #[test]
    fn a_long_silence_is_noticed() {
        let id = LookId::random().unwrap();
        let mut hearing = Hearing::new(id.clone(), 0);
        assert!(hearing.hear(&Event::Accepted { id }, 0).is_ok());
        assert!(hearing.hear(&Event::Ping, 15_000).is_ok());
        assert!(hearing.hear(&Event::Ping, 31_001).is_err());
    }
}

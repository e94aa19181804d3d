//! A stream of text cut anywhere, put together to lines again.

use crate::look::event::Event;
use crate::look::reading;

/// What has come of a line whose end has not.
#[derive(Debug, Default)]
pub(super) struct Lines {
    rest: String,
}

impl Lines {
    /// The events whose lines are complete now. A line that cannot be read is left out: a newer server may know more events.
    pub(super) fn push(&mut self, chunk: &str) -> Vec<Event> {
        self.rest.push_str(chunk);
        let Some((complete, rest)) = self.rest.rsplit_once('\n') else {
            return Vec::new();
        };
        let events = complete.split('\n').filter_map(reading::line).collect();
        self.rest = rest.to_owned();
        events
    }

    /// The last event, when the stream ended without a newline.
    pub(super) fn finish(self) -> Option<Event> {
        reading::line(&self.rest)
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;
    use crate::look::event::Event;

    const STREAM: &str = "{\"event\":\"describing\"}\n{\"event\":\"ping\"}\n\n{\"event\":\"from_tomorrow\"}\r\n{\"event\":\"queued\",\"position\":2}";

    #[test]
    fn lines_are_whole_wherever_the_stream_is_cut() {
        for at in 0..=STREAM.len() {
            let (first, second) = STREAM.split_at(at);
            let mut lines = Lines::default();
            let mut events = lines.push(first);
            events.extend(lines.push(second));
            events.extend(lines.finish());
            assert_eq!(events, [Event::Describing, Event::Ping, Event::Queued { position: 2 }], "cut at {at}");
        }
    }

    #[test]
    fn an_event_comes_as_soon_as_its_line_ends() {
        let mut lines = Lines::default();
        assert_eq!(lines.push("{\"event\":\"pi"), []);
        assert_eq!(lines.push("ng\"}\n{"), [Event::Ping]);
        assert_eq!(lines.finish(), None);
    }
}

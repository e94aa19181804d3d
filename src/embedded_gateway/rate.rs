//! Rate limits (`reference/gateway-and-gemini.md` A9): fixed windows of the clock, or the last so many seconds.

use std::collections::{HashMap, VecDeque};
use std::sync::Mutex;

use super::locked;
use super::registry::Name;
use super::settings::{Settings, Technique};

/// When the requests of each gateway came, as far back as its limit looks.
#[derive(Debug, Default)]
pub(super) struct Rates(Mutex<HashMap<Name, VecDeque<u64>>>);

impl Rates {
    /// Lets one more request in, or not. Only those let in are counted.
    pub(super) fn lets_in(&self, gateway: &Name, settings: &Settings, now_ms: u64) -> bool {
        let (Some(interval), Some(limit)) = (settings.rate_limiting_interval, settings.rate_limiting_limit) else {
            return true;
        };
        if interval == 0 || limit == 0 {
            return true;
        }
        let interval = interval.saturating_mul(1000);
        let is_counted = |came: u64| match settings.rate_limiting_technique {
            Technique::Fixed => came / interval == now_ms / interval,
            Technique::Sliding => came.saturating_add(interval) > now_ms,
        };
        let mut gateways = locked(&self.0);
        let came = gateways.entry(gateway.clone()).or_default();
        came.retain(|came| is_counted(*came));
        let has_room = u64::try_from(came.len()).is_ok_and(|count| count < limit);
        if has_room {
            came.push_back(now_ms);
        }
        has_room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(technique: Technique) -> Settings {
        let mut settings = Settings::new("g", false);
        settings.rate_limiting_interval = Some(60);
        settings.rate_limiting_limit = Some(2);
        settings.rate_limiting_technique = technique;
        settings
    }

    #[test]
    fn fixed_windows_are_those_of_the_clock() {
        let (rates, settings, name) = (Rates::default(), settings(Technique::Fixed), Name::default());
        let came = [59_000, 59_500, 59_999, 60_000, 60_001, 60_002].map(|now| rates.lets_in(&name, &settings, now));
        assert_eq!(came, [true, true, false, true, true, false]);
    }

    #[test]
    fn sliding_windows_look_back() {
        let (rates, settings, name) = (Rates::default(), settings(Technique::Sliding), Name::default());
        let came = [59_000, 59_500, 60_001, 118_999, 119_000, 119_499, 119_500];
        let came = came.map(|now| rates.lets_in(&name, &settings, now));
        assert_eq!(came, [true, true, false, false, true, false, true]);
    }
}

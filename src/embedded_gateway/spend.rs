//! Spend limits (`reference/gateway-and-gemini.md` A9): what was spent is known at completion, so a limit trails by a request.

use std::collections::HashMap;
use std::sync::Mutex;

use serde_json::Value;

use super::locked;
use super::refusal::Refusal;
use super::registry::Gateway;
use super::settings::{Only, SpendRule, Technique};

/// Purses at most, over all rules and partitions: a bound of our own; past it the purses start anew.
const MAX_PURSES: usize = 10_000;

/// What was spent in a window and in that before it.
#[derive(Clone, Copy, Debug, Default)]
struct Purse {
    window: u64,
    spent: f64,
    spent_before: f64,
}

/// Whom a request is for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Buyer<'a> {
    pub(super) provider: &'a str,
    pub(super) model: &'a str,
    pub(super) metadata: &'a Value,
}

/// What was spent under each rule.
#[derive(Debug, Default)]
pub(super) struct Purses(Mutex<HashMap<String, Purse>>);

impl Purses {
    /// The refusal of the first rule whose limit is reached.
    pub(super) fn refusal(&self, gateway: &Gateway, buyer: Buyer<'_>, now_ms: u64) -> Option<Refusal> {
        let purses = locked(&self.0);
        let reached = rules(gateway).find(|rule| {
            let purse = purse_name(gateway, rule, buyer).and_then(|name| purses.get(&name));
            purse.is_some_and(|purse| purse.at(rule, now_ms) >= rule.limit)
        })?;
        let technique = match reached.technique {
            Technique::Fixed => "fixed",
            Technique::Sliding => "sliding",
        };
        let SpendRule { id, limit, window, .. } = reached;
        let Buyer { provider, model, .. } = buyer;
        let message = format!(
            "Spend limit exceeded: rule '{id}' (cost limit {limit} per {window}s, {technique}) for {provider} {model}"
        );
        Some(Refusal::new(429, 2041, message))
    }

    /// Counts what a request has cost.
    pub(super) fn add(&self, gateway: &Gateway, buyer: Buyer<'_>, cost: f64, now_ms: u64) {
        let mut purses = locked(&self.0);
        if purses.len() >= MAX_PURSES {
            purses.clear();
        }
        for rule in rules(gateway) {
            let Some(name) = purse_name(gateway, rule, buyer) else { continue };
            let purse = purses.entry(name).or_default();
            let window = window(rule, now_ms);
            if purse.window != window {
                let spent_before = if purse.window + 1 == window { purse.spent } else { 0.0 };
                *purse = Purse { window, spent: 0.0, spent_before };
            }
            purse.spent += cost;
        }
    }
}

impl Purse {
    /// What counts against the limit: this window's sum, and under `sliding` that of the window before, weighted by its overlap.
    fn at(&self, rule: &SpendRule, now_ms: u64) -> f64 {
        let window = window(rule, now_ms);
        let (spent, before) = match window.saturating_sub(self.window) {
            0 => (self.spent, self.spent_before),
            1 => (0.0, self.spent),
            _ => (0.0, 0.0),
        };
        match rule.technique {
            Technique::Fixed => spent,
            Technique::Sliding => spent + before * (1.0 - share_of_window(rule, now_ms)),
        }
    }
}

fn rules(gateway: &Gateway) -> impl Iterator<Item = &SpendRule> {
    let limits = &gateway.settings.spend_limits;
    limits.rules.iter().filter(|_| limits.enabled)
}

fn length_ms(rule: &SpendRule) -> u64 {
    rule.window.saturating_mul(1000).max(1)
}

fn window(rule: &SpendRule, now_ms: u64) -> u64 {
    now_ms / length_ms(rule)
}

fn share_of_window(rule: &SpendRule, now_ms: u64) -> f64 {
    let thousandths = (now_ms % length_ms(rule)).saturating_mul(1000) / length_ms(rule);
    f64::from(u32::try_from(thousandths).unwrap_or(1000)) / 1000.0
}

/// The purse that a request is paid from under a rule; none when the rule is not for it.
fn purse_name(gateway: &Gateway, rule: &SpendRule, buyer: Buyer<'_>) -> Option<String> {
    let mut name = format!("{}/{}/{}", gateway.account, gateway.settings.id, rule.id);
    let fixed = [(rule.provider.as_ref(), buyer.provider), (rule.model.as_ref(), buyer.model)];
    let fixed = fixed.into_iter().filter_map(|(only, value)| Some((only?, Value::from(value))));
    let own = rule.metadata.iter().map(|(key, only)| (only, buyer.metadata.get(key).cloned().unwrap_or_default()));
    for (only, value) in fixed.chain(own) {
        match only {
            Only::Filter { values } if !values.contains(&value) => return None,
            Only::Filter { .. } => {}
            Only::Partition => name = format!("{name}/{value}"),
        }
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(technique: &str) -> SpendRule {
        serde_json::from_value(json!({ "id": "r", "limit": 10.0, "window": 60, "technique": technique })).unwrap()
    }

    #[test]
    fn a_sliding_window_weighs_the_one_before_by_its_overlap() {
        let purse = Purse { window: 5, spent: 4.0, spent_before: 2.0 };
        let at = |technique: &str, now_ms: u64| purse.at(&rule(technique), now_ms);
        let near = |a: f64, b: f64| assert!((a - b).abs() < 0.01, "{a} {b}");
        near(at("fixed", 300_000), 4.0);
        near(at("fixed", 360_000), 0.0);
        near(at("sliding", 315_000), 4.0 + 2.0 * 0.75);
        near(at("sliding", 390_000), 4.0 * 0.5);
        near(at("sliding", 420_000), 0.0);
    }

    #[test]
    fn a_rule_is_for_whom_it_names() {
        let only: SpendRule = serde_json::from_value(json!({
            "id": "r", "limit": 1.0, "window": 60,
            "model": { "mode": "filter", "values": ["a"] }, "metadata": { "user": { "mode": "partition" } },
        }))
        .unwrap();
        let gateway = super::super::registry::Registry::new(false, 0).of(super::super::ACCOUNT).pop().unwrap();
        let purse = |model: &str, user: &str| {
            let metadata = json!({ "user": user });
            purse_name(&gateway, &only, Buyer { provider: "p", model, metadata: &metadata })
        };
        assert_eq!(purse("b", "7"), None);
        assert_eq!(purse("a", "7"), purse("a", "7"));
        assert_ne!(purse("a", "7"), purse("a", "8"));
    }
}

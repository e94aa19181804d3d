//! What a visitor wishes for, and under which key.

use super::super::content::{BROKEN, Content, Wish};
use super::super::process::Process;
use super::Visitor;

/// So long a key may be used again: a process remembers looks for an hour.
const KEY_MS: u64 = 3_500_000;

/// An `Idempotency-Key` in use.
pub(super) struct KeyUse {
    pub(super) key: String,
    content: Content,
    pub(super) numbers: Vec<u64>,
    incarnation: u64,
    pub(super) since_ms: u64,
}

impl Visitor {
    /// Something to ask for.
    pub(super) fn wish(&mut self) -> Wish {
        let settings = &self.town.world.settings;
        let dice = &mut self.dice;
        let content = Content {
            person: if dice.percent(2) { BROKEN } else { dice.below(settings.persons) },
            outfit: dice.below(settings.outfits),
            is_tall: dice.percent(8),
            is_given: dice.percent(8),
        };
        let fresh = dice.percent(settings.fresh);
        let key = dice.percent(30).then(|| format!("key {} of {}", self.asked, self.lane));
        Wish { content, fresh, key }
    }

    /// The same as before under its key; now and then, by mistake, something else.
    pub(super) fn wish_again(&mut self, process: &Process) -> Wish {
        let now_ms = self.town.world.latest_ms();
        let is_usable = |used: &&KeyUse| used.incarnation == process.incarnation && now_ms < used.since_ms + KEY_MS;
        let usable: Vec<(usize, Content)> = self
            .keys
            .iter()
            .enumerate()
            .filter(|(_, used)| is_usable(used))
            .map(|(at, used)| (at, used.content))
            .collect();
        if usable.is_empty() {
            return self.wish();
        }
        let (at, content) = self.dice.one_of(&usable);
        let content = Content { is_tall: content.is_tall != self.dice.percent(20), ..content };
        Wish { content, fresh: false, key: self.keys.get(at).map(|used| used.key.clone()) }
    }

    /// Takes down a key. Whether it stands for something else already.
    pub(super) fn use_key(&mut self, process: &Process, number: u64, wish: &Wish) -> bool {
        let Some(key) = &wish.key else { return false };
        if let Some(used) = self.keys.iter_mut().find(|used| used.key == *key) {
            let is_same = used.content == wish.content;
            used.numbers.extend(is_same.then_some(number));
            return !is_same;
        }
        self.keys.push(KeyUse {
            key: key.clone(),
            content: wish.content,
            numbers: vec![number],
            incarnation: process.incarnation,
            since_ms: self.town.world.now_ms(),
        });
        false
    }
}

//! What determines an answer, as a key: everything that could change it goes in, and nothing else.

use crate::config::GatewayConfig;
use crate::look::aspect::{AspectRatio, ImageSize};
use crate::look::key::ContentKey;
use crate::look::outfit::Outfit;
use crate::pipeline::Prompts;

/// Another purpose, another context: keys of one can never be those of the other.
const DESCRIPTION: &str = "primerka 2026-11-24 what determines a description";
const LOOK: &str = "primerka 2026-11-24 what determines a look";

/// What the server adds to every look: a change of any of it makes all answers new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Makings {
    /// Whether a real gateway answers; one on this machine makes demonstrations, whatever model it is asked for.
    pub is_real: bool,
    /// How photos are prepared.
    pub preparation: &'static str,
    /// The texts of both prompts, by their hash or version.
    pub prompts: String,
    /// The models of step 1, in their order.
    pub describers: Vec<String>,
    /// The models of step 2, in their order.
    pub drawers: Vec<String>,
}

impl Makings {
    /// Those of a server that asks `gateway` and prepares photos in that way.
    pub fn of(gateway: &GatewayConfig, preparation: &'static str, prompts: &Prompts) -> Self {
        let drawers = gateway.image_models.clone();
        let describers = gateway.describe_model.iter().chain(&drawers).cloned().collect();
        Self { is_real: gateway.url.is_https(), preparation, prompts: prompts.version(), describers, drawers }
    }
}

/// What a user adds to one look.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// The hash of PHOTO A, as it was received.
    pub person: [u8; 32],
    /// The hash of PHOTO B, as it was received.
    pub outfit: [u8; 32],
    /// The description, where the user wrote one.
    pub description: Option<&'a Outfit>,
    /// The shape, where the user chose one.
    pub ratio: Option<AspectRatio>,
    /// The scale.
    pub size: ImageSize,
}

/// The key of step 1: the same garment has one, whoever tries it on.
pub fn description(makings: &Makings, outfit: [u8; 32]) -> ContentKey {
    let mut key = Key::new(DESCRIPTION);
    key.makings(makings, &makings.describers);
    key.part(&outfit);
    key.finish()
}

/// The key of the whole look.
pub fn look(makings: &Makings, given: Given<'_>) -> ContentKey {
    let mut key = Key::new(LOOK);
    key.makings(makings, &makings.describers);
    key.list(&makings.drawers);
    key.part(&given.person);
    key.part(&given.outfit);
    let described = given.description.and_then(|outfit| serde_json::to_string(outfit).ok());
    key.part(described.unwrap_or_default().as_bytes());
    key.part(given.ratio.map(AspectRatio::name).unwrap_or_default().as_bytes());
    key.part(given.size.name().as_bytes());
    key.finish()
}

struct Key(blake3::Hasher);

impl Key {
    fn new(context: &str) -> Self {
        Self(blake3::Hasher::new_derive_key(context))
    }

    fn makings(&mut self, makings: &Makings, models: &[String]) {
        self.part(&[u8::from(makings.is_real)]);
        self.part(makings.preparation.as_bytes());
        self.part(makings.prompts.as_bytes());
        self.list(models);
    }

    fn list(&mut self, items: &[String]) {
        self.part(&(items.len() as u64).to_le_bytes());
        for item in items {
            self.part(item.as_bytes());
        }
    }

    /// With its length before it, so that no two lists of parts run together into the same bytes.
    fn part(&mut self, bytes: &[u8]) {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    fn finish(self) -> ContentKey {
        ContentKey::new(self.0.finalize().to_hex().as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Given, Makings, description, look};
    use crate::look::aspect::{AspectRatio, ImageSize};
    use crate::look::outfit::Outfit;

    fn makings() -> Makings {
        Makings {
            is_real: true,
            preparation: "native 1",
            prompts: "1".to_owned(),
            describers: vec!["a".to_owned()],
            drawers: vec!["a".to_owned(), "b".to_owned()],
        }
    }

    const GIVEN: Given<'_> =
        Given { person: [1; 32], outfit: [2; 32], description: None, ratio: None, size: ImageSize::OneK };

    #[test]
    fn whatever_changes_the_answer_changes_the_key() {
        let outfit = Outfit { garment_type: "cape".to_owned(), ..Outfit::default() };
        let given = [
            GIVEN,
            Given { person: [3; 32], ..GIVEN },
            Given { outfit: [3; 32], ..GIVEN },
            Given { person: [2; 32], outfit: [1; 32], ..GIVEN },
            Given { description: Some(&outfit), ..GIVEN },
            Given { ratio: Some(AspectRatio::ThreeFour), ..GIVEN },
            Given { size: ImageSize::TwoK, ..GIVEN },
        ];
        let servers = [
            makings(),
            Makings { is_real: false, ..makings() },
            Makings { preparation: "native 2", ..makings() },
            Makings { prompts: "2".to_owned(), ..makings() },
            Makings { describers: vec!["c".to_owned()], ..makings() },
            Makings { drawers: vec!["b".to_owned(), "a".to_owned()], ..makings() },
            Makings { drawers: vec!["ab".to_owned()], ..makings() },
        ];
        let keys: HashSet<_> =
            servers.iter().flat_map(|makings| given.iter().map(|given| look(makings, *given))).collect();
        assert_eq!(keys.len(), servers.len() * given.len());
        assert_eq!(look(&makings(), GIVEN), look(&makings(), GIVEN));
    }

    #[test]
    fn a_garment_is_described_once_for_everybody() {
        let key = description(&makings(), GIVEN.outfit);
        assert_eq!(key, description(&Makings { drawers: Vec::new(), ..makings() }, GIVEN.outfit));
        assert_ne!(key, description(&makings(), GIVEN.person));
        assert_ne!(key, look(&makings(), GIVEN));
    }
}

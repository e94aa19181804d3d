//! What looks are asked for: few persons and few outfits, so that many ask for the same. Their photos are tiny files with a label in them;
//! nobody decodes them.

use std::sync::Arc;

use bytes::Bytes;
use futures::future::{BoxFuture, ready};
use primerka::guard::ask::{Ask, Asker, Received};
use primerka::guard::keys::{self, Given, Makings};
use primerka::i18n::Locale;
use primerka::look::aspect::{AspectRatio, ImageSize};
use primerka::look::failure::{Failure, FailureCode, PhotoRole};
use primerka::look::key::ContentKey;
use primerka::look::outfit::Outfit;
use primerka::look::photo::Photo;
use primerka::pipeline::inspect::{Glance, Inspect};
use primerka::pipeline::prepare::Prepare;

use super::dice::Dice;
use super::world::World;

/// The person whose photo cannot be read.
pub const BROKEN: u64 = 7;

/// What determines a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Content {
    pub person: u64,
    pub outfit: u64,
    /// A shape was chosen.
    pub is_tall: bool,
    /// The user has described the outfit.
    pub is_given: bool,
}

/// What somebody asks for.
#[derive(Clone, Debug)]
pub struct Wish {
    pub content: Content,
    /// Passing by what was made before.
    pub fresh: bool,
    /// `Idempotency-Key`.
    pub key: Option<String>,
}

impl Content {
    /// It as one word, which results carry in them.
    pub fn word(self) -> String {
        let Self { person, outfit, is_tall, is_given } = self;
        format!("{person}/{outfit}/{}/{}", u8::from(is_tall), u8::from(is_given))
    }

    fn person_photo(self) -> Received {
        received(&format!("person {}", self.person), 300, 400, PhotoRole::Person)
    }

    fn outfit_photo(self) -> Received {
        received(&format!("outfit {}", self.outfit), 400, 400, PhotoRole::Outfit)
    }

    fn description(self) -> Option<Outfit> {
        let garment_type = format!("given outfit {}", self.outfit);
        self.is_given.then(|| Outfit { garment_type, ..Outfit::default() })
    }

    fn ratio(self) -> Option<AspectRatio> {
        self.is_tall.then_some(AspectRatio::NineSixteen)
    }

    /// The key under which such a look is kept, and that of its outfit's description.
    pub fn keys(self, makings: &Makings) -> (ContentKey, ContentKey) {
        let (person, outfit, description) = (self.person_photo().hash, self.outfit_photo().hash, self.description());
        let (ratio, size) = (self.ratio(), ImageSize::OneK);
        let look = keys::look(makings, Given { person, outfit, description: description.as_ref(), ratio, size });
        (look, keys::description(makings, outfit))
    }
}

impl Wish {
    /// The request number `number`, by that visitor. `is_alone` makes it one that is like no other.
    pub fn ask(&self, number: u64, visitor: u64, is_alone: bool) -> Ask {
        let mut person = self.content.person_photo();
        if is_alone {
            person.hash = *blake3::hash(&number.to_le_bytes()).as_bytes();
        }
        Ask {
            person,
            outfit: self.content.outfit_photo(),
            description: self.content.description(),
            ratio: self.content.ratio(),
            size: ImageSize::OneK,
            fresh: self.fresh,
            locale: Locale::en,
            // The gateway is told the user: here that names the request. Idempotency keys are told apart by the address.
            asker: Asker {
                user: format!("ask-{number}"),
                is_known: false,
                address: Some(format!("visitor-{visitor}")),
            },
            idempotency_key: self.key.clone(),
        }
    }
}

fn received(label: &str, width: u16, height: u16, role: PhotoRole) -> Received {
    let bytes = jpeg(label, width, height);
    let hash = *blake3::hash(&bytes).as_bytes();
    Received { photo: Photo::parse(bytes, role).unwrap(), hash }
}

/// A file that says that it is a JPEG of that size, with a label in it.
pub fn jpeg(label: &str, width: u16, height: u16) -> Bytes {
    let mut file = vec![0xff, 0xd8];
    segment(&mut file, 0xfe, label.as_bytes());
    let mut frame = vec![8];
    frame.extend(height.to_be_bytes());
    frame.extend(width.to_be_bytes());
    frame.extend([1, 1, 0x11, 0]);
    segment(&mut file, 0xc0, &frame);
    segment(&mut file, 0xda, &[0]);
    file.extend([0xff, 0xd9]);
    Bytes::from(file)
}

fn segment(file: &mut Vec<u8>, marker: u8, body: &[u8]) {
    file.extend([0xff, marker]);
    file.extend(u16::try_from(body.len() + 2).unwrap().to_be_bytes());
    file.extend_from_slice(body);
}

/// The label of such a file.
pub fn label(file: &[u8]) -> Option<&str> {
    let length = u16::from_be_bytes(file.get(4..6)?.try_into().ok()?);
    std::str::from_utf8(file.get(6..4 + usize::from(length))?).ok()
}

/// Prepares photos: takes its time, and knows the one that cannot be read.
pub struct SimPrepare(pub Arc<World>);

impl Prepare for SimPrepare {
    fn version(&self) -> &'static str {
        "simulated"
    }

    fn prepare(&self, photo: Photo, role: PhotoRole) -> BoxFuture<'_, Result<Photo, Failure>> {
        Box::pin(async move {
            let world = &self.0;
            if world.settings.prepare_ms > 0 && !world.is_calm() {
                let ms = Dice::of(&[world.seed, 1, world.ms()]).below(world.settings.prepare_ms);
                world.wait(ms).await;
            }
            if label(&photo.bytes) == Some(format!("person {BROKEN}").as_str()) {
                return Err(Failure::new(FailureCode::BrokenImage).photo(role));
            }
            Ok(photo)
        })
    }
}

/// Looks into nothing, as at the edge: only equal bytes are the same picture.
pub struct SimInspect;

impl Inspect for SimInspect {
    fn glance<'a>(&'a self, _: &'a Photo, _: (u32, u32)) -> BoxFuture<'a, Result<Option<Glance>, FailureCode>> {
        Box::pin(ready(Ok(None)))
    }
}

//! The outfit: what step 1 tells about PHOTO B.

use serde::{Deserialize, Serialize};

/// A description of the outfit in PHOTO B. Everything but the type may be missing; texts are capped, unknown fields kept out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Outfit {
    /// What it is, like `t-shirt` or `summer dress`.
    pub garment_type: String,
    /// Which part of the body it covers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slot: Option<Slot>,
    /// The single garments, at most [`Outfit::MAX_PIECES`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<Piece>,
    /// How PHOTO B shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// How sure step 1 is, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f32>,
}

/// Which part of the body an outfit covers, and so what it replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// Shirt, sweater, blouse.
    Top,
    /// Trousers, skirt, shorts.
    Bottom,
    /// Dress, overall.
    OnePiece,
    /// Jacket, coat: worn over what is there.
    Outerwear,
    /// Shoes.
    Footwear,
    /// Hat, bag, scarf, jewellery: added, replaces nothing.
    Accessory,
    /// Several garments that belong together.
    Set,
}

/// How PHOTO B shows the outfit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Lying, hanging or cut out.
    FlatLay,
    /// Worn by somebody.
    Worn,
}

/// One garment of an outfit. Texts are plain English words, as the model sees them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Piece {
    /// What it is.
    pub name: String,
    /// Its colours, the most of it first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub colors: Vec<Color>,
    /// Solid, striped, floral…
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Cotton, denim, wool…
    #[serde(skip_serializing_if = "Option::is_none")]
    pub material: Option<String>,
    /// Matt, glossy, ribbed…
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finish: Option<String>,
    /// Crew, V, collar…
    #[serde(skip_serializing_if = "Option::is_none")]
    pub neckline: Option<String>,
    /// Long, short, none…
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sleeves: Option<String>,
    /// Cropped, knee, full…
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<String>,
    /// Slim, regular, oversized…
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fit: Option<String>,
    /// Buttons, zip…
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closure: Option<String>,
    /// Pockets, seams, prints.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
    /// Letters on the garment, word for word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_on_garment: Option<String>,
}

/// A colour with a name for people and a value for pixels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Color {
    /// Its name, like `navy blue`.
    #[serde(default)]
    pub name: String,
    /// `#rrggbb`, lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hex: Option<String>,
}

impl Outfit {
    /// More pieces than a person wears are noise.
    pub const MAX_PIECES: usize = 8;
    /// Colours kept per piece.
    pub const MAX_COLORS: usize = 6;
    /// Details kept per piece.
    pub const MAX_DETAILS: usize = 10;
    /// Characters kept of every text.
    pub const MAX_TEXT: usize = 120;

    /// The colour that most of the outfit has, as `#rrggbb`.
    pub fn main_color(&self) -> Option<&str> {
        self.pieces.iter().flat_map(|piece| &piece.colors).find_map(|color| color.hex.as_deref())
    }

    /// The outfit with its free text left out: what a log may hold.
    #[must_use]
    pub fn without_free_text(&self) -> Self {
        let pieces =
            self.pieces.iter().map(|piece| Piece { details: Vec::new(), text_on_garment: None, ..piece.clone() });
        Self { pieces: pieces.collect(), ..self.clone() }
    }
}

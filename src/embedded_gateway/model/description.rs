//! What step 1 says about an outfit, and how it is put together from measurements.

mod colours;
mod pattern;

use super::garment::Garment;
use super::picture::LabPicture;
use super::profile::Profile;
use super::shape;
use image::GrayImage;
use serde::{Deserialize, Serialize};

/// Where on the body an outfit goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// Shirt, blouse, sweater.
    Top,
    /// Trousers, skirt, shorts.
    Bottom,
    /// Dress, overall.
    OnePiece,
    /// Jacket, coat.
    Outerwear,
    /// Shoes.
    Footwear,
    /// Bag, hat, scarf.
    Accessory,
    /// Several garments worn together.
    Set,
}

/// Where the outfit was photographed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// By itself: lying, hanging.
    FlatLay,
    /// On somebody.
    Worn,
}

/// One measured colour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colour {
    /// English words.
    pub name: String,
    /// `#rrggbb`.
    pub hex: String,
}

/// One garment of the outfit. What pixels cannot tell (material, closure…) is left out, not guessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// For example "striped t-shirt".
    pub name: String,
    /// Largest area first.
    pub colors: Vec<Colour>,
    /// solid, striped, checked or printed.
    pub pattern: String,
    /// none, short or long; only for tops and dresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sleeves: Option<String>,
    /// short, knee-length, long…; only where the outline tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<String>,
}

/// The outfit of PHOTO B, measured. Serialises to the outfit JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Description {
    /// For example "dress".
    pub garment_type: String,
    /// Where it goes.
    pub slot: Slot,
    /// One, or top and bottom when both are worn.
    pub pieces: Vec<Piece>,
    /// Flat lay or worn.
    pub source: Source,
    /// 0..1: how clearly the garment stood out, not how right the words are.
    pub confidence: f32,
}

/// Measures a found garment.
pub(crate) fn measure(picture: &LabPicture, garment: &Garment) -> Description {
    let upper = garment.worn;
    let measured: Vec<(Kind, Piece)> = garment
        .shown()
        .into_iter()
        .enumerate()
        .map(|(index, mask)| piece(picture, mask, upper && index == 0))
        .collect();
    let set = measured.len() > 1;
    let kind = measured.first().map_or(Kind::Top, |(kind, _)| *kind);
    let pieces: Vec<Piece> = measured.into_iter().map(|(_, piece)| piece).collect();
    Description {
        garment_type: if set { "outfit".into() } else { kind.word().into() },
        slot: if set { Slot::Set } else { kind.slot() },
        pieces,
        source: if garment.worn { Source::Worn } else { Source::FlatLay },
        confidence: (garment.clearness * 0.8 * 100.0).round() / 100.0,
    }
}

fn piece(picture: &LabPicture, mask: &GrayImage, upper: bool) -> (Kind, Piece) {
    let profile = Profile::of(mask);
    let kind = Kind::of(picture, mask, &profile, upper);
    let (colours, main_share) = colours::measure(picture, mask);
    let pattern = if main_share > 0.9 || colours.len() == 1 { "solid" } else { pattern::measure(picture, mask) };
    let reach = profile.sleeve_reach();
    let sleeves = match kind.slot() {
        Slot::Top | Slot::Outerwear | Slot::OnePiece => Some(if reach > 0.62 {
            "long"
        } else if reach > 0.05 {
            "short"
        } else {
            "none"
        }),
        _ => None,
    };
    let tint = colours.first().map_or("", |colour| colour.name.as_str());
    let name =
        if pattern == "solid" { format!("{tint} {}", kind.word()) } else { format!("{pattern} {}", kind.word()) };
    (
        kind,
        Piece {
            name: name.trim().into(),
            colors: colours,
            pattern: pattern.into(),
            sleeves: sleeves.map(Into::into),
            length: kind.length(&profile).map(Into::into),
        },
    )
}

/// What an outline looks most like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    TShirt,
    LongSleeved,
    Top,
    Jacket,
    Dress,
    Skirt,
    Trousers,
    Shorts,
    Shoes,
}

impl Kind {
    fn of(picture: &LabPicture, mask: &GrayImage, profile: &Profile, upper: bool) -> Self {
        let (wide, tall) = (profile.bounds.width().max(1.0), profile.bounds.height().max(1.0));
        if profile.legs && !upper {
            return if tall / wide > 1.15 { Self::Trousers } else { Self::Shorts };
        }
        let row = |share: f32| {
            let (a, b) = profile.edges(profile.bounds.top + share * tall);
            b - a
        };
        let least = |from: usize, to: usize| (from..to).map(|p| row(p as f32 / 100.0)).fold(f32::MAX, f32::min);
        let (hem, waist) = (row(0.92), least(20, 60));
        let reach = profile.sleeve_reach();
        let (flared, slim) = (hem > 1.3 * waist, tall > 1.9 * profile.width);
        if reach > 0.05 {
            let dress = slim && (flared || tall > 2.3 * profile.width) && reach < 0.6;
            return if dress {
                Self::Dress
            } else if reach < 0.62 {
                Self::TShirt
            } else if opens(picture, profile) {
                Self::Jacket
            } else {
                Self::LongSleeved
            };
        }
        let pieces = shape::Pieces::of(mask).list.len();
        if tall / wide < 0.55 || (pieces == 2 && tall / wide < 0.8) {
            return Self::Shoes;
        }
        // A skirt is narrowest at its straight upper edge; a dress has a bust above the waist, or straps.
        let (mut broadest, mut waisted) = (0.0_f32, false);
        for p in 5..60 {
            broadest = broadest.max(row(p as f32 / 100.0));
            waisted |= p > 15 && row(p as f32 / 100.0) < 0.95 * broadest;
        }
        let notched = row(0.05) < 0.6 * row(0.2) || parted_on_top(mask, profile);
        match (flared, waisted || notched) {
            (true, true) => Self::Dress,
            (true, false) => Self::Skirt,
            (false, _) if upper && !slim => Self::Top,
            (false, true) => {
                if tall > 1.75 * profile.width {
                    Self::Dress
                } else {
                    Self::Top
                }
            }
            (false, false) => {
                if upper {
                    Self::Dress
                } else {
                    Self::Skirt
                }
            }
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::TShirt => "t-shirt",
            Self::LongSleeved => "long-sleeved top",
            Self::Top => "sleeveless top",
            Self::Jacket => "jacket",
            Self::Dress => "dress",
            Self::Skirt => "skirt",
            Self::Trousers => "trousers",
            Self::Shorts => "shorts",
            Self::Shoes => "shoes",
        }
    }

    fn slot(self) -> Slot {
        match self {
            Self::TShirt | Self::LongSleeved | Self::Top => Slot::Top,
            Self::Jacket => Slot::Outerwear,
            Self::Dress => Slot::OnePiece,
            Self::Skirt | Self::Trousers | Self::Shorts => Slot::Bottom,
            Self::Shoes => Slot::Footwear,
        }
    }

    fn length(self, profile: &Profile) -> Option<&'static str> {
        let ratio = profile.bounds.height() / profile.width.max(1.0);
        match self {
            Self::Dress => Some(if ratio < 2.2 { "knee-length" } else { "long" }),
            Self::Skirt => Some(if ratio < 0.9 {
                "short"
            } else if ratio < 1.6 {
                "knee-length"
            } else {
                "long"
            }),
            Self::Trousers => Some("long"),
            Self::Shorts => Some("short"),
            _ => None,
        }
    }
}

/// Whether the upper edge is parted: straps, or a neckline between two shoulders.
fn parted_on_top(mask: &GrayImage, profile: &Profile) -> bool {
    let row = |share: f32| shape::stretches(mask, (profile.bounds.top + share * profile.bounds.height()) as i32).len();
    (1..=6).filter(|p| row(*p as f32 / 100.0) >= 2).count() >= 2
}

/// A front that opens shows as an upright line down the middle, over most of the height.
fn opens(picture: &LabPicture, profile: &Profile) -> bool {
    use super::picture::colour_at;
    let (top, tall) = (profile.bounds.top, profile.bounds.height());
    let step = |x: i32, y: i32| (colour_at(picture, x + 1, y)[0] - colour_at(picture, x - 1, y)[0]).abs();
    let rows: Vec<i32> = ((top + 0.25 * tall) as i32..(top + 0.92 * tall) as i32).collect();
    let hits = rows.iter().filter(|y| {
        let (left, right) = profile.edges(**y as f32);
        let (middle, wide) = (f32::midpoint(left, right), right - left);
        let strongest = |from: f32, to: f32| {
            ((middle + from * wide) as i32..=(middle + to * wide) as i32).map(|x| step(x, **y)).fold(0.0, f32::max)
        };
        strongest(-0.08, 0.08) > 5.0 && strongest(-0.08, 0.08) > 1.3 * strongest(-0.3, -0.12).max(strongest(0.12, 0.3))
    });
    hits.count() as f32 > 0.55 * rows.len().max(1) as f32
}

//! Aspect ratios and sizes that the image models draw.

use serde::{Deserialize, Serialize};

/// A preset of `imageConfig.aspectRatio`. The ten that every image model knows
/// (source: ai.google.dev, image generation, September 2026; `reference/gateway-and-gemini.md` B9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AspectRatio {
    /// Square.
    #[serde(rename = "1:1")]
    Square,
    /// Tall.
    #[serde(rename = "2:3")]
    TwoThree,
    /// Wide.
    #[serde(rename = "3:2")]
    ThreeTwo,
    /// Tall: a phone camera's photo.
    #[serde(rename = "3:4")]
    ThreeFour,
    /// Wide: a camera's photo.
    #[serde(rename = "4:3")]
    FourThree,
    /// Tall.
    #[serde(rename = "4:5")]
    FourFive,
    /// Wide.
    #[serde(rename = "5:4")]
    FiveFour,
    /// Tall: a phone's screen.
    #[serde(rename = "9:16")]
    NineSixteen,
    /// Wide: a television.
    #[serde(rename = "16:9")]
    SixteenNine,
    /// Very wide.
    #[serde(rename = "21:9")]
    TwentyOneNine,
}

impl AspectRatio {
    /// Every preset.
    pub const ALL: [Self; 10] = [
        Self::Square,
        Self::TwoThree,
        Self::ThreeTwo,
        Self::ThreeFour,
        Self::FourThree,
        Self::FourFive,
        Self::FiveFour,
        Self::NineSixteen,
        Self::SixteenNine,
        Self::TwentyOneNine,
    ];

    /// Width and height as the preset's name has them.
    pub fn parts(self) -> (u32, u32) {
        match self {
            Self::Square => (1, 1),
            Self::TwoThree => (2, 3),
            Self::ThreeTwo => (3, 2),
            Self::ThreeFour => (3, 4),
            Self::FourThree => (4, 3),
            Self::FourFive => (4, 5),
            Self::FiveFour => (5, 4),
            Self::NineSixteen => (9, 16),
            Self::SixteenNine => (16, 9),
            Self::TwentyOneNine => (21, 9),
        }
    }

    /// The preset's name, like `3:4`.
    pub fn name(self) -> String {
        let (width, height) = self.parts();
        format!("{width}:{height}")
    }

    /// The preset of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ratio| ratio.name() == name)
    }

    /// The preset nearest to a picture of `width` by `height` pixels, measured so that twice as wide is as far away as twice as tall.
    pub fn nearest(width: u32, height: u32) -> Self {
        let distance = |ratio: Self| {
            let (w, h) = ratio.parts();
            let wanted = f64::from(width.max(1)) / f64::from(height.max(1));
            (wanted / (f64::from(w) / f64::from(h))).ln().abs()
        };
        Self::ALL.into_iter().min_by(|a, b| distance(*a).total_cmp(&distance(*b))).unwrap_or(Self::Square)
    }
}

/// A preset of `imageConfig.imageSize`: the result's scale, smaller before larger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ImageSize {
    /// About one megapixel.
    #[default]
    #[serde(rename = "1K")]
    OneK,
    /// Twice as wide and high.
    #[serde(rename = "2K")]
    TwoK,
    /// Four times as wide and high.
    #[serde(rename = "4K")]
    FourK,
}

impl ImageSize {
    /// The preset's name, with the capital K that the models ask for.
    pub fn name(self) -> &'static str {
        match self {
            Self::OneK => "1K",
            Self::TwoK => "2K",
            Self::FourK => "4K",
        }
    }

    /// The preset of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::OneK, Self::TwoK, Self::FourK].into_iter().find(|size| size.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::AspectRatio;

    #[test]
    fn the_nearest_preset_is_found_for_common_cameras() {
        for ((width, height), name) in [
            ((3024, 4032), "3:4"),
            ((4032, 3024), "4:3"),
            ((1080, 1920), "9:16"),
            ((1000, 1010), "1:1"),
            ((800, 1000), "4:5"),
            ((6000, 4000), "3:2"),
            ((1, 9000), "9:16"),
            ((0, 0), "1:1"),
        ] {
            assert_eq!(AspectRatio::nearest(width, height).name(), name, "{width}x{height}");
        }
    }

    #[test]
    fn names_read_back_and_match_the_wire() {
        for ratio in AspectRatio::ALL {
            assert_eq!(AspectRatio::parse(&ratio.name()), Some(ratio));
            assert_eq!(serde_json::to_string(&ratio).unwrap(), format!("\"{}\"", ratio.name()));
        }
        assert_eq!(AspectRatio::parse("7:3"), None);
    }
}

//! The pixels of a drawn picture (`reference/gateway-and-gemini.md` B9): a preset of its ratio, times its size.

use image::RgbImage;

use super::models::Draws;

/// Width and height.
type Pixels = (u32, u32);

/// A picture's pixels and tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) pixels: Pixels,
    pub(super) tokens: u32,
}

/// Ratios with their pixels at 1K: of the 3.x models, and of the 2.5 generation.
const PRESETS: [(&str, Pixels, Pixels); 10] = [
    ("1:1", (1024, 1024), (1024, 1024)),
    ("2:3", (848, 1264), (832, 1248)),
    ("3:2", (1264, 848), (1248, 832)),
    ("3:4", (896, 1200), (864, 1184)),
    ("4:3", (1200, 896), (1184, 864)),
    ("4:5", (928, 1152), (896, 1152)),
    ("5:4", (1152, 928), (1152, 896)),
    ("9:16", (768, 1376), (768, 1344)),
    ("16:9", (1376, 768), (1344, 768)),
    ("21:9", (1584, 672), (1536, 672)),
];
const NARROW: [(&str, Pixels); 4] =
    [("1:4", (512, 2048)), ("4:1", (2048, 512)), ("1:8", (384, 3072)), ("8:1", (3072, 384))];

/// The size of that ratio and name; nothing when the model does not have it. Without a ratio that nearest to `last` is taken.
pub(super) fn of(draws: &Draws, ratio: Option<&str>, name: Option<&str>, last: Option<&RgbImage>) -> Option<Size> {
    let name = name.unwrap_or("1K");
    let (_, tokens) = draws.sizes.iter().find(|(size, _)| *size == name)?;
    let narrow = NARROW.iter().filter(|_| draws.has_narrow_ratios).copied();
    let presets = PRESETS.iter().map(|(ratio, new, old)| (*ratio, if draws.is_old { *old } else { *new }));
    let mut all = presets.chain(narrow);
    let (_, (width, height)) = match (ratio, last) {
        (Some(ratio), _) => all.find(|(name, _)| *name == ratio)?,
        (None, Some(last)) => all.min_by(|a, b| distance(a.1, last).total_cmp(&distance(b.1, last)))?,
        (None, None) => all.next()?,
    };
    let pixels = match name {
        "512" => (width / 2, height / 2),
        "2K" => (width * 2, height * 2),
        "4K" => (width * 4, height * 4),
        _ => (width, height),
    };
    Some(Size { pixels, tokens: *tokens })
}

fn distance((width, height): Pixels, picture: &RgbImage) -> f64 {
    let ratio = f64::from(picture.width().max(1)) / f64::from(picture.height().max(1));
    (ratio * f64::from(height) / f64::from(width)).ln().abs()
}

#[cfg(test)]
mod tests {
    use super::super::models::find;
    use super::*;

    #[test]
    fn each_model_has_its_own_sizes() {
        let size = |model: &str, ratio: Option<&str>, name: Option<&str>| {
            of(find(model).unwrap().draws.as_ref().unwrap(), ratio, name, None).map(|size| (size.pixels, size.tokens))
        };
        assert_eq!(size("gemini-3.1-flash-image", Some("9:16"), Some("512")), Some(((384, 688), 747)));
        assert_eq!(size("gemini-3-pro-image", Some("21:9"), Some("4K")), Some(((6336, 2688), 2000)));
        assert_eq!(size("gemini-nano-banana-2.1", None, None), Some(((1024, 1024), 1120)));
        assert_eq!(size("gemini-nano-banana-2.1", None, Some("512")), None);
        assert_eq!(size("gemini-nano-banana-2.1", None, Some("1k")), None, "a capital K");
        assert_eq!(size("gemini-3-pro-image", Some("1:8"), None), None);
        assert_eq!(size("gemini-2.5-flash-image", Some("3:4"), None), Some(((864, 1184), 1290)));
    }

    #[test]
    fn without_a_ratio_the_photos_own_is_taken() {
        let draws = find("gemini-nano-banana-2.1").unwrap().draws.as_ref().unwrap();
        let size = of(draws, None, None, Some(&RgbImage::new(300, 410))).unwrap();
        assert_eq!(size.pixels, (896, 1200));
    }
}

//! The working types (a field of numbers, a picture in Lab, an area) and reads that cannot leave the picture.

use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer, images::Image, images::ImageRef};
use image::{GrayImage, ImageBuffer, Luma, Rgb, RgbImage};
use palette::{IntoColor, Lab, Srgb};

/// One number per pixel.
pub(crate) type Field = ImageBuffer<Luma<f32>, Vec<f32>>;
/// CIE L*a*b* (D65) per pixel: equal distances look equally different.
pub(crate) type LabPicture = ImageBuffer<Rgb<f32>, Vec<f32>>;
/// One colour: L* 0..100, a*, b* about -128..127.
pub(crate) type LabColour = [f32; 3];

/// A rectangle in pixels, end exclusive; fractions are welcome.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Area {
    pub left: f32,
    pub top: f32,
    pub right: f32,
    pub bottom: f32,
}

impl Area {
    pub(crate) fn new(left: f32, top: f32, right: f32, bottom: f32) -> Self {
        Self { left, top, right: right.max(left), bottom: bottom.max(top) }
    }
    pub(crate) fn width(&self) -> f32 {
        self.right - self.left
    }
    pub(crate) fn height(&self) -> f32 {
        self.bottom - self.top
    }
    pub(crate) fn centre(&self) -> (f32, f32) {
        (f32::midpoint(self.left, self.right), f32::midpoint(self.top, self.bottom))
    }
    pub(crate) fn holds(&self, x: f32, y: f32) -> bool {
        x >= self.left && x < self.right && y >= self.top && y < self.bottom
    }
    /// The same rectangle in a picture `factor` times as large.
    pub(crate) fn scaled(&self, factor: f32) -> Self {
        Self::new(self.left * factor, self.top * factor, self.right * factor, self.bottom * factor)
    }
}

/// Reads with the edge pixels repeated outwards; 0 in an empty field.
pub(crate) fn at(field: &Field, x: i32, y: i32) -> f32 {
    let (x, y) = clamped(field.dimensions(), x, y);
    field.get_pixel_checked(x, y).map_or(0.0, |Luma([v])| *v)
}

/// Reads a colour with the edge pixels repeated outwards.
pub(crate) fn colour_at(picture: &LabPicture, x: i32, y: i32) -> LabColour {
    let (x, y) = clamped(picture.dimensions(), x, y);
    picture.get_pixel_checked(x, y).map_or([0.0; 3], |p| p.0)
}

/// Whether a mask is set here; outside the picture nothing is.
pub(crate) fn is_set(mask: &GrayImage, x: i32, y: i32) -> bool {
    match (u32::try_from(x), u32::try_from(y)) {
        (Ok(x), Ok(y)) => mask.get_pixel_checked(x, y).is_some_and(|p| p.0 > [127]),
        _ => false,
    }
}

fn clamped((width, height): (u32, u32), x: i32, y: i32) -> (u32, u32) {
    let inside = |v: i32, n: u32| u32::try_from(v).unwrap_or(0).min(n.saturating_sub(1));
    (inside(x, width), inside(y, height))
}

/// Reads between pixels (bilinear); pixel centres lie on whole numbers.
pub(crate) fn between(field: &Field, x: f32, y: f32) -> f32 {
    let ((left, right), (top, low)) = (split(x), split(y));
    let row = |y: i32| at(field, left, y) * (1.0 - right) + at(field, left + 1, y) * right;
    row(top) * (1.0 - low) + row(top + 1) * low
}

/// The whole part, rounded down, and the rest. (`floor` is a call into libm on plain x86-64, this is two instructions.)
pub(crate) fn split(value: f32) -> (i32, f32) {
    let whole = value as i32 - i32::from(value < 0.0);
    (whole, value - whole as f32)
}

/// A field computed pixel by pixel.
pub(crate) fn field((width, height): (u32, u32), mut value: impl FnMut(i32, i32) -> f32) -> Field {
    Field::from_fn(width, height, |x, y| Luma([value(x as i32, y as i32)]))
}

/// A mask computed pixel by pixel: 255 where `inside`.
pub(crate) fn mask((width, height): (u32, u32), mut inside: impl FnMut(i32, i32) -> bool) -> GrayImage {
    GrayImage::from_fn(width, height, |x, y| Luma([if inside(x as i32, y as i32) { 255 } else { 0 }]))
}

/// The smooth step from 0 at `low` to 1 at `high` (either order).
pub(crate) fn ramp(value: f32, low: f32, high: f32) -> f32 {
    let t = ((value - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Straight-line distance in Lab (CIE76).
pub(crate) fn distance(a: LabColour, b: LabColour) -> f32 {
    a.iter().zip(b).map(|(p, q)| (p - q) * (p - q)).sum::<f32>().sqrt()
}

/// The picture scaled so that its longer side is at most `side`; never enlarged.
pub(crate) fn shrunk(picture: &RgbImage, side: u32) -> RgbImage {
    let (width, height) = picture.dimensions();
    let factor = f64::from(side) / f64::from(width.max(height).max(1));
    if factor >= 1.0 {
        return picture.clone();
    }
    let to = |n: u32| ((f64::from(n) * factor).round() as u32).max(1);
    resized(picture, None, (to(width), to(height)))
}

/// The picture (or its `crop`: left, top, width, height) scaled to exactly `size`, averaging what falls together.
pub(crate) fn resized(picture: &RgbImage, crop: Option<(f64, f64, f64, f64)>, size: (u32, u32)) -> RgbImage {
    let (width, height) = picture.dimensions();
    let mut options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
    if let Some((left, top, width, height)) = crop {
        options = options.crop(left, top, width, height);
    }
    let mut target = Image::new(size.0, size.1, PixelType::U8x3);
    let done = ImageRef::new(width, height, picture.as_raw(), PixelType::U8x3)
        .is_ok_and(|source| Resizer::new().resize(&source, &mut target, &options).is_ok());
    let buffer = if done { target.into_vec() } else { Vec::new() };
    RgbImage::from_raw(size.0, size.1, buffer).unwrap_or_else(|| RgbImage::new(size.0, size.1))
}

/// The picture scaled to cover `size` exactly; what juts out is cropped evenly on both sides.
pub(crate) fn covering(picture: &RgbImage, size: (u32, u32)) -> RgbImage {
    let (width, height) = (f64::from(picture.width()), f64::from(picture.height()));
    let factor = (f64::from(size.0) / width.max(1.0)).max(f64::from(size.1) / height.max(1.0)).max(1e-9);
    let (across, down) = ((f64::from(size.0) / factor).min(width), (f64::from(size.1) / factor).min(height));
    resized(picture, Some(((width - across) / 2.0, (height - down) / 2.0, across, down)), size)
}

/// sRGB bytes to Lab.
pub(crate) fn to_lab([r, g, b]: [u8; 3]) -> LabColour {
    let lab: Lab<_, f32> = Srgb::new(r, g, b).into_linear::<f32>().into_color();
    [lab.l, lab.a, lab.b]
}

/// Lab to sRGB bytes.
pub(crate) fn to_rgb([l, a, b]: LabColour) -> [u8; 3] {
    let rgb: Srgb<f32> = Lab::<palette::white_point::D65, f32>::new(l, a, b).into_color();
    let rgb: Srgb<u8> = rgb.into_format();
    [rgb.red, rgb.green, rgb.blue]
}

/// A whole picture in Lab.
pub(crate) fn lab_picture(picture: &RgbImage) -> LabPicture {
    LabPicture::from_fn(picture.width(), picture.height(), |x, y| {
        Rgb(picture.get_pixel_checked(x, y).map_or([0.0; 3], |p| to_lab(p.0)))
    })
}

/// Longer side of the working copy on which shapes are measured, in pixels.
pub(crate) const SIDE: u32 = 224;
/// Its sides' least length: below that there are no shapes to measure, only special cases.
const LEAST: u32 = 12;

/// The working copy of a photo; slivers and single pixels are stretched to something that has an inside.
pub(crate) fn working(photo: &RgbImage) -> RgbImage {
    let small = shrunk(photo, SIDE);
    let (width, height) = small.dimensions();
    if width.min(height) >= LEAST { small } else { resized(&small, None, (width.max(LEAST), height.max(LEAST))) }
}

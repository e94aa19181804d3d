//! What the crate `png` encodes: every depth, palettes, transparency, filters, films, what is said of colours. Interlaced by hand.

use image::{GrayImage, RgbImage};
use png::{BitDepth, ColorType, Compression, Encoder, Filter, ScaledFloat, SourceChromaticities, SrgbRenderingIntent};

use super::sight::{COLOURS, GREYS, Good, Quarters, WHITE, from_display_p3, grained, quarter, quarters};
use crate::anatomy::{DISPLAY_P3, SRGB, chunk, exif, ihdr, png_of, png_with, profile, zlib};

const SIDES: (u32, u32) = (120, 90);
/// Colours that both phones and the usual numbers can tell.
const MILD: Quarters = [[180, 80, 70], [80, 150, 90], [80, 90, 170], [190, 180, 90]];
const BLACK: [u8; 3] = [0; 3];

pub(super) fn files() -> Vec<Good> {
    [depths(), palettes(), transparent(), ways(), words(), interlaced(), orientations()].into_iter().flatten().collect()
}

type Coder<'a> = Encoder<'static, &'a mut Vec<u8>>;

/// A picture of [`SIDES`] in that kind of numbers.
fn coded(colours: ColorType, depth: BitDepth, data: &[u8], set: impl FnOnce(&mut Coder<'_>)) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, SIDES.0, SIDES.1);
    encoder.set_color(colours);
    encoder.set_depth(depth);
    set(&mut encoder);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(data).unwrap();
    writer.finish().unwrap();
    file
}

fn colourful() -> RgbImage {
    quarters(SIDES.0, SIDES.1, &COLOURS)
}

fn grey() -> GrayImage {
    image::DynamicImage::ImageRgb8(quarters(SIDES.0, SIDES.1, &GREYS)).into_luma8()
}

/// The same numbers in sixteen bits.
fn wide(data: &[u8]) -> Vec<u8> {
    data.iter().flat_map(|byte| [*byte, *byte]).collect()
}

/// For every place the number of its quarter, or what stands for it, in so many bits.
fn numbered(bits: u32, numbers: [u8; 4]) -> Vec<u8> {
    let (width, height) = SIDES;
    let in_a_byte = 8 / bits;
    let byte_at = |x: u32, y: u32| {
        (0..in_a_byte).fold(0, |byte: u8, part| {
            let number = numbers[quarter((x + part).min(width - 1), y, width, height)];
            // Eight bits leave nothing of what was there before.
            byte.checked_shl(bits).unwrap_or(0) | number
        })
    };
    let places = (0..width).step_by(usize::try_from(in_a_byte).unwrap());
    (0..height).flat_map(|y| places.clone().map(move |x| (x, y))).map(|(x, y)| byte_at(x, y)).collect()
}

fn depths() -> Vec<Good> {
    let (photo, grey) = (colourful(), grey());
    let with_opacity = |data: &[u8], channels: usize| -> Vec<u8> {
        data.chunks(channels).flat_map(|pixel| [pixel, &[255]].concat()).collect()
    };
    let good = |name: &str, colours, depth, data: &[u8], seen| {
        Good::new(name, coded(colours, depth, data, |_| {}), SIDES, seen)
    };
    vec![
        good("png of 8 bits", ColorType::Rgb, BitDepth::Eight, &photo, COLOURS),
        good("png of 16 bits", ColorType::Rgb, BitDepth::Sixteen, &wide(&photo), COLOURS),
        good("opaque png of 8 bits", ColorType::Rgba, BitDepth::Eight, &with_opacity(&photo, 3), COLOURS),
        good("opaque png of 16 bits", ColorType::Rgba, BitDepth::Sixteen, &wide(&with_opacity(&photo, 3)), COLOURS),
        good("grey png of 8 bits", ColorType::Grayscale, BitDepth::Eight, &grey, GREYS),
        good("grey png of 16 bits", ColorType::Grayscale, BitDepth::Sixteen, &wide(&grey), GREYS),
        good("opaque grey png of 8 bits", ColorType::GrayscaleAlpha, BitDepth::Eight, &with_opacity(&grey, 1), GREYS),
        good(
            "opaque grey png of 16 bits",
            ColorType::GrayscaleAlpha,
            BitDepth::Sixteen,
            &wide(&with_opacity(&grey, 1)),
            GREYS,
        ),
        good(
            "grey png of 4 bits",
            ColorType::Grayscale,
            BitDepth::Four,
            &numbered(4, [2, 6, 10, 14]),
            [[34; 3], [102; 3], [170; 3], [238; 3]],
        ),
        good(
            "grey png of 2 bits",
            ColorType::Grayscale,
            BitDepth::Two,
            &numbered(2, [0, 1, 2, 3]),
            [BLACK, [85; 3], [170; 3], WHITE],
        ),
        good(
            "grey png of 1 bit",
            ColorType::Grayscale,
            BitDepth::One,
            &numbered(1, [0, 1, 1, 0]),
            [BLACK, WHITE, WHITE, BLACK],
        ),
    ]
}

fn palettes() -> Vec<Good> {
    let palette = COLOURS.concat();
    let good = |name: &str, depth, data: &[u8], seen| {
        let file = coded(ColorType::Indexed, depth, data, |encoder| encoder.set_palette(palette.clone()));
        Good::new(name, file, SIDES, seen)
    };
    let two = [COLOURS[0], COLOURS[1], COLOURS[1], COLOURS[0]];
    let see_through = coded(ColorType::Indexed, BitDepth::Eight, &numbered(8, [0, 1, 2, 3]), |encoder| {
        encoder.set_palette(COLOURS.concat());
        encoder.set_trns(vec![255, 255, 255, 0]);
    });
    vec![
        good("png of 8 bits into a palette", BitDepth::Eight, &numbered(8, [0, 1, 2, 3]), COLOURS),
        good("png of 4 bits into a palette", BitDepth::Four, &numbered(4, [0, 1, 2, 3]), COLOURS),
        good("png of 2 bits into a palette", BitDepth::Two, &numbered(2, [0, 1, 2, 3]), COLOURS),
        good("png of 1 bit into a palette", BitDepth::One, &numbered(1, [0, 1, 1, 0]), two),
        Good::new(
            "png of a palette with nothing in it",
            see_through,
            SIDES,
            [COLOURS[0], COLOURS[1], COLOURS[2], WHITE],
        ),
    ]
}

/// What is transparent is seen on white.
fn transparent() -> Vec<Good> {
    let [_, second, third, fourth] = COLOURS;
    let opacities = |opacity: [u8; 4]| -> Vec<u8> {
        let at = |(place, pixel): (usize, &image::Rgb<u8>)| {
            let place = u32::try_from(place).unwrap();
            let opacity = opacity[quarter(place % SIDES.0, place / SIDES.0, SIDES.0, SIDES.1)];
            [pixel.0.as_slice(), &[opacity]].concat()
        };
        colourful().pixels().enumerate().flat_map(at).collect()
    };
    let clear = opacities([0, 255, 255, 255]);
    // Half of a colour and half of white.
    let half = [[228, 148, 148], second, third, fourth];
    let key = [[0_u8].as_slice(), &[COLOURS[0][0], 0, COLOURS[0][1], 0, COLOURS[0][2]]].concat();
    let [_, light, lighter, lightest] = GREYS;
    vec![
        Good::new(
            "transparent png",
            coded(ColorType::Rgba, BitDepth::Eight, &clear, |_| {}),
            SIDES,
            [WHITE, second, third, fourth],
        ),
        Good::new(
            "transparent png of 16 bits",
            coded(ColorType::Rgba, BitDepth::Sixteen, &wide(&clear), |_| {}),
            SIDES,
            [WHITE, second, third, fourth],
        ),
        Good::new(
            "half transparent png",
            coded(ColorType::Rgba, BitDepth::Eight, &opacities([128, 255, 255, 255]), |_| {}),
            SIDES,
            half,
        ),
        Good::new(
            "png with a transparent colour",
            coded(ColorType::Rgb, BitDepth::Eight, &colourful(), |encoder| encoder.set_trns(key)),
            SIDES,
            [WHITE, second, third, fourth],
        ),
        Good::new(
            "png with a transparent grey",
            coded(ColorType::Grayscale, BitDepth::Eight, &grey(), |encoder| encoder.set_trns(vec![0, GREYS[0][0]])),
            SIDES,
            [WHITE, light, lighter, lightest],
        ),
    ]
}

/// Every way to write the same.
fn ways() -> Vec<Good> {
    let photo = grained(&colourful());
    let good = |name: String, set: &dyn Fn(&mut Coder<'_>)| {
        Good::new(name, coded(ColorType::Rgb, BitDepth::Eight, &photo, set), SIDES, COLOURS)
    };
    let filters = [Filter::NoFilter, Filter::Sub, Filter::Up, Filter::Avg, Filter::Paeth, Filter::MinEntropy];
    let filters =
        filters.map(|filter| good(format!("png by filter {filter:?}"), &|encoder| encoder.set_filter(filter)));
    let pressed = [Compression::NoCompression, Compression::Fastest, Compression::High];
    let pressed = pressed.map(|how| good(format!("png by {how:?}"), &|encoder| encoder.set_compression(how)));
    let film = good("png that moves".to_owned(), &|encoder| encoder.set_animated(1, 0).unwrap());
    filters.into_iter().chain(pressed).chain([film]).collect()
}

/// What may be said of a picture and of its colours.
fn words() -> Vec<Good> {
    let good = |name: &str, set: &dyn Fn(&mut Coder<'_>)| {
        Good::new(name, coded(ColorType::Rgb, BitDepth::Eight, &colourful(), set), SIDES, COLOURS)
    };
    let plain = coded(ColorType::Rgb, BitDepth::Eight, &colourful(), |_| {});
    let mild = coded(ColorType::Rgb, BitDepth::Eight, &quarters(120, 90, &MILD), |_| {});
    let profiled = |file: &[u8], profile: &[u8]| {
        png_with(file, &chunk(b"iCCP", &[b"profile\0\0".as_slice(), &zlib(profile)].concat()))
    };
    let usual = profiled(&plain, &profile(b"RGB ", &SRGB, "sRGB"));
    let phone = profiled(&mild, &profile(b"RGB ", &DISPLAY_P3, "Display P3"));
    let text = || ("Comment".to_owned(), "words".repeat(1_000));
    vec![
        good("png with a text", &|encoder| {
            let (keyword, text) = text();
            encoder.add_text_chunk(keyword, text).unwrap();
        }),
        good("png with a deflated text", &|encoder| {
            let (keyword, text) = text();
            encoder.add_ztxt_chunk(keyword, text).unwrap();
        }),
        good("png with an international text", &|encoder| {
            let (keyword, text) = text();
            encoder.add_itxt_chunk(keyword, text).unwrap();
        }),
        good("png with a gamma", &|encoder| encoder.set_source_gamma(ScaledFloat::from_scaled(45_455))),
        good("png with the usual intent", &|encoder| encoder.set_source_srgb(SrgbRenderingIntent::Perceptual)),
        good("png with primaries", &|encoder| {
            let usual = SourceChromaticities::new((0.3127, 0.3290), (0.64, 0.33), (0.30, 0.60), (0.15, 0.06));
            encoder.set_source_chromaticities(usual);
        }),
        Good::new("png with the usual profile", usual, SIDES, COLOURS),
        Good::new("png with a phone's profile", phone, SIDES, from_display_p3(&MILD)).with_numbers(MILD),
    ]
}

/// Where each of the seven passes begins, and how far its places are apart.
const PASSES: [(u32, u32, u32, u32); 7] =
    [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

/// Interlaced (Adam7), which no encoder here does.
fn interlaced() -> Vec<Good> {
    let of = |picture: &RgbImage, kind: [u8; 5], bytes: fn([u8; 3]) -> Vec<u8>| {
        let (width, height) = picture.dimensions();
        let mut rows = Vec::new();
        for (left, top, across, down) in PASSES {
            for y in (top..height).step_by(usize::try_from(down).unwrap()) {
                rows.push(0);
                for x in (left..width).step_by(usize::try_from(across).unwrap()) {
                    rows.extend(bytes(picture.get_pixel(x, y).0));
                }
            }
        }
        png_of(&[ihdr(width, height, kind), chunk(b"IDAT", &zlib(&rows))])
    };
    let odd = quarters(37, 45, &COLOURS);
    let greys = quarters(120, 90, &GREYS);
    let as_it_is = |pixel: [u8; 3]| pixel.to_vec();
    vec![
        Good::new("interlaced png", of(&colourful(), [8, 2, 0, 0, 1], as_it_is), SIDES, COLOURS),
        Good::new("interlaced png of odd sides", of(&odd, [8, 2, 0, 0, 1], as_it_is), (37, 45), COLOURS),
        Good::new(
            "interlaced png of 16 bits",
            of(&colourful(), [16, 2, 0, 0, 1], |pixel| wide(&pixel)),
            SIDES,
            COLOURS,
        ),
        Good::new("interlaced grey png", of(&greys, [8, 0, 0, 0, 1], |pixel| vec![pixel[0]]), SIDES, GREYS),
    ]
}

/// Turned in every way, in sixteen bits.
fn orientations() -> Vec<Good> {
    let file = coded(ColorType::Rgb, BitDepth::Sixteen, &wide(&colourful()), |_| {});
    let turned = |orientation: u8| {
        let file = png_with(&file, &chunk(b"eXIf", &exif(orientation, "somewhere")));
        Good::new(format!("png of 16 bits, turned by {orientation}"), file, SIDES, COLOURS).turned(orientation)
    };
    (1..=8).map(turned).collect()
}

//! The model measured against pictures whose truth is known because the tests drew them.

#![expect(
    clippy::many_single_char_names,
    clippy::too_many_lines,
    clippy::disallowed_methods,
    reason = "drawing recipes read best in the letters of geometry; tests measure time and may be told where to keep pictures"
)]

mod drawing;
mod garments;
mod looks;
mod people;

/// Keeps a picture (with an outline of a mask) for human eyes when `COLLAGE_OUT` names a folder.
fn keep(name: &str, photo: &image::RgbImage, mask: Option<&image::GrayImage>) {
    let Ok(folder) = std::env::var("COLLAGE_OUT") else { return };
    let small = super::picture::shrunk(photo, 360);
    let mut out = image::RgbImage::new(small.width() * 2, small.height());
    image::imageops::replace(&mut out, &small, 0, 0);
    if let Some(mask) = mask {
        let mut cut = small.clone();
        for (x, y, p) in cut.enumerate_pixels_mut() {
            let (mx, my) = (x * mask.width() / small.width(), y * mask.height() / small.height());
            if mask.get_pixel(mx, my).0[0] < 128 {
                *p = image::Rgb([255, 0, 255]);
            }
        }
        image::imageops::replace(&mut out, &cut, i64::from(small.width()), 0);
    }
    out.save(format!("{folder}/{name}.png")).unwrap();
}

fn keep_person(name: &str, photo: &image::RgbImage, person: &super::person::Person) {
    let small = super::picture::shrunk(photo, super::picture::SIDE);
    let mut shown = small.clone();
    let mut frame = |a: &super::picture::Area, c: [u8; 3]| {
        let r = imageproc::rect::Rect::at(a.left as i32, a.top as i32)
            .of_size((a.width() as u32).max(1), (a.height() as u32).max(1));
        imageproc::drawing::draw_hollow_rect_mut(&mut shown, r, image::Rgb(c));
    };
    frame(&person.head.area, [255, 255, 0]);
    frame(&person.body.torso, [0, 255, 0]);
    frame(&person.body.legs, [0, 255, 255]);
    keep(name, &shown, Some(&person.mask));
}

/// Lays all kept pictures whose names begin alike on one sheet.
fn sheet(prefix: &str) {
    let Ok(folder) = std::env::var("COLLAGE_OUT") else { return };
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|f| f.unwrap().path())
        .filter(|p| p.file_name().unwrap().to_string_lossy().starts_with(&format!("{prefix}-")))
        .collect();
    files.sort();
    let mut out = image::RgbImage::from_pixel(4 * 400, files.len().div_ceil(4) as u32 * 300, image::Rgb([40, 40, 40]));
    for (i, file) in files.iter().enumerate() {
        let picture = image::open(file).unwrap().thumbnail(396, 296).to_rgb8();
        image::imageops::replace(&mut out, &picture, (i as i64 % 4) * 400, (i as i64 / 4) * 300);
    }
    out.save(format!("{folder}/sheet-{prefix}.png")).unwrap();
}

/// The drawn samples of the project, when they are at hand.
fn samples() -> Vec<(String, image::RgbImage)> {
    let folder = std::env::var("COLLAGE_SAMPLES").unwrap_or_else(|_| "public/samples".into());
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<_> =
        entries.map(|f| f.unwrap().path()).filter(|p| p.extension().is_some_and(|e| e == "jpg")).collect();
    files.sort();
    files
        .iter()
        .map(|f| (f.file_stem().unwrap().to_string_lossy().into_owned(), image::open(f).unwrap().to_rgb8()))
        .collect()
}

#[test]
fn samples_are_understood() {
    for (name, photo) in samples() {
        let small = super::picture::working(&photo);
        let lab = super::picture::lab_picture(&small);
        let person = super::person::find(&lab);
        println!("clear {:.2} {name} {:?}", person.clearness, photo.dimensions());
        keep_person(&format!("sample-p-{name}"), &photo, &person);
        if name.starts_with("outfit") {
            let found = super::garment::find(&lab);
            keep(&format!("sample-q-{name}"), &photo, Some(&found.mask));
            if let Ok(truth) = image::open(format!("tests/fixtures/samples/{name}.mask.png")) {
                let score = garments::iou(found.shown()[0], &truth.to_luma8());
                println!("sample IoU {score:.3} {name}");
                assert!(score >= 0.8, "{name} {score}");
            }
        }
    }
    sheet("sample");
}

#[test]
fn samples_are_dressed() {
    let all = samples();
    let (people, outfits): (Vec<_>, Vec<_>) = all.iter().partition(|(name, _)| name.starts_with("person"));
    for (o, outfit) in outfits {
        println!("{o}: {}", serde_json::to_string(&super::describe(outfit)).unwrap());
        for (p, person) in &people {
            let start = std::time::Instant::now();
            let size = (768, 1024);
            let result = super::try_on(person, outfit, None, size);
            println!("{o} {p} {:?}", start.elapsed());
            if let Ok(folder) = std::env::var("COLLAGE_OUT") {
                result.save(format!("{folder}/look-{o}-{p}.png")).unwrap();
            }
        }
    }
    sheet("look");
}

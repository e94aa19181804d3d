//! Good files: of four encoders, of every kind that cameras, phones and programs write. All are taken, all are sent upright and in their
//! colours, and nothing that is said beside the pictures leaves the server.

mod by_image;
mod by_jpeg_encoder;
mod by_libwebp;
mod by_png;
mod planted;
mod sight;

use std::collections::HashSet;

use futures::future::join_all;
use primerka::look::event::Event;
use reqwest::multipart::{Form, Part};

use super::anatomy::holds;
use super::support::{TestApp, Upstream, events, jpeg, picture};
use planted::{Planted, SECRET, planted};
use sight::Good;

/// So many servers, each with an upstream of its own, work at once.
const LANES: usize = 4;
/// How people and their programs call photos.
const FILE_NAMES: [&str; 12] = [
    "photo.jpg",
    "IMG_0001 (1).JPG",
    "Моё фото.jpeg",
    "👗 наряд 👠.png",
    "без расширения",
    "写真.webp",
    "صورة.jpg",
    "a \"quoted\" name.jpg",
    "name=outfit; filename=x.png",
    "..jpg",
    "",
    "очень длинное имя очень длинное имя очень длинное имя очень длинное имя очень длинное имя.heic",
];

/// What became of a photo.
struct Outcome {
    /// What the upstream was asked, headers included.
    asked: String,
    /// The photos it was given.
    sent: Vec<Vec<u8>>,
    /// The one that was made of the file.
    photo: Vec<u8>,
    /// Everything that the client was answered.
    answered: Vec<u8>,
}

/// A server and its upstream.
struct Lane {
    upstream: Upstream,
    app: TestApp,
}

impl Lane {
    async fn start() -> Self {
        let upstream = Upstream::start().await;
        let app = TestApp::start(&upstream).await;
        Self { upstream, app }
    }

    /// Sends a file in one of both roles. Errors: what the client was told where no look came of it.
    async fn outcome(&self, at: usize, file: Vec<u8>) -> Result<Outcome, String> {
        let before = self.upstream.recorded().len();
        let is_person = at.is_multiple_of(2);
        let name = FILE_NAMES[at % FILE_NAMES.len()];
        let part = |bytes: Vec<u8>| Part::bytes(bytes).file_name(name).mime_str("image/jpeg").unwrap();
        let other = jpeg(&picture(60, 80));
        let (person, outfit) = if is_person { (file, other) } else { (other, file) };
        let form = Form::new().part("person", part(person)).part("outfit", part(outfit));
        let answer = self.app.client.post(self.app.url("/api/looks")).multipart(form).send().await.unwrap();
        let text = answer.text().await.unwrap();
        let Some(Event::Done { look, .. }) = events(&text).pop() else { return Err(text) };
        let picture = self.app.get(&look.url).await.bytes().await.unwrap();
        let page = self.app.get(&format!("/looks/{}", look.id)).await.bytes().await.unwrap();
        let requests = self.upstream.recorded().split_off(before);
        let mut sent = Vec::new();
        for request in &requests {
            sent.extend(request.photos());
        }
        let asked = requests.iter().map(|request| format!("{:?}{}", request.headers, request.body));
        // The second call shows both photos, the person's last.
        let photo = requests[1].photos().swap_remove(usize::from(is_person));
        Ok(Outcome {
            asked: asked.collect::<Vec<_>>().concat(),
            sent,
            photo,
            answered: [text.as_bytes(), &picture, &page].concat(),
        })
    }
}

/// Deals them to the lanes, and collects what is wrong with them.
async fn in_lanes<T, F: Future<Output = Vec<String>>>(all: Vec<T>, lane: impl Fn(Vec<T>) -> F) -> Vec<String> {
    let mut dealt: Vec<Vec<T>> = (0..LANES).map(|_| Vec::new()).collect();
    for (at, one) in all.into_iter().enumerate() {
        dealt[at % LANES].push(one);
    }
    join_all(dealt.into_iter().map(lane)).await.concat()
}

#[tokio::test]
async fn good_files_of_four_encoders_are_taken_upright_and_in_their_colours() {
    let encoders = [by_image::files(), by_jpeg_encoder::files(), by_libwebp::files(), by_png::files()];
    assert!(encoders.iter().all(|files| files.len() >= 20), "each encoder has its share");
    let files: Vec<Good> = encoders.into_iter().flatten().collect();
    let total = files.len();
    let different: HashSet<_> = files.iter().map(|good| good.name.clone()).collect();
    assert!(total >= 100 && different.len() == total, "{total} files, {} names", different.len());
    let flaws = in_lanes(files, flaws_of).await;
    assert!(flaws.is_empty(), "{} of {total} files:\n{}", flaws.len(), flaws.join("\n"));
}

async fn flaws_of(files: Vec<Good>) -> Vec<String> {
    let lane = Lane::start().await;
    let mut flaws = Vec::new();
    for (at, mut good) in files.into_iter().enumerate() {
        let file = std::mem::take(&mut good.file);
        match lane.outcome(at, file).await {
            Ok(outcome) => flaws.extend(good.flaw_of(&outcome.photo)),
            Err(told) => flaws.push(format!("{}: {told}", good.name)),
        }
    }
    flaws
}

#[tokio::test]
async fn what_is_said_beside_a_picture_leaves_the_server_in_no_direction() {
    let seeds: Vec<u64> = (0..240).collect();
    let leaks = in_lanes(seeds, leaks_of).await;
    assert!(leaks.is_empty(), "{}:\n{}", leaks.len(), leaks.join("\n"));
}

async fn leaks_of(seeds: Vec<u64>) -> Vec<String> {
    let lane = Lane::start().await;
    let mut leaks = Vec::new();
    for (at, seed) in seeds.into_iter().enumerate() {
        let Planted { name, file } = planted(seed);
        match lane.outcome(at, file).await {
            Err(told) => leaks.push(format!("{name}: {told}")),
            Ok(Outcome { asked, sent, answered, .. }) => {
                let is_sent = asked.contains(SECRET) || sent.iter().any(|photo| holds(photo, SECRET.as_bytes()));
                let is_answered = holds(&answered, SECRET.as_bytes());
                if is_sent || is_answered {
                    leaks.push(format!("{name}: sent {is_sent}, answered {is_answered}"));
                }
            }
        }
    }
    leaks
}

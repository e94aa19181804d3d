//! The hostile corpus: more than three hundred requests that mean no good, made here from seeds. None is wrongly taken, none shakes the
//! server, and nothing that was planted in one leaves it.

mod bombs;
mod damage;
mod foreign;
mod forms;
mod jpegs;
mod pngs;
mod polyglots;
mod table;
mod webps;

use std::collections::HashSet;
use std::panic::Location;
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::StreamExt;
use futures::future::ready;
use primerka::look::event::Event;

use super::anatomy::holds;
use super::support::{TestApp, TestForm, Upstream, jpeg, names, picture};
use table::{PAYLOAD, Row, Sent};

/// Requests at once.
const AT_ONCE: usize = 4;
/// Decoders that panic have met a broken file: each runs in a task of its own, and the file is told to be broken.
const CODECS: [&str; 5] = ["/zune-jpeg-", "/png-0", "/image-webp-", "/fdeflate-", "/image-0"];

/// Every row.
fn corpus() -> Vec<Row> {
    let parts = [
        foreign::rows(),
        polyglots::rows(),
        bombs::rows(),
        jpegs::rows(),
        pngs::rows(),
        webps::rows(),
        damage::rows(),
        forms::rows(),
    ];
    parts.into_iter().flatten().collect()
}

#[tokio::test]
async fn no_hostile_request_is_wrongly_taken_and_none_shakes_the_server() {
    let panics = counted_panics();
    let before = panics.load(Ordering::Relaxed);
    let rows: Vec<_> = corpus().into_iter().map(|row| (row.may_be_taken(), row)).collect();
    let total = rows.len();
    assert!(total >= 300, "{total} rows");
    let different: HashSet<_> = rows.iter().map(|(_, row)| row.name.clone()).collect();
    assert_eq!(different.len(), total, "no two rows have one name");

    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let judged = futures::stream::iter(rows.into_iter().enumerate())
        .map(|(at, (may_be_taken, row))| judge(&app, at, may_be_taken, row))
        .buffer_unordered(AT_ONCE);
    let wrong: Vec<String> = judged.filter_map(ready).collect().await;
    assert!(wrong.is_empty(), "{} of {total} rows:\n{}", wrong.len(), wrong.join("\n"));

    for request in upstream.recorded() {
        assert!(!request.body.to_string().contains(PAYLOAD) && !format!("{:?}", request.headers).contains(PAYLOAD));
        for photo in request.photos() {
            assert!(photo.starts_with(b"\xff\xd8\xff\xe0"), "only what was drawn anew is sent");
            assert!(!holds(&photo, PAYLOAD.as_bytes()) && !holds(&photo, b"Exif"));
            image::load_from_memory(&photo).unwrap();
        }
    }
    assert_eq!(app.get("/healthz").await.status(), 200);
    let told = app.look(TestForm::new(good(), good_too())).await;
    assert_eq!(names(&told).last().unwrap(), "done", "{told:?}");
    assert_eq!(panics.load(Ordering::Relaxed), before, "none but decoders panicked");
}

/// Sends a row. Gives what is wrong with the answer.
async fn judge(app: &TestApp, at: usize, may_be_taken: bool, row: Row) -> Option<String> {
    let Row { name, sent, allowed } = row;
    let request = app.client.post(app.url("/api/looks"));
    let request = match sent {
        Sent::Photo(file) if at.is_multiple_of(2) => request.multipart(TestForm::new(file, good()).into_multipart()),
        Sent::Photo(file) => request.multipart(TestForm::new(good(), file).into_multipart()),
        Sent::Form(content_type, body) => request.header("content-type", content_type).body(body),
    };
    let answer = match request.send().await {
        Ok(answer) => answer,
        Err(error) => return Some(format!("{name}: no answer: {error:?}")),
    };
    let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap_or_default());
    if text.contains(PAYLOAD) {
        return Some(format!("{name}: the answer holds what was planted: {text}"));
    }
    let last = text.lines().last().and_then(|line| serde_json::from_str(line).ok());
    let is_right = match &last {
        Some(Event::Done { .. }) => status == 200 && may_be_taken,
        Some(Event::Failed(failed)) => {
            let code = failed.code.name();
            status == status_of(code) && allowed.codes().contains(&code)
        }
        _ => false,
    };
    (!is_right).then(|| format!("{name}: {status} {text}"))
}

/// The status that belongs to a refusal; no row may be refused with another code.
fn status_of(code: &str) -> u16 {
    match code {
        "missing_photo" | "bad_request" => 400,
        "image_too_large" | "body_too_large" => 413,
        "unsupported_image" => 415,
        "broken_image" | "bad_description" => 422,
        _ => 0,
    }
}

/// A small photo of the shape that the upstream draws.
fn good() -> Vec<u8> {
    jpeg(&picture(60, 80))
}

/// Another one.
fn good_too() -> Vec<u8> {
    jpeg(&picture(75, 100))
}

/// Counts panics from here on, but not those of decoders, nor those of tests that fail meanwhile.
fn counted_panics() -> &'static AtomicUsize {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let file = panic.location().map_or("", Location::file);
            if CODECS.iter().any(|codec| file.contains(codec)) {
                return;
            }
            if !file.starts_with("tests/") {
                COUNT.fetch_add(1, Ordering::Relaxed);
            }
            usual(panic);
        }));
    });
    &COUNT
}

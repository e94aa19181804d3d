//! Whatever a gateway answers: the first bytes choose step, status and headers, the rest is the body.
#![no_main]

use http::{HeaderMap, HeaderValue, StatusCode};
use libfuzzer_sys::fuzz_target;
use primerka::gateway::{Again, understand};
use primerka::look::step::Step;

const STATUSES: [u16; 16] = [200, 200, 200, 200, 302, 400, 401, 402, 403, 404, 408, 424, 429, 500, 503, 524];

fuzz_target!(|bytes: &[u8]| {
    let Some(([choice, wait], body)) = bytes.split_first_chunk::<2>() else { return };
    let step = if choice & 1 == 0 { Step::Describe } else { Step::TryOn };
    let status = STATUSES[usize::from(choice >> 4)];
    let mut headers = HeaderMap::new();
    if choice & 2 != 0 {
        headers.insert("cf-aig-cache-status", HeaderValue::from_static("HIT"));
    }
    if choice & 4 != 0 {
        headers.insert("retry-after", HeaderValue::from(u16::from(*wait)));
    }
    let status = StatusCode::from_u16(status).expect("a status");
    match understand(step, "gemini-nano-banana-2.1", status, &headers, body.to_vec()) {
        Ok(answer) => {
            assert!(status == StatusCode::OK);
            let Some(image) = answer.image else { return };
            assert!(image.mime.is_empty() || image.mime.starts_with("image/"));
            assert!(image.bytes.len() <= body.len());
        }
        // What was answered under 200 is never asked again by itself.
        Err(refusal) => assert!(status != StatusCode::OK || refusal.again == Again::Never),
    }
});

//! What one look costs beside the model: CPU and memory of both calls, photos prepared, an upstream that answers at once.
//!
//! PROFILE: 1.0 + 0.5 MB of photos in, a picture of 1.5 MB out. Ours, when the answer's length is told and when it comes in chunks, as
//! Cloudflare sends it; the naive way (everything as whole values in memory); and a floor that only sends and receives as many bytes. CPU is
//! that of the client's thread, so other work on the machine does not count; memory is the most that was allocated above what was there
//! before the look. A goal that is missed is said, and is a failure.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a benchmark"
)]

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures::future::{BoxFuture, ready};
use peakmem_alloc::{INSTRUMENTED_SYSTEM, PeakMemAlloc, PeakMemAllocTrait};
use primerka::config::Config;
use primerka::gateway::Gateway;
use primerka::look::aspect::ImageSize;
use primerka::look::failure::FailureCode;
use primerka::look::outfit::Outfit;
use primerka::look::photo::{Photo, PhotoFormat};
use primerka::pipeline::inspect::{Glance, Inspect};
use primerka::pipeline::upstream::Origin;
use primerka::pipeline::{Order, Tools, make};
use primerka::server::{NativeInspect, TokioRuntime};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

#[global_allocator]
static ALLOCATED: &PeakMemAlloc<std::alloc::System> = &INSTRUMENTED_SYSTEM;

const PERSON: usize = 1_000_000;
const OUTFIT: usize = 500_000;
const RESULT: usize = 1_500_000;
const ROUNDS: usize = 60;
/// Bytes of a chunk: a TLS record has no more.
const CHUNK: usize = 16 * 1024;

/// What a look costs, or may cost.
#[derive(Clone, Copy)]
struct Cost {
    cpu_ms: f64,
    /// The peak of memory, in shares of the bytes in and out.
    peak: f64,
}

const GOAL: Cost = Cost { cpu_ms: 2.5, peak: 1.5 };
/// Memory for an answer of unknown length has to grow while it comes.
const CHUNKED_GOAL: Cost = Cost { cpu_ms: 2.5, peak: 1.8 };

/// How an answer says where it ends.
#[derive(Clone, Copy)]
enum Framing {
    Length,
    Chunks,
}

fn main() -> ExitCode {
    let (url, chunked_url) = (upstream(Framing::Length), upstream(Framing::Chunks));
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    println!("One look: {PERSON} + {OUTFIT} B in, {RESULT} B out, median of {ROUNDS}\n");
    println!("{:14} {:>10} {:>14} {:>22}", "", "CPU, ms", "peak, MB", "peak / (in + out)");
    let (ours, ours_chunked) = (tools(&url), tools(&chunked_url));
    let cost = row("ours", |order| drop(tokio.block_on(make(&order, &ours, &|_| ())).unwrap()));
    let chunked = row("ours, chunked", |order| drop(tokio.block_on(make(&order, &ours_chunked, &|_| ())).unwrap()));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    row("naive", |order| tokio.block_on(naive(&client, &url, &order)));
    row("floor", |_order| tokio.block_on(floor(&client, &url)));
    look_into_a_picture();

    let missed: Vec<String> =
        [("ours", cost, GOAL), ("ours, chunked", chunked, CHUNKED_GOAL)].into_iter().flat_map(misses).collect();
    if missed.is_empty() {
        println!("\nAll goals are met: {GOAL}; chunked {CHUNKED_GOAL}.");
        return ExitCode::SUCCESS;
    }
    println!("\nGOALS MISSED: {}", missed.join("; "));
    ExitCode::FAILURE
}

impl std::fmt::Display for Cost {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "{} ms of CPU, {} times the bytes in and out", self.cpu_ms, self.peak)
    }
}

/// The goals that a row missed, in words.
fn misses((name, cost, goal): (&str, Cost, Cost)) -> Vec<String> {
    let measures = [("ms of CPU", cost.cpu_ms, goal.cpu_ms), ("times the bytes in and out", cost.peak, goal.peak)];
    let missed = measures.into_iter().filter(|(_, is, wanted)| is > wanted);
    missed.map(|(unit, is, wanted)| format!("{name}: {is:.2} {unit}, {wanted} at most")).collect()
}

/// What it costs to see whether a result is one of the photos: there is no goal for it.
fn look_into_a_picture() {
    let inspect = NativeInspect::default();
    let workers = tokio::runtime::Builder::new_current_thread().max_blocking_threads(1).enable_all().build().unwrap();
    let picture = real_picture();
    let before = process_ms();
    for _ in 0..ROUNDS {
        workers.block_on(inspect.glance(&picture, (896, 1200))).unwrap();
    }
    let each = (process_ms() - before) / ROUNDS as f64;
    println!(
        "\nLooking into one picture of 896x1200 (a result is held against both photos: three times): {each:.1} ms of CPU"
    );
}

fn row(name: &str, mut look: impl FnMut(Order)) -> Cost {
    // Connections are made and buffers found beforehand.
    (0..3).for_each(|_| look(order()));
    let (mut times, mut peaks) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ALLOCATED.reset_peak_memory();
        let order = order();
        let before = thread_ms();
        look(order);
        times.push(thread_ms() - before);
        peaks.push(ALLOCATED.get_peak_memory() as f64);
    }
    let (cpu_ms, bytes) = (median(times), median(peaks));
    let peak = bytes / (PERSON + OUTFIT + RESULT) as f64;
    println!("{name:14} {cpu_ms:>10.2} {:>14.2} {peak:>22.2}", bytes / 1e6);
    Cost { cpu_ms, peak }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Milliseconds that this thread has computed (Linux: `Documentation/scheduler/sched-stats`).
fn thread_ms() -> f64 {
    on_cpu("/proc/thread-self/schedstat")
}

/// The same of every thread of the process, in clock ticks of 10 ms.
fn process_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<f64> = stat.rsplit(')').next().unwrap().split(' ').filter_map(|field| field.parse().ok()).collect();
    fields.iter().skip(10).take(2).sum::<f64>() * 10.0
}

fn on_cpu(path: &str) -> f64 {
    let stat = std::fs::read_to_string(path).unwrap();
    stat.split(' ').next().unwrap().parse::<f64>().unwrap() / 1e6
}

/// Looks into nothing: what that costs is measured by itself.
struct Blind;

impl Inspect for Blind {
    fn glance<'a>(&'a self, _: &'a Photo, _: (u32, u32)) -> BoxFuture<'a, Result<Option<Glance>, FailureCode>> {
        Box::pin(ready(Ok(None)))
    }
}

fn tools(url: &str) -> Tools {
    let set = |name: &str| match name {
        "GATEWAY_URL" => Some(url.to_owned()),
        "GATEWAY_TOKEN" => Some("token".to_owned()),
        _ => None,
    };
    let runtime = Arc::new(TokioRuntime);
    let gateway = Gateway::new(Config::read(&set).unwrap().gateway.unwrap(), runtime.clone()).unwrap();
    Tools { upstream: Arc::new(gateway), inspect: Arc::new(Blind), prompts: Arc::default(), runtime }
}

fn noise(length: usize) -> Vec<u8> {
    let mut random = 1_u32;
    let mut next = || {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 24) as u8
    };
    (0..length).map(|_| next()).collect()
}

fn order() -> Order {
    let photo =
        |length| Photo { bytes: Bytes::from(noise(length)), format: PhotoFormat::Jpeg, width: 1200, height: 1600 };
    Order {
        person: photo(PERSON),
        outfit: photo(OUTFIT),
        description: None,
        ratio: None,
        size: ImageSize::OneK,
        fresh: false,
        origin: Origin::default(),
        stop: CancellationToken::default(),
    }
}

/// The way that comes to mind: every value whole.
async fn naive(client: &reqwest::Client, url: &str, order: &Order) {
    let photo =
        |photo: &Photo| json!({ "inlineData": { "mimeType": "image/jpeg", "data": STANDARD.encode(&photo.bytes) } });
    for (parts, wants) in [
        (vec![photo(&order.outfit)], json!(["TEXT"])),
        (vec![photo(&order.outfit), photo(&order.person)], json!(["TEXT", "IMAGE"])),
    ] {
        let body = json!({ "contents": [{ "role": "user", "parts": parts }], "generationConfig": { "responseModalities": wants, "imageConfig": {} } });
        let answer: Value = client.post(url).json(&body).send().await.unwrap().json().await.unwrap();
        let part = answer.pointer("/candidates/0/content/parts/0").unwrap();
        if let Some(data) = part.pointer("/inlineData/data").and_then(Value::as_str) {
            assert_eq!(STANDARD.decode(data).unwrap().len(), RESULT);
        }
    }
}

/// As many bytes, already encoded, sent and received.
async fn floor(client: &reqwest::Client, url: &str) {
    static BODIES: std::sync::OnceLock<[Bytes; 2]> = std::sync::OnceLock::new();
    let bodies = BODIES.get_or_init(|| {
        let base64 = |length: usize| length.div_ceil(3) * 4;
        [base64(OUTFIT), base64(OUTFIT) + base64(PERSON)].map(|length| Bytes::from(vec![b'A'; length]))
    });
    for (body, query) in bodies.iter().zip(["", "?imageConfig"]) {
        let mut answer = client.post(format!("{url}{query}")).body(body.clone()).send().await.unwrap();
        while answer.chunk().await.unwrap().is_some() {}
    }
}

/// A JPEG of the size that a model draws.
fn real_picture() -> Photo {
    let picture =
        image::RgbImage::from_fn(896, 1200, |x, y| image::Rgb([(x / 4) as u8, (y / 5) as u8, ((x ^ y) & 0xff) as u8]));
    let mut bytes = Vec::new();
    picture.write_with_encoder(image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 90)).unwrap();
    Photo { bytes: Bytes::from(bytes), format: PhotoFormat::Jpeg, width: 896, height: 1200 }
}

/// The JPEG with as many empty APP15 segments behind its first marker as make it `RESULT` bytes.
fn padded(jpeg: &[u8]) -> Vec<u8> {
    let (start, rest) = jpeg.split_at(2);
    let mut padded = start.to_vec();
    let mut missing = RESULT - jpeg.len();
    while missing >= 4 {
        let segment = if missing < 60_000 { missing } else { 50_000 };
        padded.extend_from_slice(&[0xff, 0xef]);
        padded.extend_from_slice(&u16::try_from(segment - 2).unwrap().to_be_bytes());
        padded.resize(padded.len() + segment - 4, 0);
        missing -= segment;
    }
    padded.extend_from_slice(rest);
    padded
}

/// Answers at once, on a thread of its own, from memory that is there before anything is measured.
fn upstream(framing: Framing) -> String {
    let picture = padded(&real_picture().bytes);
    let image = json!([{ "inlineData": { "mimeType": "image/jpeg", "data": STANDARD.encode(picture) } }]);
    let outfit = json!([{ "text": serde_json::to_string(&Outfit { garment_type: "dress".to_owned(), ..Outfit::default() }).unwrap() }]);
    let answers = Arc::new([outfit, image].map(|parts| {
        let body = json!({ "candidates": [{ "content": { "parts": parts }, "finishReason": "STOP" }], "modelVersion": "gemini-nano-banana-2.1" }).to_string();
        let (framing, body) = match framing {
            Framing::Length => (format!("content-length: {}", body.len()), body),
            Framing::Chunks => ("transfer-encoding: chunked".to_owned(), in_chunks(&body)),
        };
        format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{framing}\r\n\r\n{body}")
    }));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let (socket, answers) = (socket.unwrap(), answers.clone());
            std::thread::spawn(move || converse(socket, &answers));
        }
    });
    format!("http://{address}/v1/account/gateway/google-ai-studio/v1beta/models/gemini-nano-banana-2.1:generateContent")
}

/// As Cloudflare sends it: piece by piece, and the end said at the end.
fn in_chunks(body: &str) -> String {
    let mut chunked = String::new();
    for piece in body.as_bytes().chunks(CHUNK) {
        let text = std::str::from_utf8(piece).unwrap();
        write!(chunked, "{:x}\r\n{text}\r\n", piece.len()).unwrap();
    }
    chunked + "0\r\n\r\n"
}

fn converse(socket: TcpStream, answers: &[String; 2]) {
    socket.set_nodelay(true).unwrap();
    let mut reader = BufReader::with_capacity(256 * 1024, socket.try_clone().unwrap());
    let (mut writer, mut scratch) = (socket, vec![0; 256 * 1024]);
    loop {
        let (mut length, mut wants_picture) = (0, false);
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or_default() == 0 {
                return;
            }
            let line = line.to_ascii_lowercase();
            wants_picture |= line.starts_with("post") && line.contains("imageconfig");
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line == "\r\n" {
                break;
            }
        }
        // Two photos and more make the second step.
        wants_picture |= length > PERSON;
        while length > 0 {
            let most = scratch.len().min(length);
            let read = reader.read(scratch.get_mut(..most).unwrap()).unwrap();
            if read == 0 {
                return;
            }
            length -= read;
        }
        writer.write_all(answers.get(usize::from(wants_picture)).unwrap().as_bytes()).unwrap();
    }
}

//! How the server stops: what is under way is made, nothing new begins, and nobody is left without an end.

use std::process::Stdio;
use std::time::{Duration, Instant};

use futures::StreamExt;
use futures::future::join_all;
use primerka::look::event::Event;
use primerka::look::failure::FailureCode;
use primerka::server::Deadlines;
use reqwest::Client;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStderr, Command};

use super::http_safety::{FORM_HEAD, HEALTH, Raw, within};
use super::support::{TestApp, TestForm, Upstream, garment, jpeg, names, person, picture, read_until};

fn form() -> TestForm {
    TestForm::new(person(), garment())
}

/// The same form as its bytes.
fn bytes_of_form() -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, photo) in [("person", person()), ("outfit", garment())] {
        let head = format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a\"\r\n\r\n");
        bytes.extend([head.as_bytes(), &photo, b"\r\n"].concat());
    }
    bytes.extend_from_slice(b"--x--\r\n");
    bytes
}

#[tokio::test]
async fn looks_under_way_are_made_and_new_ones_are_told_to_come_back() {
    let upstream = Upstream::gated().await;
    let app = TestApp::start(&upstream).await;
    let forms = (0..20).map(|at| TestForm::new(jpeg(&picture(300 + at, 400)), garment()));
    let asked: Vec<_> = forms.map(|form| app.ask(form)).collect();
    let looks = asked.into_iter().map(|asked| async move { read_until(asked.await, "describing").await });
    let looks = join_all(looks).await;
    // One form is half sent, one question half asked, and one client has nothing more to say.
    let (mut late, form) = (Raw::open(&app.base).await, bytes_of_form());
    late.say(format!("{FORM_HEAD}Content-Length: {}\r\nExpect: 100-continue\r\n\r\n", form.len())).await;
    assert!(late.head().await.starts_with("HTTP/1.1 100 "), "the form is being read");
    let (mut readiness, mut idle) = (Raw::open(&app.base).await, None);
    readiness.say("GET /readyz HTTP/1.1\r\nHost: a\r\n").await;
    for _ in 0..2 {
        // Whoever is answered came after the question, so that is read, too.
        let mut raw = Raw::open(&app.base).await;
        raw.say(HEALTH).await;
        assert_eq!(raw.answer().await, (200, "ok\n".to_owned()));
        idle = Some(raw);
    }

    app.stop.ask();
    assert_eq!(idle.unwrap().hear_out().await, "", "who does nothing is not waited for");
    late.say(form).await;
    let refused = late.hear_out().await;
    assert!(refused.starts_with("HTTP/1.1 503 ") && refused.contains("retry-after: 10\r\n"), "{refused}");
    assert!(refused.contains(r#""code":"busy""#), "{refused}");
    readiness.say("\r\n").await;
    assert_eq!(readiness.answer().await, (503, "stopping\n".to_owned()));
    assert!(TcpStream::connect(app.base.trim_start_matches("http://")).await.is_err(), "nobody is let in");

    upstream.let_through(2 * looks.len());
    for (_, rest) in looks {
        let rest: Vec<Event> = within(rest.collect()).await;
        assert_eq!(names(&rest), ["described", "generating", "done"]);
    }
    within(app.server).await.unwrap();
    assert_eq!(upstream.recorded().len(), 40);
}

#[tokio::test]
async fn a_look_that_nobody_listens_to_is_made_first() {
    let upstream = Upstream::gated().await;
    let app = TestApp::start(&upstream).await;
    let (_, rest) = read_until(app.ask(form()).await, "describing").await;
    upstream.arrival().await;
    drop(rest);
    app.stop.ask();
    upstream.let_through(1);
    within(upstream.arrival()).await;
    assert!(!app.server.is_finished(), "step 2 is asked, and heard out");
    upstream.let_through(1);
    within(app.server).await.unwrap();
    assert_eq!(upstream.recorded().len(), 2);
}

#[tokio::test]
async fn a_server_that_does_nothing_ends_at_once() {
    let app = TestApp::with_settings(&[]).await;
    let (mut silent, mut kept) = (Raw::open(&app.base).await, Raw::open(&app.base).await);
    kept.say(HEALTH).await;
    assert_eq!(kept.answer().await, (200, "ok\n".to_owned()));
    app.stop.ask();
    within(app.server).await.unwrap();
    assert_eq!((silent.hear_out().await, kept.hear_out().await), (String::new(), String::new()));
}

#[tokio::test]
async fn when_the_grace_is_over_all_who_listen_are_told() {
    let upstream = Upstream::gated().await;
    let grace = Duration::from_millis(500);
    let settings = [("GATEWAY_URL", upstream.url.as_str()), ("GATEWAY_TOKEN", "t")];
    let app = TestApp::with_deadlines(&settings, Deadlines { grace, ..Deadlines::default() }).await;
    let (first, rest) = read_until(app.ask(form()).await, "describing").await;
    let Some(Event::Accepted { id }) = first.first() else { panic!("{first:?}") };
    let (_, joined) = read_until(app.ask(form()).await, "describing").await;
    let (_, listening) = read_until(app.get(&format!("/api/looks/{id}/events")).await, "describing").await;
    upstream.arrival().await;
    let since = Instant::now();
    app.stop.ask();
    for rest in [rest, joined, listening] {
        let rest: Vec<Event> = within(rest.collect()).await;
        let [Event::Failed(failed)] = rest.as_slice() else { panic!("{rest:?}") };
        assert_eq!((failed.code, failed.retry_after_s), (FailureCode::Busy, Some(10)));
    }
    assert!(since.elapsed() >= grace, "not before its time");
    // The gateway never answers.
    within(app.server).await.unwrap();
    assert!(since.elapsed() < grace + Duration::from_secs(5), "{:?}", since.elapsed());
}

/// The binary, with a look under way or none.
struct Running {
    child: Child,
    log: Lines<BufReader<ChildStderr>>,
    base: String,
    _folder: TempDir,
}

impl Running {
    async fn start(upstream: &Upstream) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_primerka"));
        command.current_dir(folder.path()).env_clear().env("LEPTOS_SITE_ADDR", "127.0.0.1:0");
        command.env("GATEWAY_URL", &upstream.url).env("GATEWAY_TOKEN", "t");
        let mut child = command.stderr(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut running = Self { child, log, base: String::new(), _folder: folder };
        let line = running.log_says("Primerka is open at ").await;
        let port = line.rsplit(':').next().unwrap();
        running.base = format!("http://127.0.0.1:{}", port.trim());
        running
    }

    /// The line of the log that has these words.
    async fn log_says(&mut self, words: &str) -> String {
        while let Some(line) = within(self.log.next_line()).await.unwrap() {
            if line.contains(words) {
                return line;
            }
        }
        panic!("it ended without {words:?}");
    }

    /// Begins a look; gives what follows `describing`.
    async fn begin(&self, upstream: &Upstream) -> impl futures::Stream<Item = Event> + use<> {
        let client = Client::builder().no_proxy().build().unwrap();
        let answer = client.post(format!("{}/api/looks", self.base)).multipart(form().into_multipart()).send();
        let (_, rest) = read_until(answer.await.unwrap(), "describing").await;
        upstream.arrival().await;
        rest
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args([name, &pid]).status().unwrap().success());
    }

    async fn exit_code(mut self) -> Option<i32> {
        within(self.child.wait()).await.unwrap().code()
    }
}

#[tokio::test]
async fn one_signal_lets_the_look_under_way_be_made() {
    for signal in ["-TERM", "-INT"] {
        let upstream = Upstream::gated().await;
        let mut running = Running::start(&upstream).await;
        let rest = running.begin(&upstream).await;
        running.signal(signal);
        running.log_says("Stopping").await;
        upstream.let_through(2);
        let rest: Vec<Event> = within(rest.collect()).await;
        assert_eq!(names(&rest), ["described", "generating", "done"], "{signal}");
        assert_eq!(running.exit_code().await, Some(0), "{signal}");
    }
}

#[tokio::test]
async fn a_second_signal_stops_at_once() {
    for (first, second, code) in [("-TERM", "-TERM", 143), ("-INT", "-INT", 130), ("-INT", "-TERM", 143)] {
        let upstream = Upstream::gated().await;
        let mut running = Running::start(&upstream).await;
        let rest = running.begin(&upstream).await;
        running.signal(first);
        running.log_says("Stopping").await;
        running.signal(second);
        assert_eq!(running.exit_code().await, Some(code), "{first} {second}");
        drop(rest);
    }
}

#[tokio::test]
async fn a_binary_that_does_nothing_exits_at_once() {
    let upstream = Upstream::start().await;
    let running = Running::start(&upstream).await;
    let mut kept = Raw::open(&running.base).await;
    kept.say(HEALTH).await;
    assert_eq!(kept.answer().await, (200, "ok\n".to_owned()));
    running.signal("-TERM");
    assert_eq!(running.exit_code().await, Some(0));
}

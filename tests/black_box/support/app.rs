//! The application under test, with one method for each thing that a visitor does.

use futures::StreamExt;
use primerka::config::Config;
use primerka::guard::registry::Looks;
use primerka::look::event::Event;
use primerka::server::{Assembly, Deadlines, Stop, assemble, serve};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Response};
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::Upstream;

pub(crate) struct TestApp {
    pub(crate) base: String,
    pub(crate) client: Client,
    /// Where its database is; gone when the test is over.
    pub(crate) folder: TempDir,
    pub(crate) looks: Looks,
    /// Stops it.
    pub(crate) stop: Stop,
    /// Ends when it has stopped.
    pub(crate) server: tokio::task::JoinHandle<()>,
}

/// The form of the studio.
#[derive(Clone)]
pub(crate) struct TestForm {
    pub(crate) files: Vec<(&'static str, Vec<u8>)>,
    pub(crate) texts: Vec<(&'static str, String)>,
}

impl TestForm {
    pub(crate) fn new(person: Vec<u8>, outfit: Vec<u8>) -> Self {
        Self { files: vec![("person", person), ("outfit", outfit)], texts: Vec::new() }
    }

    pub(crate) fn text(mut self, name: &'static str, value: &str) -> Self {
        self.texts.push((name, value.to_owned()));
        self
    }

    pub(crate) fn into_multipart(self) -> Form {
        let mut form = Form::new();
        for (name, bytes) in self.files {
            form = form.part(name, Part::bytes(bytes).file_name("photo").mime_str("image/jpeg").unwrap());
        }
        for (name, value) in self.texts {
            form = form.text(name, value);
        }
        form
    }
}

impl TestApp {
    /// With `upstream` as its gateway.
    pub(crate) async fn start(upstream: &Upstream) -> Self {
        Self::with_settings(&[("GATEWAY_URL", &upstream.url), ("GATEWAY_TOKEN", "canary-token")]).await
    }

    pub(crate) async fn with_settings(settings: &[(&str, &str)]) -> Self {
        Self::with_deadlines(settings, Deadlines::default()).await
    }

    pub(crate) async fn with_deadlines(settings: &[(&str, &str)], deadlines: Deadlines) -> Self {
        trace_everything();
        // A database of its own; looks are made anew and without limits, unless a test is about that.
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("primerka.db").display().to_string();
        let usual = [
            ("DATABASE_PATH", database.as_str()),
            ("CACHE_TTL", "0"),
            ("DAILY_BUDGET_USD", "100000"),
            ("MONTHLY_BUDGET_USD", "100000"),
            ("RATE_LIMIT_PER_MINUTE", "1000000"),
            ("RATE_LIMIT_PER_USER_PER_MINUTE", "1000000"),
            ("RATE_LIMIT_PER_USER_PER_DAY", "1000000"),
        ];
        let lookup = |name: &str| {
            let found = usual.iter().chain(settings).rev().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let config = Config::read(&lookup).unwrap();
        let assembly = Assembly { config, site_root: "no-site".to_owned(), demo: false };
        let app = assemble(assembly).await.unwrap();
        let looks = app.looks.clone();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let stop = Stop::default();
        let server = tokio::spawn(serve(listener, app, stop.clone(), deadlines));
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        Self { base, client, folder, looks, stop, server }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.client.get(self.url(path)).send().await.unwrap()
    }

    /// Asks for a look; gives the answer as soon as its head is there.
    pub(crate) async fn ask(&self, form: TestForm) -> Response {
        self.client.post(self.url("/api/looks")).multipart(form.into_multipart()).send().await.unwrap()
    }

    /// Asks for a look and waits for its end.
    pub(crate) async fn look(&self, form: TestForm) -> Vec<Event> {
        events(&self.ask(form).await.text().await.unwrap())
    }
}

/// Writes all that any library says, down to TRACE, into the file `PRIMERKA_TRACE_LOG`: `scripts/test.sh` looks for secrets in it.
fn trace_everything() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let Some(path) = std::env::var_os("PRIMERKA_TRACE_LOG") else { return };
        let log = std::fs::File::options().create(true).append(true).open(path).unwrap();
        tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_ansi(false)
            .with_writer(std::sync::Mutex::new(log))
            .init();
    });
}

/// Reads events until one of that name.
pub(crate) async fn read_until(response: Response, name: &str) -> (Vec<Event>, impl futures::Stream<Item = Event>) {
    let chunks = response.bytes_stream().map(|chunk| chunk.unwrap());
    let mut lines = Box::pin(async_stream::stream! {
        let mut pending = Vec::new();
        futures::pin_mut!(chunks);
        while let Some(chunk) = chunks.next().await {
            pending.extend_from_slice(&chunk);
            while let Some(end) = pending.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = pending.drain(..=end).collect();
                yield serde_json::from_slice::<Event>(&line).unwrap();
            }
        }
        assert!(pending.is_empty(), "the stream ends with a whole line");
    });
    let mut read = Vec::new();
    while let Some(event) = lines.next().await {
        let is_it = self::name(&event) == name;
        read.push(event);
        if is_it {
            break;
        }
    }
    (read, lines)
}

/// Every line of a stream.
pub(crate) fn events(text: &str) -> Vec<Event> {
    assert!(text.is_ascii() && text.ends_with('\n'), "{text}");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The name of an event, as on the wire.
pub(crate) fn name(event: &Event) -> String {
    serde_json::to_value(event).unwrap()["event"].as_str().unwrap().to_owned()
}

/// The names of events, pings left out.
pub(crate) fn names(events: &[Event]) -> Vec<String> {
    events.iter().map(name).filter(|name| name != "ping").collect()
}

//! HTTP that is safe by default, asked by sockets that have no client library round them.

mod other_sites;
mod sizes;
mod slow;

use std::future::{Future, pending};
use std::time::Duration;

use primerka::server::Deadlines;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{interval, timeout};

use super::support::{TestApp, Upstream};

/// A deadline that a test can wait for.
const SHORT: Duration = Duration::from_millis(500);

/// Every route that changes something, for a look that nobody has, and what it answers where no gateway is configured.
const UNSAFE: [(&str, &str, u16); 7] = [
    ("POST", "/api/looks", 503),
    ("POST", "/api/looks/00000000000000000000000000000000/cancel", 404),
    ("DELETE", "/looks/00000000000000000000000000000000", 404),
    ("POST", "/looks/00000000000000000000000000000000/delete", 303),
    ("POST", "/usage/login", 303),
    ("POST", "/usage/logout", 303),
    ("POST", "/usage/spending", 303),
];

/// The head of a form, but for its length.
pub(super) const FORM_HEAD: &str =
    "POST /api/looks HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x\r\nConnection: close\r\n";
/// The beginning of the form itself.
const FORM: &str = "--x\r\nContent-Disposition: form-data; name=\"person\"; filename=\"a\"\r\n\r\n";

pub(super) const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";

/// An application with a gateway, so that forms are read, and with these deadlines.
async fn app(upstream: &Upstream, deadlines: Deadlines) -> TestApp {
    let settings = [("GATEWAY_URL", upstream.url.as_str()), ("GATEWAY_TOKEN", "t")];
    TestApp::with_deadlines(&settings, deadlines).await
}

/// Fails a test that would hang.
pub(super) async fn within<T>(wait: impl Future<Output = T>) -> T {
    timeout(Duration::from_mins(1), wait).await.unwrap()
}

/// A client that does only what it is told.
pub(super) struct Raw(TcpStream);

impl Raw {
    /// Connects to `base`: an address, with or without `http://` before it.
    pub(super) async fn open(base: &str) -> Self {
        Self(within(TcpStream::connect(base.trim_start_matches("http://"))).await.unwrap())
    }

    pub(super) async fn say(&mut self, words: impl AsRef<[u8]>) {
        within(self.0.write_all(words.as_ref())).await.unwrap();
    }

    /// Says nothing more, but listens.
    async fn say_no_more(&mut self) {
        self.0.shutdown().await.unwrap();
    }

    /// The status and the body of the next answer, which must declare its length.
    pub(super) async fn answer(&mut self) -> (u16, String) {
        let head = self.head().await;
        let length = head.split("content-length: ").nth(1).map_or(0, |rest| {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            digits.parse().unwrap()
        });
        let mut body = vec![0; length];
        within(self.0.read_exact(&mut body)).await.unwrap();
        (status(&head), String::from_utf8(body).unwrap())
    }

    /// The head of the next answer.
    pub(super) async fn head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(within(self.0.read_u8()).await.unwrap());
        }
        String::from_utf8(head).unwrap()
    }

    /// All that is said until the connection ends, in order or by a reset.
    pub(super) async fn hear_out(&mut self) -> String {
        let mut heard = Vec::new();
        let _ = within(self.0.read_to_end(&mut heard)).await;
        String::from_utf8_lossy(&heard).into_owned()
    }

    /// The same while a byte is said now and then.
    async fn hear_out_dribbling(&mut self) -> String {
        let (mut reading, mut writing) = self.0.split();
        let (mut heard, mut breath) = (Vec::new(), interval(SHORT / 20));
        let talk = async {
            while writing.write_all(b"a").await.is_ok() {
                breath.tick().await;
            }
            pending::<()>().await;
        };
        tokio::select! {
            _ = within(reading.read_to_end(&mut heard)) => {}
            () = talk => {}
        }
        String::from_utf8_lossy(&heard).into_owned()
    }

    /// The same while `bytes` are said again and again, as fast as they are taken; and how many were.
    async fn hear_out_flooding(&mut self, bytes: &[u8]) -> (String, usize) {
        let (mut reading, mut writing) = self.0.split();
        let (mut heard, mut taken) = (Vec::new(), 0);
        let talk = async {
            while writing.write_all(bytes).await.is_ok() {
                taken += bytes.len();
            }
            pending::<()>().await;
        };
        tokio::select! {
            _ = within(reading.read_to_end(&mut heard)) => {}
            () = talk => {}
        }
        (String::from_utf8_lossy(&heard).into_owned(), taken)
    }
}

/// The status of the answer that `text` begins with.
fn status(text: &str) -> u16 {
    let digits = text.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3));
    digits.unwrap_or_else(|| panic!("no answer: {text}")).parse().unwrap()
}

//! A server that is killed with looks under way: nothing is paid twice, and the books are never below the gateway's log, then equal to it.

use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use image::Rgb;
use image::imageops::FilterType;
use primerka::store::database::Statement;
use reqwest::Response;
use serde_json::json;

use super::{Books, House, TOKEN};
use crate::support::{TestForm, events, garment, jpeg, names, person};

/// Longer than this nothing here may take.
const NO_HANG: Duration = Duration::from_mins(2);

/// The binary at work, on the same database each time.
struct Server {
    child: Child,
    base: String,
    client: reqwest::Client,
}

impl Server {
    fn start(folder: &Path, house: &House, more: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_primerka"));
        command.arg("serve").current_dir(folder).env_clear().stderr(Stdio::piped());
        command.env("LEPTOS_SITE_ADDR", "127.0.0.1:0").env("DATABASE_PATH", "kept.db");
        command.env("GATEWAY_URL", &house.url).env("GATEWAY_TOKEN", TOKEN).env("GATEWAY_CACHE", "off");
        command.env("DAILY_BUDGET_USD", "1000").env("MONTHLY_BUDGET_USD", "1000");
        command.env("RATE_LIMIT_PER_USER_PER_MINUTE", "1000").envs(more.iter().copied());
        let mut child = command.spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let base = loop {
            let mut line = String::new();
            assert_ne!(log.read_line(&mut line).unwrap(), 0, "it ended");
            if let Some((_, address)) = line.split_once("Primerka is open at http://127.0.0.1:") {
                let port: String = address.chars().take_while(char::is_ascii_digit).collect();
                break format!("http://127.0.0.1:{port}");
            }
        };
        // Nobody reads on, and a full pipe would stop it.
        std::thread::spawn(move || io::copy(&mut log, &mut io::sink()));
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { child, base, client }
    }

    /// Asks for a look; gives the answer as soon as its head is there.
    async fn ask(&self, form: TestForm) -> Response {
        let url = format!("{}/api/looks", self.base);
        self.client.post(url).multipart(form.into_multipart()).send().await.unwrap()
    }

    /// The names of a look's events, to its end.
    async fn look(&self, form: TestForm) -> Vec<String> {
        names(&events(&self.ask(form).await.text().await.unwrap()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGKILL.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Somebody else each time, in the same garment.
fn form(who: u8) -> TestForm {
    let mut picture =
        image::load_from_memory(&person()).unwrap().resize_exact(480, 640, FilterType::Triangle).to_rgb8();
    for (x, y) in (0..16).flat_map(|x| (0..16).map(move |y| (x, y))) {
        picture.put_pixel(x, y, Rgb([who * 20; 3]));
    }
    TestForm::new(jpeg(&picture), garment())
}

/// Waits until that holds.
async fn until(mut holds: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(NO_HANG, waiting).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_with_looks_under_way_it_pays_no_step_1_twice_and_its_books_become_those_of_the_gateway() {
    let (house, folder) = (House::start().await, tempfile::tempdir().unwrap());
    let server = Server::start(folder.path(), &house, &[]);
    let books = Books::open(&folder.path().join("kept.db")).await;
    let covered = async || books.charged_as_the_gateway_does().await >= house.logged().await.0;
    assert_eq!(server.look(form(0)).await.last().unwrap(), "done");
    assert_eq!(house.asked().await, (1, 1));

    // Three whose pictures are paid for and on their way.
    let mut under_way = Vec::new();
    house.arm(json!({ "name": "stall", "step": 2, "times": 3 })).await;
    for who in 1..=3 {
        under_way.push(server.ask(form(who)).await);
    }
    until(async || house.logged().await.1 == 5).await;
    // Two that the model is still drawing, and one with another garment that it is still describing.
    house.arm(json!({ "name": "delay", "step": 2, "times": 2, "delay_ms": 600_000 })).await;
    for who in 4..=5 {
        under_way.push(server.ask(form(who)).await);
    }
    until(async || house.asked().await.1 == 6).await;
    house.arm(json!({ "name": "delay", "step": 1, "delay_ms": 600_000 })).await;
    let another = std::fs::read("public/samples/outfit-2.jpg").unwrap();
    under_way.push(server.ask(TestForm::new(person(), another)).await);
    until(async || house.asked().await == (2, 6)).await;
    assert!(covered().await);
    drop(server);
    drop(under_way);
    assert!(covered().await);
    // Step 2 of five looks, and both steps of the last.
    assert_eq!(books.unsettled().await, 7);

    let server = Server::start(folder.path(), &house, &[]);
    assert_eq!(server.look(form(6)).await.last().unwrap(), "done");
    assert_eq!(house.asked().await, (2, 7), "the garment is known");
    assert_eq!(server.look(form(0)).await.last().unwrap(), "done");
    assert_eq!(house.asked().await, (2, 7), "and so is the look that was made");
    assert!(covered().await);
    assert_eq!(books.unsettled().await, 7, "nobody settles them yet");
    drop(server);

    // An hour later.
    let calls = Statement::new("UPDATE calls SET reserved_ms = reserved_ms - 3600000 WHERE state <> 'settled'");
    let processes = Statement::new("UPDATE processes SET seen_ms = seen_ms - 3600000");
    books.0.write(vec![calls, processes]).await.unwrap();
    let _server = Server::start(folder.path(), &house, &[("CLOUDFLARE_API_TOKEN", TOKEN)]);
    until(async || books.unsettled().await == 0).await;
    let (logged, rows) = house.logged().await;
    assert_eq!(
        (books.charged_as_the_gateway_does().await, books.number("SELECT count(*) FROM calls").await),
        (logged, 6)
    );
    assert_eq!(rows, 6);
}

//! The books against the embedded gateway's own log: what nobody knew the price of is settled at what the gateway wrote down.

mod api;
mod killed;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use primerka::config::{Config, GatewayConfig};
use primerka::embedded_gateway::{ACCOUNT, GATEWAY, Options, serve, url_at};
use primerka::gateway::{CloudflareLogs, Gateway};
use primerka::guard::reconcile::{GatewayTotals, Reconciled, Reconciler};
use primerka::look::aspect::{AspectRatio, ImageSize};
use primerka::look::id::LookId;
use primerka::look::price::nanos;
use primerka::look::step::Step;
use primerka::pipeline::upstream::{Answer, Call, Origin, Output, PromptPart, Upstream};
use primerka::runtime::Runtime;
use primerka::server::TokioRuntime;
use primerka::store::database::{Database, Statement};
use primerka::store::ledger::{Doubt, Ledger, Reservation, Settlement, SqlLedger, Terms};
use primerka::store::sqlite::Sqlite;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::support::{TestApp, TestForm, garment, names, person};

const TOKEN: &str = "canary-token";
/// What every reservation of these tests is charged.
const WORST: u64 = 500_000_000;
/// The gateway is told one price for all that step 2 answers, that of a picture; our own books tell words from it. In billionths of a dollar
/// for a token of the usual model.
const WORDS_AS_PICTURE: u64 = 30_000 - 7_500;

/// A gateway that keeps a log.
struct House {
    url: String,
    origin: String,
    client: reqwest::Client,
}

impl House {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let options = Options { token: Some(TOKEN.to_owned()), google_keys: None };
        tokio::spawn(serve(listener, options, std::future::pending()));
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { url: url_at(address), origin: format!("http://{address}"), client }
    }

    async fn arm(&self, fault: Value) {
        let armed = self.client.post(format!("{}/control/faults", self.origin)).json(&fault).send().await.unwrap();
        assert!(armed.status().is_success(), "{fault}: {}", armed.text().await.unwrap());
    }

    /// How often Google's side was asked for each step.
    async fn asked(&self) -> (u64, u64) {
        let calls = self.client.get(format!("{}/control/calls", self.origin)).send().await.unwrap();
        let calls: Value = calls.json().await.unwrap();
        (calls["step_1"].as_u64().unwrap(), calls["step_2"].as_u64().unwrap())
    }

    /// What the log says that all calls cost, in billionths of a dollar, and how many there are: read by another hand than ours.
    async fn logged(&self) -> (u64, usize) {
        let path = format!("client/v4/accounts/{ACCOUNT}/ai-gateway/gateways/{GATEWAY}/logs");
        let (mut sum, mut count) = (0, 0);
        for page in 1.. {
            let url = format!("{}/{path}?per_page=50&page={page}", self.origin);
            let rows = self.client.get(url).bearer_auth(TOKEN).send().await.unwrap();
            let rows: Value = rows.json().await.unwrap();
            let rows = rows["result"].as_array().unwrap();
            if rows.is_empty() {
                break;
            }
            sum += rows.iter().map(|row| nanos::from_usd(row["cost"].as_f64().unwrap())).sum::<u64>();
            count += rows.len();
        }
        (sum, count)
    }

    fn logs(&self) -> CloudflareLogs {
        CloudflareLogs::new(&config(&self.url, Some(TOKEN)), Arc::new(TokioRuntime)).unwrap().unwrap()
    }

    /// A reconciler of the process of that name, for which every row is there as soon as a call is over.
    fn reconciler(&self, books: &Books, process: &str) -> Reconciler {
        let ledger = SqlLedger::new(books.0.clone(), process.to_owned());
        Reconciler::new(Arc::new(ledger), Arc::new(self.logs()), Arc::new(TokioRuntime), Duration::ZERO)
    }
}

fn config(url: &str, api_token: Option<&str>) -> GatewayConfig {
    let config = Config::read(&|name| match name {
        "GATEWAY_URL" => Some(url.to_owned()),
        "GATEWAY_TOKEN" => Some(TOKEN.to_owned()),
        "GATEWAY_CACHE" => Some("off".to_owned()),
        "CLOUDFLARE_API_TOKEN" => api_token.map(str::to_owned),
        _ => None,
    });
    config.unwrap().gateway.unwrap()
}

/// A database with books in it.
struct Books(Arc<dyn Database>);

impl Books {
    async fn open(path: &Path) -> Self {
        Self(Arc::new(Sqlite::open(path).await.unwrap()))
    }

    async fn new() -> (TempDir, Self) {
        let folder = tempfile::tempdir().unwrap();
        let books = Self::open(&folder.path().join("books.db")).await;
        (folder, books)
    }

    async fn number(&self, sql: &'static str) -> u64 {
        self.0.read(Statement::new(sql)).await.unwrap()[0].count(0).unwrap()
    }

    /// All that is charged.
    async fn charged(&self) -> u64 {
        self.number("SELECT sum(nanos) FROM calls").await
    }

    /// The same, had the words beside pictures been charged as pictures.
    async fn charged_as_the_gateway_does(&self) -> u64 {
        let words = self.number("SELECT sum(text_tokens) FROM calls WHERE step = 2").await;
        self.charged().await + words * WORDS_AS_PICTURE
    }

    async fn unsettled(&self) -> u64 {
        self.number("SELECT count(*) FROM calls WHERE state <> 'settled'").await
    }
}

/// A process that asks, and settles nothing by itself.
struct Caller {
    gateway: Gateway,
    ledger: SqlLedger,
}

impl Caller {
    fn new(house: &House, books: &Books, process: &str) -> Self {
        let gateway = Gateway::new(config(&house.url, None), Arc::new(TokioRuntime)).unwrap();
        Self { gateway, ledger: SqlLedger::new(books.0.clone(), process.to_owned()) }
    }

    /// Reserves a call; gives its name.
    async fn reserve(&self, trace: &str, step: Step) -> String {
        let id = trace_of_a_look();
        let call = Reservation { id: id.clone(), trace: trace.to_owned(), step, nanos: WORST };
        let (now_ms, most) = (now_ms(), 1_000_000_000_000);
        let terms = Terms { now_ms, day: now_ms / 86_400_000, month: 1, day_nanos: most, month_nanos: most };
        assert!(self.ledger.reserve(vec![call], terms).await.unwrap());
        id
    }

    /// Makes a call, without any photo: that is answered in words, and quickly.
    async fn ask(&self, trace: &str, step: Step) -> Answer {
        let picture = Output::Image { ratio: AspectRatio::ThreeFour, size: ImageSize::OneK };
        let call = Call {
            step,
            parts: vec![PromptPart::Text("PHOTO B (the outfit) is missing.".to_owned())],
            output: if step == Step::TryOn { picture } else { Output::Text },
            fresh: true,
            origin: Origin { trace: trace.to_owned(), user: None },
            tries: Arc::default(),
            stop: CancellationToken::new(),
        };
        Upstream::ask(&self.gateway, &call, &|_| {}).await.unwrap()
    }
}

fn trace_of_a_look() -> String {
    LookId::random().unwrap().to_string()
}

fn now_ms() -> u64 {
    TokioRuntime.now_ms()
}

#[tokio::test]
async fn the_books_of_a_dead_process_are_put_right_to_the_billionth_however_many_do_it_at_once() {
    let (house, (folder, books)) = (House::start().await, Books::new().await);
    let gone = Caller::new(&house, &books, "gone");
    // More rows than fit on two pages.
    let looks: Vec<_> = (0..60).map(|_| trace_of_a_look()).collect();
    let made = looks.iter().map(|trace| async {
        for step in [Step::Describe, Step::TryOn] {
            gone.reserve(trace, step).await;
            gone.ask(trace, step).await;
        }
    });
    join_all(made).await;
    for _never_made in 0..10 {
        gone.reserve(&trace_of_a_look(), Step::TryOn).await;
    }
    let (logged, rows) = house.logged().await;
    assert_eq!((rows, books.charged().await), (120, 130 * WORST));
    assert!(logged > 0 && logged < 120 * WORST);

    let others = Books::open(&folder.path().join("books.db")).await;
    let (one, other) = (house.reconciler(&books, "one"), house.reconciler(&others, "other"));
    let (one, other) = tokio::join!(one.reconcile(), other.reconcile());
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!((one.settled + other.settled, one.released + other.released), (120, 10));
    assert_eq!((one.nanos + other.nanos, books.charged().await, books.unsettled().await), (logged, logged, 0));
    assert_eq!(house.reconciler(&books, "again").reconcile().await, Ok(Reconciled::default()));
    assert_eq!(books.charged().await, logged);

    let totals = GatewayTotals::read(&house.logs(), 0, now_ms() + 60_000).await.unwrap();
    assert_eq!((totals.calls, totals.failed, totals.cost_nanos, totals.is_complete), (120, 0, logged, true));
    assert_eq!(books.number("SELECT sum(prompt_tokens) FROM calls").await, totals.tokens_in);
    assert_eq!(books.number("SELECT sum(text_tokens + image_tokens) FROM calls").await, totals.tokens_out);
}

#[tokio::test]
async fn a_living_process_settles_its_own_calls() {
    let (house, (_folder, books)) = (House::start().await, Books::new().await);
    let living = Caller::new(&house, &books, "living");
    living.ledger.alive(now_ms()).await.unwrap();
    let trace = trace_of_a_look();
    living.reserve(&trace, Step::Describe).await;
    living.ask(&trace, Step::Describe).await;
    let reconciled = async |process: &str| house.reconciler(&books, process).reconcile().await.unwrap();
    assert_eq!(reconciled("other").await, Reconciled::default());
    // Silent for longer than two minutes it is taken for dead, by everybody but itself.
    living.ledger.alive(now_ms() - 121_000).await.unwrap();
    assert_eq!(reconciled("living").await, Reconciled::default());
    assert_eq!(books.charged().await, WORST);
    assert_eq!(reconciled("other").await.settled, 1);
    assert_eq!(books.charged().await, house.logged().await.0);
}

#[tokio::test]
async fn a_step_with_a_call_under_way_is_left_alone() {
    let (house, (_folder, books)) = (House::start().await, Books::new().await);
    let living = Caller::new(&house, &books, "living");
    living.ledger.alive(now_ms()).await.unwrap();
    let trace = trace_of_a_look();
    let first = living.reserve(&trace, Step::TryOn).await;
    living.ask(&trace, Step::TryOn).await;
    living.ledger.doubt(first, Doubt { over_ms: now_ms(), took_ms: 7, code: Some("timeout") }).await.unwrap();
    // The second attempt of the same step: its row would be taken for the first one's.
    let second = living.reserve(&trace, Step::TryOn).await;
    let answer = living.ask(&trace, Step::TryOn).await;
    let reconciler = house.reconciler(&books, "other");
    assert_eq!(reconciler.reconcile().await, Ok(Reconciled::default()));
    let logged = house.logged().await.0;
    // It is settled at another price than the log's, and its row is known by its name all the same.
    let settlement = Settlement { nanos: 7, request_id: answer.request_id, ..Settlement::default() };
    living.ledger.settle(second, settlement).await.unwrap();
    let done = reconciler.reconcile().await.unwrap();
    assert_eq!((done.settled, done.nanos, done.left), (1, logged / 2, 0));
    assert_eq!(books.number("SELECT count(*) FROM calls WHERE code = 'timeout' AND took_ms >= 7").await, 1);
}

#[tokio::test]
async fn a_log_that_tells_of_nothing_releases_nothing() {
    let (house, (_folder, books)) = (House::start().await, Books::new().await);
    let gone = Caller::new(&house, &books, "gone");
    gone.reserve(&trace_of_a_look(), Step::TryOn).await;
    let reconciler = house.reconciler(&books, "other");
    assert_eq!(reconciler.reconcile().await, Ok(Reconciled { left: 1, ..Reconciled::default() }));
    assert_eq!(books.charged().await, WORST);
    // From a call of another look on it is known to be written.
    gone.ask(&trace_of_a_look(), Step::Describe).await;
    assert_eq!(reconciler.reconcile().await, Ok(Reconciled { released: 1, ..Reconciled::default() }));
    assert_eq!(books.charged().await, 0);
}

#[tokio::test]
async fn looks_whose_answers_were_lost_are_settled_at_what_the_gateway_wrote_down() {
    let house = House::start().await;
    let settings = [("GATEWAY_URL", house.url.as_str()), ("GATEWAY_TOKEN", TOKEN), ("GATEWAY_CACHE", "off")];
    let app = TestApp::with_settings(&settings).await;
    let books = Books::open(&app.folder.path().join("primerka.db")).await;
    for (faults, end) in [
        (vec![], "done"),
        (vec![json!({ "name": "reset", "step": 2 })], "failed"),
        (
            vec![json!({ "name": "text_only", "step": 2 }), json!({ "name": "hangup", "step": 2, "after_bytes": 40 })],
            "failed",
        ),
        (vec![json!({ "name": "truncated_json", "step": 1 })], "failed"),
        (vec![json!({ "name": "refuse", "step": 1 })], "failed"),
    ] {
        for fault in &faults {
            house.arm(fault.clone()).await;
        }
        assert_eq!(names(&app.look(TestForm::new(person(), garment())).await).last().unwrap(), end, "{faults:?}");
        assert!(books.charged_as_the_gateway_does().await >= house.logged().await.0, "{faults:?}");
    }
    // Without a token for the log all of it stays charged.
    let (charged, logged) = (books.charged().await, house.logged().await.0);
    assert_eq!(books.number("SELECT count(*) FROM calls WHERE state = 'unknown'").await, 4);
    assert_eq!(books.unsettled().await, 4);
    assert!(CloudflareLogs::new(&config(&house.url, None), Arc::new(TokioRuntime)).unwrap().is_none());
    assert_eq!(books.charged().await, charged);

    let done = house.reconciler(&books, "other").reconcile().await.unwrap();
    assert_eq!((done.settled, done.released, done.left), (4, 0, 0));
    assert!(books.charged().await < charged);
    assert_eq!(books.charged_as_the_gateway_does().await, logged);
}

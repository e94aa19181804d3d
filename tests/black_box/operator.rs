//! The operator's doors: who is let in, how often one may try, and what there is to see.

use std::time::Instant;

use futures::StreamExt;
use futures::future::join_all;
use http::HeaderMap;
use primerka::look::event::Event;
use primerka::look::price::nanos;
use primerka::store::database::{Database, Statement};
use primerka::store::sqlite::Sqlite;
use reqwest::RequestBuilder;
use serde_json::Value;

use super::support::{Answer, TestApp, TestForm, Upstream, garment, jpeg, person, picture, read_until};

const TOKEN: &str = "operator-canary-token";

/// An answer, looked through for the token.
struct Told {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Told {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        serde_json::from_str(&self.body).unwrap()
    }

    /// The rows of a CSV that needs no quotes, cell by cell, the header first.
    fn rows(&self) -> Vec<Vec<&str>> {
        assert_eq!(self.status, 200, "{}", self.body);
        assert!(self.body.ends_with("\r\n") && !self.body.contains('"'), "{}", self.body);
        self.body.trim_end().split("\r\n").map(|row| row.split(',').collect()).collect()
    }

    /// The cookie that it sets, as it is sent back.
    fn cookie(&self) -> String {
        self.header("set-cookie").split(';').next().unwrap().to_owned()
    }
}

async fn told(request: RequestBuilder) -> Told {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = response.text().await.unwrap();
    assert!(!body.contains(TOKEN) && !format!("{headers:?}").contains(TOKEN), "the token is told: {headers:?} {body}");
    Told { status, headers, body }
}

/// An application with a token and `more` settings, that keeps what it made.
async fn with_operator(more: &[(&str, &str)]) -> TestApp {
    let mut settings = vec![("ADMIN_TOKEN", TOKEN), ("CACHE_TTL", "86400")];
    settings.extend(more);
    TestApp::with_settings(&settings).await
}

/// The same on an upstream.
async fn making(upstream: &Upstream) -> TestApp {
    with_operator(&[("GATEWAY_URL", &upstream.url), ("GATEWAY_TOKEN", "canary-token")]).await
}

fn usage(app: &TestApp, query: &str) -> RequestBuilder {
    app.client.get(app.url(&format!("/api/usage?{query}")))
}

fn sign_in(app: &TestApp, token: &str) -> RequestBuilder {
    form(app, "/usage/login", format!("token={token}"))
}

/// The switch that stops spending.
fn switch(app: &TestApp, frozen: &str) -> RequestBuilder {
    form(app, "/usage/spending", format!("frozen={frozen}"))
}

fn form(app: &TestApp, path: &str, fields: String) -> RequestBuilder {
    let request = app.client.post(app.url(path));
    request.header("content-type", "application/x-www-form-urlencoded").body(fields)
}

/// The page, in English.
async fn page(app: &TestApp, cookie: &str) -> Told {
    told(app.client.get(app.url("/usage")).header("cookie", format!("lang=en; {cookie}"))).await
}

/// The status of a question with that cookie.
async fn status(app: &TestApp, cookie: &str) -> u16 {
    told(usage(app, "").header("cookie", cookie)).await.status
}

/// What the operator's script is told.
async fn operator(app: &TestApp, query: &str) -> Told {
    told(usage(app, query).bearer_auth(TOKEN)).await
}

#[tokio::test]
async fn without_the_token_nothing_is_told() {
    let app = with_operator(&[]).await;
    for query in ["", "format=csv", "download", "period=month&outcome=made"] {
        let refused = told(usage(&app, query)).await;
        assert_eq!((refused.status, refused.header("www-authenticate")), (401, "Bearer"), "{query}");
        assert_eq!((refused.header("cache-control"), refused.header("content-disposition")), ("no-store", ""));
        let body: Value = serde_json::from_str(&refused.body).unwrap();
        assert_eq!((&body["code"], body.as_object().unwrap().len()), (&"unauthorized".into(), 2), "{body}");
    }
    let basic = told(usage(&app, "").basic_auth("operator", Some(TOKEN))).await;
    assert_eq!(basic.status, 401, "a bearer and nothing else");
    assert_eq!(operator(&app, "").await.json()["period"], "day");
}

#[tokio::test]
async fn the_right_token_opens_a_session_and_signing_out_takes_it_away() {
    let app = with_operator(&[]).await;
    for wrong in ["", "wrong", &TOKEN[1..]] {
        let led = told(sign_in(&app, wrong)).await;
        assert_eq!((led.status, led.header("location"), led.header("set-cookie")), (303, "/usage?wrong", ""));
    }
    let no_form = told(app.client.post(app.url("/usage/login")).body("{}")).await;
    assert_eq!((no_form.status, no_form.header("location"), no_form.cookie().as_str()), (303, "/usage?wrong", ""));
    let too_long = told(sign_in(&app, &"x".repeat(10_000))).await;
    assert_eq!((too_long.status, too_long.header("location")), (303, "/usage?wrong"));

    let led = told(sign_in(&app, &format!("+{TOKEN}%0A"))).await;
    assert_eq!((led.status, led.header("location"), led.header("cache-control")), (303, "/usage", "no-store"));
    let cookie = led.cookie();
    let session = cookie.strip_prefix("operator=").unwrap();
    let flags = led.header("set-cookie").split("; ").skip(1).collect::<Vec<_>>();
    assert_eq!(flags, ["Path=/", "Max-Age=43200", "HttpOnly", "SameSite=Strict"]);
    assert_eq!(status(&app, &format!("lang=en; {cookie}")).await, 200);
    let page = page(&app, &cookie).await;
    assert!(page.status == 200 && page.body.contains("Last requests"), "{} {}", page.status, page.body);
    assert!(!page.body.contains(session), "a session is in no page");

    let proxied = |scheme| sign_in(&app, TOKEN).header("x-forwarded-proto", scheme);
    for (scheme, is_secure) in [("https", true), ("https, http", true), ("http", false)] {
        let led = told(proxied(scheme)).await;
        assert_eq!(led.header("set-cookie").ends_with("; SameSite=Strict; Secure"), is_secure, "{scheme}");
    }

    let led = told(app.client.post(app.url("/usage/logout")).header("cookie", &cookie)).await;
    assert_eq!((led.status, led.header("location"), led.header("cache-control")), (303, "/usage", "no-store"));
    assert_eq!(led.header("set-cookie"), "operator=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
    assert_eq!(status(&app, &led.cookie()).await, 401);
}

#[tokio::test]
async fn a_stranger_sees_the_form_that_signs_in_and_nothing_else() {
    let app = with_operator(&[]).await;
    for cookie in ["", "operator=planted"] {
        let page = page(&app, cookie).await;
        assert_eq!((page.status, page.header("cache-control")), (401, "no-store"), "{cookie}");
        for (words, is_there) in [("/usage/login", true), ("Sign in as the site", true), ("Last requests", false)] {
            assert_eq!(page.body.contains(words), is_there, "{cookie} {words}: {}", page.body);
        }
    }
}

#[tokio::test]
async fn what_cannot_be_read_or_switched_is_told_in_words() {
    let app = with_operator(&[]).await;
    let cookie = told(sign_in(&app, TOKEN)).await.cookie();
    let database = Sqlite::open(&app.folder.path().join("primerka.db")).await.unwrap();
    let lose = ["ALTER TABLE asks RENAME TO lost_asks", "ALTER TABLE switches RENAME TO lost_switches"];
    database.write(lose.map(Statement::new).to_vec()).await.unwrap();
    let page = page(&app, &cookie).await;
    assert!(page.status == 503 && page.body.contains("The usage log cannot be read"), "{} {}", page.status, page.body);
    for request in [usage(&app, ""), switch(&app, "true")] {
        let refused = told(request.header("cookie", &cookie)).await;
        assert!(refused.status == 503 && refused.body.contains(r#""code":"unusable""#), "{}", refused.body);
    }
}

#[tokio::test]
async fn a_session_that_was_tampered_with_is_none() {
    let app = with_operator(&[]).await;
    let cookie = told(sign_in(&app, TOKEN)).await.cookie();
    let (until, seal) = cookie.strip_prefix("operator=").unwrap().split_once('.').unwrap();
    let until_ms: u64 = until.parse().unwrap();
    let other = if seal.starts_with('0') { "1" } else { "0" };
    for wrong in [
        format!("{}.{seal}", until_ms + 1),
        format!("{}.{seal}", until_ms - 86_400_000),
        format!("{}.{seal}", u64::MAX),
        format!("0{until}.{seal}"),
        format!("{until}.{other}{}", &seal[1..]),
        format!("{until}.{}", &seal[1..]),
        format!("{until}.{seal}0"),
        format!("{until}."),
        format!(".{seal}"),
        format!("{until}.{}", "0".repeat(64)),
        TOKEN.to_owned(),
        String::new(),
    ] {
        let refused = told(usage(&app, "").header("cookie", format!("operator={wrong}"))).await;
        assert_eq!(refused.status, 401, "{wrong}");
    }
    assert_eq!(status(&app, &cookie.replace("operator", "visitor")).await, 401);
    assert_eq!(status(&app, &format!("operator=planted; {cookie}")).await, 200, "no session can be displaced");
    // None of that was a try at the token.
    assert_eq!(told(sign_in(&app, TOKEN)).await.header("location"), "/usage");
}

#[tokio::test]
async fn a_restart_ends_no_session_and_another_token_or_installation_ends_all() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("kept.db").display().to_string();
    let before = with_operator(&[("DATABASE_PATH", &database)]).await;
    let cookie = told(sign_in(&before, TOKEN)).await.cookie();
    let after = with_operator(&[("DATABASE_PATH", &database)]).await;
    assert_eq!(status(&after, &cookie).await, 200);
    let changed = with_operator(&[("DATABASE_PATH", &database), ("ADMIN_TOKEN", "another-canary-token")]).await;
    assert_eq!(status(&changed, &cookie).await, 401);
    assert_eq!(operator(&changed, "").await.status, 401, "nor does the old token open anything");
    let elsewhere = with_operator(&[]).await;
    assert_eq!(status(&elsewhere, &cookie).await, 401);
}

#[tokio::test]
async fn wrong_tries_are_counted_and_right_ones_pass() {
    let app = with_operator(&[("TRUSTED_PROXY_HOPS", "1")]).await;
    let bearer =
        async |token: &str, from: &str| told(usage(&app, "").bearer_auth(token).header("x-forwarded-for", from)).await;
    for _ in 0..100 {
        assert_eq!(bearer(TOKEN, "192.0.2.1").await.status, 200);
    }
    let cookie = told(sign_in(&app, TOKEN)).await.cookie();
    let began = Instant::now();
    let mut wrong = 0;
    let refused = loop {
        let refused = bearer("wrong", "198.51.100.1").await;
        if refused.status != 401 || wrong == 100 {
            break refused;
        }
        wrong += 1;
    };
    // Five in a minute: another one every twelve seconds.
    assert!((5..=5 + began.elapsed().as_secs() / 12).contains(&wrong), "{wrong}");
    let wait: u32 = refused.header("retry-after").parse().unwrap();
    assert!(refused.status == 429 && (1..=12).contains(&wait), "{} {wait}", refused.status);
    assert_eq!(refused.header("cache-control"), "no-store");
    assert!(refused.body.contains(r#""code":"too_many_tries""#), "{}", refused.body);

    let right = bearer(TOKEN, "198.51.100.1").await;
    assert_eq!((right.status, right.body), (429, refused.body), "whoever guesses does not learn that this was it");
    let form = told(sign_in(&app, TOKEN).header("x-forwarded-for", "198.51.100.1")).await;
    let wait: u32 = form.header("location").strip_prefix("/usage?wait=").unwrap().parse().unwrap();
    assert!(form.status == 303 && (1..=12).contains(&wait) && form.cookie().is_empty(), "{wait}");
    let signed_in = usage(&app, "").header("cookie", &cookie).header("x-forwarded-for", "198.51.100.1");
    assert_eq!(told(signed_in).await.status, 200, "a session is not a try");
    assert_eq!(bearer(TOKEN, "192.0.2.1").await.status, 200, "and others are not concerned");
}

#[tokio::test]
async fn no_crowd_of_tries_gets_past_the_count() {
    let app = with_operator(&[("TRUSTED_PROXY_HOPS", "1")]).await;
    let began = Instant::now();
    let crowd = async |tries: usize, from: &dyn Fn(usize) -> String| {
        let tries = (0..tries).map(|at| told(usage(&app, "").bearer_auth("wrong").header("x-forwarded-for", from(at))));
        let answers = join_all(tries).await;
        assert!(answers.iter().all(|answer| [401, 429].contains(&answer.status)));
        answers.iter().filter(|answer| answer.status == 401).count() as u64
    };
    let of_one = crowd(60, &|_| "198.51.100.1".to_owned()).await;
    assert!((5..=5 + began.elapsed().as_secs() / 12).contains(&of_one), "{of_one}");
    // And however many addresses try, the operator at another one is not locked out.
    assert_eq!(crowd(100, &|at| format!("203.0.113.{at}")).await, 100);
    let right = usage(&app, "").bearer_auth(TOKEN).header("x-forwarded-for", "192.0.2.1");
    assert_eq!(told(right).await.status, 200);
}

/// What a look cost and what it saved, in billionths of a dollar.
fn money(events: &[Event]) -> (u64, u64) {
    let Some(Event::Done { cost_usd, saved_usd, .. }) = events.last() else { panic!("{events:?}") };
    (nanos::from_usd(cost_usd.unwrap()), nanos::from_usd(saved_usd.unwrap()))
}

/// Six requests: one makes a look, one joins it, one finds it, one has the garment known, one fails, one is refused. Gives what the four
/// looks cost and saved as their events told it.
async fn six_requests(upstream: &Upstream, app: &TestApp) -> (u64, u64) {
    let form = || TestForm::new(person(), garment());
    let (mut first, rest) = read_until(app.ask(form()).await, "describing").await;
    upstream.arrival().await;
    let (mut joined, joined_rest) = read_until(app.ask(form()).await, "describing").await;
    upstream.let_through(1000);
    first.extend(rest.collect::<Vec<_>>().await);
    joined.extend(joined_rest.collect::<Vec<_>>().await);
    let kept = app.look(form()).await;
    let known = app.look(TestForm::new(jpeg(&picture(300, 400)), garment())).await;
    upstream.script([Answer::new(401, r#"{"error":[{"code":2009,"message":"Unauthorized"}]}"#)]);
    let failed = app.look(TestForm::new(person(), jpeg(&picture(310, 400)))).await;
    assert!(matches!(failed.last(), Some(Event::Failed(_))), "{failed:?}");
    let mut half = form();
    half.files.pop();
    assert_eq!(app.ask(half).await.status(), 400);
    let all = [first, joined, kept, known].map(|events| money(&events));
    all.iter().fold((0, 0), |(cost, saved), look| (cost + look.0, saved + look.1))
}

#[tokio::test]
async fn the_report_says_what_was_done() {
    let upstream = Upstream::gated().await;
    let app = making(&upstream).await;
    let (cost, saved) = six_requests(&upstream, &app).await;
    assert!(cost > 60_000_000 && saved > 60_000_000, "two looks paid, two not: {cost} {saved}");

    for period in ["day", "week", "month"] {
        let answer = operator(&app, &format!("period={period}")).await;
        let headers = ["content-type", "cache-control", "content-disposition"].map(|name| answer.header(name));
        assert_eq!(headers, ["application/json", "no-store", ""]);
        let told = answer.json();
        let report = &told["report"];
        for (name, expected) in [
            ("asked", 6),
            ("made", 4),
            ("failed", 1),
            ("refused", 1),
            ("kept", 1),
            ("joined", 1),
            ("gateway_cached", 0),
            ("calls", upstream.recorded().len() as u64),
            ("cost_nanos", cost),
            ("saved_nanos", saved),
            ("reserved_nanos", 0),
        ] {
            assert_eq!(report["totals"][name], expected, "{period} {name}: {report}");
        }
        let sum = |rows: &Value, name: &str| -> u64 {
            rows.as_array().unwrap().iter().map(|row| row[name].as_u64().unwrap()).sum()
        };
        let series = ["asked", "made", "cost_nanos", "saved_nanos"].map(|name| sum(&report["series"], name));
        assert_eq!(series, [6, 4, cost, saved], "{period}");
        let calls = ["calls", "cost_nanos"].map(|name| sum(&report["calls"], name));
        assert_eq!(calls, [upstream.recorded().len() as u64, cost], "{period}");
        let failures = sum(&report["failures"], "count");
        assert_eq!(failures, 2, "{period}: {}", report["failures"]);
        assert_eq!((&told["period"], told["last"].as_array().unwrap().len()), (&period.into(), 6));
        assert_eq!((&told["now"]["being_made"], &told["now"]["waiting"]), (&0.into(), &0.into()));
        assert_eq!(told["now"]["spending"]["month_nanos"], cost);
    }
}

#[tokio::test]
async fn an_export_has_the_same_entries_in_every_form() {
    let upstream = Upstream::gated().await;
    let app = making(&upstream).await;
    let (cost, saved) = six_requests(&upstream, &app).await;
    let shown = operator(&app, "").await.json()["last"].clone();

    let file = operator(&app, "period=week&download").await;
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"primerka-usage-week.json\"");
    assert_eq!(file.json()["last"], shown);

    let file = operator(&app, "format=csv").await;
    let headers = ["content-type", "cache-control", "content-disposition"].map(|name| file.header(name));
    let disposition = "attachment; filename=\"primerka-usage-day.csv\"";
    assert_eq!(headers, ["text/csv; charset=utf-8", "no-store", disposition]);
    let rows = file.rows();
    let cell = |row: &[&str], name: &str| row[rows[0].iter().position(|column| *column == name).unwrap()].to_owned();
    let billionths = |row: &[&str], name: &str| cell(row, name).replace('.', "").parse::<u64>().unwrap();
    assert_eq!(rows.len(), 7);
    for (row, entry) in rows[1..].iter().zip(shown.as_array().unwrap()) {
        let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        for name in ["trace", "source", "model", "request_id"] {
            assert_eq!(cell(row, name), text(name), "{name}");
        }
        for name in ["outfit_known", "took_ms", "upstream_ms", "queued_ms"] {
            assert_eq!(cell(row, name), entry[name].to_string(), "{name}");
        }
        assert_eq!(cell(row, "step"), entry["step"].as_u64().map(|step| step.to_string()).unwrap_or_default());
        assert_eq!(cell(row, "outcome"), entry["code"].as_str().unwrap_or("made"));
        assert_eq!(entry["cost_nanos"], billionths(row, "cost_usd"));
        assert_eq!(entry["saved_nanos"], billionths(row, "saved_usd"));
        let at: jiff::Timestamp = cell(row, "at").parse().unwrap();
        assert_eq!(entry["at_ms"], at.as_millisecond());
    }
    let sum = |name| rows[1..].iter().map(|row| billionths(row, name)).sum::<u64>();
    assert_eq!((sum("cost_usd"), sum("saved_usd")), (cost, saved));

    for (query, count) in [
        ("outcome=made", 4),
        ("outcome=unauthorized", 1),
        ("outcome=missing_photo", 1),
        ("source=kept", 1),
        ("source=joined", 1),
        ("source=refused", 1),
        ("source=made&outcome=made", 2),
        ("model=gemini-nano-banana-2.1", 4),
        ("model=none", 0),
        ("model='%20OR%201=1%20--", 0),
        ("outcome='%20OR%201=1%20--", 6),
        ("period=century&outcome=&model=&source=stolen", 6),
    ] {
        let shown = operator(&app, query).await.json();
        assert_eq!((&shown["period"], shown["last"].as_array().unwrap().len()), (&"day".into(), count), "{query}");
        let file = operator(&app, &format!("format=csv&{query}")).await;
        assert_eq!(file.rows().len(), count + 1, "{query}");
    }
}

#[tokio::test]
async fn a_hundred_are_shown_and_all_are_exported() {
    let upstream = Upstream::start().await;
    let app = making(&upstream).await;
    let form = TestForm::new(jpeg(&picture(300, 400)), jpeg(&picture(310, 400)));
    join_all((0..101).map(|_| app.look(form.clone()))).await;
    let count = |told: &Value| told["last"].as_array().unwrap().len();
    let shown = operator(&app, "").await.json();
    assert_eq!((count(&shown), &shown["report"]["totals"]["made"]), (100, &101.into()));
    assert_eq!(count(&operator(&app, "download").await.json()), 101);
    assert_eq!(operator(&app, "format=csv").await.rows().len(), 102);
}

#[tokio::test]
async fn what_the_gateway_says_is_no_formula_in_a_spreadsheet() {
    let upstream = Upstream::start().await;
    let app = making(&upstream).await;
    let mut picture = Answer::picture();
    let mut body: Value = serde_json::from_str(&picture.body).unwrap();
    body["modelVersion"] = r#"=HYPERLINK("http://evil.example","look")"#.into();
    picture.body = body.to_string();
    upstream.script([Answer::described(), picture]);
    let events = app.look(TestForm::new(person(), garment())).await;
    assert!(matches!(events.last(), Some(Event::Done { .. })), "{events:?}");
    let csv = operator(&app, "format=csv").await.body;
    assert!(csv.contains(r#","'=HYPERLINK(""http://evil.example"",""look"")","#), "{csv}");
}

#[tokio::test]
async fn the_operator_stops_all_spending_and_allows_it_again_while_the_site_runs() {
    let upstream = Upstream::start().await;
    let app = making(&upstream).await;
    let ended = told(switch(&app, "true").header("cookie", "operator=ended")).await;
    assert_eq!((ended.status, ended.header("location")), (303, "/usage"), "to the form that signs in");
    let guessed = told(switch(&app, "true").bearer_auth("wrong")).await;
    assert!(guessed.status == 401 && guessed.body.contains(r#""code":"unauthorized""#), "{}", guessed.body);
    let usage = operator(&app, "").await.json();
    assert_eq!(usage["now"]["spending"]["is_frozen"], false, "a stranger stops nothing");
    assert_eq!(told(switch(&app, "perhaps").bearer_auth(TOKEN)).await.status, 400);
    let stopped = told(switch(&app, "true").bearer_auth(TOKEN)).await;
    assert_eq!((stopped.status, stopped.header("location")), (303, "/usage"));
    let refused = app.ask(TestForm::new(person(), garment())).await;
    assert_eq!((refused.status().as_u16(), refused.headers().get("retry-after")), (503, None));
    let line: Value = refused.json().await.unwrap();
    assert_eq!((&line["code"], &line["retry_after_s"]), (&"budget_exhausted".into(), &Value::Null));
    assert_eq!(line["message"], "Создание образов приостановлено");
    assert!(upstream.recorded().is_empty());
    let usage = operator(&app, "").await.json();
    assert_eq!(
        (&usage["now"]["spending"]["is_frozen"], &usage["report"]["totals"]["cost_nanos"]),
        (&true.into(), &0.into())
    );
    told(switch(&app, "false").bearer_auth(TOKEN)).await;
    assert!(matches!(app.look(TestForm::new(person(), garment())).await.last(), Some(Event::Done { .. })));
}

//! `/metrics` as Prometheus scrapes it, and the dashboard that is made of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use http::Method;
use primerka::look::event::Event;
use serde_json::Value;

use super::support::{Answer, TestApp, TestForm, Upstream, garment, jpeg, names, person, picture};

const TOKEN: &str = "operator-canary-token";

fn form() -> TestForm {
    TestForm::new(person(), garment())
}

/// An application that keeps what it made and knows its operator.
async fn app(upstream: &Upstream) -> TestApp {
    let settings = [
        ("GATEWAY_URL", upstream.url.as_str()),
        ("GATEWAY_TOKEN", "canary-token"),
        ("CACHE_TTL", "86400"),
        ("ADMIN_TOKEN", TOKEN),
    ];
    TestApp::with_settings(&settings).await
}

/// Every series of a scrape with its value.
async fn scrape(app: &TestApp) -> BTreeMap<String, f64> {
    let response = app.get("/metrics").await;
    assert_eq!(response.status(), 200);
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("application/openmetrics-text"));
    let text = response.text().await.unwrap();
    assert!(text.ends_with("# EOF\n") && !text.contains("canary"), "{text}");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let series = lines.map(|line| line.rsplit_once(' ').unwrap());
    series.map(|(series, value)| (series.to_owned(), value.parse().unwrap())).collect()
}

/// The name of a series, without its labels.
fn name(series: &str) -> &str {
    series.split('{').next().unwrap()
}

/// What a look cost and saved.
fn told(events: &[Event]) -> (f64, f64) {
    let Some(Event::Done { cost_usd, saved_usd, .. }) = events.last() else { panic!("{events:?}") };
    (cost_usd.unwrap(), saved_usd.unwrap())
}

#[tokio::test]
async fn a_scrape_tells_exactly_what_has_happened() {
    let upstream = Upstream::start().await;
    let app = app(&upstream).await;
    let (cost, _) = told(&app.look(form()).await);
    let (nothing, saved) = told(&app.look(form()).await);
    assert!(cost > 0.03 && nothing == 0.0 && saved > 0.03);
    upstream.script([Answer::new(401, r#"{"error":[{"code":2009,"message":"Unauthorized"}]}"#)]);
    let other = TestForm::new(jpeg(&picture(300, 400)), jpeg(&picture(320, 400)));
    assert_eq!(names(&app.look(other).await).last().unwrap(), "failed");
    let nonsense = app.ask(TestForm::new(b"no photo".to_vec(), garment())).await;
    assert_eq!(nonsense.status(), 415);
    for _ in 0..3 {
        assert_eq!(app.get("/healthz").await.status(), 200);
    }

    let told = scrape(&app).await;
    for (series, value) in [
        (r#"primerka_looks_total{source="made",outcome="made"}"#, 1.0),
        (r#"primerka_looks_total{source="kept",outcome="made"}"#, 1.0),
        (r#"primerka_looks_total{source="made",outcome="unauthorized"}"#, 1.0),
        (r#"primerka_looks_total{source="refused",outcome="unsupported_image"}"#, 1.0),
        (r#"primerka_http_requests_total{method="POST",route="/api/looks",status="2xx"}"#, 3.0),
        (r#"primerka_http_requests_total{method="POST",route="/api/looks",status="4xx"}"#, 1.0),
        (r#"primerka_http_requests_total{method="GET",route="/healthz",status="2xx"}"#, 3.0),
        (r#"primerka_http_request_duration_seconds_count{route="/healthz"}"#, 3.0),
        (r#"primerka_http_request_duration_seconds_count{route="/api/looks"}"#, 4.0),
        ("primerka_look_duration_seconds_count", 1.0),
        ("primerka_look_upstream_seconds_count", 1.0),
        ("primerka_look_own_seconds_count", 1.0),
        ("primerka_looks_in_progress", 0.0),
        ("primerka_looks_waiting", 0.0),
        (r#"primerka_budget_usd{period="day"}"#, 100_000.0),
        (r#"primerka_budget_usd{period="month"}"#, 100_000.0),
        ("primerka_cost_usd_total", cost),
        ("primerka_saved_usd_total", saved),
        (r#"primerka_spent_usd{period="day"}"#, cost),
        (r#"primerka_spent_usd{period="month"}"#, cost),
    ] {
        let found = told.get(series).unwrap_or_else(|| panic!("no {series} in {told:#?}"));
        // A billionth of a dollar is the smallest there is, and every call is rounded to it.
        assert!((found - value).abs() < 1e-8, "{series} is {found} and not {value}");
    }
    let ended = told.iter().filter(|(series, _)| name(series) == "primerka_looks_total");
    assert!((ended.map(|(_, value)| value).sum::<f64>() - 4.0).abs() < f64::EPSILON, "and nothing else");
}

#[tokio::test]
async fn looks_under_way_are_told_while_they_are() {
    let upstream = Upstream::gated().await;
    let app = app(&upstream).await;
    let answer = app.ask(form()).await;
    upstream.arrival().await;
    assert!((scrape(&app).await["primerka_looks_in_progress"] - 1.0).abs() < f64::EPSILON);
    upstream.let_through(2);
    answer.text().await.unwrap();
    assert!(scrape(&app).await["primerka_looks_in_progress"].abs() < f64::EPSILON);
}

#[tokio::test]
async fn no_name_that_a_visitor_chooses_becomes_a_series() {
    let upstream = Upstream::start().await;
    let app = app(&upstream).await;
    let visit = async |number: u32| {
        let id = format!("{number:032x}");
        for path in [
            format!("/looks/{id}"),
            format!("/looks/{id}/image"),
            format!("/api/looks/{id}/events"),
            format!("/nowhere/{id}"),
            format!("/pkg/{id}.js"),
            format!("/?seen={id}"),
        ] {
            app.get(&path).await.text().await.unwrap();
        }
        let method = Method::from_bytes(format!("BREW{number}").as_bytes()).unwrap();
        app.client.request(method, app.url("/healthz")).send().await.unwrap();
    };
    visit(0).await;
    // The first scrape becomes part of the second.
    scrape(&app).await;
    let before: BTreeSet<String> = scrape(&app).await.into_keys().collect();
    for number in 1..=200 {
        visit(number).await;
    }
    let after: BTreeSet<String> = scrape(&app).await.into_keys().collect();
    assert_eq!(after, before);
    let other = r#"primerka_http_requests_total{method="GET",route="other",status="4xx"}"#;
    assert!(after.contains(other), "{after:#?}");
}

#[tokio::test]
async fn only_this_machine_and_the_operator_are_told() {
    let upstream = Upstream::start().await;
    let app = app(&upstream).await;
    let status = async |headers: &[(&str, &str)]| {
        let request = app.client.get(app.url("/metrics"));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        assert_eq!(response.text().await.unwrap().contains("primerka_"), status == 200, "{headers:?}");
        status
    };
    let (right, wrong) = (format!("Bearer {TOKEN}"), "Bearer another-canary-token");
    assert_eq!(status(&[]).await, 200);
    // Behind a proxy on this machine everybody seems to be here.
    for (name, value) in [
        ("x-forwarded-for", "198.51.100.9"),
        ("x-forwarded-for", "127.0.0.1"),
        ("forwarded", "for=198.51.100.9"),
        ("x-real-ip", "198.51.100.9"),
        ("via", "1.1 proxy"),
        ("cf-connecting-ip", "198.51.100.9"),
    ] {
        assert_eq!(status(&[(name, value)]).await, 401, "{name}");
        assert_eq!(status(&[(name, value), ("authorization", &right)]).await, 200, "{name}");
    }
    assert_eq!(status(&[("via", "1.1 proxy"), ("authorization", wrong)]).await, 401);

    let without_a_token = TestApp::with_settings(&[]).await;
    let request = without_a_token.client.get(without_a_token.url("/metrics")).header("via", "1.1 proxy");
    let refused = request.header("authorization", "Bearer ").send().await.unwrap().status();
    assert_eq!(refused, 404, "there is nobody who could be let in");
    assert_eq!(without_a_token.get("/metrics").await.status(), 200);
}

#[tokio::test]
async fn every_answer_says_how_long_it_took() {
    let upstream = Upstream::start().await;
    let app = app(&upstream).await;
    let timing = |response: &reqwest::Response| {
        let value = response.headers()["server-timing"].to_str().unwrap().to_owned();
        let ms: f64 = value.strip_prefix("app;dur=").unwrap().parse().unwrap();
        assert!((0.0..60_000.0).contains(&ms), "{value}");
    };
    for path in ["/", "/privacy", "/healthz", "/nowhere", "/metrics"] {
        timing(&app.get(path).await);
    }
    let look = app.ask(form()).await;
    timing(&look);
    look.text().await.unwrap();
}

fn is_between_names(character: char) -> bool {
    !character.is_ascii_alphanumeric() && character != '_'
}

/// Every string of a JSON document under the key `expr`.
fn expressions(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(fields) => {
            let own = fields.get("expr").and_then(Value::as_str);
            own.into_iter().chain(fields.values().flat_map(expressions)).collect()
        }
        Value::Array(items) => items.iter().flat_map(expressions).collect(),
        _ => Vec::new(),
    }
}

#[tokio::test]
async fn the_dashboard_asks_for_nothing_that_is_not_told() {
    let upstream = Upstream::start().await;
    let app = app(&upstream).await;
    app.look(form()).await;
    scrape(&app).await;
    let told = scrape(&app).await;
    let told: BTreeSet<&str> = told.keys().map(|series| name(series)).collect();
    let dashboard = std::fs::read_to_string("deploy/grafana-dashboard.json").unwrap();
    let dashboard: Value = serde_json::from_str(&dashboard).unwrap();
    let words = expressions(&dashboard).into_iter().flat_map(|text| text.split(is_between_names));
    let asked: BTreeSet<&str> =
        words.filter(|word| word.starts_with("primerka_") || word.starts_with("process_")).collect();
    assert!(asked.len() > 10, "{asked:?}");
    // Only Linux tells a process how much memory it has.
    let is_told = |name: &str| name != "process_resident_memory_bytes" || Path::new("/proc/self/status").exists();
    let unknown: Vec<_> = asked.difference(&told).filter(|name| is_told(name)).collect();
    assert!(unknown.is_empty(), "{unknown:?} of {told:?}");
    // And every family of ours is shown somewhere; of a histogram its buckets are.
    let is_shown = |name: &str| asked.contains(name) || name.ends_with("_sum") || name.ends_with("_count");
    let forgotten: Vec<_> = told.iter().filter(|name| !is_shown(name)).collect();
    assert!(forgotten.is_empty(), "{forgotten:?}");
}

//! The log for machines: JSON, with the request's name on every line of a request, and nothing of whom it was about.

use serde_json::Value;

use super::configuration::{Running, primerka};
use super::support::{Answer, TestApp, TestForm, Upstream, events, garment, names, person};

const CANARY: &str = "canary-token-that-must-not-be-seen";
/// An address of the documentation's, which no other line can hold by chance.
const VISITOR: &str = "198.51.100.77";

fn form() -> reqwest::multipart::Form {
    TestForm::new(person(), garment()).into_multipart()
}

/// The text of a line.
fn message(line: &Value) -> &str {
    line["message"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn every_line_is_json_and_those_of_a_look_have_the_name_that_its_answer_says() {
    let upstream = Upstream::start().await;
    let folder = tempfile::tempdir().unwrap();
    let settings = [
        ("GATEWAY_URL", upstream.url.as_str()),
        ("GATEWAY_TOKEN", CANARY),
        ("LOG_FORMAT", "json"),
        ("RUST_LOG", "info,primerka=debug"),
        ("TRUSTED_PROXY_HOPS", "1"),
        ("CACHE_TTL", "0"),
    ];
    let running = Running::start(primerka(folder.path()).envs(settings));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/api/looks", running.base);
    let mut ids = Vec::new();
    for answers in [vec![], vec![Answer::new(401, r#"{"error":[{"code":2009,"message":"Unauthorized"}]}"#)]] {
        upstream.script(answers);
        let request =
            client.post(&url).header("x-forwarded-for", VISITOR).header("x-request-id", "mine").multipart(form());
        let answer = request.send().await.unwrap();
        ids.push(answer.headers()["x-request-id"].to_str().unwrap().to_owned());
        let told = events(&answer.text().await.unwrap());
        assert!(["done", "failed"].contains(&names(&told).last().unwrap().as_str()));
    }
    drop(client);
    let log = running.stop();

    let lines: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect();
    for line in &lines {
        assert!(line["timestamp"].is_string() && line["level"].is_string() && line["message"].is_string(), "{line}");
    }
    for (id, said) in ids.iter().zip([
        ["Step 1: Describing outfit from PHOTO B...", "Step 2: Generating virtual try-on image..."],
        ["Step 1: Describing outfit from PHOTO B...", "Step 1 error unauthorized"],
    ]) {
        let of_it: Vec<&Value> = lines.iter().filter(|line| line["span"]["id"] == id.as_str()).collect();
        for words in said {
            assert!(of_it.iter().any(|line| message(line).starts_with(words)), "{words} is not among {of_it:#?}");
        }
        assert!(of_it.iter().any(|line| message(line) == "answered" && line["status"] == 200), "{of_it:#?}");
        for line in of_it {
            assert_eq!((&line["span"]["route"], &line["span"]["method"]), (&"/api/looks".into(), &"POST".into()));
        }
    }
    let of_looks =
        lines.iter().filter(|line| message(line).starts_with("Step ") || message(line).starts_with("Extracted"));
    assert!(of_looks.clone().count() >= 5, "{log}");
    for line in of_looks {
        assert!(ids.iter().any(|id| line["span"]["id"] == id.as_str()), "nobody's: {line}");
    }
    for secret in [CANARY, VISITOR, "fashion cataloguer", "\"mine\""] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}

#[tokio::test]
async fn a_line_for_people_has_the_name_before_its_words() {
    let upstream = Upstream::start().await;
    let folder = tempfile::tempdir().unwrap();
    let settings = [("GATEWAY_URL", upstream.url.as_str()), ("GATEWAY_TOKEN", CANARY), ("LOG_FORMAT", "")];
    let running = Running::start(primerka(folder.path()).envs(settings));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.post(format!("{}/api/looks", running.base)).multipart(form()).send().await.unwrap();
    let id = answer.headers()["x-request-id"].to_str().unwrap().to_owned();
    answer.text().await.unwrap();
    drop(client);
    let log = running.stop();
    let line = log.lines().find(|line| line.contains("Step 2: Generating virtual try-on image...")).unwrap();
    assert!(line.contains(&format!("request{{id={id} method=POST route=/api/looks}}: Step 2")), "{line}");
}

#[test]
fn a_wrong_format_stops_the_start_and_names_its_variable() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [&["serve"][..], &[], &["doctor"]] {
        let output = primerka(folder.path()).args(arguments).env("LOG_FORMAT", "xml").output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains("LOG_FORMAT may be text or json"), "{said}");
    }
}

#[tokio::test]
async fn each_answer_has_a_name_of_its_own() {
    let app = TestApp::with_settings(&[]).await;
    let mut seen = Vec::new();
    for path in ["/", "/", "/healthz", "/nowhere", "/api/looks/0/events", "/metrics"] {
        let response = app.get(path).await;
        let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        assert!(id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
        seen.push(id);
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 6);
}

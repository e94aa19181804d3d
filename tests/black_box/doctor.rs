//! `primerka doctor`, the binary as an operator runs it.

use std::process::Output;

use tokio::process::Command;

use super::support::{Answer, Upstream};

/// Runs the doctor with these settings and no others.
async fn doctor(settings: &[(&str, &str)], arguments: &[&str]) -> (String, i32) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_primerka"));
    command.arg("doctor").args(arguments).current_dir(folder.path()).env_clear().envs(settings.iter().copied());
    let Output { stdout, status, .. } = command.output().await.unwrap();
    (String::from_utf8(stdout).unwrap(), status.code().unwrap())
}

/// A model that is there, and its answer to the greeting.
fn well() -> [Answer; 2] {
    [Answer::new(200, r#"{"name":"models/gemini-nano-banana-2.1"}"#), Answer::words("OK")]
}

#[tokio::test]
async fn a_good_configuration_is_well() {
    let upstream = Upstream::start().await;
    upstream.script(well());
    let settings = [
        ("GATEWAY_URL", upstream.url.as_str()),
        ("GATEWAY_TOKEN", "canary-token"),
        ("IMAGE_MODELS", "gemini-nano-banana-2.1"),
        ("LANG", "ru_RU.UTF-8"),
    ];
    let (report, code) = doctor(&settings, &[]).await;
    assert_eq!(code, 0, "{report}");
    for words in
        ["✓ Соединение: 127.0.0.1", "✓ gemini-nano-banana-2.1: 1K 2K 4K", "✓ Пробный вопрос", "≈ $0.0", "Всё готово"]
    {
        assert!(report.contains(words), "{words}\n{report}");
    }
    assert!(!report.contains('✗') && !report.contains("canary"), "{report}");
    let calls = upstream.recorded();
    assert_eq!(calls.len(), 2, "one question about the model and one to it");
    assert!(calls.iter().all(|call| call.headers["cf-aig-authorization"] == "Bearer canary-token"));
    assert_eq!(calls[1].body["generationConfig"]["maxOutputTokens"], 64, "the cheapest there is");
}

#[tokio::test]
async fn nothing_set_is_said_in_the_language_asked_for() {
    for (arguments, words) in
        [(&["--lang", "ru"][..], "Gateway не настроен"), (&["--lang", "en"], "The gateway is not configured")]
    {
        let (report, code) = doctor(&[], arguments).await;
        assert!(code == 1 && report.contains(words) && report.contains("→"), "{report}");
    }
}

#[tokio::test]
async fn a_malformed_value_is_named() {
    let (report, code) = doctor(&[("GATEWAY_URL", "http://example.com/v1/a/b"), ("GATEWAY_TOKEN", "t")], &[]).await;
    assert!(code == 1 && report.contains("GATEWAY_URL: https:// is wanted"), "{report}");
}

#[tokio::test]
async fn nobody_there_is_told_from_a_name_that_is_none() {
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let (report, code) =
        doctor(&[("GATEWAY_URL", &format!("http://{closed}/v1/a/g")), ("GATEWAY_TOKEN", "t")], &[]).await;
    assert!(code == 1 && report.contains("no connection can be made"), "{report}");
    let url = "https://no-such-host.invalid/v1/a/g";
    let (report, code) = doctor(&[("GATEWAY_URL", url), ("GATEWAY_TOKEN", "t")], &[]).await;
    assert!(code == 1 && report.contains("DNS does not know"), "{report}");
}

#[tokio::test]
async fn what_the_gateway_refuses_comes_with_its_cure() {
    let envelope = |code: u16| format!(r#"{{"success":false,"error":[{{"code":{code},"message":"x"}}]}}"#);
    let google = |status: u16, word: &str, message: &str| {
        format!(r#"{{"error":{{"code":{status},"message":"{message}","status":"{word}"}}}}"#)
    };
    let retired = google(404, "NOT_FOUND", "This model models/x is no longer available.");
    let quota = google(429, "RESOURCE_EXHAUSTED", "Quota exceeded, limit: 0");
    let model = r#"{"name":"models/x"}"#.to_owned();
    for (answers, words) in [
        (vec![(401, envelope(2009))], "AI Gateway Run"),
        (vec![(400, envelope(2001))], "compare the account id and the gateway name"),
        (vec![(403, google(403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers"))], "Provider Keys"),
        (vec![(404, retired)], "Google has switched this model off"),
        (vec![(200, "<html>Welcome</html>".to_owned())], "check that GATEWAY_URL leads to an AI Gateway"),
        (vec![(200, model), (429, quota)], "turn on billing"),
        // A gateway that does not let the question about the model through is asked the next one.
        (vec![(405, String::new()), (401, envelope(2009))], "AI Gateway Run"),
    ] {
        let upstream = Upstream::start().await;
        upstream.script(answers.into_iter().map(|(status, body)| Answer::new(status, body)));
        let settings = [
            ("GATEWAY_URL", upstream.url.as_str()),
            ("GATEWAY_TOKEN", "t"),
            ("IMAGE_MODELS", "gemini-nano-banana-2.1"),
        ];
        let (report, code) = doctor(&settings, &["--lang", "en"]).await;
        assert!(code == 1 && report.contains(words) && report.contains("✗"), "{words}\n{report}");
    }
}

#[tokio::test]
async fn a_fallback_that_is_gone_hurts_nobody() {
    let upstream = Upstream::start().await;
    let [found, greeted] = well();
    let gone = r#"{"error":{"code":404,"message":"no longer available","status":"NOT_FOUND"}}"#;
    upstream.script([found, Answer::new(404, gone), greeted]);
    let settings =
        [("GATEWAY_URL", upstream.url.as_str()), ("GATEWAY_TOKEN", "t"), ("IMAGE_MODELS", "gemini-2.5-flash-image")];
    let (report, code) = doctor(&settings, &["--lang", "en"]).await;
    assert!(code == 0 && report.contains("· gemini-2.5-flash-image: Google has switched"), "{report}");
}

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
    for (header, value) in [
        ("cf-aig-skip-cache", "true"),
        ("cf-aig-cache-ttl", "0"),
        ("cf-aig-collect-log-payload", "false"),
        ("cf-aig-request-timeout", "29000"),
    ] {
        assert!(calls.iter().all(|call| call.headers[header] == value), "{header}");
    }
}

#[tokio::test]
async fn google_itself_gets_no_header_of_the_gateway() {
    let upstream = Upstream::start().await;
    upstream.script(well());
    let origin = upstream.url.split("/v1/").next().unwrap();
    let url = format!("{origin}/v1beta/models/gemini-nano-banana-2.1");
    let settings = [("GATEWAY_URL", url.as_str()), ("GOOGLE_API_KEY", "k"), ("IMAGE_MODELS", "gemini-nano-banana-2.1")];
    let (report, code) = doctor(&settings, &[]).await;
    assert_eq!(code, 0, "{report}");
    let calls = upstream.recorded();
    assert_eq!(calls.len(), 2);
    assert!(calls.iter().all(|call| call.headers.keys().all(|name| !name.as_str().starts_with("cf-"))));
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
    for (settings, words) in [
        ([("GATEWAY_URL", "http://example.com/v1/a/b"), ("GATEWAY_TOKEN", "t")], "GATEWAY_URL: нужен https://"),
        ([("CACHE_TTL", "soon"), ("GATEWAY_TOKEN", "t")], "CACHE_TTL: нужно целое число от 0 до 2592000"),
        ([("PROMPTS_PATH", "nowhere"), ("GATEWAY_TOKEN", "t")], "PROMPTS_PATH: в nowhere нет ни describe.txt"),
    ] {
        let (report, code) = doctor(&settings, &["--lang", "ru"]).await;
        assert!(code == 1 && report.contains(words), "{words}\n{report}");
    }
}

#[tokio::test]
async fn a_line_that_is_no_setting_is_named_by_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("settings");
    std::fs::write(&file, "GATEWAY_TOKEN=t\nsecret words\n").unwrap();
    let file = file.to_str().unwrap();
    for (language, words) in [("ru", "settings: строка 2: нужно"), ("en", "settings: line 2 is not KEY=VALUE")]
    {
        let (report, code) = doctor(&[], &["--lang", language, "--dev-vars", file]).await;
        assert!(code == 1 && report.contains(words) && !report.contains("secret"), "{report}");
    }
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
async fn a_connection_without_tls_is_told_from_none() {
    let upstream = Upstream::start().await;
    let url = upstream.url.replacen("http://", "https://", 1);
    let settings = [("GATEWAY_URL", url.as_str()), ("GATEWAY_TOKEN", "t")];
    for (language, words, cure) in [("en", "(TLS)", "certificate"), ("ru", "(TLS)", "сертификат")] {
        let (report, code) = doctor(&settings, &["--lang", language]).await;
        assert!(code == 1 && report.contains(words) && report.contains(cure), "{report}");
    }
    assert!(upstream.recorded().is_empty());
}

#[tokio::test]
async fn what_the_gateway_refuses_comes_with_its_cure() {
    let envelope = |code: u16| format!(r#"{{"success":false,"error":[{{"code":{code},"message":"x"}}]}}"#);
    let google = |status: u16, word: &str, message: &str| {
        format!(r#"{{"error":{{"code":{status},"message":"{message}","status":"{word}"}}}}"#)
    };
    let retired = google(404, "NOT_FOUND", "This model models/x is no longer available.");
    let quota = google(429, "RESOURCE_EXHAUSTED", "Quota exceeded, limit: 0");
    let unknown = google(404, "NOT_FOUND", "models/x is not found for API version v1beta");
    let model = r#"{"name":"models/x"}"#.to_owned();
    for (answers, words) in [
        (vec![(401, envelope(2009))], "AI Gateway Run"),
        (vec![(400, envelope(2001))], "compare the account id and the gateway name"),
        (vec![(403, google(403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers"))], "Provider Keys"),
        (vec![(404, retired.clone())], "Google has switched this model off"),
        // What the list does not know may be retired all the same: the question to the model tells.
        (vec![(404, unknown.clone()), (404, unknown.clone())], "check the model's name"),
        (vec![(404, unknown), (404, retired)], "Google has switched this model off"),
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

/// What Google says of a model that it has switched off.
fn gone() -> Answer {
    Answer::new(404, r#"{"error":{"code":404,"message":"no longer available","status":"NOT_FOUND"}}"#)
}

#[tokio::test]
async fn a_fallback_that_lives_makes_up_for_a_first_model_that_is_gone() {
    let upstream = Upstream::start().await;
    let [found, greeted] = well();
    upstream.script([gone(), found, greeted]);
    let settings = [
        ("GATEWAY_URL", upstream.url.as_str()),
        ("GATEWAY_TOKEN", "t"),
        ("IMAGE_MODELS", "gemini-3.1-flash-lite-image"),
    ];
    let (report, code) = doctor(&settings, &["--lang", "en"]).await;
    assert!(code == 0 && report.contains("All is well"), "{report}");
    assert!(report.contains("· gemini-nano-banana-2.1: Google has switched"), "{report}");
    assert!(report.contains("→ For the site's owner: name a current model"), "{report}");
    let asked = upstream.recorded().pop().unwrap().path;
    assert!(asked.ends_with("/gemini-3.1-flash-lite-image:generateContent"), "{asked}");
}

#[tokio::test]
async fn a_live_describe_model_does_not_hide_that_no_image_model_is() {
    let upstream = Upstream::start().await;
    let [found, greeted] = well();
    upstream.script([found, gone(), greeted]);
    let settings = [
        ("GATEWAY_URL", upstream.url.as_str()),
        ("GATEWAY_TOKEN", "t"),
        ("DESCRIBE_MODEL", "gemini-3.1-flash-lite"),
        ("IMAGE_MODELS", "gemini-nano-banana-2.1"),
    ];
    let (report, code) = doctor(&settings, &["--lang", "en"]).await;
    assert!(code == 1 && report.contains("✗ gemini-nano-banana-2.1: Google has switched"), "{report}");
    assert!(report.contains("✓ gemini-3.1-flash-lite: text model") && report.contains("✓ Test question"), "{report}");
}

#[tokio::test]
async fn each_chain_is_asked_something() {
    let upstream = Upstream::start().await;
    let [found, greeted] = well();
    upstream.script([found.clone(), found, greeted.clone(), greeted]);
    let settings = [
        ("GATEWAY_URL", upstream.url.as_str()),
        ("GATEWAY_TOKEN", "t"),
        ("DESCRIBE_MODEL", "gemini-3.1-flash-lite"),
        ("IMAGE_MODELS", "gemini-nano-banana-2.1"),
    ];
    let (report, code) = doctor(&settings, &["--lang", "en"]).await;
    assert_eq!(code, 0, "{report}");
    let asked: Vec<String> = upstream.recorded().into_iter().map(|call| call.path).collect();
    let [.., first, second] = asked.as_slice() else { panic!("{asked:?}") };
    assert!(first.ends_with("/gemini-3.1-flash-lite:generateContent"), "{asked:?}");
    assert!(second.ends_with("/gemini-nano-banana-2.1:generateContent"), "{asked:?}");
    assert!(report.contains("One look costs: ≈ $0.0"), "{report}");
}

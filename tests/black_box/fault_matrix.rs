//! Every fault that the embedded gateway can make, at either step: its own code, no hang, no `internal`, and nothing left behind.

use std::collections::HashMap;
use std::time::Duration;

use primerka::embedded_gateway::{Options, serve, url_at};
use primerka::look::event::Event;
use primerka::look::failure::FailureCode::{self, *};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::support::{TestApp, TestForm, garment, person};

/// Longer than this no look of the matrix may take: two steps of ten seconds, and what a busy machine adds.
const NO_HANG: Duration = Duration::from_mins(1);

/// Looks of the test of repeats.
const LOOKS: usize = 120;

struct Embedded {
    url: String,
    origin: String,
    client: reqwest::Client,
}

impl Embedded {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let options = Options { token: Some("canary-token".to_owned()), google_keys: None };
        tokio::spawn(serve(listener, options, std::future::pending()));
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { url: url_at(address), origin: format!("http://{address}"), client }
    }

    async fn app(&self) -> TestApp {
        TestApp::with_settings(&[
            ("GATEWAY_URL", &self.url),
            ("GATEWAY_TOKEN", "canary-token"),
            ("GATEWAY_TIMEOUT", "10"),
            // Refusals are 200 and would be kept: the next fault is to be met, not the last one remembered.
            ("GATEWAY_CACHE", "off"),
            // A permit that is lost is missed at once.
            ("MAX_CONCURRENT_LOOKS", "1"),
        ])
        .await
    }

    async fn arm(&self, fault: Value) {
        let armed = self.client.post(format!("{}/control/faults", self.origin)).json(&fault).send().await.unwrap();
        assert!(armed.status().is_success(), "{fault}: {}", armed.text().await.unwrap());
    }

    async fn disarm(&self) {
        self.client.delete(format!("{}/control/faults", self.origin)).send().await.unwrap();
    }

    async fn get(&self, path: &str) -> Value {
        self.client.get(format!("{}{path}", self.origin)).send().await.unwrap().json().await.unwrap()
    }

    async fn catalogue(&self) -> Vec<String> {
        let catalogue = self.get("/control/faults/catalogue").await;
        let faults = catalogue.as_array().or_else(|| catalogue["faults"].as_array()).unwrap().clone();
        faults.iter().map(|fault| fault["name"].as_str().unwrap().to_owned()).collect()
    }
}

/// Names of faults, and what becomes of each at step 1 and at step 2; `None` where the look is made all the same.
const MATRIX: &[(&[&str], [Option<FailureCode>; 2])] = &[
    (&["unauthorized", "short_envelope", "unauthorized_as_400"], both(Unauthorized)),
    (&["gateway_not_found", "invalid_provider"], both(GatewayNotFound)),
    (&["rate_limited", "wholesale_rate_limited", "quota_per_minute", "quota_without_details"], both(RateLimited)),
    (
        &[
            "retry_after_seconds",
            "retry_after_zero",
            "retry_after_date",
            "retry_after_past",
            "retry_after_negative",
            "retry_after_fraction",
            "retry_after_huge",
            "retry_after_words",
        ],
        both(RateLimited),
    ),
    (&["provider_unreachable", "internal", "html_502"], both(GatewayError)),
    (&["invalid_argument", "json_mode", "redirect", "catalog_user_error"], both(GatewayError)),
    (&["prompt_guardrail", "dlp_request"], both(PromptBlocked)),
    (&["response_guardrail", "dlp_response"], WITHHELD),
    (&["guardrail_unavailable", "overloaded", "overloaded_as_before", "error_in_array"], both(Overloaded)),
    (&["no_credits"], both(NoCredits)),
    (&["model_retired"], both(ModelRetired)),
    (&["no_credentials", "unknown_alias", "key_missing"], both(ProviderKeyMissing)),
    (&["spend_limit", "spend_limit_catalog"], both(SpendLimit)),
    (&["catalog_model_not_found", "model_unknown"], both(ModelNotFound)),
    (&["key_invalid", "key_expired", "key_leaked", "key_blocked"], both(ProviderKeyInvalid)),
    (&["quota_per_day"], both(QuotaExhausted)),
    (&["free_tier", "billing"], both(BillingRequired)),
    (&["region"], both(RegionUnsupported)),
    (&["gateway_timeout", "deadline", "html_524"], both(Timeout)),
    (&["payload_too_large", "payload_too_large_413"], both(ImageTooLarge)),
    (&["image_undecodable"], both(BrokenImage)),
    (
        &[
            "finish_safety",
            "finish_recitation",
            "finish_blocklist",
            "finish_prohibited_content",
            "finish_spii",
            "finish_image_safety",
            "finish_image_prohibited_content",
            "finish_image_recitation",
            "content_absent",
        ],
        WITHHELD,
    ),
    (
        &[
            "finish_unspecified",
            "finish_stop",
            "finish_max_tokens",
            "finish_other",
            "finish_language",
            "finish_malformed_function_call",
            "finish_unexpected_tool_call",
            "finish_too_many_tool_calls",
            "finish_image_other",
            "finish_no_image",
            "finish_missing_thought_signature",
            "finish_malformed_response",
            "finish_escalation",
            "finish_pup_limited_disabled",
            "finish_continuation",
            "finish_model_armor",
            "finish_of_tomorrow",
            "no_candidates",
            "empty_candidates",
            "empty_parts",
            "empty_text",
            "thought_only",
            "json_list",
        ],
        NONE,
    ),
    (
        &[
            "blocked_safety",
            "blocked_other",
            "blocked_blocklist",
            "blocked_prohibited_content",
            "blocked_image_safety",
            "blocked_model_armor",
            "blocked_jailbreak",
        ],
        both(PromptBlocked),
    ),
    (&["text_only", "text_only_no_image"], [Some(BadDescription), Some(TextOnly)]),
    (&["draft_then_image"], [Some(BadDescription), None]),
    (&["delay"], [None, None]),
    (&["bad_base64"], [Some(InvalidResponse), Some(InvalidResponse)]),
    (
        &["truncated_json", "wrong_content_type", "bad_gzip", "huge_body", "empty_body", "json_null"],
        both(InvalidResponse),
    ),
    (&["stream_error"], both(Overloaded)),
    (&["refuse", "hangup", "reset"], both(GatewayUnreachable)),
    (&["stall", "silence", "trickle"], both(Timeout)),
];

const NONE: [Option<FailureCode>; 2] = [Some(BadDescription), Some(NoImage)];
const WITHHELD: [Option<FailureCode>; 2] = [Some(PromptBlocked), Some(ImageBlocked)];

const fn both(code: FailureCode) -> [Option<FailureCode>; 2] {
    [Some(code), Some(code)]
}

fn expected() -> HashMap<&'static str, [Option<FailureCode>; 2]> {
    MATRIX.iter().flat_map(|(names, outcome)| names.iter().map(|name| (*name, *outcome))).collect()
}

/// Faults of one step only: those that make words at step 1, those that make pictures at step 2.
fn of_one_step() -> HashMap<&'static str, (u8, Option<FailureCode>)> {
    HashMap::from([
        ("prose_around", (1, None)),
        ("code_fence", (1, None)),
        ("json_array", (1, None)),
        ("nulls", (1, None)),
        ("prompt_injection", (1, None)),
        ("long_description", (1, None)),
        ("description_truncated", (1, Some(BadDescription))),
        ("all_null", (1, Some(BadDescription))),
        ("not_json", (1, Some(BadDescription))),
        ("two_images", (2, None)),
        ("wrong_ratio", (2, None)),
        ("echo_person", (2, Some(Unchanged))),
        ("echo_outfit", (2, Some(Unchanged))),
        ("tiny_image", (2, Some(InvalidResponse))),
        ("empty_image", (2, Some(InvalidResponse))),
        ("truncated_image", (2, Some(InvalidResponse))),
        ("wrong_mime", (2, Some(InvalidResponse))),
        ("svg_image", (2, Some(InvalidResponse))),
    ])
}

/// Step 2 alone is asked for with a description, so that nothing else happens.
fn form(step: u8) -> TestForm {
    let form = TestForm::new(person(), garment());
    if step == 2 { form.text("description", r#"{"garment_type":"t-shirt","slot":"top"}"#) } else { form }
}

/// Arms a fault for as many calls as a step may make.
async fn arm(embedded: &Embedded, name: &str, step: u8) {
    let mut fault = json!({ "name": name, "step": step, "times": 3 });
    match name {
        "delay" => fault["delay_ms"] = 50.into(),
        "hangup" | "reset" => fault["after_bytes"] = 40.into(),
        _ => {}
    }
    embedded.arm(fault).await;
}

async fn told(app: &TestApp, form: TestForm) -> Option<FailureCode> {
    let events = tokio::time::timeout(NO_HANG, app.look(form)).await.unwrap();
    match events.last() {
        Some(Event::Done { .. }) => None,
        Some(Event::Failed(failed)) => Some(failed.code),
        other => panic!("no end: {other:?}"),
    }
}

#[tokio::test]
async fn the_matrix_knows_every_fault() {
    let embedded = Embedded::start().await;
    let (matrix, single) = (expected(), of_one_step());
    let mut names = embedded.catalogue().await;
    names.retain(|name| !matrix.contains_key(name.as_str()) && !single.contains_key(name.as_str()));
    assert!(names.is_empty(), "{names:?}");
    assert!(matrix.len() + single.len() >= 100);
}

/// One test for each part of the matrix, so that they run beside each other.
async fn each(part: usize, parts: usize) {
    let embedded = Embedded::start().await;
    let mut cases: Vec<(&str, u8, Option<FailureCode>)> = Vec::new();
    for (name, [one, two]) in expected() {
        cases.extend([(name, 1, one), (name, 2, two)]);
    }
    cases.extend(of_one_step().into_iter().map(|(name, (step, code))| (name, step, code)));
    cases.sort_by_key(|case| (case.0, case.1));
    let mut wrong = Vec::new();
    for (name, step, code) in cases.into_iter().skip(part).step_by(parts) {
        // What one fault taught an application is not to help it with the next.
        let app = embedded.app().await;
        arm(&embedded, name, step).await;
        let came = told(&app, form(step)).await;
        embedded.disarm().await;
        if came != code {
            wrong.push(format!("{name} at step {step}: {came:?} instead of {code:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn every_fault_has_its_code_1() {
    each(0, 4).await;
}

#[tokio::test]
async fn every_fault_has_its_code_2() {
    each(1, 4).await;
}

#[tokio::test]
async fn every_fault_has_its_code_3() {
    each(2, 4).await;
}

#[tokio::test]
async fn every_fault_has_its_code_4() {
    each(3, 4).await;
}

/// Faults of every kind, and after each a look that is made: with one permit only, a lost one would be `busy`.
async fn cycle(embedded: &Embedded, app: &TestApp) {
    for name in
        ["unauthorized", "finish_no_image", "huge_body", "reset", "stall", "silence", "bad_gzip", "truncated_json"]
    {
        arm(embedded, name, 2).await;
        assert_ne!(told(app, form(2)).await, None, "{name}");
        embedded.disarm().await;
        assert_eq!(told(app, form(2)).await, None, "after {name}");
    }
}

#[tokio::test]
async fn nothing_is_left_behind() {
    let embedded = Embedded::start().await;
    let app = embedded.app().await;
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    cycle(&embedded, &app).await;
    let before = tasks();
    cycle(&embedded, &app).await;
    // Connections that were cut are noticed a moment later. One that is kept for the next call has a task at either end; a leak would
    // have one for each of eight faults.
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    while tasks() > before + 4 && tokio::time::Instant::now() < deadline {
        tokio::task::yield_now().await;
    }
    assert!(tasks() <= before + 4, "{} tasks, {before} before", tasks());
    let open = embedded.get("/control/calls").await;
    assert_eq!(open["open"], 0, "{open}");
}

#[tokio::test]
async fn a_failing_gateway_is_not_buried_under_repeats() {
    let embedded = Embedded::start().await;
    let settings =
        [("GATEWAY_URL", embedded.url.as_str()), ("GATEWAY_TOKEN", "canary-token"), ("GATEWAY_CACHE", "off")];
    let app = TestApp::with_settings(&settings).await;
    // Words at once: nothing here is about pictures. Every other answer is a failure that may pass.
    let outfit = json!({ "candidates": [{ "content": { "parts": [{ "text": "{\"garment_type\":\"dress\"}" }] }, "finishReason": "STOP" }] });
    for at in 0..LOOKS * 3 {
        let fault = if at % 2 == 0 {
            json!({ "name": "overloaded", "step": 1 })
        } else {
            json!({ "step": 1, "status": 200, "body": outfit })
        };
        embedded.arm(fault).await;
    }
    // Step 2 is refused at once, so that each look makes one interesting call and its repeats.
    embedded.arm(json!({ "name": "unauthorized", "step": 2, "times": LOOKS })).await;
    let mut retried = Vec::new();
    for _look in 0..LOOKS {
        let events = app.look(form(1)).await;
        retried.push(events.iter().filter(|event| matches!(event, Event::Retrying { .. })).count());
    }
    let sum: usize = retried.iter().sum();
    assert!(retried.iter().all(|count| *count <= 2), "never more than three calls");
    // Ten repeats are there at the start, one more comes with ten calls (a look makes two), and two a minute.
    assert!((10..=16 + 2 * LOOKS / 10).contains(&sum), "{sum} repeats of {LOOKS} calls");
}

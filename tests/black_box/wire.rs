//! What the gateway is sent.

use primerka::look::event::Event;
use primerka::look::failure::FailureCode;
use serde_json::json;

use super::support::{Answer, TestApp, TestForm, Upstream, events, garment, jpeg, names, person, picture};

fn form() -> TestForm {
    TestForm::new(person(), garment())
}

#[tokio::test]
async fn both_calls_carry_what_they_must_and_no_more() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    app.look(form()).await;
    let recorded = upstream.recorded();
    assert_eq!(recorded.len(), 2);
    for call in &recorded {
        assert_eq!(call.path, "/v1/0123/webapp/google-ai-studio/v1beta/models/gemini-nano-banana-2.1:generateContent");
        assert_eq!(call.headers["cf-aig-authorization"], "Bearer canary-token");
        assert_eq!(call.headers["cf-aig-collect-log-payload"], "false");
        assert_eq!(call.headers["content-type"], "application/json");
        for absent in ["x-goog-api-key", "authorization", "cookie", "cf-aig-skip-cache"] {
            assert!(!call.headers.contains_key(absent), "{absent}");
        }
    }
}

#[tokio::test]
async fn labels_stand_before_photos_and_photo_a_is_last() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    app.look(TestForm::new(jpeg(&picture(300, 400)), jpeg(&picture(500, 200)))).await;
    let recorded = upstream.recorded();
    let shape = |index: usize| -> Vec<String> {
        let show = |part: &serde_json::Value| match part["text"].as_str() {
            Some(text) if text.len() < 40 => text.to_owned(),
            Some(_) => "task".to_owned(),
            None => {
                assert_eq!(part["inlineData"]["mimeType"], "image/jpeg");
                "photo".to_owned()
            }
        };
        recorded[index].parts().iter().map(show).collect()
    };
    assert_eq!(shape(0), ["PHOTO B (the outfit):", "photo", "task"]);
    assert_eq!(shape(1), ["task", "PHOTO B (the outfit):", "photo", "PHOTO A (the person):", "photo"]);
    let width = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().width();
    assert_eq!(recorded[0].photos().iter().map(|photo| width(photo)).collect::<Vec<_>>(), [500]);
    assert_eq!(recorded[1].photos().iter().map(|photo| width(photo)).collect::<Vec<_>>(), [500, 300]);
    assert_eq!(
        recorded[0].body["generationConfig"],
        json!({ "responseModalities": ["TEXT"], "maxOutputTokens": 8192 })
    );
    let wanted = json!({ "responseModalities": ["TEXT", "IMAGE"], "imageConfig": { "aspectRatio": "3:4" }, "maxOutputTokens": 1120 + 8192 });
    assert_eq!(recorded[1].body["generationConfig"], wanted);
}

#[tokio::test]
async fn choices_of_the_form_reach_the_model() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    app.look(form().text("aspect_ratio", "16:9").text("image_size", "2K").text("fresh", "true")).await;
    let recorded = upstream.recorded();
    let config = &recorded[1].body["generationConfig"]["imageConfig"];
    assert_eq!(config, &json!({ "aspectRatio": "16:9", "imageSize": "2K" }));
    assert_eq!(recorded[1].headers["cf-aig-skip-cache"], "true");
}

#[tokio::test]
async fn a_key_of_ones_own_goes_along_only_when_set() {
    let upstream = Upstream::start().await;
    let settings = [("GATEWAY_URL", upstream.url.as_str()), ("GATEWAY_TOKEN", "t"), ("GOOGLE_API_KEY", "AIza-canary")];
    TestApp::with_settings(&settings).await.look(form()).await;
    assert_eq!(upstream.recorded()[0].headers["x-goog-api-key"], "AIza-canary");
}

#[tokio::test]
async fn a_text_model_describes_and_the_image_model_draws() {
    let upstream = Upstream::start().await;
    let settings =
        [("GATEWAY_URL", upstream.url.as_str()), ("GATEWAY_TOKEN", "t"), ("DESCRIBE_MODEL", "gemini-3.1-flash")];
    TestApp::with_settings(&settings).await.look(form()).await;
    let models: Vec<_> =
        upstream.recorded().iter().map(|call| call.path.rsplit('/').next().unwrap().to_owned()).collect();
    assert_eq!(models, ["gemini-3.1-flash:generateContent", "gemini-nano-banana-2.1:generateContent"]);
}

#[tokio::test]
async fn a_retired_model_in_the_url_goes_on_with_the_next_one() {
    let upstream = Upstream::start().await;
    let url = upstream.url.replace("gemini-nano-banana-2.1", "gemini-2.5-flash-image");
    let app = TestApp::with_settings(&[("GATEWAY_URL", &url), ("GATEWAY_TOKEN", "t")]).await;
    let retired = Answer::new(
        404,
        r#"{"error":{"code":404,"message":"This model models/gemini-2.5-flash-image is no longer available.","status":"NOT_FOUND"}}"#,
    );
    // Step 2 does not wait for the same 404 again, nor does the next look.
    upstream.script([retired]);
    assert_eq!(names(&app.look(form()).await).last().unwrap(), "done");
    let told = app.look(form()).await;
    assert_eq!(names(&told).last().unwrap(), "done");
    let models: Vec<_> =
        upstream.recorded().iter().map(|call| call.path.rsplit('/').next().unwrap().to_owned()).collect();
    let (old, new) = ("gemini-2.5-flash-image:generateContent", "gemini-nano-banana-2.1:generateContent");
    assert_eq!(models, [old, new, new, new, new]);
}

#[tokio::test]
async fn a_model_that_is_known_to_be_gone_may_also_be_not_found() {
    let upstream = Upstream::start().await;
    let url = upstream.url.replace("gemini-nano-banana-2.1", "gemini-2.5-flash-image");
    let app = TestApp::with_settings(&[("GATEWAY_URL", &url), ("GATEWAY_TOKEN", "t")]).await;
    upstream.script([Answer::new(
        404,
        r#"{"error":{"code":404,"message":"models/gemini-2.5-flash-image is not found for API version v1beta","status":"NOT_FOUND"}}"#,
    )]);
    assert_eq!(names(&app.look(form()).await).last().unwrap(), "done");
    assert_eq!(upstream.recorded().len(), 3);
}

#[tokio::test]
async fn an_unknown_model_is_told_and_not_papered_over() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    upstream.script([Answer::new(
        404,
        r#"{"error":{"code":404,"message":"models/x is not found for API version v1beta","status":"NOT_FOUND"}}"#,
    )]);
    let told = app.look(form()).await;
    assert_eq!(names(&told), ["accepted", "describing", "failed"]);
    assert_eq!(upstream.recorded().len(), 1);
}

/// The models' names in the order in which they were asked.
fn asked(upstream: &Upstream) -> Vec<String> {
    let calls = upstream.recorded();
    let name = |path: &str| path.rsplit('/').next().unwrap().split(':').next().unwrap().to_owned();
    calls.iter().map(|call| name(&call.path)).collect()
}

#[tokio::test]
async fn every_model_retired_is_told() {
    let upstream = Upstream::start().await;
    let settings = [("GATEWAY_URL", upstream.url.as_str()), ("GATEWAY_TOKEN", "t"), ("IMAGE_MODELS", "second, third")];
    let app = TestApp::with_settings(&settings).await;
    let retired = Answer::new(
        404,
        r#"{"error":{"code":404,"message":"This model models/x is no longer available.","status":"NOT_FOUND"}}"#,
    );
    upstream.script([retired.clone(), retired.clone(), retired]);
    for _look in 0..2 {
        let told = app.look(form()).await;
        let Some(Event::Failed(failed)) = told.last() else { panic!("{told:?}") };
        assert_eq!(failed.code, FailureCode::ModelRetired);
    }
    assert_eq!(asked(&upstream), ["gemini-nano-banana-2.1", "second", "third"], "and nobody is asked twice");
}

#[tokio::test]
async fn what_may_be_kept_is_said_to_the_gateway() {
    for (setting, kept) in [("all", [true, true]), ("describe", [true, false]), ("off", [false, false])] {
        let upstream = Upstream::start().await;
        let settings = [
            ("GATEWAY_URL", upstream.url.as_str()),
            ("GATEWAY_TOKEN", "t"),
            ("GATEWAY_CACHE", setting),
            ("CACHE_TTL", "7200"),
        ];
        TestApp::with_settings(&settings).await.look(form()).await;
        for (call, kept) in upstream.recorded().iter().zip(kept) {
            assert_eq!(call.headers["cf-aig-cache-ttl"], if kept { "7200" } else { "0" }, "{setting}");
            assert_eq!(call.headers.contains_key("cf-aig-skip-cache"), !kept, "{setting}");
        }
    }
}

#[tokio::test]
async fn the_gateways_log_learns_enough_and_nobodys_name() {
    let upstream = Upstream::start().await;
    let settings = [
        ("GATEWAY_URL", upstream.url.as_str()),
        ("GATEWAY_TOKEN", "t"),
        ("GATEWAY_BYOK_ALIAS", "spare"),
        ("GATEWAY_TIMEOUT", "60"),
    ];
    let app = TestApp::with_settings(&settings).await;
    let cookie = format!("visitor={}", "c".repeat(32));
    let mut traces = std::collections::HashSet::new();
    let mut ids = Vec::new();
    for _look in 0..2 {
        let request = app.client.post(app.url("/api/looks")).header("cookie", &cookie);
        let text = request.multipart(form().into_multipart()).send().await.unwrap().text().await.unwrap();
        let Some(Event::Done { look, .. }) = events(&text).pop() else { panic!("{text}") };
        ids.push(look.id.to_string());
    }
    let mut users = std::collections::HashSet::new();
    for (call, step) in upstream.recorded().iter().zip([1, 2, 1, 2]) {
        let header = |name: &str| call.headers[name].to_str().unwrap();
        let metadata: serde_json::Value = serde_json::from_str(header("cf-aig-metadata")).unwrap();
        assert_eq!(metadata["step"], step);
        assert!(metadata["app"].as_str().unwrap().starts_with("primerka/"));
        assert!(metadata.as_object().unwrap().values().all(|value| value.is_string() || value.is_number()));
        users.insert(metadata["user"].as_str().unwrap().to_owned());
        assert_eq!(header("cf-aig-byok-alias"), "spare");
        let timeout: u64 = header("cf-aig-request-timeout").parse().unwrap();
        assert!((30_000..60_000).contains(&timeout), "{timeout}: before we give up");
        let cost: serde_json::Value = serde_json::from_str(header("cf-aig-custom-cost")).unwrap();
        let dearest = if step == 1 { 7.5e-6 } else { 30e-6 };
        assert!((cost["per_token_out"].as_f64().unwrap() - dearest).abs() < 1e-12, "{cost}");
        traces.insert(header("cf-aig-event-id").to_owned());
        assert!(!ids.iter().any(|id| format!("{:?}", call.headers).contains(id)), "a look's id opens the look");
        assert!(!format!("{:?}", call.headers).contains(&"c".repeat(32)), "a cookie is the visitor's own");
    }
    assert_eq!((traces.len(), users.len()), (2, 1), "one trace for a look, one user for a visitor");
}

#[tokio::test]
async fn a_body_is_sent_whole_with_its_length_known() {
    let upstream = Upstream::start().await;
    TestApp::start(&upstream).await.look(form()).await;
    for call in upstream.recorded() {
        assert!(call.headers.contains_key("content-length") && !call.headers.contains_key("transfer-encoding"));
    }
}

#[tokio::test]
async fn a_refusal_in_the_gateways_cache_is_not_met_again() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let refused = Answer::new(200, r#"{"candidates":[{"content":{},"finishReason":"IMAGE_SAFETY"}]}"#);
    let skips = |from: usize| -> Vec<bool> {
        let calls = upstream.recorded().split_off(from);
        calls.iter().map(|call| call.headers.contains_key("cf-aig-skip-cache")).collect()
    };
    upstream.script([Answer::described(), refused]);
    app.look(form()).await;
    assert_eq!(skips(0), [false, false]);
    app.look(form()).await;
    assert_eq!(skips(2), [false, true], "the same photos again: past the cache");
    app.look(form()).await;
    assert_eq!(skips(4), [false, false], "a good answer has taken its place");
}

#[tokio::test]
async fn a_failing_model_is_left_alone_and_its_failure_told() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let broken =
        Answer::new(500, r#"{"error":{"code":500,"message":"An internal error has occurred","status":"INTERNAL"}}"#);
    upstream.script(std::iter::repeat_n(broken, 5));
    let mut codes = Vec::new();
    for _look in 0..3 {
        let told = app.look(form()).await;
        let Some(Event::Failed(failed)) = told.last() else { panic!("{told:?}") };
        codes.push((failed.code, failed.retry_after_s.is_some()));
    }
    // Three calls, then two, then the model is left alone for half a minute; what is told is what is wrong.
    assert_eq!(
        codes,
        [(FailureCode::GatewayError, false), (FailureCode::GatewayError, false), (FailureCode::GatewayError, true)]
    );
    assert_eq!(upstream.recorded().len(), 5);
}

#[tokio::test]
async fn a_wrong_request_leaves_the_model_alone_for_nobody() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let wrong = Answer::new(
        400,
        r#"{"error":{"code":400,"message":"Request contains an invalid argument.","status":"INVALID_ARGUMENT"}}"#,
    );
    upstream.script(std::iter::repeat_n(wrong, 6));
    for _look in 0..6 {
        app.look(form()).await;
    }
    assert_eq!(names(&app.look(form()).await).last().unwrap(), "done");
}

#[tokio::test]
async fn a_failure_without_an_id_goes_by_the_name_it_was_sent_under() {
    let upstream = Upstream::gated().await;
    let settings = [("GATEWAY_URL", upstream.url.as_str()), ("GATEWAY_TOKEN", "t"), ("GATEWAY_TIMEOUT", "1")];
    let told = TestApp::with_settings(&settings).await.look(form()).await;
    let Some(Event::Failed(failed)) = told.last() else { panic!("{told:?}") };
    assert_eq!(failed.code, FailureCode::Timeout);
    let sent = upstream.recorded()[0].headers["cf-aig-event-id"].to_str().unwrap().to_owned();
    assert_eq!(failed.request_id.as_deref(), Some(sent.as_str()));
}

#[tokio::test]
async fn no_name_and_no_tls_are_a_gateway_out_of_reach() {
    let plain = Upstream::start().await;
    let port = plain.url.split(':').nth(2).unwrap().split('/').next().unwrap().to_owned();
    for url in ["https://primerka.invalid/v1/a/g".to_owned(), format!("https://127.0.0.1:{port}/v1/a/g")] {
        let settings = [("GATEWAY_URL", url.as_str()), ("GATEWAY_TOKEN", "canary-token")];
        let told = TestApp::with_settings(&settings).await.look(form()).await;
        let Some(Event::Failed(failed)) = told.last() else { panic!("{told:?}") };
        assert_eq!(failed.code, FailureCode::GatewayUnreachable, "{url}");
    }
    assert!(plain.recorded().is_empty());
}

#[tokio::test]
async fn plain_google_gets_its_key_and_nothing_of_cloudflares() {
    let upstream = Upstream::start().await;
    let url = upstream.url.replace("/v1/0123/webapp/google-ai-studio", "");
    let settings =
        [("GATEWAY_URL", url.as_str()), ("GATEWAY_TOKEN", "canary-token"), ("GOOGLE_API_KEY", "AIza-canary")];
    let app = TestApp::with_settings(&settings).await;
    assert_eq!(names(&app.look(form()).await).last().unwrap(), "done");
    for call in upstream.recorded() {
        assert_eq!(call.path, "/v1beta/models/gemini-nano-banana-2.1:generateContent");
        assert_eq!(call.headers["x-goog-api-key"], "AIza-canary");
        assert!(!call.headers.keys().any(|name| name.as_str().starts_with("cf-")), "{:?}", call.headers);
    }
}

#[tokio::test]
async fn the_token_goes_to_no_other_host() {
    let (upstream, elsewhere) = (Upstream::start().await, Upstream::start().await);
    let app = TestApp::start(&upstream).await;
    for status in [301, 302, 303, 307, 308] {
        let mut redirect = Answer::new(status, "");
        redirect.headers.push(("location".to_owned(), elsewhere.url.clone()));
        upstream.script([redirect]);
        let told = app.look(form()).await;
        let Some(Event::Failed(failed)) = told.last() else { panic!("{told:?}") };
        assert_eq!(failed.code, FailureCode::GatewayError, "{status}");
    }
    assert!(elsewhere.recorded().is_empty());
}

#[tokio::test]
async fn a_wait_that_is_asked_for_is_kept_to_the_millisecond() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let quota = r#"{"error":{"code":429,"message":"quota","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"0.25s"}]}}"#;
    upstream.script([Answer::new(429, quota)]);
    let told = app.look(form()).await;
    let waits: Vec<_> = told
        .iter()
        .filter_map(|event| match event {
            Event::Retrying { attempt, after_ms, .. } => Some((*attempt, *after_ms)),
            _ => None,
        })
        .collect();
    assert_eq!(waits, [(2, 250)]);
    let Some(Event::Done { elapsed_ms, .. }) = told.last() else { panic!("{told:?}") };
    assert!(*elapsed_ms >= 250, "not before");
}

#[tokio::test]
async fn a_model_that_fails_again_and_again_is_left_alone() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let mut busy = Answer::new(503, "");
    busy.headers.push(("retry-after".to_owned(), "90".to_owned()));
    upstream.script(std::iter::repeat_n(busy, 5));
    let failed = async || match app.look(form()).await.pop() {
        Some(Event::Failed(failed)) => (failed.code, failed.retry_after_s),
        other => panic!("{other:?}"),
    };
    for _look in 0..5 {
        assert_eq!(failed().await, (FailureCode::Overloaded, Some(90)));
    }
    let (code, wait) = failed().await;
    assert_eq!((code, upstream.recorded().len()), (FailureCode::Overloaded, 5), "nobody is asked");
    assert!(wait.is_some_and(|wait| (1..=30).contains(&wait)), "{wait:?}");
}

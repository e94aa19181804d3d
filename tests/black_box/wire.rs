//! What the gateway is sent.

use serde_json::json;

use super::support::{Answer, TestApp, TestForm, Upstream, garment, jpeg, names, person, picture};

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
    assert_eq!(recorded[0].body["generationConfig"], json!({ "responseModalities": ["TEXT"] }));
    let wanted = json!({ "responseModalities": ["TEXT", "IMAGE"], "imageConfig": { "aspectRatio": "3:4" } });
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
    upstream.script([retired.clone(), Answer::described(), retired, Answer::picture()]);
    let told = app.look(form()).await;
    assert_eq!(names(&told).last().unwrap(), "done");
    let models: Vec<_> =
        upstream.recorded().iter().map(|call| call.path.rsplit('/').next().unwrap().to_owned()).collect();
    let (old, new) = ("gemini-2.5-flash-image:generateContent", "gemini-nano-banana-2.1:generateContent");
    assert_eq!(models, [old, new, old, new]);
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

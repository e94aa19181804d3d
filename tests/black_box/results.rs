//! What is shown of what a model drew, what is asked for once more, and what it all cost.

use image::{DynamicImage, ImageFormat, Rgb, imageops};
use primerka::look::event::Event;
use primerka::look::failure::FailureCode;
use primerka::look::price::Tokens;
use primerka::look::step::Step;
use serde_json::{Value, json};

use super::support::{Answer, TestApp, TestForm, Upstream, encoded, garment, jpeg, person, picture};

/// The answer with another count of its tokens.
fn with_usage(answer: Answer, usage: Value) -> Answer {
    let mut body: Value = serde_json::from_str(&answer.body).unwrap();
    body["usageMetadata"] = usage;
    Answer { body: body.to_string(), ..answer }
}

async fn told(app: &TestApp) -> Event {
    app.look(TestForm::new(person(), garment())).await.pop().unwrap()
}

fn code(event: &Event) -> FailureCode {
    let Event::Failed(failed) = event else { panic!("{event:?}") };
    failed.code
}

/// An input as the model got it: the photo that the first call of step 2 held at `at`.
async fn input(at: usize) -> Vec<u8> {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    told(&app).await;
    upstream.recorded()[1].photos().remove(at)
}

#[tokio::test]
async fn an_input_is_never_shown_as_a_result() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    for (name, at) in [("outfit", 0), ("person", 1)] {
        let sent = input(at).await;
        let pixels = image::load_from_memory(&sent).unwrap();
        let (width, height) = (pixels.width(), pixels.height());
        let smaller = pixels.resize_exact(width * 2 / 3, height * 2 / 3, imageops::FilterType::Triangle);
        let cut = pixels.crop_imm(width / 20, 0, width * 9 / 10, height);
        for (way, bytes) in [
            ("as it was", sent.clone()),
            ("as a PNG", encoded(&pixels, ImageFormat::Png)),
            ("as a poor JPEG", jpeg(&smaller.to_rgb8())),
            ("cut", jpeg(&cut.to_rgb8())),
        ] {
            upstream.script([Answer::described(), Answer::image(&bytes), Answer::image(&bytes)]);
            assert_eq!(code(&told(&app).await), FailureCode::Unchanged, "{name} {way}");
        }
    }
}

#[tokio::test]
async fn a_small_thing_put_on_is_a_result() {
    let sent = input(1).await;
    let mut pixels = image::load_from_memory(&sent).unwrap().to_rgb8();
    let (width, height) = pixels.dimensions();
    for y in height / 8..height / 8 + height / 24 {
        for x in width * 4 / 10..width * 6 / 10 {
            pixels.put_pixel(x, y, Rgb([10, 10, 12]));
        }
    }
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    upstream.script([Answer::described(), Answer::image(&jpeg(&pixels))]);
    assert!(matches!(told(&app).await, Event::Done { .. }));
}

#[tokio::test]
async fn a_flawed_answer_is_asked_for_once_more_and_past_the_cache() {
    let drawing = encoded(&DynamicImage::ImageRgb8(picture(16, 16)), ImageFormat::Png);
    for flawed in [Answer::words("Here is your picture:"), Answer::new(200, "{}"), Answer::image(&drawing)] {
        // What went wrong is remembered, so each case has an application of its own.
        let upstream = Upstream::start().await;
        let app = TestApp::start(&upstream).await;
        upstream.script([Answer::described(), flawed.clone()]);
        let events = app.look(TestForm::new(person(), garment())).await;
        assert!(matches!(events.last(), Some(Event::Done { .. })), "{flawed:?} {events:?}");
        assert!(!events.iter().any(|event| matches!(event, Event::Retrying { .. })), "quietly");
        let calls = upstream.recorded();
        assert_eq!(calls.len(), 3);
        assert!(!calls[1].headers.contains_key("cf-aig-skip-cache"));
        assert_eq!(calls[2].headers["cf-aig-skip-cache"], "true", "what was no good may be in the cache");
        assert!(calls[2].parts()[0]["text"].as_str().unwrap().contains("no usable picture"));
        assert_eq!(calls[2].parts()[1..], calls[1].parts()[..], "the same question");
    }
}

#[tokio::test]
async fn a_description_that_cannot_be_read_is_asked_for_once_more() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    upstream.script([Answer::words("It is a lovely dress."), Answer::described()]);
    assert!(matches!(told(&app).await, Event::Done { .. }));
    let calls = upstream.recorded();
    assert_eq!(calls.len(), 3);
    assert_eq!(calls[1].headers["cf-aig-skip-cache"], "true");
    assert!(calls[1].parts().last().unwrap()["text"].as_str().unwrap().contains("JSON object alone"));
}

#[tokio::test]
async fn a_picture_of_another_shape_is_better_than_none() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let (wide, tall) = (Answer::image(&jpeg(&picture(160, 90))), Answer::image(&jpeg(&picture(90, 120))));
    let gone = Answer::new(401, r#"{"error":[{"code":2009,"message":"Unauthorized"}]}"#);
    for (second, width) in [(tall, 90), (wide.clone(), 160), (Answer::words("No."), 160), (gone, 160)] {
        upstream.script([Answer::described(), wide.clone(), second]);
        let Event::Done { look, .. } = told(&app).await else { panic!("nothing was shown") };
        assert_eq!(look.width, width);
    }
}

#[tokio::test]
async fn a_picture_that_cannot_be_decoded_is_no_result() {
    let mut cut = jpeg(&picture(300, 400));
    cut.truncate(600);
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    upstream.script([Answer::described(), Answer::image(&cut), Answer::image(&cut)]);
    let told = told(&app).await;
    assert_eq!(code(&told), FailureCode::InvalidResponse);
    let Event::Failed(failed) = told else { unreachable!() };
    assert_eq!(failed.step, Some(Step::TryOn));
}

#[tokio::test]
async fn every_attempt_is_paid_for_and_a_cached_one_is_not() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let described = with_usage(
        Answer::described(),
        json!({ "promptTokenCount": 1000, "candidatesTokenCount": 100, "thoughtsTokenCount": 20 }),
    );
    let words = with_usage(Answer::words("No."), json!({ "promptTokenCount": 2000, "candidatesTokenCount": 10 }));
    // And a picture: 2000 tokens sent, 1120 drawn.
    upstream.script([described.clone(), words, Answer::picture()]);
    let Event::Done { cost_usd, tokens, .. } = told(&app).await else { panic!("no look") };
    assert_eq!(tokens, Tokens { prompt: 5000, text: 130, image: 1120 });
    let price = 5000.0 * 1.5e-6 + 130.0 * 7.5e-6 + 1120.0 * 30e-6;
    assert!((cost_usd.unwrap() - price).abs() < 1e-9, "{cost_usd:?} {price}");

    let hit = |mut answer: Answer| {
        answer.headers.push(("cf-aig-cache-status".to_owned(), "HIT".to_owned()));
        answer
    };
    upstream.script([hit(described), hit(Answer::picture())]);
    let Event::Done { cost_usd, tokens, cached, .. } = told(&app).await else { panic!("no look") };
    assert_eq!((cost_usd, tokens, cached), (Some(0.0), Tokens::default(), true));
}

#[tokio::test]
async fn what_a_refusal_counts_is_paid_too() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let wide = with_usage(Answer::image(&jpeg(&picture(160, 90))), json!({ "promptTokenCount": 2000 }));
    let refused = r#"{"candidates":[{"finishReason":"IMAGE_SAFETY"}]}"#;
    let refused = with_usage(Answer::new(200, refused), json!({ "promptTokenCount": 2000 }));
    let described = with_usage(Answer::described(), json!({ "promptTokenCount": 1000 }));
    upstream.script([described, wide, refused]);
    let Event::Done { cost_usd, tokens, .. } = told(&app).await else { panic!("no look") };
    assert_eq!(tokens.prompt, 5000);
    assert!((cost_usd.unwrap() - 5000.0 * 1.5e-6).abs() < 1e-9, "{cost_usd:?}");
}

#[tokio::test]
async fn what_nobody_counted_is_not_free() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    upstream.script([with_usage(Answer::described(), Value::Null)]);
    let Event::Done { cost_usd, .. } = told(&app).await else { panic!("no look") };
    assert_eq!(cost_usd, None);
}

#[tokio::test]
async fn a_step_makes_three_calls_whatever_they_are_for() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let overloaded = Answer::new(503, r#"{"error":{"code":503,"message":"later","status":"UNAVAILABLE"}}"#);
    upstream.script([Answer::described(), overloaded.clone(), overloaded, Answer::words("No.")]);
    assert_eq!(code(&told(&app).await), FailureCode::TextOnly);
    assert_eq!(upstream.recorded().len(), 4, "no call is left for a second attempt");
}

#[tokio::test]
async fn what_was_no_good_is_not_met_again_in_the_gateways_cache() {
    let drawing = encoded(&DynamicImage::ImageRgb8(picture(16, 16)), ImageFormat::Png);
    for (step, flawed) in
        [(0, Answer::words("A dress.")), (1, Answer::image(&drawing)), (1, Answer::image(&input(1).await))]
    {
        let upstream = Upstream::start().await;
        let app = TestApp::start(&upstream).await;
        let good = [Answer::described(), Answer::picture()];
        let mut answers = good.to_vec();
        answers.insert(step, flawed);
        upstream.script(answers);
        assert!(matches!(told(&app).await, Event::Done { .. }), "{step}");
        assert!(matches!(told(&app).await, Event::Done { .. }), "{step}");
        let skips = |call: usize| upstream.recorded()[call].headers.contains_key("cf-aig-skip-cache");
        assert_eq!(
            [skips(3), skips(4)],
            [step == 0, step == 1],
            "the second look passes by what was bad, and nothing else"
        );
    }
}

#[tokio::test]
async fn a_price_nobody_knows_is_not_made_up() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let mut drawn = Answer::picture();
    drawn.body = drawn.body.replace("gemini-nano-banana-2.1", "gemini-of-tomorrow");
    upstream.script([Answer::described(), drawn]);
    let Event::Done { cost_usd, model, .. } = told(&app).await else { panic!("no look") };
    assert_eq!((cost_usd, model.as_str()), (None, "gemini-of-tomorrow"));
}

#[tokio::test]
async fn a_dynamic_route_says_which_model_drew() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let mut drawn = Answer::picture();
    drawn.headers.push(("cf-aig-model".to_owned(), "gemini-3-pro-image".to_owned()));
    upstream.script([Answer::described(), drawn]);
    let Event::Done { model, .. } = told(&app).await else { panic!("no look") };
    assert_eq!(model, "gemini-3-pro-image");
}

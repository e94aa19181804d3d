//! The same form without wasm: a browser that posts it and follows where it is led.

use super::support::{Answer, TestApp, TestForm, Upstream, garment, names, person};

async fn post(app: &TestApp, form: TestForm) -> String {
    let request = app.client.post(app.url("/api/looks")).header("accept", "text/html,application/xhtml+xml");
    let answer = request.multipart(form.into_multipart()).send().await.unwrap();
    assert_eq!(answer.status(), 303);
    answer.headers()["location"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_form_post_is_led_to_the_looks_page_which_waits_and_then_shows_it() {
    let upstream = Upstream::gated().await;
    let app = TestApp::start(&upstream).await;
    let page = post(&app, TestForm::new(person(), garment())).await;
    assert!(page.starts_with("/looks/"), "{page}");
    let waiting = app.get(&page).await.text().await.unwrap();
    assert!(waiting.contains("http-equiv=\"refresh\""), "it reloads itself");
    upstream.let_through(2);
    let id = page.rsplit('/').next().unwrap();
    let events = app.get(&format!("/api/looks/{id}/events")).await.text().await.unwrap();
    assert_eq!(names(&super::support::events(&events)).last().unwrap(), "done");
    let shown = app.get(&page).await.text().await.unwrap();
    assert!(shown.contains(&format!("/looks/{id}/image")) && !shown.contains("http-equiv=\"refresh\""));
}

#[tokio::test]
async fn a_failed_look_says_so_on_its_page() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    upstream.script([Answer::new(401, r#"{"error":[{"code":2009,"message":"Unauthorized"}]}"#)]);
    let page = post(&app, TestForm::new(person(), garment())).await;
    let id = page.rsplit('/').next().unwrap().to_owned();
    app.get(&format!("/api/looks/{id}/events")).await.text().await.unwrap();
    let shown = app.get(&page).await.text().await.unwrap();
    assert!(shown.contains("Gateway не принял токен") && shown.contains("AI Gateway Run"), "{shown}");
}

#[tokio::test]
async fn a_form_that_is_refused_comes_back_with_the_reason_above_it() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let back = post(&app, TestForm::new(person(), b"not a picture".to_vec())).await;
    assert_eq!(back, "/?failure=unsupported_image&photo=outfit");
    let page = app.get(&back).await.text().await.unwrap();
    assert!(page.contains("Фото наряда: Такой формат не подходит"), "{page}");
    let other = app.get("/?failure=%3Cscript%3E&photo=x").await;
    assert_eq!(other.status(), 200);
    assert!(!other.text().await.unwrap().contains("<script>&"), "what is no code is not shown");
}

#[tokio::test]
async fn the_language_switch_is_a_link() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let switched = app.get("/privacy?lang=en").await;
    assert_eq!(switched.status(), 303);
    assert_eq!(switched.headers()["location"], "/privacy");
    let cookie = switched.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.starts_with("lang=en;"), "{cookie}");
    let page = app.client.get(app.url("/privacy")).header("cookie", "lang=en").send().await.unwrap();
    assert!(page.text().await.unwrap().contains("<html lang=\"en\""));
    let away = app.get("//evil.example/?lang=en").await;
    assert_ne!(away.headers().get("location").and_then(|value| value.to_str().ok()), Some("//evil.example/"));
}

#[tokio::test]
async fn a_form_refused_unread_is_still_led_back() {
    let app = TestApp::with_settings(&[]).await;
    // More than the buffers of both sockets hold: an answer before the end of the form would meet a closed connection.
    let large = vec![7; 16 * 1024 * 1024];
    assert_eq!(post(&app, TestForm::new(large, garment())).await, "/?failure=not_configured");
}

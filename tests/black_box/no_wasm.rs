//! The same form without wasm: a browser that posts it and follows where it is led.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

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
    upstream.arrival().await;
    let waiting = app.get(&page).await.text().await.unwrap();
    assert!(waiting.contains(&format!("content=\"0; url={page}?seen=2\"")), "it leads to its next state: {waiting}");
    let next = format!("{page}?seen=2");
    let (next, ()) = tokio::join!(app.get(&next), async { upstream.let_through(1) });
    let next = next.text().await.unwrap();
    assert!(next.contains("?seen=") && !next.contains("?seen=2\""), "held until there was something new: {next}");
    upstream.let_through(1);
    let id = page.rsplit('/').next().unwrap();
    let events = app.get(&format!("/api/looks/{id}/events")).await.text().await.unwrap();
    assert_eq!(names(&super::support::events(&events)).last().unwrap(), "done");
    let shown = app.get(&page).await.text().await.unwrap();
    assert!(shown.contains(&format!("/looks/{id}/image")) && !shown.contains("http-equiv=\"refresh\""));
    assert!(shown.contains("download=\"primerka.jpg\""), "the file is called what it is: {shown}");
    let late = app.get(&format!("{page}?seen=1000")).await;
    assert_eq!(late.status(), 200, "nothing is held for a look that is over");
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
async fn a_form_that_is_refused_comes_back_with_the_reason() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let back = post(&app, TestForm::new(person(), b"not a picture".to_vec())).await;
    assert_eq!(back, "/?failure=unsupported_image&photo=outfit#stage");
    let page = app.get(&back).await.text().await.unwrap();
    assert!(page.contains("Фото наряда: такой формат не подходит") && page.contains("id=\"stage\""), "{page}");
    assert!(page.contains("Выберите фото ещё раз"), "the form has come back empty: {page}");
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
    assert_eq!(post(&app, TestForm::new(large, garment())).await, "/?failure=not_configured#stage");
}

#[tokio::test]
async fn an_iphones_format_comes_back_with_its_own_cure() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
    let back = post(&app, TestForm::new(person(), heic)).await;
    assert_eq!(back, "/?failure=unsupported_image&photo=outfit&why=heic#stage");
    let page = app.get(&back).await.text().await.unwrap();
    assert!(page.contains("Фото наряда: это фото в формате HEIC") && page.contains("На iPhone"), "{page}");
}

#[tokio::test]
async fn a_wait_comes_back_with_the_form() {
    let upstream = Upstream::gated().await;
    let settings = [
        ("GATEWAY_URL", upstream.url.as_str()),
        ("GATEWAY_TOKEN", "t"),
        ("MAX_CONCURRENT_LOOKS", "1"),
        ("MAX_WAITING_LOOKS", "0"),
    ];
    let app = TestApp::with_settings(&settings).await;
    post(&app, TestForm::new(person(), garment())).await;
    let back = post(&app, TestForm::new(garment(), person())).await;
    assert_eq!(back, "/?failure=busy&wait=5#stage");
    let page = app.get(&back).await.text().await.unwrap();
    assert!(page.contains("Можно снова через 5 с."), "{page}");
    let page = app.get("/?failure=busy&wait=4000000000").await.text().await.unwrap();
    assert!(page.contains("Можно снова через 1440 мин."), "nobody waits for longer than a day: {page}");
}

#[tokio::test]
async fn a_form_declared_too_long_is_read_and_led_back() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let large = vec![7; 41 * 1024 * 1024 / 2];
    assert_eq!(post(&app, TestForm::new(large.clone(), large)).await, "/?failure=body_too_large#stage");
}

#[tokio::test]
async fn a_form_without_end_is_not_read_for_ever() {
    let upstream = Upstream::start().await;
    for app in [TestApp::start(&upstream).await, TestApp::with_settings(&[]).await] {
        let taken = Arc::new(AtomicUsize::new(0));
        let tally = taken.clone();
        let head = b"--x\r\nContent-Disposition: form-data; name=\"person\"; filename=\"a\"\r\n\r\n".to_vec();
        let megabytes = std::iter::once(head).chain(std::iter::repeat_n(vec![7_u8; 1024 * 1024], 400));
        let counted = megabytes.inspect(move |_| {
            tally.fetch_add(1, Ordering::Relaxed);
        });
        let body = reqwest::Body::wrap_stream(futures::stream::iter(counted.map(Ok::<_, std::io::Error>)));
        let request = app.client.post(app.url("/api/looks")).header("accept", "text/html");
        // The server closes before it has read all: whether its answer can still be read is luck.
        let _ = request.header("content-type", "multipart/form-data; boundary=x").body(body).send().await;
        let taken = taken.load(Ordering::Relaxed);
        assert!(taken < 100, "{taken} MB were taken");
    }
}

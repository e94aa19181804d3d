//! `POST /api/looks` and the routes of a look.

use futures::StreamExt;
use primerka::look::event::Event;
use primerka::look::failure::FailureCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::support::{Answer, TestApp, TestForm, Upstream, events, garment, names, person, read_until};

fn form() -> TestForm {
    TestForm::new(person(), garment())
}

const ALL: [&str; 5] = ["accepted", "describing", "described", "generating", "done"];

#[tokio::test]
async fn a_look_is_told_in_order_and_its_picture_is_there() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let answer = app.ask(form()).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/x-ndjson");
    let told = events(&answer.text().await.unwrap());
    assert_eq!(names(&told), ALL);
    let Some(Event::Done { look, cost_usd, model, cached, demo, .. }) = told.last() else { panic!("{told:?}") };
    assert_eq!((model.as_str(), *cached, *demo), ("gemini-nano-banana-2.1", false, false));
    assert!(cost_usd.unwrap() > 0.03, "{cost_usd:?}");

    let image = app.get(&look.url).await;
    assert_eq!(image.headers()["content-type"], "image/jpeg");
    assert_eq!(image.headers()["cache-control"], "private, no-cache");
    let etag = image.headers()["etag"].clone();
    let pixels = image::load_from_memory(&image.bytes().await.unwrap()).unwrap();
    assert_eq!((pixels.width(), pixels.height()), (look.width, look.height));
    let again = app.client.get(app.url(&look.url)).header("if-none-match", etag).send().await.unwrap();
    assert_eq!(again.status(), 304);

    let page = app.get(&format!("/looks/{}", look.id)).await;
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains(&look.url));
    let gone = app.client.delete(app.url(&format!("/looks/{}", look.id))).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    assert_eq!(app.get(&look.url).await.status(), 404);
    assert_eq!(app.get(&format!("/looks/{}", look.id)).await.status(), 404);
}

#[tokio::test]
async fn each_event_is_told_as_it_happens() {
    let upstream = Upstream::gated().await;
    let app = TestApp::start(&upstream).await;
    let answer = app.ask(form()).await;
    upstream.arrival().await;
    let (first, rest) = read_until(answer, "describing").await;
    assert_eq!(names(&first), ALL[..2]);
    upstream.let_through(1);
    upstream.arrival().await;
    upstream.let_through(1);
    let rest: Vec<Event> = rest.collect().await;
    assert_eq!(names(&rest), ALL[2..]);
}

#[tokio::test]
async fn a_lost_client_loses_nothing() {
    let upstream = Upstream::gated().await;
    let app = TestApp::start(&upstream).await;
    let (first, rest) = read_until(app.ask(form()).await, "describing").await;
    let Some(Event::Accepted { id }) = first.first() else { panic!("{first:?}") };
    drop(rest);
    upstream.let_through(2);
    let path = format!("/api/looks/{id}/events");
    let (one, other) = tokio::join!(app.get(&path), app.get(&path));
    let one = events(&one.text().await.unwrap());
    assert_eq!(names(&one), ALL);
    assert_eq!(one, events(&other.text().await.unwrap()));
    assert_eq!(upstream.recorded().len(), 2, "paid once");
}

#[tokio::test]
async fn a_cancelled_look_starts_no_further_call() {
    let upstream = Upstream::gated().await;
    let app = TestApp::start(&upstream).await;
    let answer = app.ask(form()).await;
    upstream.arrival().await;
    let (first, rest) = read_until(answer, "describing").await;
    let Some(Event::Accepted { id }) = first.first() else { panic!("{first:?}") };
    let cancel = app.client.post(app.url(&format!("/api/looks/{id}/cancel"))).send().await.unwrap();
    assert_eq!(cancel.status(), 204);
    let rest: Vec<Event> = rest.collect().await;
    let [Event::Failed(failed)] = rest.as_slice() else { panic!("{rest:?}") };
    assert_eq!(failed.code, FailureCode::Cancelled);
    upstream.let_through(2);
    assert_eq!(upstream.recorded().len(), 1);
}

#[tokio::test]
async fn ids_that_nobody_has_are_not_found() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let unknown = "0".repeat(32);
    for path in [
        format!("/api/looks/{unknown}/events"),
        format!("/looks/{unknown}/image"),
        format!("/looks/{unknown}"),
        "/looks/..%2f..%2fetc%2fpasswd/image".to_owned(),
        "/nowhere".to_owned(),
    ] {
        assert_eq!(app.get(&path).await.status(), 404, "{path}");
    }
    let cancel = app.client.post(app.url(&format!("/api/looks/{unknown}/cancel"))).send().await.unwrap();
    assert_eq!(cancel.status(), 404);
}

#[tokio::test]
async fn more_looks_at_once_than_allowed_are_busy() {
    let upstream = Upstream::gated().await;
    let settings = [
        ("GATEWAY_URL", upstream.url.as_str()),
        ("GATEWAY_TOKEN", "t"),
        ("MAX_CONCURRENT_LOOKS", "1"),
        ("MAX_WAITING_LOOKS", "0"),
    ];
    let app = TestApp::with_settings(&settings).await;
    let running = app.ask(form()).await;
    upstream.arrival().await;
    // Another look: the same one would be shared.
    let refused = app.ask(TestForm::new(garment(), person())).await;
    assert_eq!(refused.status(), 503);
    assert_eq!(refused.headers()["retry-after"], "5");
    let told = events(&refused.text().await.unwrap());
    let [Event::Failed(failed)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((failed.code, failed.retry_after_s), (FailureCode::Busy, Some(5)));
    assert!(failed.hint.ends_with("\nМожно снова через 5 с."), "the wait is a line of its own: {}", failed.hint);
    upstream.let_through(2);
    assert_eq!(names(&events(&running.text().await.unwrap())), ALL);
    upstream.let_through(2);
    assert_eq!(names(&app.look(form()).await), ALL);
}

#[tokio::test]
async fn a_description_of_ones_own_skips_step_1() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let told = app.look(form().text("description", r#"{"garment_type":"cape","slot":"outerwear"}"#)).await;
    assert_eq!(names(&told), ALL);
    let Event::Described { outfit, cached: true, .. } = &told[2] else { panic!("{told:?}") };
    assert_eq!(outfit.garment_type, "cape");
    let recorded = upstream.recorded();
    assert_eq!(recorded.len(), 1);
    assert!(recorded[0].parts()[0]["text"].as_str().unwrap().contains("cape"));
}

#[tokio::test]
async fn what_the_form_may_not_hold_is_refused_in_words() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let mut twice = form();
    twice.files.push(("person", person()));
    let mut alone = form();
    alone.files.pop();
    for (form, status, code) in [
        (form().text("aspect_ratio", "7:3"), 400, "bad_request"),
        (form().text("image_size", "1k"), 400, "bad_request"),
        (form().text("unknown", "1"), 400, "bad_request"),
        (form().text("description", "a nice dress"), 422, "bad_description"),
        (form().text("description", &"x".repeat(200_000)), 413, "body_too_large"),
        (twice, 400, "bad_request"),
        (alone, 400, "missing_photo"),
    ] {
        let answer = app.ask(form).await;
        assert_eq!(answer.status(), status, "{code}");
        let line = answer.text().await.unwrap();
        assert!(line.contains(&format!(r#""code":"{code}""#)) && line.lines().count() == 1, "{line}");
    }
    assert!(upstream.recorded().is_empty(), "nothing was paid");
}

#[tokio::test]
async fn bodies_that_are_no_form_do_no_harm() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    for content_type in ["multipart/form-data", "multipart/form-data; boundary=", "application/json", "text/plain"] {
        let request = app.client.post(app.url("/api/looks")).header("content-type", content_type).body("--x");
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 400, "{content_type}");
        assert!(answer.text().await.unwrap().contains("bad_request"));
    }
    let cut = app.client.post(app.url("/api/looks")).header("content-type", "multipart/form-data; boundary=x");
    let cut =
        cut.body("--x\r\nContent-Disposition: form-data; name=\"person\"; filename=\"a\"\r\n\r\nabc").send().await;
    assert_eq!(cut.unwrap().status(), 400);
    assert_eq!(names(&app.look(form()).await), ALL, "the server lives on");
}

#[tokio::test]
async fn a_body_declared_too_long_is_refused_unread_and_in_words() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let address = app.base.trim_start_matches("http://");
    let head = format!(
        "POST /api/looks HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {}\r\n\r\n",
        41 * 1024 * 1024
    );
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection.write_all(head.as_bytes()).await.unwrap();
    // Not a byte of the body is sent.
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    let (head, line) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 413 ") && head.contains("application/x-ndjson"), "{head}");
    let told = events(line);
    let [Event::Failed(failed)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(failed.code, FailureCode::BodyTooLarge);
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_whether_declared_or_not() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let large = TestForm::new(vec![7; 21 * 1024 * 1024], garment());
    let answer = app.ask(large).await;
    assert_eq!(answer.status(), 413);
    assert!(answer.text().await.unwrap().contains("image_too_large"));

    let head = b"--x\r\nContent-Disposition: form-data; name=\"person\"; filename=\"a\"\r\n\r\n".to_vec();
    let chunk = vec![7_u8; 1024 * 1024];
    let chunks =
        futures::stream::iter(std::iter::once(head).chain(std::iter::repeat_n(chunk, 64)).map(Ok::<_, std::io::Error>));
    let request = app.client.post(app.url("/api/looks")).header("content-type", "multipart/form-data; boundary=x");
    // The server may close before it has read all: then there is no answer to read, and that is a refusal too.
    if let Ok(answer) = request.body(reqwest::Body::wrap_stream(chunks)).send().await {
        assert_eq!(answer.status(), 413);
    }
    assert_eq!(names(&app.look(form()).await), ALL, "the server lives on");
}

#[tokio::test]
async fn a_result_that_is_an_input_is_never_shown() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    app.look(form()).await;
    let sent = upstream.recorded()[1].photos();
    for input in sent {
        upstream.script([Answer::described(), Answer::image(&input), Answer::image(&input)]);
        let told = app.look(form()).await;
        let Some(Event::Failed(failed)) = told.last() else { panic!("{told:?}") };
        assert_eq!(failed.code, FailureCode::Unchanged);
    }
}

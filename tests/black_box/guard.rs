//! What stands before the money: nothing is paid twice, nobody empties the purse.

use std::path::Path;

use futures::StreamExt;
use futures::future::join_all;
use primerka::look::event::Event;
use primerka::look::failure::FailureCode;
use primerka::look::id::LookId;

use super::support::{Answer, TestApp, TestForm, Upstream, events, garment, jpeg, names, person, picture, read_until};

const ALL: [&str; 5] = ["accepted", "describing", "described", "generating", "done"];

fn form() -> TestForm {
    TestForm::new(person(), garment())
}

/// An application that keeps what it made for a day, with `more` settings.
async fn caching(upstream: &Upstream, more: &[(&str, &str)]) -> TestApp {
    let mut settings =
        vec![("GATEWAY_URL", upstream.url.as_str()), ("GATEWAY_TOKEN", "canary-token"), ("CACHE_TTL", "86400")];
    settings.extend(more);
    TestApp::with_settings(&settings).await
}

/// What a look cost, what it saved, and whether a cache answered.
fn told(events: &[Event]) -> (f64, f64, bool) {
    let Some(Event::Done { cost_usd, saved_usd, cached, .. }) = events.last() else { panic!("{events:?}") };
    (cost_usd.unwrap(), saved_usd.unwrap(), *cached)
}

fn id(events: &[Event]) -> LookId {
    let Some(Event::Accepted { id }) = events.first() else { panic!("{events:?}") };
    id.clone()
}

fn code(events: &[Event]) -> FailureCode {
    let Some(Event::Failed(failed)) = events.last() else { panic!("{events:?}") };
    failed.code
}

/// The one number that `sql` gives on an application's database.
async fn number(database: &Path, sql: &'static str) -> i64 {
    let connection = tokio_rusqlite::Connection::open(database).await.unwrap();
    connection.call(move |connection| connection.query_row(sql, [], |row| row.get(0))).await.unwrap()
}

#[tokio::test]
async fn the_same_look_again_costs_nothing_and_says_what_it_saves() {
    let upstream = Upstream::start().await;
    let app = caching(&upstream, &[]).await;
    let first = app.look(form()).await;
    let (cost, saved, cached) = told(&first);
    assert!(cost > 0.03 && saved == 0.0 && !cached);
    let second = app.look(form()).await;
    assert_eq!(names(&second), ALL);
    assert_eq!(told(&second), (0.0, cost, true));
    assert!(matches!(&second[2], Event::Described { cached: true, .. }));
    assert_eq!(upstream.recorded().len(), 2, "paid once");
    assert_ne!(id(&first), id(&second), "each has an id of their own");
    let image = async |events: &[Event]| app.get(&format!("/looks/{}/image", id(events))).await.bytes().await.unwrap();
    let (one, other) = (image(&first).await, image(&second).await);
    assert_eq!(one, other);
    assert!(!told(&app.look(form().text("fresh", "true")).await).2, "unless it is to be made anew");
    assert_eq!(upstream.recorded().len(), 4);
}

#[tokio::test]
async fn deleting_a_look_takes_nothing_from_another_viewer_and_the_last_one_takes_it_along() {
    let upstream = Upstream::start().await;
    let app = caching(&upstream, &[]).await;
    let looks = [id(&app.look(form()).await), id(&app.look(form()).await)];
    let image = |look: &LookId| format!("/looks/{look}/image");
    let delete = |look: &LookId| app.client.delete(app.url(&format!("/looks/{look}"))).send();
    assert_eq!(delete(&looks[0]).await.unwrap().status(), 204);
    assert_eq!(
        (app.get(&image(&looks[0])).await.status(), app.get(&image(&looks[1])).await.status()),
        (404.try_into().unwrap(), 200.try_into().unwrap())
    );
    assert_eq!(delete(&looks[1]).await.unwrap().status(), 204);
    let database = app.folder.path().join("primerka.db");
    assert_eq!(number(&database, "SELECT (SELECT count(*) FROM results) + (SELECT count(*) FROM pictures)").await, 0);
    assert!(!told(&app.look(form()).await).2, "it is gone, so it is made anew");
    assert_eq!(upstream.recorded().len(), 3, "the garment is still known");
}

#[tokio::test]
async fn a_garment_is_described_once_whoever_tries_it_on() {
    let upstream = Upstream::start().await;
    let app = caching(&upstream, &[]).await;
    app.look(form()).await;
    let other = app.look(TestForm::new(jpeg(&picture(300, 400)), garment())).await;
    assert!(matches!(&other[2], Event::Described { cached: true, model, .. } if model == "gemini-nano-banana-2.1"));
    assert!(told(&other).0 > 0.03);
    assert_eq!(upstream.recorded().len(), 3);
}

#[tokio::test]
async fn any_number_of_the_same_look_at_once_is_one_upstream_pair() {
    let upstream = Upstream::gated().await;
    let app = caching(&upstream, &[]).await;
    let (first, rest) = read_until(app.ask(form()).await, "describing").await;
    upstream.arrival().await;
    let joined = join_all((0..40).map(|_| async { read_until(app.ask(form()).await, "describing").await })).await;
    // The first client leaves in the middle.
    drop(rest);
    upstream.let_through(1);
    upstream.arrival().await;
    upstream.let_through(1);
    let others = join_all(joined.into_iter().map(|(mut heard, rest)| async move {
        heard.extend(rest.collect::<Vec<_>>().await);
        heard
    }));
    let others = others.await;
    let mut ids = vec![id(&first)];
    for look in &others {
        assert_eq!(names(look), ALL);
        let (cost, saved, cached) = told(look);
        assert!(cost == 0.0 && saved > 0.03 && cached, "the first to ask has paid");
        ids.push(id(look));
    }
    ids.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    ids.dedup();
    assert_eq!(ids.len(), 41);
    assert_eq!(upstream.recorded().len(), 2);
    let first = events(&app.get(&format!("/api/looks/{}/events", id(&first))).await.text().await.unwrap());
    assert!(told(&first).0 > 0.03, "finished for the one who left");
}

#[tokio::test]
async fn all_who_wait_for_a_look_are_told_that_it_failed() {
    let upstream = Upstream::gated().await;
    let app = caching(&upstream, &[]).await;
    let first = app.ask(form()).await;
    upstream.arrival().await;
    let joined = join_all((0..10).map(|_| async { read_until(app.ask(form()).await, "describing").await })).await;
    upstream.script([Answer::new(401, r#"{"error":[{"code":2009,"message":"Unauthorized"}]}"#)]);
    upstream.let_through(1);
    assert_eq!(code(&events(&first.text().await.unwrap())), FailureCode::Unauthorized);
    for (_, rest) in joined {
        assert_eq!(code(&rest.collect::<Vec<_>>().await), FailureCode::Unauthorized);
    }
    assert_eq!(upstream.recorded().len(), 1);
}

#[tokio::test]
async fn one_who_stops_stops_nobody_else() {
    let upstream = Upstream::gated().await;
    let app = caching(&upstream, &[]).await;
    let (first, rest) = read_until(app.ask(form()).await, "describing").await;
    upstream.arrival().await;
    let (second, second_rest) = read_until(app.ask(form()).await, "describing").await;
    let cancel = app.client.post(app.url(&format!("/api/looks/{}/cancel", id(&first)))).send().await.unwrap();
    assert_eq!(cancel.status(), 204);
    assert_eq!(code(&rest.collect::<Vec<_>>().await), FailureCode::Cancelled);
    upstream.let_through(2);
    let told_second: Vec<Event> = second_rest.collect().await;
    assert_eq!(names(&told_second).last().unwrap(), "done");
    assert_eq!(app.get(&format!("/looks/{}/image", id(&second))).await.status(), 200);
    assert_eq!(app.get(&format!("/looks/{}/image", id(&first))).await.status(), 404);
}

#[tokio::test]
async fn what_a_stopped_look_was_paid_for_is_kept_for_the_next_time() {
    let upstream = Upstream::gated().await;
    let app = caching(&upstream, &[]).await;
    let (first, rest) = read_until(app.ask(form()).await, "describing").await;
    upstream.arrival().await;
    app.client.post(app.url(&format!("/api/looks/{}/cancel", id(&first)))).send().await.unwrap();
    assert_eq!(code(&rest.collect::<Vec<_>>().await), FailureCode::Cancelled);
    // The call that was under way is answered, and no other is made.
    upstream.let_through(1);
    let database = app.folder.path().join("primerka.db");
    while number(&database, "SELECT count(*) FROM descriptions").await == 0 {
        tokio::task::yield_now().await;
    }
    upstream.let_through(1);
    assert_eq!(names(&app.look(form()).await), ALL);
    assert_eq!(upstream.recorded().len(), 2);
}

#[tokio::test]
async fn a_restart_loses_nothing_that_was_paid() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("kept.db").display().to_string();
    let upstream = Upstream::start().await;
    let before = caching(&upstream, &[("DATABASE_PATH", &database)]).await;
    let look = before.look(form()).await;
    let after = caching(&upstream, &[("DATABASE_PATH", &database)]).await;
    let again = events(&after.get(&format!("/api/looks/{}/events", id(&look))).await.text().await.unwrap());
    assert_eq!((names(&again).as_slice(), again.last()), (&ALL.map(str::to_owned)[..], look.last()));
    assert_eq!(after.get(&format!("/looks/{}", id(&look))).await.status(), 200);
    assert!(told(&after.look(form()).await).2);
    assert_eq!(upstream.recorded().len(), 2);
}

#[tokio::test]
async fn the_same_request_sent_again_is_the_same_look() {
    let upstream = Upstream::start().await;
    let app = TestApp::start(&upstream).await;
    let ask = async |key: &str, form: TestForm| {
        let request = app.client.post(app.url("/api/looks")).header("idempotency-key", key);
        let request = request.header("cookie", format!("visitor={}", "c".repeat(32)));
        request.multipart(form.into_multipart()).send().await.unwrap()
    };
    let looks = join_all((0..20).map(|_| ask("one", form().text("fresh", "true")))).await;
    let mut ids = Vec::new();
    for look in looks {
        ids.push(id(&events(&look.text().await.unwrap())).to_string());
    }
    ids.dedup();
    assert_eq!((ids.len(), upstream.recorded().len()), (1, 2));
    let other = TestForm::new(jpeg(&picture(300, 400)), garment());
    assert_eq!(ask("one", other.clone()).await.status(), 400, "another request under the same name");
    assert_eq!(ask("two", other).await.status(), 200);
    assert_eq!(ask(&"x".repeat(256), form()).await.status(), 400);
}

#[tokio::test]
async fn limits_hold_for_the_user_and_for_the_address_each_by_itself() {
    let upstream = Upstream::start().await;
    let app = caching(&upstream, &[("RATE_LIMIT_PER_USER_PER_MINUTE", "3")]).await;
    let ask = async |visitor: &str, forwarded: &str| {
        let request = app.client.post(app.url("/api/looks")).header("x-forwarded-for", forwarded);
        let request = request.header("cookie", format!("visitor={visitor}"));
        request.multipart(form().into_multipart()).send().await.unwrap()
    };
    let visitor = "c".repeat(32);
    for _ in 0..3 {
        assert_eq!(ask(&visitor, "192.0.2.1").await.status(), 200);
    }
    let refused = ask(&visitor, "192.0.2.1").await;
    assert_eq!(refused.status(), 429);
    let wait: u32 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=20).contains(&wait), "{wait}");
    let line = refused.text().await.unwrap();
    assert!(line.contains(r#""code":"too_many_looks""#) && line.lines().count() == 1, "{line}");
    // A new cookie and made-up addresses give nothing: the connection comes from one address.
    for at in 0..20 {
        let asked = ask(&format!("{at:032x}"), &format!("198.51.100.{at}")).await;
        assert_eq!(asked.status(), 429);
    }
    let page = app.client.post(app.url("/api/looks")).header("accept", "text/html").multipart(form().into_multipart());
    let led = page.send().await.unwrap();
    assert!(led.headers()["location"].to_str().unwrap().starts_with("/?failure=too_many_looks&wait="));
}

#[tokio::test]
async fn a_trusted_proxy_tells_addresses_apart() {
    let upstream = Upstream::start().await;
    let app = caching(&upstream, &[("RATE_LIMIT_PER_USER_PER_MINUTE", "1"), ("TRUSTED_PROXY_HOPS", "1")]).await;
    let ask = async |forwarded: &str| {
        let request = app.client.post(app.url("/api/looks")).header("x-forwarded-for", forwarded);
        request.multipart(form().into_multipart()).send().await.unwrap().status().as_u16()
    };
    assert_eq!(ask("198.51.100.1").await, 200);
    assert_eq!(ask("198.51.100.2").await, 200);
    assert_eq!(ask("6.6.6.6, 198.51.100.1").await, 429, "what a client adds before it is nobody's word");
    assert_eq!(ask("2001:db8:1:2::1").await, 200);
    assert_eq!(ask("2001:db8:1:2::ffff").await, 429, "one household");
}

/// The worst price of a look with the usual model: both steps at `maxOutputTokens` of the dearest kind, and what is sent.
const WORST_USD: f64 = (2.0 * 20_000.0 * 1.5 + (8192.0 + 1120.0 + 8192.0) * 30.0) / 1e6;

#[tokio::test]
async fn a_budget_is_never_passed_however_many_ask_at_once() {
    let upstream = Upstream::gated().await;
    let budget = format!("{}", WORST_USD * 10.5);
    let app =
        caching(&upstream, &[("DAILY_BUDGET_USD", &budget), ("MAX_CONCURRENT_LOOKS", "100"), ("CACHE_TTL", "0")]).await;
    let forms: Vec<_> = (0..30).map(|at| TestForm::new(jpeg(&picture(300 + at, 400 + at)), garment())).collect();
    let looks = join_all(forms.into_iter().map(|form| app.ask(form)));
    let answers = looks.await;
    upstream.let_through(1000);
    let (mut made, mut refused) = (0, 0);
    for answer in answers {
        let status = answer.status();
        let told = events(&answer.text().await.unwrap());
        match told.last() {
            Some(Event::Done { .. }) => made += 1,
            Some(Event::Failed(failed)) if failed.code == FailureCode::BudgetExhausted => {
                assert_eq!(status, 503);
                assert!(failed.retry_after_s.is_some_and(|seconds| seconds <= 86_400));
                refused += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((made, refused), (10, 20));
    assert_eq!(upstream.recorded().len(), 20);
    // Settled, there is room again; and the books say to the billionth what the calls cost.
    assert!(matches!(app.look(form()).await.last(), Some(Event::Done { .. })));
    let database = app.folder.path().join("primerka.db");
    let step_1 = 1500_i64 * 1500 + 150 * 7500;
    let step_2 = 2000_i64 * 1500 + 1120 * 30_000;
    assert_eq!(number(&database, "SELECT sum(nanos) FROM calls").await, 11 * (step_1 + step_2));
    assert_eq!(number(&database, "SELECT count(*) FROM calls WHERE state = 'reserved'").await, 0);
}

#[tokio::test]
async fn what_failed_is_given_back_and_what_nobody_knows_stays_charged() {
    let upstream = Upstream::gated().await;
    let app = caching(&upstream, &[("GATEWAY_TIMEOUT", "1")]).await;
    let database = app.folder.path().join("primerka.db");
    let spent = || number(&database, "SELECT coalesce(sum(nanos), 0) FROM calls");
    upstream.script([Answer::new(401, r#"{"error":[{"code":2009,"message":"Unauthorized"}]}"#)]);
    upstream.let_through(1);
    assert_eq!(code(&app.look(form()).await), FailureCode::Unauthorized);
    assert_eq!(spent().await, 0, "step 1 was refused, step 2 never asked");
    // Nothing is let through: the call was sent, and nobody knows whether it is paid.
    assert_eq!(code(&app.look(form()).await), FailureCode::Timeout);
    let worst = 20_000_i64 * 1500 + 8192 * 30_000;
    assert_eq!(spent().await, worst);
}

#[tokio::test]
async fn a_budget_of_nothing_stops_all_spending_and_not_the_site() {
    let upstream = Upstream::start().await;
    let app = caching(&upstream, &[("DAILY_BUDGET_USD", "0")]).await;
    let refused = app.ask(form()).await;
    assert_eq!(refused.status(), 503);
    assert!(refused.text().await.unwrap().contains("budget_exhausted"));
    assert!(upstream.recorded().is_empty());
    assert_eq!(app.get("/").await.status(), 200);
}

#[tokio::test]
async fn without_books_nothing_is_spent_and_the_site_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.db");
    std::fs::write(&broken, vec![7; 8192]).unwrap();
    let folder_itself = folder.path().display().to_string();
    for database in [broken.display().to_string(), folder_itself] {
        let upstream = Upstream::start().await;
        let app = caching(&upstream, &[("DATABASE_PATH", &database)]).await;
        let refused = app.ask(form()).await;
        assert_eq!(refused.status(), 503, "{database}");
        let line = refused.text().await.unwrap();
        assert!(line.contains("budget_exhausted"), "{line}");
        assert!(upstream.recorded().is_empty());
        assert_eq!(app.get("/").await.status(), 200);
    }
}

#[tokio::test]
async fn those_who_wait_are_told_their_place() {
    let upstream = Upstream::gated().await;
    let app = caching(&upstream, &[("MAX_CONCURRENT_LOOKS", "1"), ("MAX_WAITING_LOOKS", "1")]).await;
    let other = |side| TestForm::new(jpeg(&picture(side, 200)), garment());
    let (_, first) = read_until(app.ask(form()).await, "describing").await;
    upstream.arrival().await;
    let (queued, second) = read_until(app.ask(other(300)).await, "queued").await;
    assert_eq!(names(&queued), ["accepted", "queued"]);
    assert!(matches!(queued.last(), Some(Event::Queued { position: 1 })));
    let busy = app.ask(other(310)).await;
    assert_eq!((busy.status().as_u16(), busy.headers()["retry-after"].to_str().unwrap()), (503, "5"));
    upstream.let_through(4);
    let (first, second): (Vec<Event>, Vec<Event>) = tokio::join!(first.collect(), second.collect());
    assert_eq!([names(&first).last().unwrap(), names(&second).last().unwrap()], ["done", "done"]);
}

//! The binary, its settings and its logs.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::support::{TestApp, TestForm, Upstream, garment, names, person};

const CANARY: &str = "canary-token-that-must-not-be-seen";

/// The binary in a folder of its own, with nothing of this environment's settings.
pub(crate) fn primerka(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_primerka"));
    command.current_dir(folder).env_clear().env("LEPTOS_SITE_ADDR", "127.0.0.1:0").stderr(Stdio::piped());
    command
}

/// A running binary that ends with the test.
pub(crate) struct Running {
    child: Child,
    log: BufReader<std::process::ChildStderr>,
    pub(crate) base: String,
    said: String,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let mut running = Self { child, log, base: String::new(), said: String::new() };
        while running.base.is_empty() {
            let mut line = String::new();
            assert_ne!(running.log.read_line(&mut line).unwrap(), 0, "it ended: {}", running.said);
            if let Some((_, address)) = line.split_once("Primerka is open at http://127.0.0.1:") {
                let port: String = address.chars().take_while(char::is_ascii_digit).collect();
                running.base = format!("http://127.0.0.1:{port}");
            }
            running.said.push_str(&line);
        }
        running
    }

    /// Stops it as a process manager does; gives all it logged.
    pub(crate) fn stop(mut self) -> String {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        let mut rest = String::new();
        self.log.read_to_string(&mut rest).unwrap();
        assert!(self.child.wait().unwrap().success(), "{rest}");
        std::mem::take(&mut self.said) + &rest
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn without_settings_the_page_opens_and_says_what_is_missing() {
    let app = TestApp::with_settings(&[]).await;
    let page = app.get("/").await;
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("Gateway не настроен"));
    let answer = app.ask(TestForm::new(person(), garment())).await;
    assert_eq!(answer.status(), 503);
    let line = answer.text().await.unwrap();
    assert!(line.contains(r#""code":"not_configured""#) && line.contains("GATEWAY_URL"), "{line}");
}

#[test]
fn a_malformed_setting_stops_the_start_and_names_itself() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join(".dev.vars"),
        format!("GATEWAY_URL=http://example.com/\nGATEWAY_TOKEN={CANARY}\n"),
    )
    .unwrap();
    let output = primerka(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("GATEWAY_URL") && said.contains("https://") && !said.contains(CANARY), "{said}");

    std::fs::write(folder.path().join(".dev.vars"), format!("GATEWAY_TOKEN={CANARY}\nthis is no setting\n")).unwrap();
    let output = primerka(folder.path()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains(".dev.vars: line 2 is not KEY=VALUE"), "{said}");
    assert!(!said.contains(CANARY) && !said.contains("no setting"), "{said}");
}

#[test]
fn the_address_may_be_a_name_and_a_wrong_one_names_its_variable() {
    let folder = tempfile::tempdir().unwrap();
    let said = Running::start(primerka(folder.path()).env("LEPTOS_SITE_ADDR", "localhost:0")).stop();
    assert!(!said.contains('\u{1b}'), "colours are for terminals: {said}");
    for wrong in ["here", "localhost", "127.0.0.1:70000", "no-such-host.invalid:3000"] {
        let output = primerka(folder.path()).env("LEPTOS_SITE_ADDR", wrong).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(1) && said.contains("LEPTOS_SITE_ADDR"), "{said}");
    }
}

#[test]
fn the_switch_of_the_embedded_gateway_is_read_as_people_write_it() {
    let folder = tempfile::tempdir().unwrap();
    for (value, is_on) in [("1", true), ("Yes", true), ("", false), ("off", false)] {
        let said = Running::start(primerka(folder.path()).env("EMBEDDED_GATEWAY", value)).stop();
        assert_eq!(said.contains("The embedded gateway answers"), is_on, "{value}: {said}");
    }
    let output = primerka(folder.path()).env("EMBEDDED_GATEWAY", "perhaps").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("EMBEDDED_GATEWAY may be 1"), "{said}");
}

#[tokio::test]
async fn the_log_has_the_step_lines_and_never_a_secret() {
    let upstream = Upstream::start().await;
    let folder = tempfile::tempdir().unwrap();
    let dev_vars = format!("# settings\nGATEWAY_URL=\"{}\"\nexport GATEWAY_TOKEN='{CANARY}'\n", upstream.url);
    std::fs::write(folder.path().join(".dev.vars"), dev_vars).unwrap();
    let running = Running::start(primerka(folder.path()).arg("serve").env("RUST_LOG", "trace"));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let form = TestForm::new(person(), garment()).into_multipart();
    let url = format!("{}/api/looks", running.base);
    let told = client.post(url).multipart(form).send().await.unwrap().text().await.unwrap();
    assert_eq!(names(&super::support::events(&told)).last().unwrap(), "done");
    assert_eq!(upstream.recorded()[0].headers["cf-aig-authorization"], format!("Bearer {CANARY}").as_str());
    let page = client.get(&running.base).send().await.unwrap().text().await.unwrap();
    drop(client);
    let log = running.stop();
    for line in [
        "Step 1: Describing outfit from PHOTO B...",
        r#"Extracted outfit description: {"garment_type":"t-shirt""#,
        "Step 2: Generating virtual try-on image...",
    ] {
        assert!(log.contains(line), "{line} is missing");
    }
    for (name, text) in [("log", &log), ("events", &told), ("page", &page)] {
        assert!(!text.contains(CANARY), "the token is in the {name}");
        assert!(!text.contains("fashion cataloguer"), "the prompt is in the {name}");
    }
}

#[test]
fn the_environment_wins_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join(".dev.vars"),
        "GATEWAY_URL=https://gateway.ai.cloudflare.com/v1/a/g\nGATEWAY_TOKEN=t\n",
    )
    .unwrap();
    let with_file = Running::start(&mut primerka(folder.path())).stop();
    assert!(with_file.contains("Models: gemini-nano-banana-2.1"), "{with_file}");
    let emptied = Running::start(primerka(folder.path()).env("GATEWAY_URL", "")).stop();
    assert!(emptied.contains("Gateway не настроен"), "{emptied}");
}

#[tokio::test]
async fn the_embedded_gateway_makes_a_look_without_any_key() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(primerka(folder.path()).args(["serve", "--embedded-gateway"]));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let form = TestForm::new(person(), garment()).into_multipart();
    let url = format!("{}/api/looks", running.base);
    let told = client.post(url).multipart(form).send().await.unwrap().text().await.unwrap();
    let told = super::support::events(&told);
    let Some(primerka::look::event::Event::Done { look, demo: true, cost_usd, .. }) = told.last() else {
        panic!("{told:?}")
    };
    assert_eq!(*cost_usd, Some(0.0));
    // PHOTO A is 960 by 1280: its nearest preset is 3:4.
    assert_eq!((look.width, look.height), (896, 1200));
    let bytes = client.get(format!("{}{}", running.base, look.url)).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(image::load_from_memory(&bytes).unwrap().width(), 896);
    assert!(bytes.as_ref() != person() && bytes.as_ref() != garment());
    drop(client);
    running.stop();
}

#[test]
fn a_model_that_google_switches_off_is_warned_about_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let url = "https://gateway.ai.cloudflare.com/v1/a/g/google-ai-studio/v1beta/models/gemini-2.5-flash-image:generateContent";
    let settings = [("GATEWAY_URL", url), ("GATEWAY_TOKEN", "t")];
    let said = Running::start(primerka(folder.path()).envs(settings)).stop();
    assert!(
        said.contains(
            "gemini-2.5-flash-image was to be switched off on 2026-10-02: name gemini-nano-banana-2.1 in GATEWAY_URL"
        ),
        "{said}"
    );
    assert!(!said.contains("gemini-nano-banana-2.1 was"), "{said}");
}

#[test]
fn prompts_that_cannot_be_read_stop_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let output = primerka(folder.path()).env("PROMPTS_PATH", "no-such-folder").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.code() == Some(1) && said.contains("PROMPTS_PATH: no-such-folder has neither"), "{said}");
}

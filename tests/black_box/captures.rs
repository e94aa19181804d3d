//! Answers as they were captured or documented, one file each in `tests/fixtures/answers/`: what the visitor is told at either step, and
//! how often the gateway is asked.

use std::fs;

use primerka::look::event::{Event, FailureNotice};
use primerka::look::failure::FailureCode;
use primerka::look::step::Step;
use serde::Deserialize;
use serde_json::Value;

use super::support::{Answer, TestApp, TestForm, Upstream, garment, person};

/// One answer and what comes of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Capture {
    /// Where it is known from.
    pub(crate) about: String,
    pub(crate) status: u16,
    #[serde(default)]
    headers: Vec<(String, String)>,
    /// JSON, or text as it is.
    body: Value,
    /// What step 1 makes of it.
    pub(crate) describe: Outcome,
    /// What step 2 makes of it.
    pub(crate) try_on: Outcome,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Outcome {
    /// `None` where the look is made.
    pub(crate) code: Option<FailureCode>,
    /// How often the step asks when the answer is always the same.
    pub(crate) calls: usize,
    pub(crate) retry_after_s: Option<u32>,
}

/// Every capture by its name.
pub(crate) fn all() -> Vec<(String, Capture)> {
    let files = fs::read_dir("tests/fixtures/answers").unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<_> = files.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    names.into_iter().map(|name| (name.clone(), capture(&name))).collect()
}

fn capture(name: &str) -> Capture {
    let file = fs::read_to_string(format!("tests/fixtures/answers/{name}.json")).unwrap();
    serde_json::from_str(&file).unwrap_or_else(|error| panic!("{name}: {error}"))
}

impl Capture {
    fn answer(&self) -> Answer {
        let body = match &self.body {
            Value::String(text) => text.clone(),
            json => json.to_string(),
        };
        Answer { headers: self.headers.clone(), ..Answer::new(self.status, body) }
    }
}

async fn comes_out_as_it_should(name: &str) {
    let capture = capture(name);
    for (step, outcome) in [(Step::Describe, &capture.describe), (Step::TryOn, &capture.try_on)] {
        // What one answer taught an application is not to help it with the next.
        let upstream = Upstream::start().await;
        let app = TestApp::start(&upstream).await;
        if step == Step::TryOn {
            upstream.script([Answer::described()]);
        }
        upstream.script(std::iter::repeat_n(capture.answer(), outcome.calls));
        let told = app.look(TestForm::new(person(), garment())).await;
        let calls = upstream.recorded().len();
        let retries = told.iter().filter(|event| matches!(event, Event::Retrying { .. })).count();
        let Some(code) = outcome.code else {
            assert!(matches!(told.last(), Some(Event::Done { cost_usd: Some(_), .. })), "{step:?} {told:?}");
            assert_eq!((calls, retries), (2, 0), "{step:?}");
            continue;
        };
        let Some(Event::Failed(failed)) = told.last() else { panic!("{step:?} {told:?}") };
        let FailureNotice { retry_after_s, .. } = failed;
        assert_eq!((failed.code, retry_after_s), (code, &outcome.retry_after_s), "{step:?}");
        assert_eq!((failed.step, failed.request_id.as_deref()), (Some(step), Some("request-7")), "{step:?}");
        assert!(!failed.message.is_empty() && !failed.hint.is_empty());
        let calls = calls - usize::from(step == Step::TryOn);
        assert_eq!(calls, outcome.calls, "{step:?}: how often it is asked");
        // What was answered, but badly, is asked for once more without a word; so is the next model.
        let is_quiet = capture.status == 200 || code == FailureCode::ModelRetired;
        assert_eq!(retries, if is_quiet { 0 } else { calls - 1 }, "{step:?}: repeats are told");
    }
}

macro_rules! captures {
    ($($name:ident),* $(,)?) => {
        $(
            #[tokio::test]
            async fn $name() {
                comes_out_as_it_should(stringify!($name)).await;
            }
        )*

        #[test]
        fn every_capture_has_its_test() {
            let files: Vec<_> = all().into_iter().map(|(name, _)| name).collect();
            assert_eq!(files, [$(stringify!($name)),*]);
        }
    };
}

captures! {
    a_description_in_a_fence,
    a_draft_before_the_picture,
    a_drawing_in_svg,
    a_picture,
    a_picture_in_a_list,
    a_picture_in_a_stream,
    blocked_prompt_blocklist,
    blocked_prompt_image_safety,
    blocked_prompt_jailbreak,
    blocked_prompt_model_armor,
    blocked_prompt_other,
    blocked_prompt_prohibited_content,
    blocked_prompt_safety,
    broken_base64,
    error_under_a_good_status,
    gateway_2001_no_such_gateway,
    gateway_2003_rate_limited,
    gateway_2005_provider_away,
    gateway_2005_timed_out,
    gateway_2008_invalid_provider,
    gateway_2009_older_body,
    gateway_2009_unauthorized,
    gateway_2009_under_another_status,
    gateway_2016_prompt_guardrail,
    gateway_2017_response_guardrail,
    gateway_2021_no_credits,
    gateway_2021_wholesale_rate_limit,
    gateway_2029_request_dlp,
    gateway_2030_response_dlp,
    gateway_2040_unknown_alias,
    gateway_2041_spend_limit,
    gateway_2045_spend_limit,
    gateway_7003_model_not_found,
    gateway_7003_user_input,
    gateway_7013_scanner_away,
    gateway_byok_only_without_key,
    gateway_code_of_tomorrow,
    google_billing_off,
    google_deadline,
    google_error_in_an_array,
    google_free_tier_is_zero,
    google_internal,
    google_invalid_argument,
    google_json_mode_refused,
    google_key_expired,
    google_key_invalid,
    google_key_leaked,
    google_key_restricted,
    google_no_key,
    google_overloaded,
    google_overloaded_older_words,
    google_payload_too_large,
    google_payload_too_large_413,
    google_quota_per_day,
    google_quota_per_minute,
    google_quota_soon_back,
    google_quota_without_details,
    google_region,
    google_retired_model,
    google_undecodable_image,
    google_unknown_field,
    google_unknown_model,
    html_404,
    html_502,
    html_522,
    html_524,
    html_530,
    html_under_a_good_status,
    no_candidates,
    not_a_picture,
    nothing_at_all,
    redirect,
    retry_after_as_a_date,
    retry_after_in_seconds,
    stopped_a_reason_of_tomorrow,
    stopped_continuation,
    stopped_escalation,
    stopped_language,
    stopped_malformed_function_call,
    stopped_malformed_response,
    stopped_max_tokens,
    stopped_missing_thought_signature,
    stopped_model_armor,
    stopped_no_image,
    stopped_other,
    stopped_pup_limited_disabled,
    stopped_too_many_tool_calls,
    stopped_unexpected_tool_call,
    stopped_unspecified,
    thoughts_alone,
    truncated_json,
    unauthorized_without_a_word,
    withheld_blocklist,
    withheld_image_other,
    withheld_image_prohibited_content,
    withheld_image_recitation,
    withheld_image_safety,
    withheld_prohibited_content,
    withheld_recitation,
    withheld_safety,
    withheld_spii,
    words_instead_of_a_picture,
}

//! Google's side: the Generative Language API (`reference/gateway-and-gemini.md` B), behind the gateway or without it.

pub(super) mod answer;
mod checks;
pub(super) mod errors;
mod json_mode;
pub(super) mod models;
pub(super) mod question;
pub(super) mod scene;
mod schema;
mod size;
pub(super) mod stream;

use std::sync::Mutex;

use bytes::Bytes;
use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use self::answer::{Answer, Asked};
use self::models::Model;
use self::question::Question;
use self::scene::Scene;
use self::stream::Form;
use super::faults::Fault;
use super::registry::STORED_KEY;
use super::reply::Reply;
use super::{House, locked, refusal};

/// Google's limit for inline payloads (B8); its text for it is UNCONFIRMED, here as for the old limit.
pub(super) const MAX_BODY_BYTES: usize = 100 * 1024 * 1024;

/// What can be set on Google's side, by `PUT /control/google`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// API keys that are accepted; any when null.
    #[serde(default)]
    pub(super) accepted_keys: Option<Vec<String>>,
    /// Models that are switched off. Google calls its own dates "earliest possible" (B9), so one may be brought back.
    #[serde(default = "switched_off")]
    pub(super) retired: Vec<String>,
}

fn switched_off() -> Vec<String> {
    let gone = models::all().iter().filter(|model| model.successor.is_some());
    gone.map(|model| model.id.to_owned()).collect()
}

/// Google's side and its settings.
#[derive(Debug)]
pub(super) struct Google(Mutex<Settings>);

impl Google {
    pub(super) fn new(accepted_keys: Option<Vec<String>>) -> Self {
        Self(Mutex::new(Settings { accepted_keys, retired: switched_off() }))
    }

    pub(super) fn settings(&self) -> Settings {
        locked(&self.0).clone()
    }

    pub(super) fn set(&self, settings: Settings) {
        *locked(&self.0) = settings;
    }

    fn is_accepted(&self, key: &str) -> bool {
        key == STORED_KEY || locked(&self.0).accepted_keys.as_ref().is_none_or(|keys| keys.iter().any(|own| own == key))
    }

    fn is_retired(&self, model: &str) -> bool {
        locked(&self.0).retired.iter().any(|retired| retired == model)
    }
}

/// A call as it reaches Google.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) method: Method,
    /// Without the leading slash: `v1beta/models/…`.
    pub(super) path: String,
    pub(super) query: String,
    pub(super) key: Option<String>,
    pub(super) body: Bytes,
}

impl Call {
    /// Version, model and method of the path; both may be empty.
    fn target(&self) -> Option<(&str, &str, &str)> {
        let (version, rest) = self.path.split_once('/')?;
        let rest = rest.strip_prefix("models").filter(|_| matches!(version, "v1" | "v1beta"))?;
        let (model, method) = rest.split_once(':').unwrap_or((rest, ""));
        Some((version, model.trim_start_matches('/'), method))
    }

    /// The model that is asked; empty when it is none.
    pub(super) fn model(&self) -> &str {
        self.target().map(|(_, model, _)| model).unwrap_or_default()
    }

    /// Whether words (1) or a picture (2) are wanted; nothing when it is no question to a model.
    pub(super) fn step(&self) -> Option<u8> {
        let (_, model, method) = self.target()?;
        if !matches!(method, "generateContent" | "streamGenerateContent") {
            return None;
        }
        let draws = models::find(model).is_none_or(|model| model.draws.is_some());
        let question: Question = serde_json::from_value(json_of(&self.body)).unwrap_or_default();
        Some(if draws && question.wants("image") { 2 } else { 1 })
    }

    /// Whether the answer comes as a stream.
    pub(super) fn streams(&self) -> bool {
        self.form() != Form::Whole
    }

    fn form(&self) -> Form {
        match self.target() {
            Some((_, _, "streamGenerateContent")) if self.query.split('&').any(|pair| pair == "alt=sse") => {
                Form::Events
            }
            Some((_, _, "streamGenerateContent")) => Form::Array,
            _ => Form::Whole,
        }
    }
}

/// The names of the body in camelCase, unknown ones left out: for a look at it before it is checked.
fn json_of(body: &[u8]) -> Value {
    serde_json::from_slice(body).ok().and_then(|body| schema::generate(body).ok()).unwrap_or_default()
}

/// `INVALID_ARGUMENT` without details.
fn invalid_argument(message: &str) -> Value {
    refusal::google(400, "INVALID_ARGUMENT", message, Value::Null)
}

/// Answers a call, or lets the fault happen that is armed for it.
pub(super) async fn answer(house: &House, call: &Call) -> Reply {
    let reply = match answered(house, call).await {
        Ok(reply) => reply,
        Err(error) => {
            let status = error.pointer("/error/code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
            Reply::json(status.unwrap_or(500), &error)
        }
    };
    reply.with("vary", "Origin, X-Origin, Referer").with("x-content-type-options", "nosniff")
}

async fn answered(house: &House, call: &Call) -> Result<Reply, Value> {
    let not_there = || refusal::google(404, "NOT_FOUND", "Requested entity was not found.", Value::Null);
    let (version, model, method) = call.target().ok_or_else(not_there)?;
    house.calls.count(call.step());
    identified(house, call.key.as_deref())?;
    if model.is_empty() {
        return Ok(Reply::json(200, &list(house, &call.query)));
    }
    let known = known(house, version, model, if method.is_empty() { "generateContent" } else { method })?;
    match method {
        "" if call.method == Method::GET => Ok(Reply::json(200, &known.described())),
        "countTokens" => count(call, known),
        "generateContent" | "streamGenerateContent" => generate(house, call, known).await,
        _ => Err(not_found(version, model, method)),
    }
}

/// Who calls (B7): no key and a wrong one are told apart.
fn identified(house: &House, key: Option<&str>) -> Result<(), Value> {
    let Some(key) = key.filter(|key| !key.is_empty()) else { return Err(errors::key_missing()) };
    if house.google.is_accepted(key) { Ok(()) } else { Err(errors::key_invalid()) }
}

fn known(house: &House, version: &str, model: &str, method: &str) -> Result<&'static Model, Value> {
    if house.google.is_retired(model) {
        let successor = models::find(model).and_then(|known| known.successor).unwrap_or("a newer model");
        return Err(errors::retired(model, successor));
    }
    models::find(model).ok_or_else(|| not_found(version, model, method))
}

fn not_found(version: &str, model: &str, method: &str) -> Value {
    errors::unknown_model(version, model, method)
}

/// `ListModels`, in pages.
fn list(house: &House, query: &str) -> Value {
    let parameter = |name: &str| {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(key, _)| *key == name).find_map(|(_, value)| value.parse::<usize>().ok())
    };
    let size = parameter("pageSize").filter(|size| *size > 0).unwrap_or(50).min(1000);
    let start = parameter("pageToken").unwrap_or(0);
    let live: Vec<_> = models::all().iter().filter(|model| !house.google.is_retired(model.id)).collect();
    let page: Vec<_> = live.iter().skip(start).take(size).map(|model| model.described()).collect();
    let end = start.saturating_add(size);
    if end < live.len() {
        json!({ "models": page, "nextPageToken": end.to_string() })
    } else {
        json!({ "models": page })
    }
}

fn count(call: &Call, model: &'static Model) -> Result<Reply, Value> {
    let mut body = schema::count(parsed(&call.body)?)?;
    if let Some(inner) = body.get_mut("generateContentRequest") {
        body = inner.take();
    }
    let asked = Asked::new(model, &read(body)?);
    Ok(Reply::json(200, &json!({ "totalTokens": asked.tokens(), "promptTokensDetails": asked.details() })))
}

fn parsed(body: &[u8]) -> Result<Value, Value> {
    if body.len() > MAX_BODY_BYTES {
        return Err(errors::too_large(MAX_BODY_BYTES));
    }
    serde_json::from_slice(body).map_err(|error| invalid_argument(&format!("Invalid JSON payload received. {error}")))
}

fn read(body: Value) -> Result<Question, Value> {
    serde_json::from_value(body).map_err(|error| invalid_argument(&format!("Invalid value. {error}")))
}

async fn generate(house: &House, call: &Call, model: &'static Model) -> Result<Reply, Value> {
    let fault = house.faults.take_for_google(call.step());
    if let Some(fault) = &fault {
        fault.wait().await;
        if let Some(reply) = fault.reply() {
            return Ok(reply);
        }
    }
    let question = read(schema::generate(parsed(&call.body)?)?)?;
    if let Some(refused) = checks::refusal(&question, model) {
        return Err(refused);
    }
    let scene = Scene::new(model, question);
    let make = fault.as_ref().and_then(Fault::scene);
    let thinking = tokio::task::spawn_blocking(move || make.map_or_else(|| scene.answer(), |make| make(&scene)));
    let answer = thinking.await.map_err(|_| errors::internal())??;
    Ok(sent(answer, call.form(), fault.as_ref()))
}

fn sent(answer: Answer, form: Form, fault: Option<&Fault>) -> Reply {
    let content_type = if form == Form::Events { "text/event-stream" } else { "application/json; charset=UTF-8" };
    let mut reply = Reply::new(200, content_type, stream::render(&answer.body, form));
    reply.tally = answer.tally;
    if let Some(fault) = fault {
        reply.transport = fault.transport();
        reply = fault.dress(reply);
    }
    reply
}

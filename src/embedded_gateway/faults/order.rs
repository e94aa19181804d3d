//! An order for a fault: in free form (status, headers, body) or by a name of the catalogue.

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::catalogue::{self, Make, What};
use super::transport::Transport;
use crate::embedded_gateway::refusal::Refusal;
use crate::embedded_gateway::reply::{Payload, Reply};

/// How long `delay` waits when nothing is said, in milliseconds.
const USUAL_DELAY_MS: u64 = 3000;

/// What happens to a call instead of the model's own answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct Fault {
    /// A name of the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Only for calls of this step: 1 wants words, 2 wants a picture. Both when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    step: Option<u8>,
    /// For how many calls.
    #[serde(default = "once")]
    times: u32,
    /// Milliseconds to wait first. With nothing else the true answer follows.
    #[serde(default)]
    delay_ms: u64,
    /// The HTTP status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    /// Headers, also of a named fault.
    #[serde(default)]
    headers: Vec<(String, String)>,
    /// The body: JSON, or a string that is sent as it is.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    body: Value,
    /// `reset`, `hangup`: bytes on the wire, the head among them, before the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after_bytes: Option<usize>,
    /// `trickle`: milliseconds between pieces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    every_ms: Option<u64>,
    /// `trickle`: bytes of a piece.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bytes: Option<usize>,
}

fn once() -> u32 {
    1
}

impl Fault {
    /// Reads an order, or says what is wrong with it and what there is.
    pub(super) fn read(body: &[u8]) -> Result<Self, String> {
        let fault: Self = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        if let Some(name) = &fault.name
            && catalogue::find(name).is_none()
        {
            let names: Vec<_> = catalogue::all().iter().map(|named| named.name).collect();
            return Err(format!("there is no fault {name:?}; there are: {}", names.join(", ")));
        }
        if fault.name.is_some() && (fault.status.is_some() || !fault.body.is_null()) {
            return Err("a named fault has its own status and body".to_owned());
        }
        if fault.status.is_some_and(|status| !(200..=599).contains(&status)) {
            return Err("status must be between 200 and 599".to_owned());
        }
        Ok(fault)
    }

    pub(super) fn is_for(&self, step: Option<u8>) -> bool {
        step.is_some() && (self.step.is_none() || self.step == step)
    }

    /// One time less; whether that was the last.
    pub(super) fn use_up(&mut self) -> bool {
        self.times = self.times.saturating_sub(1);
        self.times == 0
    }

    pub(super) fn what(&self) -> Option<&'static What> {
        self.name.as_deref().and_then(catalogue::find).map(|named| &named.what)
    }

    /// The time that passes first.
    #[expect(clippy::disallowed_methods, reason = "a server of its own, beside the application and not part of it")]
    pub(in super::super) async fn wait(&self) {
        let usual = if matches!(self.what(), Some(What::Delay)) { USUAL_DELAY_MS } else { 0 };
        let ms = if self.delay_ms > 0 { self.delay_ms } else { usual };
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }

    /// The gateway's own refusal.
    pub(in super::super) fn refusal(&self) -> Option<Refusal> {
        match self.what()? {
            What::Gateway { status, code, message } => Some(Refusal::new(*status, *code, *message)),
            _ => None,
        }
    }

    /// An answer that is ready before the question is read.
    pub(in super::super) fn reply(&self) -> Option<Reply> {
        let reply = match (self.what(), self.status) {
            (Some(What::Reply(make)), _) => make(),
            (None, Some(status)) => match &self.body {
                Value::String(text) => {
                    Reply::new(status, "text/plain; charset=utf-8", Payload::Whole(Bytes::from(text.clone())))
                }
                json => Reply::json(status, json),
            },
            _ => return None,
        };
        Some(self.dress(reply))
    }

    /// An answer that is made of the question.
    pub(in super::super) fn scene(&self) -> Option<Make> {
        match self.what()? {
            What::Scene(make) => Some(Box::new(make)),
            What::Finish(reason) => Some(Box::new(move |scene| Ok(super::scenes::finish(scene, reason)))),
            What::Blocked(reason) => Some(Box::new(move |scene| Ok(super::scenes::blocked(scene, reason)))),
            _ => None,
        }
    }

    /// What befalls the true answer on its way.
    pub(in super::super) fn transport(&self) -> Option<Transport> {
        Some(match self.what()? {
            What::Refuse => Transport::Hangup { after_bytes: 0 },
            What::Hangup => Transport::Hangup { after_bytes: self.after_bytes.unwrap_or(1000) },
            What::Reset => Transport::Reset { after_bytes: self.after_bytes.unwrap_or(0) },
            What::Stall => Transport::Stall,
            What::Silence => Transport::Silence,
            What::Trickle => {
                Transport::Trickle { every_ms: self.every_ms.unwrap_or(10), bytes: self.bytes.unwrap_or(1).max(1) }
            }
            _ => return None,
        })
    }

    /// Puts the ordered headers on.
    pub(in super::super) fn dress(&self, reply: Reply) -> Reply {
        self.headers.iter().fold(reply, |reply, (name, value)| reply.with(name, value))
    }
}

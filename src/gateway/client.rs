//! The gateway as the pipeline's upstream.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use futures::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::failures;
use super::http::{HttpAnswer, HttpClient};
use super::wire::{
    AnswerPart, Content, GenerationConfig, ImageConfig, InlineData, Part, Request, Response, UsageMetadata,
};
use crate::config::{GatewayConfig, Secret};
use crate::look::aspect::ImageSize;
use crate::look::failure::{Failure, FailureCode};
use crate::look::price::Usage;
use crate::look::step::Step;
use crate::pipeline::upstream::{Answer, AnswerImage, Call, Output, PromptPart, Upstream};

/// Google Gemini behind `GATEWAY_URL`.
#[derive(Debug)]
pub struct Gateway {
    config: GatewayConfig,
    http: HttpClient,
}

impl Gateway {
    /// A gateway as configured. Fails only where no HTTP client can be made.
    pub fn new(config: GatewayConfig) -> Result<Self, reqwest::Error> {
        let http = HttpClient::new(config.timeout)?;
        Ok(Self { config, http })
    }

    /// Asks the models in order; the next one only when the one before is retired.
    async fn ask(&self, call: &Call) -> Result<Answer, Failure> {
        let body = request_body(call)?;
        let mut failure = Failure::new(FailureCode::ModelNotFound);
        for model in self.models(call.step) {
            match self.ask_model(model, call, body.clone()).await {
                Err(retired) if retired.code == FailureCode::ModelRetired => {
                    tracing::warn!(model, "the model is retired: trying the next one");
                    failure = retired;
                }
                outcome => return outcome,
            }
        }
        Err(failure)
    }

    fn models(&self, step: Step) -> impl Iterator<Item = &str> {
        let describe = self.config.describe_model.iter().filter(move |_| step == Step::Describe);
        describe.chain(&self.config.image_models).map(String::as_str)
    }

    async fn ask_model(&self, model: &str, call: &Call, body: Bytes) -> Result<Answer, Failure> {
        let url = self.config.url.generate(model);
        let headers = self.headers(call)?;
        let answer = self.http.post(url, headers, body).await.map_err(failures::without_answer)?;
        let request_id = header(&answer.headers, "cf-aig-request-id")
            .or_else(|| header(&answer.headers, "cf-aig-log-id"))
            .or_else(|| header(&answer.headers, "cf-ray"));
        read(&answer, model).map(|read| Answer { request_id: request_id.clone(), ..read }).map_err(|failure| {
            tracing::debug!(
                status = answer.status.as_u16(),
                model,
                code = failure.code.name(),
                "upstream answered a failure"
            );
            failure.request_id(request_id)
        })
    }

    /// What goes with every call. The payload is never logged by the gateway: it is somebody's photo.
    fn headers(&self, call: &Call) -> Result<HeaderMap, Failure> {
        let mut headers = HeaderMap::new();
        if !self.config.url.is_google() {
            headers.insert(HeaderName::from_static("cf-aig-collect-log-payload"), HeaderValue::from_static("false"));
            if call.fresh {
                headers.insert(HeaderName::from_static("cf-aig-skip-cache"), HeaderValue::from_static("true"));
            }
        }
        if let Some(token) = &self.config.token {
            headers.insert(HeaderName::from_static("cf-aig-authorization"), secret_value(token, "Bearer ")?);
        }
        if let Some(key) = &self.config.google_api_key {
            headers.insert(HeaderName::from_static("x-goog-api-key"), secret_value(key, "")?);
        }
        Ok(headers)
    }
}

impl Upstream for Gateway {
    fn ask<'a>(&'a self, call: &'a Call) -> BoxFuture<'a, Result<Answer, Failure>> {
        Box::pin(self.ask(call))
    }
}

fn secret_value(secret: &Secret, prefix: &str) -> Result<HeaderValue, Failure> {
    let mut value =
        HeaderValue::from_str(&format!("{prefix}{}", secret.expose())).map_err(|_| FailureCode::NotConfigured)?;
    value.set_sensitive(true);
    Ok(value)
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn request_body(call: &Call) -> Result<Bytes, Failure> {
    let parts = call.parts.iter().map(|part| match part {
        PromptPart::Text(text) => Part::Text(text),
        PromptPart::Photo(photo) => {
            Part::InlineData(InlineData { mime_type: photo.format.mime(), data: BASE64.encode(&photo.bytes) })
        }
    });
    let request = Request {
        contents: [Content { role: "user", parts: parts.collect() }],
        generation_config: match call.output {
            Output::Text => GenerationConfig { response_modalities: &["TEXT"], image_config: None },
            Output::Image { ratio, size } => GenerationConfig {
                response_modalities: &["TEXT", "IMAGE"],
                image_config: Some(ImageConfig {
                    aspect_ratio: ratio.name(),
                    // The default is not spelled out: older models know no sizes.
                    image_size: Some(size.name()).filter(|_| size != ImageSize::default()),
                }),
            },
        },
    };
    let json = serde_json::to_vec(&request).map_err(|_| FailureCode::Internal)?;
    Ok(Bytes::from(json))
}

fn read(answer: &HttpAnswer, model: &str) -> Result<Answer, Failure> {
    if answer.status != http::StatusCode::OK {
        return Err(failures::of_status(answer));
    }
    let response: Response = serde_json::from_slice(&answer.body).map_err(|_| FailureCode::InvalidResponse)?;
    if let Some(refusal) = failures::of_refusal(&response) {
        return Err(refusal);
    }
    let cached = header(&answer.headers, "cf-aig-cache-status").as_deref() == Some("HIT");
    let usage = if cached { Usage::default() } else { usage(&response.usage_metadata) };
    let model = response.model_version.unwrap_or_else(|| model.to_owned());
    let mut text = String::new();
    let mut images = Vec::new();
    let parts = response.candidates.into_iter().take(1).flat_map(|candidate| candidate.content.parts);
    for part in parts.filter(|part| !part.thought) {
        let AnswerPart { text: words, inline_data, .. } = part;
        text.push_str(&words.unwrap_or_default());
        if let Some(data) = inline_data.filter(|data| data.mime_type.starts_with("image/")) {
            let bytes = BASE64.decode(data.data).map_err(|_| FailureCode::InvalidResponse)?;
            images.push(AnswerImage { mime: data.mime_type, bytes: Bytes::from(bytes) });
        }
    }
    Ok(Answer { text, images, usage, model, cached, request_id: None })
}

/// Of the candidates' tokens the details name those of pictures; the rest is text (`reference/gateway-and-gemini.md` B2).
fn usage(counted: &UsageMetadata) -> Usage {
    let details = counted.candidates_tokens_details.iter();
    let image: u64 = details.filter(|detail| detail.modality == "IMAGE").map(|detail| detail.token_count).sum();
    Usage {
        prompt: counted.prompt_token_count,
        image,
        text: counted.candidates_token_count.saturating_sub(image) + counted.thoughts_token_count,
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderMap, StatusCode};

    use super::{HttpAnswer, read};
    use crate::look::failure::FailureCode;

    fn answer(body: &'static str) -> HttpAnswer {
        HttpAnswer { status: StatusCode::OK, headers: HeaderMap::new(), body: Bytes::from_static(body.as_bytes()) }
    }

    #[test]
    fn drafts_are_dropped_and_the_mime_type_is_the_answers_own() {
        let answer = read(
            &answer(
                r#"{"candidates":[{"content":{"parts":[{"text":"thinking","thought":true},{"inlineData":{"mimeType":"image/png","data":"AAAA"},"thought":true},{"text":"Here."},{"inlineData":{"mimeType":"image/jpeg","data":"/9j/"}}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":1223,"thoughtsTokenCount":7,"candidatesTokensDetails":[{"modality":"IMAGE","tokenCount":1120}]},"modelVersion":"m"}"#,
            ),
            "asked",
        )
        .unwrap();
        assert_eq!(answer.text, "Here.");
        assert_eq!(answer.images.len(), 1);
        assert_eq!(answer.images[0].mime, "image/jpeg");
        assert_eq!((answer.usage.prompt, answer.usage.image, answer.usage.text), (10, 1120, 110));
        assert_eq!(answer.model, "m");
    }

    #[test]
    fn what_is_no_answer_is_an_invalid_response() {
        for body in [
            "",
            "<html>",
            r#"{"candidates":"#,
            r#"{"candidates":[{"content":{"parts":[{"inlineData":{"mimeType":"image/png","data":"%%"}}]}}]}"#,
        ] {
            assert_eq!(read(&answer(body), "m").unwrap_err().code, FailureCode::InvalidResponse, "{body}");
        }
    }
}

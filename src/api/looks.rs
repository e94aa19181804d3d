//! `POST /api/looks`: the one door through which a look is asked for, by button, script or `curl`.
#![expect(missing_docs, reason = "the macro makes a public struct of the arguments")]

use leptos::prelude::*;
use server_fn::codec::{MultipartData, MultipartFormData, StreamingText, TextStream};

use super::look_error::LookError;

/// Makes a look of the form's photos and streams what happens, one JSON event a line.
///
/// Fields: `person` and `outfit` (files); optional `description` (outfit JSON: skips step 1), `aspect_ratio`, `image_size`, `fresh` (`true`: caches are passed by).
#[server(prefix = "/api", endpoint = "looks", input = MultipartFormData, output = StreamingText)]
pub async fn create_look(data: MultipartData) -> Result<TextStream<LookError>, LookError> {
    use futures::StreamExt;

    use super::door;

    let refuse = door::refusal_in_context();
    let state = door::state_in_context().map_err(&refuse)?;
    let (asker, key) = door::asker_in_context().map_err(&refuse)?;
    let form = data.into_inner().ok_or(crate::look::failure::FailureCode::BadRequest);
    let form = form.map_err(|code| refuse(code.into()))?;
    let id = door::accept(&state, form, super::locale::in_context(), asker, key).await.map_err(&refuse)?;
    let events = state.looks.listen(&id).await.ok_or(crate::look::failure::FailureCode::Internal);
    let events = events.map_err(|code| refuse(code.into()))?;
    door::is_a_stream_of_lines();
    Ok(TextStream::new(events.map(|event| Ok(event.to_line()))))
}

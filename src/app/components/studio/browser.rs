//! What the studio asks of the browser. Every refusal is a `None`: there is nothing to be done about it but to go on without.

use futures::stream::{LocalBoxStream, StreamExt};
use js_sys::{Array, Date, Uint8Array};
use leptos::prelude::{document, window};
use leptos_i18n::Locale as _;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_streams::ReadableStream;
use web_sys::{
    AbortController, DataTransfer, File, FilePropertyBag, FormData, HtmlDocument, HtmlElement, HtmlInputElement,
    RequestInit, Response, ScrollIntoViewOptions, ScrollLogicalPosition, Url,
};

use crate::i18n::Locale;

/// Milliseconds of the browser's clock.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the time is a whole positive number")]
pub(super) fn now_ms() -> u64 {
    Date::now() as u64
}

/// Today, like `2026-11-24`.
pub(super) fn today() -> String {
    let now = Date::new_0();
    let two = |number: u32| (100 + number).to_string().split_off(1);
    [now.get_full_year().to_string(), two(now.get_month() + 1), two(now.get_date())].join("-")
}

/// The file that lies in an input.
pub(super) fn file_in(input: &HtmlInputElement) -> Option<File> {
    input.files()?.get(0)
}

/// The first file that was dropped or pasted.
pub(super) fn file_of(transfer: Option<&DataTransfer>) -> Option<File> {
    transfer?.files()?.get(0)
}

/// Lays a file into an input, as if it had been chosen there.
pub(super) fn put_file(input: &HtmlInputElement, file: &File) -> Option<()> {
    let transfer = DataTransfer::new().ok()?;
    transfer.items().add_with_file(file).ok()?;
    input.set_files(transfer.files().as_ref());
    Some(())
}

/// An address for a file, to be revoked.
pub(super) fn url_of(file: &File) -> Option<String> {
    Url::create_object_url_with_blob(file).ok()
}

/// Frees an address of [`url_of`].
pub(super) fn revoke(url: &str) {
    let _ = Url::revoke_object_url(url);
}

/// Scrolls just as far as it takes to see the element of that id whole.
pub(super) fn show(id: &str) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    if let Some(element) = document().get_element_by_id(id) {
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// Gives the focus to the element of that id.
pub(super) fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        let _ = element.unchecked_ref::<HtmlElement>().focus();
    }
}

/// Fetches a picture of this site as a file.
pub(super) async fn fetch_file(path: &str) -> Option<File> {
    let response = fetch("GET", path).await.filter(Response::ok)?;
    let blob = JsFuture::from(response.blob().ok()?).await.ok()?;
    let options = FilePropertyBag::new();
    options.set_type("image/jpeg");
    let name = path.rsplit('/').next()?;
    File::new_with_blob_sequence_and_options(&Array::of1(&blob), name, &options).ok()
}

/// A text that comes piece by piece; a piece that does not come is a `None`.
pub(super) type Pieces = LocalBoxStream<'static, Option<String>>;

/// Sends a form and reads the answer, whatever its status. Dropped before the answer has begun, it is not sent any further.
pub(super) async fn send(path: &str, form: &FormData) -> Option<Pieces> {
    let controller = AbortController::new().ok()?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(form);
    init.set_signal(Some(&controller.signal()));
    let mut sending = AbortOnDrop(Some(controller));
    let response = answer(path, &init).await?;
    // From here on the connection belongs to the answer: what is read to its end must not be cut off.
    sending.0 = None;
    pieces(&response)
}

/// What this site answers, whatever the status; `None` when nothing comes.
pub(super) async fn fetch(method: &str, path: &str) -> Option<Response> {
    let init = RequestInit::new();
    init.set_method(method);
    answer(path, &init).await
}

async fn answer(path: &str, init: &RequestInit) -> Option<Response> {
    let response = JsFuture::from(window().fetch_with_str_and_init(path, init)).await.ok()?;
    response.dyn_into().ok()
}

/// Reads an answer as a text that comes piece by piece.
pub(super) fn pieces(response: &Response) -> Option<Pieces> {
    let text = |piece: Result<JsValue, JsValue>| {
        let bytes = piece.ok()?.dyn_into::<Uint8Array>().ok()?.to_vec();
        String::from_utf8(bytes).ok()
    };
    Some(ReadableStream::from_raw(response.body()?).into_stream().map(text).boxed_local())
}

struct AbortOnDrop(Option<AbortController>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.iter().for_each(AbortController::abort);
    }
}

/// Makes `locale` the language of the document, of its title and of the next visit.
pub(in super::super) fn remember_language(locale: Locale, title: &str) {
    let document = document();
    document.set_title(title);
    if let Some(root) = document.document_element() {
        let _ = root.set_attribute("lang", locale.as_str());
    }
    if let Ok(document) = document.dyn_into::<HtmlDocument>() {
        let cookie = ["lang=", locale.as_str(), "; Path=/; Max-Age=31536000; SameSite=Lax"].concat();
        let _ = document.set_cookie(&cookie);
    }
}

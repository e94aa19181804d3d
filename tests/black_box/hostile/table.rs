//! A row of the corpus: what is sent, and what may come of it.

use std::panic::catch_unwind;

/// Is planted wherever something could be carried along. Nothing that leaves the server may hold it.
pub(super) const PAYLOAD: &str = "HOSTILE-PAYLOAD";

/// Not a photo of a format that is taken.
pub(super) const FOREIGN: Allowed = Allowed::Refused(&["unsupported_image"]);
/// A photo that no decoder reads, or none should.
pub(super) const BROKEN: Allowed = Allowed::Refused(&["broken_image"]);
/// Its head says that it is too large; nothing of it is decoded.
pub(super) const TOO_LARGE: Allowed = Allowed::Refused(&["image_too_large"]);
/// It has lost its head: whatever stands there instead is read as its sides.
pub(super) const BROKEN_OR_TOO_LARGE: Allowed = Allowed::Refused(&["broken_image", "image_too_large"]);
/// Not the form that was asked for.
pub(super) const NO_FORM: Allowed = Allowed::Refused(&["bad_request"]);
/// Odd, and a matter of taste: a look with the two good photos in it, or no form.
pub(super) const ODD_FORM: Allowed = Allowed::TakenOr(&["bad_request"]);

/// A request that means no good.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) sent: Sent,
    pub(super) allowed: Allowed,
}

pub(super) enum Sent {
    /// One photo of a form that is good else.
    Photo(Vec<u8>),
    /// A body under a content type.
    Form(String, Vec<u8>),
}

#[derive(Clone, Copy)]
pub(super) enum Allowed {
    /// One of these codes.
    Refused(&'static [&'static str]),
    /// A look, made of what was drawn anew.
    Taken,
    /// A look where the reference decoder reads the file too; to say what is wrong with it is always right.
    TakenIfDecoded,
    /// A look, or one of these codes.
    TakenOr(&'static [&'static str]),
}

impl Row {
    pub(super) fn photo(name: impl Into<String>, file: Vec<u8>, allowed: Allowed) -> Self {
        Self { name: name.into(), sent: Sent::Photo(file), allowed }
    }

    pub(super) fn form(name: &str, content_type: String, body: Vec<u8>, allowed: Allowed) -> Self {
        Self { name: name.to_owned(), sent: Sent::Form(content_type, body), allowed }
    }

    /// Whether a look may come of it.
    pub(super) fn may_be_taken(&self) -> bool {
        match (self.allowed, &self.sent) {
            (Allowed::Refused(_), _) => false,
            (Allowed::TakenIfDecoded, Sent::Photo(file)) => decodes(file),
            _ => true,
        }
    }
}

impl Allowed {
    /// The refusals that are right.
    pub(super) fn codes(self) -> &'static [&'static str] {
        match self {
            Self::Refused(codes) | Self::TakenOr(codes) => codes,
            Self::Taken => &[],
            Self::TakenIfDecoded => &["broken_image", "unsupported_image", "image_too_large"],
        }
    }
}

/// The reference decoder. One that panics has read nothing.
fn decodes(file: &[u8]) -> bool {
    catch_unwind(|| image::load_from_memory(file).is_ok()).unwrap_or(false)
}

//! A photo in one of the two slots, and which files are not let in.

/// Most bytes of one photo; the server's limit.
const MAX_BYTES: u64 = 20 * 1024 * 1024;

/// What a slot holds. The file itself lies in the form's input, so that the form can be sent with and without wasm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Slot {
    /// Nothing.
    #[default]
    Empty,
    /// A sample is on its way; its path.
    Loading(&'static str),
    /// A photo.
    Chosen(Photo),
    /// Something that is no photo we can use.
    Refused(Problem),
}

/// A chosen photo as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Photo {
    /// The file's name.
    pub name: String,
    /// The file's size.
    pub bytes: u64,
    /// Where the browser finds it: a `blob:` address, revoked when the photo leaves the slot.
    pub url: String,
}

/// Why a file was not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    /// An iPhone's format, with a cure of its own.
    Heic,
    /// No picture of a format we read.
    Format,
    /// Too many bytes.
    TooLarge,
    /// A sample that could not be loaded.
    SampleLost,
}

/// What speaks against a file, as far as its name, type and size tell. The server looks at the bytes.
pub(super) fn problem(name: &str, mime: &str, bytes: u64) -> Option<Problem> {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is = |wanted: &str| mime.ends_with(wanted) || (mime.is_empty() && extension.eq_ignore_ascii_case(wanted));
    // Some systems know no type for HEIC, some call it something else: the extension counts as well.
    if is("heic") || is("heif") || extension.eq_ignore_ascii_case("heic") {
        return Some(Problem::Heic);
    }
    if !["jpeg", "jpg", "png", "webp"].into_iter().any(is) {
        return Some(Problem::Format);
    }
    (bytes > MAX_BYTES).then_some(Problem::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::{MAX_BYTES, Problem, problem};

    #[test]
    fn files_are_judged_by_type_and_by_name_where_there_is_none() {
        assert_eq!(problem("a.jpg", "image/jpeg", 5), None);
        assert_eq!(problem("a.PNG", "", 5), None);
        assert_eq!(problem("a.heic", "image/heic", 5), Some(Problem::Heic));
        assert_eq!(problem("IMG_1.HEIC", "application/octet-stream", 5), Some(Problem::Heic));
        assert_eq!(problem("a.gif", "image/gif", 5), Some(Problem::Format));
        assert_eq!(problem("notes", "", 5), Some(Problem::Format));
        assert_eq!(problem("a.webp", "image/webp", MAX_BYTES + 1), Some(Problem::TooLarge));
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn the_limit_is_the_servers() {
        assert_eq!(MAX_BYTES, crate::look::photo::MAX_PHOTO_BYTES as u64);
    }
}

//! Forms that are none, or none that anybody would send: fields, frames, heads of fields, names of files.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::table::{Allowed, NO_FORM, ODD_FORM, PAYLOAD, Row};
use super::{good, good_too};

/// The boundary, where it is not the point.
const BOUNDARY: &str = "B";

/// A field: its head, and what it holds.
struct Field(String, Vec<u8>);

fn file(name: &str, contents: Vec<u8>) -> Field {
    let head = format!("Content-Disposition: form-data; name=\"{name}\"; filename=\"photo.jpg\"");
    Field(format!("{head}\r\nContent-Type: image/jpeg"), contents)
}

fn text(name: &str, value: &str) -> Field {
    Field(format!("Content-Disposition: form-data; name=\"{name}\""), value.into())
}

fn person() -> Field {
    file("person", good())
}

fn outfit() -> Field {
    file("outfit", good_too())
}

/// What is sent: the fields between boundaries.
fn body(boundary: &str, fields: &[Field]) -> Vec<u8> {
    let mut body = Vec::new();
    for Field(head, contents) in fields {
        body.extend_from_slice(format!("--{boundary}\r\n{head}\r\n\r\n").as_bytes());
        body.extend_from_slice(contents);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    body
}

/// A form that is one, with those fields.
fn with_fields(name: &str, fields: &[Field], allowed: Allowed) -> Row {
    sent(name, body(BOUNDARY, fields), allowed)
}

/// A body that says to be a form.
fn sent(name: &str, body: Vec<u8>, allowed: Allowed) -> Row {
    Row::form(&format!("form: {name}"), format!("multipart/form-data; boundary={BOUNDARY}"), body, allowed)
}

/// The good form with another head for the person's field.
fn with_head(name: &str, head: &str, allowed: Allowed) -> Row {
    with_fields(name, &[Field(head.to_owned(), good()), outfit()], allowed)
}

pub(super) fn rows() -> Vec<Row> {
    [fields(), values(), frames(), boundaries(), types(), heads(), file_names(), encodings()]
        .into_iter()
        .flatten()
        .collect()
}

/// Fields too many, too few, twice.
fn fields() -> Vec<Row> {
    let thousand = |name: &str| -> Vec<Field> { (0..1_000).map(|_| text(name, "x")).collect() };
    let missing = Allowed::Refused(&["missing_photo"]);
    let unknown = |name: &str| [person(), outfit(), text(name, "x")];
    vec![
        with_fields("no field", &[], missing),
        with_fields("no person", &[outfit()], missing),
        with_fields("no outfit", &[person()], missing),
        with_fields("a person of nothing", &[file("person", Vec::new()), outfit()], missing),
        with_fields("two people", &[person(), person(), outfit()], NO_FORM),
        with_fields("two outfits", &[person(), outfit(), outfit()], NO_FORM),
        with_fields(
            "two ratios",
            &[person(), outfit(), text("aspect_ratio", "3:4"), text("aspect_ratio", "1:1")],
            NO_FORM,
        ),
        with_fields("two sizes", &[person(), outfit(), text("image_size", "1K"), text("image_size", "1K")], NO_FORM),
        with_fields("fresh twice", &[person(), outfit(), text("fresh", "true"), text("fresh", "")], NO_FORM),
        with_fields("a thousand unknown fields", &thousand("x"), NO_FORM),
        with_fields("a thousand nameless fields", &thousand(""), NO_FORM),
        with_fields("a thousand people of one letter", &thousand("person"), NO_FORM),
        with_fields("an unknown field", &unknown("model"), NO_FORM),
        with_fields("a field called __proto__", &unknown("__proto__"), NO_FORM),
        with_fields("a field called person[]", &unknown("person[]"), NO_FORM),
        with_fields("a field called person.", &unknown("person."), NO_FORM),
        with_fields("a field in capitals", &unknown("PERSON"), NO_FORM),
        with_fields("a field of a hundred kilobytes of name", &unknown(&"n".repeat(100_000)), NO_FORM),
        with_fields("a character set for all", &unknown("_charset_"), NO_FORM),
    ]
}

/// What stands in the fields beside the photos.
fn values() -> Vec<Row> {
    let with = |name: &str, value: &str| [person(), outfit(), text(name, value)];
    let no_outfit = Allowed::Refused(&["bad_description"]);
    let too_long = Allowed::Refused(&["body_too_large"]);
    let photo = Field("Content-Disposition: form-data; name=\"description\"".to_owned(), good());
    let words = Field("Content-Disposition: form-data; name=\"person\"".to_owned(), PAYLOAD.into());
    vec![
        with_fields("a ratio of nothing", &with("aspect_ratio", "0:0"), NO_FORM),
        with_fields("a ratio that is none", &with("aspect_ratio", "3:4; DROP TABLE looks"), NO_FORM),
        with_fields("a ratio with a zero byte", &with("aspect_ratio", "3:4\0"), NO_FORM),
        with_fields("a ratio of ten kilobytes", &with("aspect_ratio", &"3".repeat(10_000)), NO_FORM),
        with_fields("a size that is none", &with("image_size", "64K"), NO_FORM),
        with_fields("a description that is none", &with("description", "a nice dress"), no_outfit),
        with_fields("a description of braces", &with("description", &"{".repeat(100_000)), no_outfit),
        with_fields("a description of brackets", &with("description", &"[".repeat(100_000)), no_outfit),
        with_fields("the longest description", &with("description", &"x".repeat(128 * 1024)), no_outfit),
        with_fields("a description that is too long", &with("description", &"x".repeat(128 * 1024 + 1)), too_long),
        with_fields("a ratio that is too long", &with("aspect_ratio", &"3".repeat(200_000)), too_long),
        with_fields("a photo for a description", &[person(), outfit(), photo], NO_FORM),
        with_fields("words for a person", &[words, outfit()], Allowed::Refused(&["unsupported_image"])),
        with_fields("fresh in other words", &with("fresh", "yes; true"), ODD_FORM),
    ]
}

/// Bodies whose frame is broken.
fn frames() -> Vec<Row> {
    let whole = body(BOUNDARY, &[person(), outfit()]);
    let replaced = |body: &[u8], from: &[u8], to: &[u8]| {
        let mut changed = Vec::new();
        let mut at = 0;
        while at < body.len() {
            if body[at..].starts_with(from) {
                changed.extend_from_slice(to);
                at += from.len();
            } else {
                changed.push(body[at]);
                at += 1;
            }
        }
        changed
    };
    let boundary_within = [good(), b"\r\n--Bx".to_vec(), good()].concat();
    let inner = body("inner", &[person()]);
    let nested = Field(
        "Content-Disposition: form-data; name=\"person\"\r\nContent-Type: multipart/mixed; boundary=inner".to_owned(),
        inner,
    );
    vec![
        sent("nothing", Vec::new(), NO_FORM),
        sent("one byte", b"-".to_vec(), NO_FORM),
        sent("a boundary and no more", b"--B".to_vec(), NO_FORM),
        sent("a boundary and a line", b"--B\r\n".to_vec(), NO_FORM),
        sent("no last boundary", whole[..whole.len() - 7].to_vec(), NO_FORM),
        sent("half of the last boundary", whole[..whole.len() - 4].to_vec(), NO_FORM),
        sent("half of it", whole[..whole.len() / 2].to_vec(), NO_FORM),
        sent("half of a head", whole[..30].to_vec(), NO_FORM),
        sent("another boundary", body("C", &[person(), outfit()]), NO_FORM),
        sent("lines that end as in unix", replaced(&whole, b"\r\n", b"\n"), NO_FORM),
        sent("a field without a head", [b"--B\r\n\r\n".as_slice(), &good(), b"\r\n", &whole].concat(), NO_FORM),
        sent("a field without an empty line", [b"--B\r\nX: y\r\n".as_slice(), &whole].concat(), NO_FORM),
        sent("words behind a boundary", replaced(&whole, b"--B\r\n", b"--B words\r\n"), NO_FORM),
        sent("spaces behind a boundary", replaced(&whole, b"--B\r\n", b"--B \t \r\n"), ODD_FORM),
        sent("ten kilobytes before it", [b"x".repeat(10_000).as_slice(), b"\r\n", &whole].concat(), ODD_FORM),
        sent("ten kilobytes behind it", [whole.as_slice(), &b"x".repeat(10_000)].concat(), ODD_FORM),
        sent("another form behind it", whole.repeat(2), ODD_FORM),
        with_fields("a boundary in a photo", &[file("person", boundary_within), outfit()], NO_FORM),
        with_fields("a form in a form", &[nested, outfit()], Allowed::Refused(&["unsupported_image"])),
    ]
}

/// Boundaries of every length and spelling.
fn boundaries() -> Vec<Row> {
    let long = |length: usize| {
        let boundary = "b".repeat(length);
        let content_type = format!("multipart/form-data; boundary={boundary}");
        let name = format!("form: a boundary of {length} letters");
        Row::form(&name, content_type, body(&boundary, &[person(), outfit()]), ODD_FORM)
    };
    let spelled = |parameter: &str, boundary: &str| {
        let content_type = format!("multipart/form-data; {parameter}");
        let name = format!("form: a boundary as {parameter}");
        Row::form(&name, content_type, body(boundary, &[person(), outfit()]), ODD_FORM)
    };
    vec![
        long(70),
        long(71),
        long(200),
        long(4_000),
        spelled("boundary=\"B\"", "B"),
        spelled("boundary=\"a b\"", "a b"),
        spelled("boundary=\"\"", ""),
        spelled("boundary=", ""),
        spelled("boundary=--", "--"),
        spelled("boundary=B; boundary=C", "C"),
        spelled("boundary=C; boundary=B", "C"),
        spelled("BOUNDARY=B", "B"),
        spelled("charset=utf-16; boundary=B", "B"),
        spelled("boundary=B; charset=utf-7", "B"),
        spelled("boundary=(B)", "(B)"),
        spelled("boundary=\"B", "B"),
    ]
}

/// Types that are not that of a form.
fn types() -> Vec<Row> {
    let typed = |content_type: &str| {
        let name = format!("form: a body of type {content_type}");
        Row::form(&name, content_type.to_owned(), body(BOUNDARY, &[person(), outfit()]), NO_FORM)
    };
    vec![
        typed("multipart/form-data"),
        typed("multipart/mixed; boundary=B"),
        typed("multipart/related; boundary=B"),
        typed("application/x-www-form-urlencoded"),
        typed("application/json"),
        typed("application/cbor"),
        typed("image/jpeg"),
        typed("text/plain; boundary=B"),
        typed("form-data; boundary=B"),
        typed("multipart; boundary=B"),
    ]
}

/// Heads of fields.
fn heads() -> Vec<Row> {
    const DISPOSITION: &str = "Content-Disposition: form-data; name=\"person\"";
    let more = |line: &str| format!("{DISPOSITION}\r\n{line}");
    let lines = |count: usize| "\r\nX-More: y".repeat(count);
    vec![
        with_head("a head of a hundred kilobytes", &more(&["X-Long: ", &"x".repeat(100_000)].concat()), ODD_FORM),
        with_head(
            "a head with a name of ten kilobytes",
            &more(&["x".repeat(10_000).as_str(), ": y"].concat()),
            ODD_FORM,
        ),
        with_head("30 lines of head", &[DISPOSITION, &lines(30)].concat(), ODD_FORM),
        with_head("1,000 lines of head", &[DISPOSITION, &lines(1_000)].concat(), NO_FORM),
        with_head("a head with a zero byte", &more("X-Zero: a\0b"), NO_FORM),
        with_head("a head with a space in its name", &more("X Space: y"), NO_FORM),
        with_head("a head without a colon", &more("nothing but words"), NO_FORM),
        with_head("a head on two lines", &more("X-Two: a\r\n b"), ODD_FORM),
        with_head("a head without a name for its field", "Content-Disposition: form-data", NO_FORM),
        with_head("a head about something else", "Content-Type: image/jpeg", NO_FORM),
        with_head("a name without quotes", "Content-Disposition: form-data; name=person", ODD_FORM),
        with_head("a name in one quote", "Content-Disposition: form-data; name=\"person", NO_FORM),
        with_head("a name in single quotes", "Content-Disposition: form-data; name='person'", NO_FORM),
        with_head("a name in another script", "Content-Disposition: form-data; name*=utf-8''person", NO_FORM),
        with_head("a name on two lines", "Content-Disposition: form-data; name=\"per\r\nson\"", NO_FORM),
        with_head("a name with a zero byte", "Content-Disposition: form-data; name=\"person\0\"", NO_FORM),
        with_head("a name in escapes", "Content-Disposition: form-data; name=\"%70erson\"", NO_FORM),
        with_head("two dispositions", &more("Content-Disposition: form-data; name=\"outfit\""), NO_FORM),
        with_head("an attachment", "Content-Disposition: attachment; name=\"person\"", ODD_FORM),
        with_head("a length that lies", &more("Content-Length: 3"), ODD_FORM),
        with_head("a type that lies", &more("Content-Type: text/html"), ODD_FORM),
        with_head("a type that is none", &more("Content-Type: \u{1f457}"), ODD_FORM),
    ]
}

/// Names of files; nobody looks at them.
fn file_names() -> Vec<Row> {
    let long = "n".repeat(60_000);
    let names = [
        ("../../../../etc/passwd", ODD_FORM),
        ("/etc/passwd", ODD_FORM),
        ("C:\\\\Windows\\\\system32\\\\config", ODD_FORM),
        ("photo.jpg%00.php", ODD_FORM),
        ("photo.php", ODD_FORM),
        (".htaccess", ODD_FORM),
        ("CON", ODD_FORM),
        ("", ODD_FORM),
        ("<script>alert(1)</script>.jpg", ODD_FORM),
        ("'; DROP TABLE looks; --.jpg", ODD_FORM),
        ("$(reboot).jpg", ODD_FORM),
        ("\u{202e}gpj.exe", ODD_FORM),
        ("a\\\"; name=\\\"outfit", ODD_FORM),
        ("%0d%0aX-Injected: 1", ODD_FORM),
        ("a\r\nX-Injected: 1", ODD_FORM),
        ("a\r\n\r\n", Allowed::TakenOr(&["bad_request", "unsupported_image"])),
        ("a\0b", NO_FORM),
        ("a\nb", ODD_FORM),
        (long.as_str(), ODD_FORM),
    ];
    let row = |(at, (name, allowed)): (usize, &(&str, Allowed))| {
        let head = format!("Content-Disposition: form-data; name=\"person\"; filename=\"{PAYLOAD}{name}\"");
        with_head(&format!("file name {at}"), &head, *allowed)
    };
    names.iter().enumerate().map(row).collect()
}

/// Photos that are sent in another way than as they are.
fn encodings() -> Vec<Row> {
    let sent_as = |line: &str, contents: Vec<u8>| {
        let head = format!("Content-Disposition: form-data; name=\"person\"\r\n{line}");
        [Field(head, contents), outfit()]
    };
    let no_photo = Allowed::Refused(&["unsupported_image"]);
    let base64 = STANDARD.encode(good()).into_bytes();
    let data_url = [b"data:image/jpeg;base64,".as_slice(), &base64].concat();
    vec![
        with_fields("a photo in base64", &sent_as("Content-Transfer-Encoding: base64", base64), no_photo),
        with_fields("a photo as an address", &sent_as("Content-Type: text/plain", data_url), no_photo),
        with_fields("a photo called quoted", &sent_as("Content-Transfer-Encoding: quoted-printable", good()), ODD_FORM),
        with_fields("a photo called gzip", &sent_as("Content-Encoding: gzip", good()), ODD_FORM),
        with_fields("a photo called utf-16", &sent_as("Content-Type: text/plain; charset=utf-16", good()), ODD_FORM),
        with_fields(
            "an address for a photo",
            &sent_as("Content-Type: text/plain", b"http://127.0.0.1/".to_vec()),
            no_photo,
        ),
        with_fields(
            "a path for a photo",
            &sent_as("Content-Type: text/plain", b"file:///etc/passwd".to_vec()),
            no_photo,
        ),
    ]
}

//! Colour profiles (ICC): small ones that say all that is needed.

/// Where red, green and blue lie (XYZ under D50).
pub(crate) type Primaries = [[f64; 3]; 3];

/// The usual colours.
pub(crate) const SRGB: Primaries = [[0.4361, 0.2225, 0.0139], [0.3851, 0.7169, 0.0971], [0.1431, 0.0606, 0.7141]];
/// Those of phones.
pub(crate) const DISPLAY_P3: Primaries =
    [[0.5151, 0.2412, -0.0011], [0.2920, 0.6922, 0.0419], [0.1571, 0.0666, 0.7841]];
/// The white of all profiles.
const D50: [f64; 3] = [0.9642, 1.0, 0.8249];
const HEAD_BYTES: usize = 128;

/// A profile of that colour space with the tone curve of sRGB, and words in its description.
pub(crate) fn profile(space: &[u8; 4], primaries: &Primaries, words: &str) -> Vec<u8> {
    let tags: [(&[u8; 4], Vec<u8>); 9] = [
        (b"desc", description(words)),
        (b"cprt", [b"text\0\0\0\0".as_slice(), words.as_bytes(), b"\0"].concat()),
        (b"wtpt", xyz(D50)),
        (b"rXYZ", xyz(primaries[0])),
        (b"gXYZ", xyz(primaries[1])),
        (b"bXYZ", xyz(primaries[2])),
        (b"rTRC", curve()),
        (b"gTRC", curve()),
        (b"bTRC", curve()),
    ];
    let (mut list, mut data) = (count(tags.len()).to_vec(), Vec::new());
    let data_begins = HEAD_BYTES + 4 + 12 * tags.len();
    for (name, mut contents) in tags {
        list.extend_from_slice(name);
        list.extend_from_slice(&count(data_begins + data.len()));
        list.extend_from_slice(&count(contents.len()));
        contents.resize(contents.len().next_multiple_of(4), 0);
        data.extend(contents);
    }
    let mut head = vec![0; HEAD_BYTES];
    head[..4].copy_from_slice(&count(data_begins + data.len()));
    head[8..10].copy_from_slice(&[4, 0x30]);
    head[12..16].copy_from_slice(b"mntr");
    head[16..20].copy_from_slice(space);
    head[20..24].copy_from_slice(b"XYZ ");
    head[36..40].copy_from_slice(b"acsp");
    head[68..80].copy_from_slice(&D50.map(fixed).concat());
    [head, list, data].concat()
}

fn count(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap().to_be_bytes()
}

/// A number with sixteen bits behind the point.
fn fixed(number: f64) -> [u8; 4] {
    #[expect(clippy::cast_possible_truncation, reason = "all of them are small")]
    let scaled = (number * 65_536.0).round() as i32;
    scaled.to_be_bytes()
}

fn xyz(point: [f64; 3]) -> Vec<u8> {
    [b"XYZ \0\0\0\0".to_vec(), point.map(fixed).concat()].concat()
}

/// The tone curve of sRGB.
fn curve() -> Vec<u8> {
    let numbers = [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.040_45];
    [b"para\0\0\0\0\0\x03\0\0".to_vec(), numbers.map(fixed).concat()].concat()
}

/// Words in the older form, which every reader knows: in ASCII, and in no other script.
fn description(words: &str) -> Vec<u8> {
    let length = count(words.len() + 1);
    [b"desc\0\0\0\0".as_slice(), &length, words.as_bytes(), b"\0", &[0; 78]].concat()
}

//! The one thing in an EXIF that a picture needs: how it is to be turned.

/// The prefix of an EXIF in a JPEG; some programs write it in other files, too.
pub(super) const EXIF: &[u8] = b"Exif\0\0";
/// The tag of the orientation.
const ORIENTATION: u16 = 0x0112;
/// Most entries of a directory that are looked through; cameras write a dozen.
const MOST_ENTRIES: usize = 64;

/// An EXIF orientation that changes something: from 2 to 8.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn(u8);

impl Turn {
    /// What the first directory of an EXIF says.
    pub(super) fn of(exif: &[u8]) -> Option<Self> {
        let tiff = Tiff::of(exif.strip_prefix(EXIF).unwrap_or(exif))?;
        let directory = tiff.long(4)?;
        let entries = usize::from(tiff.short(directory)?).min(MOST_ENTRIES);
        let mut entries = (0..entries).filter_map(|index| directory.checked_add(2 + index * 12));
        let entry = entries.find(|entry| tiff.short(*entry) == Some(ORIENTATION))?;
        let orientation = tiff.short(entry.checked_add(8)?)?;
        u8::try_from(orientation).ok().filter(|orientation| (2..=8).contains(orientation)).map(Self)
    }

    /// Whether width and height change places.
    pub(super) fn swaps_sides(self) -> bool {
        self.0 >= 5
    }

    /// An EXIF of this one entry, without prefix.
    pub(super) fn to_tiff(self) -> Vec<u8> {
        let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        tiff.extend_from_slice(&[self.0, 0, 0, 0, 0, 0, 0]);
        tiff
    }
}

/// Numbers in the byte order of their file.
struct Tiff<'a> {
    bytes: &'a [u8],
    is_little: bool,
}

impl<'a> Tiff<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        match bytes.get(..2)? {
            b"II" => Some(Self { bytes, is_little: true }),
            b"MM" => Some(Self { bytes, is_little: false }),
            _ => None,
        }
    }

    fn short(&self, at: usize) -> Option<u16> {
        let bytes = *self.bytes.get(at..)?.first_chunk()?;
        Some(if self.is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn long(&self, at: usize) -> Option<usize> {
        let bytes = *self.bytes.get(at..)?.first_chunk()?;
        let value = if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) };
        usize::try_from(value).ok()
    }
}

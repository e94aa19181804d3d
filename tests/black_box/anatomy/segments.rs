//! JPEG: segments up to the first scan, and what lies behind.

pub(crate) const SOF0: u8 = 0xc0;
pub(crate) const DHT: u8 = 0xc4;
pub(crate) const SOI: u8 = 0xd8;
pub(crate) const EOI: u8 = 0xd9;
pub(crate) const SOS: u8 = 0xda;
pub(crate) const DQT: u8 = 0xdb;
pub(crate) const DRI: u8 = 0xdd;
pub(crate) const APP1: u8 = 0xe1;
pub(crate) const APP2: u8 = 0xe2;
pub(crate) const APP13: u8 = 0xed;
pub(crate) const APP14: u8 = 0xee;
pub(crate) const COM: u8 = 0xfe;

/// A segment as it lies in a file.
pub(crate) fn segment(marker: u8, contents: &[u8]) -> Vec<u8> {
    let length = u16::try_from(contents.len() + 2).unwrap().to_be_bytes();
    [[0xff, marker].as_slice(), &length, contents].concat()
}

/// A JPEG taken apart.
#[derive(Clone)]
pub(crate) struct Jpeg {
    /// Markers and contents, the first scan's head being the last.
    pub(crate) head: Vec<(u8, Vec<u8>)>,
    /// The first scan's data and all that follows, the end marker included.
    pub(crate) data: Vec<u8>,
}

impl Jpeg {
    /// Takes a good file apart.
    pub(crate) fn of(file: &[u8]) -> Self {
        let (mut head, mut rest): (Vec<(u8, Vec<u8>)>, &[u8]) = (Vec::new(), &file[2..]);
        while head.last().is_none_or(|(marker, _)| *marker != SOS) {
            let end = 2 + usize::from(u16::from_be_bytes([rest[2], rest[3]]));
            head.push((rest[1], rest[4..end].to_vec()));
            rest = &rest[end..];
        }
        Self { head, data: rest.to_vec() }
    }

    /// Without any segment of that kind.
    pub(crate) fn without(mut self, marker: u8) -> Self {
        self.head.retain(|(kind, _)| *kind != marker);
        self
    }

    /// With other contents in the first segment of that kind.
    pub(crate) fn with(mut self, marker: u8, contents: Vec<u8>) -> Self {
        let at = self.place_of(marker);
        self.head[at].1 = contents;
        self
    }

    /// With one byte of the first segment of that kind changed.
    pub(crate) fn with_byte(mut self, marker: u8, at: usize, byte: u8) -> Self {
        let place = self.place_of(marker);
        self.head[place].1[at] = byte;
        self
    }

    /// With another name for the first segment of that kind.
    pub(crate) fn renamed(mut self, from: u8, to: u8) -> Self {
        let at = self.place_of(from);
        self.head[at].0 = to;
        self
    }

    /// With one more segment, before the first one of that kind.
    pub(crate) fn with_before(mut self, marker: u8, new: u8, contents: Vec<u8>) -> Self {
        let at = self.place_of(marker);
        self.head.insert(at, (new, contents));
        self
    }

    /// With one more segment, where cameras put what they have to say.
    pub(crate) fn saying(mut self, marker: u8, contents: Vec<u8>) -> Self {
        self.head.insert(1, (marker, contents));
        self
    }

    /// With other data.
    pub(crate) fn with_data(mut self, data: Vec<u8>) -> Self {
        self.data = data;
        self
    }

    /// What the first segment of that kind holds.
    pub(crate) fn contents(&self, marker: u8) -> Vec<u8> {
        self.head[self.place_of(marker)].1.clone()
    }

    /// The file.
    pub(crate) fn file(&self) -> Vec<u8> {
        let head = self.head.iter().flat_map(|(marker, contents)| segment(*marker, contents));
        [0xff, SOI].into_iter().chain(head).chain(self.data.iter().copied()).collect()
    }

    fn place_of(&self, marker: u8) -> usize {
        self.head.iter().position(|(kind, _)| *kind == marker).unwrap()
    }
}

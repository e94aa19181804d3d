//! The port through which a result is looked into before it is shown.

use futures::future::BoxFuture;

use crate::look::failure::FailureCode;
use crate::look::photo::Photo;

/// Looks into pictures. Natively they are decoded, away from the threads that serve; at the edge there is no time for that.
pub trait Inspect: Send + Sync {
    /// `picture` made small, twice: all of it, and the middle that has the shape of `like` (width, height). `None` where nothing is decoded.
    /// Errors: `broken_image`.
    fn glance<'a>(&'a self, picture: &'a Photo, like: (u32, u32))
    -> BoxFuture<'a, Result<Option<Glance>, FailureCode>>;
}

/// A picture seen in passing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glance {
    /// All of it.
    pub whole: Thumbnail,
    /// Its middle, cut to another picture's shape.
    pub middle: Thumbnail,
}

/// A square of [`Thumbnail::SIDE`] pixels a side, row after row; each is the mean of what it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thumbnail(pub Vec<[u8; 3]>);

impl Thumbnail {
    /// Width and height in pixels.
    pub const SIDE: u32 = 64;
    /// A channel that is off by less is the same after another encoding.
    const NOISE: u8 = 20;
    /// So few cells may differ more: a pair of glasses covers more than these.
    const FEW: usize = 8;

    /// Whether both show the same picture, whatever its encoding and scale. Clothes that differ anywhere make it another one.
    pub fn is_same(&self, other: &Self) -> bool {
        let differs = |(a, b): (&[u8; 3], &[u8; 3])| a.iter().zip(b).any(|(a, b)| a.abs_diff(*b) > Self::NOISE);
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).filter(|pair| differs(*pair)).count() <= Self::FEW
    }
}

impl Glance {
    /// Whether `result` is this picture: as it was, stretched, or cut to the result's shape.
    pub fn is_shown_by(&self, result: &Self) -> bool {
        self.whole.is_same(&result.whole) || self.middle.is_same(&result.whole)
    }
}

#[cfg(test)]
mod tests {
    use super::Thumbnail;

    #[test]
    fn noise_is_the_same_picture_and_a_small_thing_is_another() {
        let side = usize::try_from(Thumbnail::SIDE).unwrap();
        let plain = Thumbnail(vec![[100, 100, 100]; side * side]);
        let mut noisy = plain.clone();
        noisy.0.iter_mut().for_each(|cell| cell[1] += 15);
        assert!(plain.is_same(&noisy));
        let mut glasses = plain.clone();
        glasses.0.iter_mut().skip(800).take(16).for_each(|cell| *cell = [20, 20, 20]);
        assert!(!plain.is_same(&glasses));
    }
}

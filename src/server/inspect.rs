//! Results natively: decoded small on blocking threads, as many at once as there are cores.

use std::sync::Arc;

use fast_image_resize::{ResizeAlg, ResizeOptions, Resizer};
use futures::future::BoxFuture;
use image::{DynamicImage, RgbImage};
use tokio::sync::Semaphore;

use super::photo_codec::{Decoded, decode, flattened};
use crate::look::failure::FailureCode;
use crate::look::photo::Photo;
use crate::pipeline::inspect::{Glance, Inspect, Thumbnail};

/// Looks into pictures.
#[derive(Clone, Debug)]
pub struct NativeInspect {
    permits: Arc<Semaphore>,
}

impl Default for NativeInspect {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { permits: Arc::new(Semaphore::new(cores)) }
    }
}

impl Inspect for NativeInspect {
    fn glance<'a>(
        &'a self,
        picture: &'a Photo,
        like: (u32, u32),
    ) -> BoxFuture<'a, Result<Option<Glance>, FailureCode>> {
        Box::pin(async move {
            let _permit = self.permits.acquire().await.map_err(|_| FailureCode::Internal)?;
            let picture = picture.clone();
            let glanced = tokio::task::spawn_blocking(move || glance(&picture, like)).await;
            // A decoder that panics has met a broken file; the process lives on.
            glanced.unwrap_or(Err(FailureCode::BrokenImage)).map(Some)
        })
    }
}

fn glance(picture: &Photo, like: (u32, u32)) -> Result<Glance, FailureCode> {
    let Decoded { image, orientation, .. } = decode(picture).map_err(|_| FailureCode::BrokenImage)?;
    let mut image = flattened(image);
    image.apply_orientation(orientation);
    let middle = ResizeOptions::new().fit_into_destination(None);
    let square = middle_of(&image, like);
    Ok(Glance { whole: thumbnail(&image, &middle)?, middle: thumbnail(&square, &middle)? })
}

/// The largest middle of `image` with the shape of `like`.
fn middle_of(image: &DynamicImage, (like_width, like_height): (u32, u32)) -> DynamicImage {
    let (width, height) = (u64::from(image.width()), u64::from(image.height()));
    let (like_width, like_height) = (u64::from(like_width.max(1)), u64::from(like_height.max(1)));
    let cut_width = width.min(height * like_width / like_height).max(1);
    let cut_height = height.min(width * like_height / like_width).max(1);
    let side = |length: u64| u32::try_from(length).unwrap_or(u32::MAX);
    image.crop_imm(side((width - cut_width) / 2), side((height - cut_height) / 2), side(cut_width), side(cut_height))
}

fn thumbnail(image: &DynamicImage, options: &ResizeOptions) -> Result<Thumbnail, FailureCode> {
    let mut small = DynamicImage::ImageRgb8(RgbImage::new(Thumbnail::SIDE, Thumbnail::SIDE));
    let options = options.resize_alg(ResizeAlg::Convolution(fast_image_resize::FilterType::Box));
    Resizer::new().resize(image, &mut small, &options).map_err(|_| FailureCode::Internal)?;
    Ok(Thumbnail(small.into_rgb8().pixels().map(|pixel| pixel.0).collect()))
}

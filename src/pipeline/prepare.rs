//! The port through which a photo is made fit to be sent: upright and without a word about where and by whom it was taken.

use futures::future::BoxFuture;

use crate::look::failure::{Failure, PhotoRole};
use crate::look::photo::Photo;

/// Prepares photos. Natively they are decoded, turned upright and encoded anew; at the edge, where there is no time for that, their metadata is cut out.
pub trait Prepare: Send + Sync {
    /// The name of this way to prepare: another name for whatever makes other bytes of the same photo.
    fn version(&self) -> &'static str;

    /// The photo to send. Errors: `broken_image` for what cannot be read.
    fn prepare(&self, photo: Photo, role: PhotoRole) -> BoxFuture<'_, Result<Photo, Failure>>;
}

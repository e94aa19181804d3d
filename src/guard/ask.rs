//! What somebody asks for, read and within its bounds, and not yet paid for.

use super::keys::Given;
use crate::i18n::Locale;
use crate::look::aspect::{AspectRatio, ImageSize};
use crate::look::outfit::Outfit;
use crate::look::photo::Photo;

/// A look that is asked for.
#[derive(Clone, Debug)]
pub struct Ask {
    /// PHOTO A.
    pub person: Received,
    /// PHOTO B.
    pub outfit: Received,
    /// The outfit, where the user has described it: step 1 is skipped.
    pub description: Option<Outfit>,
    /// The result's shape, where the user chose one.
    pub ratio: Option<AspectRatio>,
    /// The result's scale.
    pub size: ImageSize,
    /// Whether caches are passed by.
    pub fresh: bool,
    /// The language in which failures are told.
    pub locale: Locale,
    /// Who asks.
    pub asker: Asker,
    /// The caller's own name for this request (`Idempotency-Key`): sent again, it is the same look and not another one.
    pub idempotency_key: Option<String>,
}

/// A photo as it was received.
#[derive(Clone, Debug)]
pub struct Received {
    /// The photo.
    pub photo: Photo,
    /// The hash of its bytes.
    pub hash: [u8; 32],
}

/// Who asks, in names that nobody can be found by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asker {
    /// The hash of the visitor's cookie.
    pub user: String,
    /// Whether that cookie came with the request: a new one counts for nothing, for anybody can leave it out.
    pub is_known: bool,
    /// The hash of the address, or of its network where one household has many.
    pub address: Option<String>,
}

impl Ask {
    /// What of it determines the look.
    pub(super) fn given(&self) -> Given<'_> {
        Given {
            person: self.person.hash,
            outfit: self.outfit.hash,
            description: self.description.as_ref(),
            ratio: self.ratio,
            size: self.size,
        }
    }
}

impl Asker {
    /// Under whose name an idempotency key is looked for: the visitor's, or the address's where no cookie came.
    pub(super) fn name(&self) -> &str {
        self.known_user().or(self.address.as_deref()).unwrap_or_default()
    }

    /// Under whose names one is kept: the cookie that was given to a new visitor may come back with the request, or not.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let address = self.address.as_deref().filter(|_| !self.is_known);
        [Some(self.user.as_str()), address].into_iter().flatten()
    }

    /// The user, where the request says which.
    pub(super) fn known_user(&self) -> Option<&str> {
        self.is_known.then_some(self.user.as_str())
    }
}

//! Why a look cannot be made: the stable codes and what follows from each.

use serde::{Deserialize, Serialize};

use super::step::Step;

/// The stable name of a failure; messages and hints are in `failure_text`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, strum::EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(strum::EnumIter, strum::IntoStaticStr))]
pub enum FailureCode {
    /// `GATEWAY_URL` or `GATEWAY_TOKEN` is missing or a placeholder.
    NotConfigured,
    /// The visitor has not said the `ACCESS_CODE`.
    AccessDenied,
    /// The gateway refuses the token (401, code 2009).
    Unauthorized,
    /// No such account or gateway (code 2001).
    GatewayNotFound,
    /// Google refuses the key.
    ProviderKeyInvalid,
    /// No Google key reached Google.
    ProviderKeyMissing,
    /// The model is not on Google's free tier.
    BillingRequired,
    /// Google does not serve the place the request came from.
    RegionUnsupported,
    /// Cloudflare's credits are used up (402, code 2021).
    NoCredits,
    /// Google does not know the model.
    ModelNotFound,
    /// Google has switched the model off.
    ModelRetired,
    /// Too many requests a minute, for the gateway or for Google.
    RateLimited,
    /// The day's quota at Google is used up.
    QuotaExhausted,
    /// The gateway's spend limit is reached (codes 2041, 2045).
    SpendLimit,
    /// The model has more requests than it can serve.
    Overloaded,
    /// No answer within `GATEWAY_TIMEOUT`.
    Timeout,
    /// No connection to the gateway.
    GatewayUnreachable,
    /// The gateway answered an error that none of the other codes tells.
    GatewayError,
    /// The request was blocked before the model saw it.
    PromptBlocked,
    /// The picture was made and blocked; [`Why`] tells the reason.
    ImageBlocked,
    /// The model answered nothing.
    NoImage,
    /// The model answered words where a picture was asked.
    TextOnly,
    /// The result is one of the inputs.
    Unchanged,
    /// The description is not one.
    BadDescription,
    /// The answer cannot be read.
    InvalidResponse,
    /// A photo is not there.
    MissingPhoto,
    /// Not a JPEG, PNG or WebP.
    UnsupportedImage,
    /// A JPEG, PNG or WebP that cannot be decoded.
    BrokenImage,
    /// More bytes or pixels than a photo may have.
    ImageTooLarge,
    /// More bytes than a request may have.
    BodyTooLarge,
    /// The request is not the form that was asked for.
    BadRequest,
    /// Our own limit per user or minute.
    TooManyLooks,
    /// Our own budget.
    BudgetExhausted,
    /// As many looks as we can make are under way.
    Busy,
    /// The user stopped it.
    Cancelled,
    /// A mistake of ours.
    Internal,
}

#[cfg(feature = "ssr")]
impl FailureCode {
    /// The code's name on the wire.
    pub fn name(self) -> &'static str {
        self.into()
    }

    /// The HTTP status of an answer that is refused before its first event.
    pub fn http_status(self) -> u16 {
        match self {
            Self::MissingPhoto | Self::BadRequest => 400,
            Self::AccessDenied => 401,
            Self::BodyTooLarge | Self::ImageTooLarge => 413,
            Self::UnsupportedImage => 415,
            Self::BrokenImage | Self::BadDescription => 422,
            Self::TooManyLooks => 429,
            Self::NotConfigured | Self::BudgetExhausted | Self::Busy => 503,
            _ => 500,
        }
    }
}

/// A failure inside the server, not yet in anybody's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What it is.
    pub code: FailureCode,
    /// The step that failed.
    pub step: Option<Step>,
    /// Seconds after which a new attempt makes sense.
    pub retry_after_s: Option<u32>,
    /// The id under which the gateway or we logged it.
    pub request_id: Option<String>,
    /// Which photo is meant, for the codes that speak of one.
    pub photo: Option<PhotoRole>,
    /// What the message tells apart within one code.
    pub why: Option<Why>,
}

/// A reason that changes the message of a failure, not its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// `image_blocked`: prohibited content.
    Prohibited,
    /// `image_blocked`: too near to a known picture.
    Recitation,
    /// `image_blocked`: a guardrail of the operator's own gateway.
    Guardrails,
    /// `budget_exhausted`: the books cannot be read or written, so nothing is spent.
    Ledger,
    /// `bad_request`: another site has sent it.
    OtherSite,
    /// `busy`: the server is about to end, and to be back.
    Restart,
    /// `budget_exhausted`: the operator has stopped all spending.
    Frozen,
    /// `unsupported_image`: the format of an iPhone, with a cure of its own.
    Heic,
}

/// Which of the two photos.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhotoRole {
    /// PHOTO A.
    Person,
    /// PHOTO B.
    Outfit,
}

impl Failure {
    /// A failure of which only the code is known.
    pub fn new(code: FailureCode) -> Self {
        Self { code, step: None, retry_after_s: None, request_id: None, photo: None, why: None }
    }

    /// The same failure, of that step.
    #[must_use]
    pub fn at(self, step: Step) -> Self {
        Self { step: Some(step), ..self }
    }

    /// The same failure, with a wait.
    #[must_use]
    pub fn retry_after(self, seconds: Option<u32>) -> Self {
        Self { retry_after_s: seconds, ..self }
    }

    /// The same failure, with the id it was logged under.
    #[must_use]
    pub fn request_id(self, id: Option<String>) -> Self {
        Self { request_id: id, ..self }
    }

    /// The same failure, for that reason.
    #[must_use]
    pub fn because(self, why: Why) -> Self {
        Self { why: Some(why), ..self }
    }

    /// The same failure, of that photo.
    #[must_use]
    pub fn photo(self, role: PhotoRole) -> Self {
        Self { photo: Some(role), ..self }
    }
}

impl From<FailureCode> for Failure {
    fn from(code: FailureCode) -> Self {
        Self::new(code)
    }
}

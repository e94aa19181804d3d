//! The ledger: what every call cost, reserved at its worst price before it is made and settled at its true one after. A reservation that
//! nobody settles stays charged, until the gateway's own log tells what became of it.

mod memory;
mod sql;

use futures::future::{BoxFuture, ready};

use super::database::StoreError;
use crate::look::price::Tokens;
use crate::look::step::Step;

pub use memory::MemoryLedger;
pub use sql::SqlLedger;

/// A process that has not said for so long that it lives is taken for dead.
pub const DEAD_AFTER_MS: u64 = 120_000;
/// A call that is not settled after so long stays charged for good: nobody looks for it any more.
pub const GIVEN_UP_AFTER_MS: u64 = 7 * 24 * 3_600_000;

/// A call that may be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// Its own name: 32 hex digits.
    pub id: String,
    /// The name of its look in the gateway's log.
    pub trace: String,
    /// Its step.
    pub step: Step,
    /// The most it can cost, in billionths of a dollar.
    pub nanos: u64,
}

/// The moment of a reservation, and what may be spent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Milliseconds since 1970.
    pub now_ms: u64,
    /// Days since 1970, UTC.
    pub day: u64,
    /// Months since year 0, UTC.
    pub month: u64,
    /// The most that a day may cost.
    pub day_nanos: u64,
    /// The most that a month may cost.
    pub month_nanos: u64,
}

/// What became of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settlement {
    /// What it cost.
    pub nanos: u64,
    /// The model that answered.
    pub model: Option<String>,
    /// The failure's code, if it failed.
    pub code: Option<&'static str>,
    /// Whether the gateway had the answer already.
    pub cached: bool,
    /// The tokens paid for.
    pub tokens: Tokens,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// The id under which the gateway knows it.
    pub request_id: Option<String>,
}

/// The end of a call whose price nobody told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Doubt {
    /// When it ended, in milliseconds since 1970.
    pub over_ms: u64,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// The failure's code, if it failed.
    pub code: Option<&'static str>,
}

/// What has been spent, reservations included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// In the day.
    pub day_nanos: u64,
    /// In the month.
    pub month_nanos: u64,
    /// Whether the operator has stopped all spending.
    pub is_frozen: bool,
}

/// A step of a look in which calls are over that nobody settles any more, with all that is known of its calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsettled {
    /// The name of its look in the gateway's log.
    pub trace: String,
    /// The step.
    pub step: Step,
    /// Those calls, the oldest first; there is at least one.
    pub open: Vec<OpenCall>,
    /// The calls of the step that are settled.
    pub settled: Vec<SettledCall>,
}

/// A call that is over and still charged at its worst price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenCall {
    /// Its own name.
    pub id: String,
    /// What is charged for it.
    pub nanos: u64,
    /// When it was reserved, in milliseconds since 1970.
    pub reserved_ms: u64,
    /// From when on it was surely over on our side, in milliseconds since 1970. The gateway may have been at it for a while longer.
    pub over_ms: u64,
}

/// A call at its true price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettledCall {
    /// What it cost.
    pub nanos: u64,
    /// The id under which the gateway knows it.
    pub request_id: Option<String>,
}

/// What has been put right in the books.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Corrected {
    /// Calls that were settled.
    pub settled: u64,
    /// What they cost, in billionths of a dollar.
    pub nanos: u64,
    /// Reservations that were taken back.
    pub released: u64,
}

/// Keeps the books.
pub trait Ledger: Send + Sync {
    /// Reserves all of `calls` or, where that would pass what may be spent or nothing may be, none. Tells which.
    fn reserve(&self, calls: Vec<Reservation>, terms: Terms) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// Takes up a reservation whose call is about to be made; `false` when it is not there any more, because this process was taken for dead.
    fn claim(&self, id: String) -> BoxFuture<'_, Result<bool, StoreError>>;

    /// Puts the true price in the place of the worst one.
    fn settle(&self, id: String, settlement: Settlement) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Notes that a call is over and nobody told its price: it stays charged at the worst one.
    fn doubt(&self, id: String, doubt: Doubt) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Takes back reservations of calls that were never made.
    fn release(&self, ids: Vec<String>) -> BoxFuture<'_, Result<(), StoreError>>;

    /// What has been spent in the day and month of `terms`.
    fn spent(&self, terms: Terms) -> BoxFuture<'_, Result<Spent, StoreError>>;

    /// Stops all spending from now on, or allows it again.
    fn freeze(&self, is_frozen: bool, now_ms: u64) -> BoxFuture<'_, Result<(), StoreError>>;

    /// Says that this process lives.
    fn alive(&self, now_ms: u64) -> BoxFuture<'_, Result<(), StoreError>>;

    /// The steps in which calls are over that nobody settles any more, the oldest first; none in which another call may be under way.
    fn unsettled(&self, now_ms: u64) -> BoxFuture<'_, Result<Vec<Unsettled>, StoreError>>;

    /// Settles and takes back what `unsettled` gave, all at once. What somebody else has settled meanwhile stays as it is.
    fn correct(
        &self,
        settled: Vec<(String, Settlement)>,
        released: Vec<String>,
    ) -> BoxFuture<'_, Result<Corrected, StoreError>>;
}

/// Books that cannot be kept: nothing is spent.
#[derive(Clone, Debug)]
pub struct ClosedLedger(pub StoreError);

impl ClosedLedger {
    fn refuse<T: Send + 'static>(&self) -> BoxFuture<'_, Result<T, StoreError>> {
        Box::pin(ready(Err(self.0.clone())))
    }
}

impl Ledger for ClosedLedger {
    fn reserve(&self, _: Vec<Reservation>, _: Terms) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.refuse()
    }

    fn claim(&self, _: String) -> BoxFuture<'_, Result<bool, StoreError>> {
        self.refuse()
    }

    fn settle(&self, _: String, _: Settlement) -> BoxFuture<'_, Result<(), StoreError>> {
        self.refuse()
    }

    fn doubt(&self, _: String, _: Doubt) -> BoxFuture<'_, Result<(), StoreError>> {
        self.refuse()
    }

    fn release(&self, _: Vec<String>) -> BoxFuture<'_, Result<(), StoreError>> {
        self.refuse()
    }

    fn spent(&self, _: Terms) -> BoxFuture<'_, Result<Spent, StoreError>> {
        self.refuse()
    }

    fn freeze(&self, _: bool, _: u64) -> BoxFuture<'_, Result<(), StoreError>> {
        self.refuse()
    }

    /// There is nobody to tell, and the reason was told at the start.
    fn alive(&self, _: u64) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(ready(Ok(())))
    }

    fn unsettled(&self, _: u64) -> BoxFuture<'_, Result<Vec<Unsettled>, StoreError>> {
        self.refuse()
    }

    fn correct(&self, _: Vec<(String, Settlement)>, _: Vec<String>) -> BoxFuture<'_, Result<Corrected, StoreError>> {
        self.refuse()
    }
}

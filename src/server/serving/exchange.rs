//! What a connection is doing, told by its requests and asked by its socket.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is known of a connection. Cheap to clone: all clones are of one connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Exchange(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    phase: Phase,
    upload: Upload,
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Phase {
    /// The client's: a request's head is awaited, or has begun.
    #[default]
    Head,
    /// Ours: from the end of the head to that of the answer.
    Answer,
    /// Nobody's: the last answer is made, and there is no byte of another request.
    Idle,
}

/// What became of the body of the current request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Upload {
    /// There is none, or it is being read, or was read to its end.
    #[default]
    Heard,
    /// It was dropped before its end.
    Unread,
    /// It came too slowly, and was dropped for that.
    Late,
}

/// An answer under way. Dropped, it is over.
#[derive(Debug)]
pub(super) struct UnderWay(Exchange);

impl Exchange {
    pub(super) fn phase(&self) -> Phase {
        self.state().phase
    }

    /// A byte has come after an answer.
    pub(super) fn head_begins(&self) {
        self.state().phase = Phase::Head;
    }

    /// A head is complete.
    pub(super) fn answer_begins(&self) -> UnderWay {
        *self.state() = State { phase: Phase::Answer, upload: Upload::Heard };
        UnderWay(self.clone())
    }

    pub(super) fn body_is_late(&self) {
        self.state().upload = Upload::Late;
    }

    pub(super) fn is_late(&self) -> bool {
        self.state().upload == Upload::Late
    }

    pub(super) fn body_is_left(&self) {
        let mut state = self.state();
        if state.upload == Upload::Heard {
            state.upload = Upload::Unread;
        }
    }

    /// Whether the client may still be sending what nobody reads.
    pub(super) fn is_unread(&self) -> bool {
        self.state().upload == Upload::Unread
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.state().phase = Phase::Idle;
    }
}

//! A look from the button to its end: sends the photos, follows the events, joins again when the connection breaks.

use futures::StreamExt;
use futures::future::{AbortHandle, Abortable};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use web_sys::FormData;

use super::browser::{self, Pieces};
use super::lines::Lines;
use super::phase::{Phase, PhaseKind, Trouble, Wait};
use super::state::Studio;
use crate::api::looks::CreateLook;
use crate::look::event::Event;
use crate::look::id::LookId;

/// Pauses before the attempts to join a look whose stream broke.
const JOIN_AFTER_MS: [u32; 4] = [300, 1_000, 2_500, 5_000];

/// How often the page's clock ticks while something is counted.
const TICK_MS: u32 = 100;

impl Studio {
    /// Asks for a look of the photos in the form; `fresh` passes the caches by.
    pub(super) fn make(self, fresh: bool) {
        let form = self.person.input.get_untracked().and_then(|input| FormData::new_with_form(&input.form()?).ok());
        let Some(form) = form else {
            return;
        };
        if fresh {
            let _ = form.append_with_str("fresh", "true");
        }
        let (abort, registration) = AbortHandle::new_pair();
        self.abort.set_value(Some(abort));
        self.step(|_| Phase::sending());
        self.tick();
        spawn_local(async move {
            // Aborted means stopped before the server had accepted: the phase is set by who stopped it.
            let _ = Abortable::new(follow(self, form), registration).await;
        });
    }

    /// Stops the look. Before it was accepted there is only the request to end.
    pub(super) fn stop(self) {
        if let Some(id) = self.running_id() {
            self.step(|phase| phase.waiting(Wait::Stopping));
            spawn_local(async move {
                let path = ["/api/looks/", id.as_str(), "/cancel"].concat();
                let _ = browser::fetch("POST", &path).await;
            });
        } else {
            self.abort.with_value(|abort| abort.iter().for_each(AbortHandle::abort));
            self.step(|_| Phase::Idle);
        }
    }

    /// Deletes the finished look, here and on the server.
    pub(super) fn delete(self) {
        let path = self.phase.with_untracked(|phase| match phase {
            Phase::Done(_, made) => Some(["/looks/", made.picture.id.as_str()].concat()),
            _ => None,
        });
        if let Some(path) = path {
            self.step(|_| Phase::Idle);
            browser::focus("create");
            spawn_local(async move {
                let _ = browser::fetch("DELETE", &path).await;
            });
        }
    }

    fn running_id(self) -> Option<LookId> {
        self.phase.with_untracked(|phase| match phase {
            Phase::Running(run) => run.id.clone(),
            _ => None,
        })
    }

    fn is_running(self) -> bool {
        self.phase.with_untracked(|phase| phase.kind() == PhaseKind::Running)
    }

    /// Lets the clock tick while a look is made or a wait counted down.
    fn tick(self) {
        spawn_local(async move {
            while self.now_ms.try_set(browser::now_ms()).is_none() && self.is_counting() {
                TimeoutFuture::new(TICK_MS).await;
            }
        });
    }

    fn is_counting(self) -> bool {
        let now_ms = self.now_ms.get_untracked();
        self.phase.with_untracked(|phase| match phase {
            Phase::Running(_) => true,
            Phase::Failed(_, trouble) => trouble.wait_s(now_ms) > 0,
            Phase::Idle | Phase::Done(..) => false,
        })
    }
}

async fn follow(studio: Studio, form: FormData) {
    let mut seen = 0;
    // The server function is asked at its address and not through its stub, which brings an HTTP client of its own: 9 kB of the
    // 110 that the page may weigh. A refusal is a stream of one line, so there is nothing that the stub would know better.
    match browser::send(CreateLook::PATH, &form).await {
        Some(pieces) => listen(studio, pieces, &mut seen).await,
        None => studio.step(|phase| phase.failed(Trouble::NotSent)),
    }
    // A stream that ends without a terminal event was cut: the look goes on without us, so we go after it.
    for pause in JOIN_AFTER_MS {
        let Some(id) = studio.running_id() else {
            break;
        };
        studio.step(|phase| phase.waiting(Wait::Reconnecting));
        TimeoutFuture::new(pause).await;
        let path = ["/api/looks/", id.as_str(), "/events"].concat();
        if let Some(pieces) = browser::read(&path).await {
            listen(studio, pieces, &mut seen).await;
        }
    }
    if studio.is_running() {
        studio.step(|phase| phase.failed(Trouble::Lost));
    }
}

/// Follows a stream to its end. Events that an earlier stream brought already, `seen` of them, are passed over.
async fn listen(studio: Studio, mut pieces: Pieces, seen: &mut usize) {
    let mut lines = Lines::default();
    let mut place = 0;
    let mut take = |event: Event| {
        // Pings belong to a connection, not to the look.
        if matches!(event, Event::Ping) {
            return;
        }
        place += 1;
        if place > *seen {
            *seen = place;
            studio.step(|phase| phase.after(event, browser::now_ms()));
        }
    };
    while let Some(Some(piece)) = pieces.next().await {
        lines.push(&piece).into_iter().for_each(&mut take);
    }
    lines.finish().into_iter().for_each(take);
}

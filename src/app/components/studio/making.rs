//! A look from the button to its end: sends the photos, follows the events, joins again when the connection breaks.

use futures::StreamExt;
use futures::future::{AbortHandle, Abortable};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use web_sys::{FormData, Response};

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
    /// Sends the photos in the form; `fresh` passes the caches by.
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

    /// Tries again after a failure. A look that was only lost sight of may be there by now: it is joined before another one is paid for.
    pub(super) fn retry(self) {
        let lost = self.phase.with_untracked(|phase| match phase {
            Phase::Failed(run, Trouble::Lost) => run.id.clone(),
            _ => None,
        });
        let Some(id) = lost else {
            self.ask(false);
            return;
        };
        self.step(|_| Phase::joining(id));
        self.tick();
        spawn_local(async move {
            let is_gone = join(self, 0).await;
            let is_stopping = self.phase.with_untracked(Phase::wait) == Some(Wait::Stopping);
            self.lose_sight();
            if is_gone && !is_stopping {
                self.ask(false);
            }
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

    /// Deletes the finished look, on the server and then here. Where the server does not do it the look stays, and `refused` says so.
    pub(super) fn delete(self, refused: RwSignal<bool>) {
        let Some(id) = self.finished_id() else {
            return;
        };
        refused.set(false);
        spawn_local(async move {
            let answer = browser::fetch("DELETE", &["/looks/", id.as_str()].concat()).await;
            // Another one may have been asked for meanwhile.
            if self.finished_id().as_ref() != Some(&id) {
                return;
            }
            // What is not there any more needs no deleting.
            if answer.is_some_and(|answer| matches!(answer.status(), 204 | 404)) {
                self.step(|_| Phase::Idle);
                browser::focus("create");
            } else {
                refused.set(true);
            }
        });
    }

    fn finished_id(self) -> Option<LookId> {
        self.phase.with_untracked(|phase| match phase {
            Phase::Done(_, made) => Some(made.picture.id.clone()),
            _ => None,
        })
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

    /// Nothing can be heard any more of a look that is still under way.
    fn lose_sight(self) {
        if self.is_running() {
            self.step(|phase| phase.failed(Trouble::Lost));
        }
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
    join(studio, seen).await;
    studio.lose_sight();
}

/// Goes after a look whose stream ended without a terminal event: it was cut, and the look goes on without us. Events that were heard
/// already, `seen` of them, are passed over. Tells whether the server knows no such look any more.
async fn join(studio: Studio, mut seen: usize) -> bool {
    for pause in JOIN_AFTER_MS {
        let Some(id) = studio.running_id() else {
            break;
        };
        studio.step(|phase| phase.waiting(Wait::Reconnecting));
        TimeoutFuture::new(pause).await;
        let answer = browser::fetch("GET", &["/api/looks/", id.as_str(), "/events"].concat()).await;
        if answer.as_ref().is_some_and(|answer| answer.status() == 404) {
            return true;
        }
        if let Some(pieces) = answer.filter(Response::ok).as_ref().and_then(browser::pieces) {
            listen(studio, pieces, &mut seen).await;
        }
    }
    false
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

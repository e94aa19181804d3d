//! The queue: so many looks are made at once, so many more wait in their order and know their place, and the next one is told to come back.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

/// The queue of a process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Queue(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    state: Mutex<State>,
    /// Wakes all who wait: somebody has come or gone.
    moved: watch::Sender<()>,
    at_once: usize,
    most_waiting: usize,
}

#[derive(Debug)]
struct State {
    free: usize,
    waiting: VecDeque<u64>,
    next: u64,
}

/// A place in the queue, given up when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    queue: Queue,
    ticket: u64,
}

/// The right to work, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Permit(Queue);

impl Queue {
    /// So many at once, and so many more who wait.
    pub fn new(at_once: usize, most_waiting: usize) -> Self {
        let state = State { free: at_once, waiting: VecDeque::new(), next: 0 };
        Self(Arc::new(Inner { state: Mutex::new(state), moved: watch::Sender::new(()), at_once, most_waiting }))
    }

    /// A place at the end; `None` when the queue is full.
    pub(super) fn enter(&self) -> Option<Place> {
        let mut state = self.state();
        // Who need not wait takes no waiting place.
        if state.waiting.len() >= state.free.saturating_add(self.0.most_waiting) {
            return None;
        }
        let ticket = state.next;
        state.next += 1;
        state.waiting.push_back(ticket);
        Some(Place { queue: self.clone(), ticket })
    }

    /// How many looks are being made, and how many wait.
    pub fn counts(&self) -> (usize, usize) {
        let state = self.state();
        (self.0.at_once.saturating_sub(state.free), state.waiting.len())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Waits for its turn; `tell` is told each new place (1 is next) as long as it has to wait.
    pub(super) async fn turn(self, tell: impl Fn(u32)) -> Permit {
        let mut moved = self.queue.0.moved.subscribe();
        let mut told = None;
        loop {
            match self.ahead() {
                None => return Permit(self.queue.clone()),
                Some(ahead) if told != Some(ahead) => {
                    told = Some(ahead);
                    tell(u32::try_from(ahead).unwrap_or(u32::MAX).saturating_add(1));
                }
                Some(_) => {}
            }
            // The sender is as alive as the queue that this place holds.
            let _ = moved.changed().await;
        }
    }

    /// Takes the permit when it is its turn; else tells how many come before.
    fn ahead(&self) -> Option<usize> {
        let mut state = self.queue.state();
        let at = state.waiting.iter().position(|ticket| *ticket == self.ticket)?;
        if at >= state.free {
            return Some(at - state.free);
        }
        state.free -= 1;
        state.waiting.remove(at);
        drop(state);
        self.queue.0.moved.send_replace(());
        None
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut state = self.queue.state();
        let before = state.waiting.len();
        state.waiting.retain(|ticket| *ticket != self.ticket);
        let has_left = state.waiting.len() < before;
        drop(state);
        if has_left {
            self.queue.0.moved.send_replace(());
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.state().free += 1;
        self.0.0.moved.send_replace(());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use futures::FutureExt;

    use super::{Place, Queue};

    /// The places that were told, and the permit if it came at once.
    fn turn(place: Place) -> (Arc<Mutex<Vec<u32>>>, futures::future::BoxFuture<'static, super::Permit>) {
        let told = Arc::new(Mutex::new(Vec::new()));
        let places = told.clone();
        (told, place.turn(move |place| places.lock().unwrap().push(place)).boxed())
    }

    #[test]
    fn those_who_wait_know_their_place_and_come_in_their_order() {
        let queue = Queue::new(1, 2);
        let (_, first) = turn(queue.enter().unwrap());
        let permit = first.now_or_never().unwrap();
        let ((second_told, mut second), (third_told, mut third)) =
            (turn(queue.enter().unwrap()), turn(queue.enter().unwrap()));
        assert!(second.as_mut().now_or_never().is_none() && third.as_mut().now_or_never().is_none());
        assert!(queue.enter().is_none(), "two may wait");
        drop(permit);
        assert!(third.as_mut().now_or_never().is_none(), "it is the second's turn");
        let permit = second.now_or_never().unwrap();
        assert!(third.as_mut().now_or_never().is_none());
        drop(permit);
        assert!(third.now_or_never().is_some());
        assert_eq!(*second_told.lock().unwrap(), [1]);
        assert_eq!(third_told.lock().unwrap().first(), Some(&2));
        assert_eq!(third_told.lock().unwrap().last(), Some(&1));
    }

    #[test]
    fn who_gives_up_leaves_the_place_to_the_next() {
        let queue = Queue::new(1, 2);
        let permit = turn(queue.enter().unwrap()).1.now_or_never().unwrap();
        let (_, second) = turn(queue.enter().unwrap());
        let (_, mut third) = turn(queue.enter().unwrap());
        assert!(third.as_mut().now_or_never().is_none());
        drop(second);
        drop(permit);
        assert!(third.now_or_never().is_some());
        assert!(queue.enter().is_some());
    }
}

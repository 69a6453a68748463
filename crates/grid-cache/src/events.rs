//! What left a cache and why, told through bounded queues.
//!
//! Events are queued under the lock of the cache, in the order in which entries leave. A queue has a lock of its own, so that
//! whoever reads it does not hold up the cache.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Why an entry left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// It was the least recently used, and the entry cap left no room.
    EntryCap,
    /// It was the least recently used, and the byte cap left no room.
    ByteCap,
    /// It was the least recently used, and `resize` lowered a cap.
    Resize,
    /// Its TTL was over, and it was reclaimed.
    Expired,
    /// `delete`, `delete_many` or `take` removed it.
    Deleted,
    /// A new value came in under its key.
    Replaced,
}

impl Reason {
    /// Whether no caller asked for it.
    fn is_loss(self) -> bool {
        !matches!(self, Reason::Deleted | Reason::Replaced)
    }
}

/// An entry that left. The value is not in it: a queue would hold memory that no cap counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The key of the entry.
    pub key: Arc<str>,
    /// Why it left.
    pub reason: Reason,
}

/// Which events a subscription gets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Interest {
    /// Evictions and expirations.
    #[default]
    Losses,
    /// Also [`Reason::Deleted`] and [`Reason::Replaced`].
    All,
}

/// A queue between a cache and a subscription.
pub(crate) struct Queue {
    capacity: usize,
    interest: Interest,
    wake: Box<dyn Fn() + Send + Sync>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    events: VecDeque<Event>,
    dropped: u64,
    ended: bool,
}

/// What became of an event.
pub(crate) enum Pushed {
    /// The subscription has ended.
    Ended,
    /// It is the first in the queue: wake the reader.
    First,
    /// It is in the queue, or counted as dropped.
    Kept,
}

impl Queue {
    pub(crate) fn new(
        capacity: usize,
        interest: Interest,
        wake: Box<dyn Fn() + Send + Sync>,
    ) -> Self {
        Self {
            capacity: capacity.max(1),
            interest,
            wake,
            state: Mutex::default(),
        }
    }

    /// Whether the subscription wants such events.
    pub(crate) fn wants(&self, reason: Reason) -> bool {
        self.interest == Interest::All || reason.is_loss()
    }

    /// Whether the subscription was dropped.
    pub(crate) fn has_ended(&self) -> bool {
        self.state().ended
    }

    pub(crate) fn push(&self, event: Event) -> Pushed {
        let mut state = self.state();
        if state.ended {
            return Pushed::Ended;
        }
        if state.events.len() >= self.capacity || state.events.try_reserve(1).is_err() {
            state.dropped += 1;
            return Pushed::Kept;
        }
        state.events.push_back(event);
        if state.events.len() == 1 {
            Pushed::First
        } else {
            Pushed::Kept
        }
    }

    /// Tells the reader; no lock may be held.
    pub(crate) fn wake(&self) {
        (self.wake)();
    }

    /// No code of a caller runs under this lock, and a push that died left whole events.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The reading end of a queue of events; dropping it ends the subscription.
pub struct Subscription(pub(crate) Arc<Queue>);

impl Subscription {
    /// Takes out at most `max` events, the oldest first, and how many were dropped since the last call because the queue was
    /// full. When as many events came as were asked for, there may be more, and no new wake tells of them.
    pub fn drain(&self, max: usize) -> (Vec<Event>, u64) {
        let mut state = self.0.state();
        let count = max.min(state.events.len());
        let events = state.events.drain(..count).collect();
        (events, std::mem::take(&mut state.dropped))
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut state = self.0.state();
        *state = State {
            ended: true,
            ..State::default()
        };
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("capacity", &self.0.capacity)
            .field("interest", &self.0.interest)
            .finish_non_exhaustive()
    }
}

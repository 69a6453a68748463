//! Events of removed entries, in bounded queues.
//!
//! Events are queued under the lock of the cache, in the order of removal. A queue has its own lock, so that its reader does not block
//! the cache.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, PoisonError};

use crate::sync::{Mutex, MutexGuard};

/// The reason why an entry was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The entry cap left no room, and the policy chose it.
    EntryCap,
    /// The byte cap left no room, and the policy chose it.
    ByteCap,
    /// `resize` lowered a cap, and the policy chose it.
    Resize,
    /// Its TTL had ended, and it was reclaimed.
    Expired,
    /// `delete`, `delete_many` or `take` removed it.
    Deleted,
    /// A new value replaced it.
    Replaced,
}

impl Reason {
    /// The name that every binding reports, such as `entries`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::EntryCap => "entries",
            Self::ByteCap => "bytes",
            Self::Resize => "resize",
            Self::Expired => "expired",
            Self::Deleted => "deleted",
            Self::Replaced => "replaced",
        }
    }

    /// Whether the policy chose the entry.
    pub(crate) fn is_eviction(self) -> bool {
        matches!(self, Reason::EntryCap | Reason::ByteCap | Reason::Resize)
    }

    /// Whether no caller asked for the removal.
    fn is_loss(self) -> bool {
        !matches!(self, Reason::Deleted | Reason::Replaced)
    }
}

/// A removed entry, without its value: a queue would keep memory that no cap counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The key of the entry.
    pub key: Arc<str>,
    /// The reason of the removal.
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

/// Bytes of keys in a queue per event of its capacity. Without this limit a queue of long keys could be larger than the cache.
pub(crate) const KEY_BYTES: usize = 256;

/// A queue between a cache and a subscription.
pub(crate) struct Queue {
    capacity: usize,
    interest: Interest,
    state: Mutex<State>,
}

/// The default is the state of a subscription that has ended.
#[derive(Default)]
struct State {
    events: VecDeque<Event>,
    key_bytes: usize,
    dropped: u64,
    wake: Option<Arc<dyn Fn() + Send + Sync>>,
}

/// The result of pushing an event.
pub(crate) enum Pushed {
    /// The subscription has ended.
    Ended,
    /// It is the first event of the queue: wake the reader.
    First,
    /// It is in the queue after others, or counted as dropped.
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
            state: Mutex::new(State {
                wake: Some(wake.into()),
                ..State::default()
            }),
        }
    }

    /// Whether the subscription wants such events.
    pub(crate) fn wants(&self, reason: Reason) -> bool {
        self.interest == Interest::All || reason.is_loss()
    }

    /// Whether the subscription was dropped.
    pub(crate) fn has_ended(&self) -> bool {
        self.state().wake.is_none()
    }

    /// Queues an event, or counts it as dropped. `copy` is the one copy of the key that all queues share.
    pub(crate) fn push(&self, key: &str, reason: Reason, copy: &mut Option<Arc<str>>) -> Pushed {
        let mut state = self.state();
        if state.wake.is_none() {
            return Pushed::Ended;
        }
        let first = state.events.is_empty() && state.dropped == 0;
        let key_bytes = state.key_bytes.saturating_add(key.len());
        if state.events.len() < self.capacity
            && key_bytes <= self.capacity.saturating_mul(KEY_BYTES)
            && state.events.try_reserve(1).is_ok()
        {
            let key = Arc::clone(copy.get_or_insert_with(|| key.into()));
            state.events.push_back(Event { key, reason });
            state.key_bytes = key_bytes;
        } else {
            state.dropped += 1;
        }
        if first { Pushed::First } else { Pushed::Kept }
    }

    /// Wakes the reader, if there is one; no lock may be held.
    pub(crate) fn wake(&self) {
        let wake = self.state().wake.clone();
        if let Some(wake) = wake {
            wake();
        }
    }

    /// No code of a caller runs under this lock, and a push that panicked left complete events.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The reading end of a queue of events; dropping it ends the subscription. A wake that another thread is running at that moment
/// continues.
pub struct Subscription(pub(crate) Arc<Queue>);

impl Subscription {
    /// Takes out at most `max` events, the oldest first, and how many were dropped since the last call because the queue was
    /// full. If it returns as many events as requested, there may be more, without a new wake.
    pub fn drain(&self, max: usize) -> (Vec<Event>, u64) {
        let mut state = self.0.state();
        let count = max.min(state.events.len());
        let events: Vec<Event> = state.events.drain(..count).collect();
        state.key_bytes -= events.iter().map(|event| event.key.len()).sum::<usize>();
        (events, std::mem::take(&mut state.dropped))
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        // The cache may keep its end of the queue until the next event. `wake` may own a handle of this cache, which would never be
        // dropped then. So it is dropped now, and after the lock.
        let ended = std::mem::take(&mut *self.0.state());
        drop(ended);
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

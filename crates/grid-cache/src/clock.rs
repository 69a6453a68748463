//! The clock of a cache.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use crate::sync::Mutex;

/// A clock that never steps back. `Instant` is CLOCK_MONOTONIC on Linux: a board that sets its wall clock from the network
/// changes nothing, and the time of a suspended system does not count.
#[derive(Debug)]
pub(crate) enum Clock {
    /// The system's clock, since the start of the cache.
    System(Instant),
    /// A manual clock.
    Manual(ManualClock),
}

impl Clock {
    /// The system's clock; its current time is 0.
    pub(crate) fn system() -> Self {
        Clock::System(Instant::now())
    }

    /// Microseconds since the clock's start, rounded down: an entry expires at its TTL or less than 1 µs earlier, never later.
    pub(crate) fn now(&self) -> u64 {
        match self {
            Clock::System(start) => micros(start.elapsed()),
            Clock::Manual(clock) => clock.now(),
        }
    }
}

/// A clock that only moves by calls, for tests about time: see [`crate::Cache::on_clock`]. It starts at 0; a clone is the same clock.
// Not an AtomicU64, which some 32-bit targets lack.
#[derive(Debug, Clone, Default)]
pub struct ManualClock(Arc<Mutex<u64>>);

impl ManualClock {
    /// Moves the clock forward, by whole microseconds.
    pub fn advance(&self, by: Duration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.saturating_add(micros(by));
    }

    /// Microseconds since the clock's start.
    pub(crate) fn now(&self) -> u64 {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A duration in whole microseconds. `as_micros` divides 128-bit numbers, which is slow on 32-bit boards.
fn micros(duration: Duration) -> u64 {
    duration
        .as_secs()
        .saturating_mul(1_000_000)
        .saturating_add(duration.subsec_micros().into())
}

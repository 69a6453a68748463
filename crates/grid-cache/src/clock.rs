//! The one source of time of a cache.

use std::time::Instant;

/// A clock that never steps back. `Instant` is CLOCK_MONOTONIC on Linux: a board that sets its wall clock from the network
/// changes nothing, and the time of a suspended system does not count.
#[derive(Debug)]
pub(crate) enum Clock {
    /// The system's clock, from the start of the cache on.
    System(Instant),
    /// A clock that a test moves by hand.
    #[cfg(test)]
    Stepped(std::sync::Arc<std::sync::atomic::AtomicU64>),
}

impl Clock {
    /// The system's clock, at 0 now.
    pub(crate) fn system() -> Self {
        Clock::System(Instant::now())
    }

    /// Microseconds since the clock's start, rounded down: an entry is gone at its TTL or less than 1 µs earlier, never later.
    pub(crate) fn now(&self) -> u64 {
        match self {
            Clock::System(start) => {
                let elapsed = start.elapsed();
                // By hand, since as_micros() divides 128-bit numbers: slow on 32-bit boards.
                elapsed
                    .as_secs()
                    .saturating_mul(1_000_000)
                    .saturating_add(elapsed.subsec_micros().into())
            }
            #[cfg(test)]
            Clock::Stepped(micros) => micros.load(std::sync::atomic::Ordering::Relaxed),
        }
    }
}

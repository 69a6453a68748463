//! The time that a change of policies or data may take.

use crate::error::Error;
use crate::options::EngineOptions;
use std::time::{Duration, Instant};

/// Looked at between the policies and phases of a change. What takes longer in one phase is bounded by the sizes and depths that are
/// checked before it, and discarded after it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LoadClock {
    started: Instant,
    most_ms: u32,
}

impl LoadClock {
    pub(crate) fn start(options: &EngineOptions) -> Self {
        Self {
            started: Instant::now(),
            most_ms: options.max_load_ms,
        }
    }

    /// When the change must have ended.
    pub(crate) fn end(&self) -> Option<Instant> {
        self.started
            .checked_add(Duration::from_millis(self.most_ms.into()))
    }

    /// Whether there is time left.
    ///
    /// # Errors
    /// `GRID_LIMIT`.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.started.elapsed() <= Duration::from_millis(self.most_ms.into()) {
            return Ok(());
        }
        let what = "the change of policies or data took too long";
        Err(Error::limit_of(
            "max_load_ms",
            what,
            self.most_ms.into(),
            "ms",
        ))
    }
}

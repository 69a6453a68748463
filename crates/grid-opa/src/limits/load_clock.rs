//! The time limit of changes of policies or data, and of the compilation of queries.

use crate::error::Error;
use crate::options::EngineOptions;
use std::time::{Duration, Instant};

/// The clock is checked between the policies and phases of a change, and during the check of types. Limits of size and depth bound the time
/// of the other phases. A phase that still takes too long is discarded when it ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LoadClock {
    started: Instant,
    most_ms: u32,
    too_long: &'static str,
}

impl LoadClock {
    pub(crate) fn start(options: &EngineOptions) -> Self {
        Self {
            started: Instant::now(),
            most_ms: options.max_load_ms,
            too_long: "the change of policies or data took too long",
        }
    }

    /// The clock for the compilation of a query.
    pub(crate) fn for_query(options: &EngineOptions) -> Self {
        Self {
            too_long: "the compilation of the query took too long",
            ..Self::start(options)
        }
    }

    /// The time at which the change must have ended.
    pub(crate) fn end(&self) -> Option<Instant> {
        self.started
            .checked_add(Duration::from_millis(self.most_ms.into()))
    }

    /// Checks that time is left.
    ///
    /// # Errors
    /// `GRID_LIMIT`.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.started.elapsed() <= Duration::from_millis(self.most_ms.into()) {
            return Ok(());
        }
        Err(Error::limit_of(
            "max_load_ms",
            self.too_long,
            self.most_ms.into(),
            "ms",
        ))
    }
}

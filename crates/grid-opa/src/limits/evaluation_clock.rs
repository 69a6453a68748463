//! The time limit of evaluations.

use crate::error::Error;
use crate::limits::memory;
use crate::options::EngineOptions;
use std::cell::Cell;
use std::time::{Duration, Instant};

std::thread_local! {
    static END: Cell<Option<Instant>> = const { Cell::new(None) };
    static STEPS: Cell<u32> = const { Cell::new(0) };
}

/// Steps between two looks at the clock.
const STEPS_PER_LOOK: u32 = 16;

/// The clock of one evaluation: from the begin of its input to the end of its answer. While it lives, [`is_beyond`] is about it; a host
/// function may begin an evaluation inside.
#[derive(Debug)]
pub(crate) struct EvaluationClock {
    end: Instant,
    most_ms: u32,
    outer: Option<Instant>,
}

/// Runs an evaluation with its clock. After the time limit the result is an error, whatever the evaluation returned.
///
/// # Errors
/// `GRID_LIMIT`, and those of the evaluation.
pub(crate) fn timed<T>(
    options: &EngineOptions,
    evaluate: impl FnOnce(&EvaluationClock) -> Result<T, Error>,
) -> Result<T, Error> {
    let clock = EvaluationClock::start(options);
    let result = evaluate(&clock);
    if Instant::now() > clock.end {
        return Err(clock.too_long());
    }
    result
}

impl EvaluationClock {
    fn start(options: &EngineOptions) -> Self {
        let most_ms = options.max_evaluation_ms;
        let end = Instant::now() + Duration::from_millis(most_ms.into());
        let outer = END.replace(Some(end));
        Self {
            end,
            most_ms,
            outer,
        }
    }

    /// The time at which the evaluation must have ended.
    pub(crate) const fn end(&self) -> Instant {
        self.end
    }

    /// The error after the time limit.
    pub(crate) fn too_long(&self) -> Error {
        let what = "the evaluation took too long";
        Error::limit_of("max_evaluation_ms", what, self.most_ms.into(), "ms")
    }
}

impl Drop for EvaluationClock {
    fn drop(&mut self) {
        END.set(self.outer);
    }
}

/// Counts a step of work that reads an input or writes an answer. Returns whether the evaluation has passed a limit, so that the work
/// may stop: the evaluation is an error already. Not inline: readers and writers are compiled once for each kind of document.
#[inline(never)]
pub(crate) fn is_beyond() -> bool {
    if memory::is_spent() {
        return true;
    }
    let steps = STEPS.get().wrapping_add(1);
    STEPS.set(steps);
    steps.is_multiple_of(STEPS_PER_LOOK) && END.get().is_some_and(|end| Instant::now() > end)
}

/// The message of work that stops at a limit. Nobody reads it: the evaluation reports the limit.
pub(crate) const BEYOND: &str = "the evaluation has passed a limit";

//! The work limit of a type check.
//!
//! OPA's checks take more than linear time for hostile sources: nested bodies are checked again at each level, and types with many
//! alternatives are compared with each other. Here each step counts, and a source that needs too many steps or too much time is rejected.

use crate::rego::types::model::kind::Type;
use std::cell::Cell;
use std::time::Instant;

/// The number of steps for a check of any size. A step takes about ten nanoseconds on a fast processor.
const BASE: u64 = 5_000_000;

/// The additional steps per term. Typical policies need about ten.
const PER_TERM: u64 = 100;

/// Steps between two looks at the clock.
const STEPS_PER_LOOK: u64 = 2048;

/// The remaining work.
#[derive(Debug)]
pub(crate) struct Work {
    steps: Cell<u64>,
    end: Option<Instant>,
}

impl Default for Work {
    fn default() -> Self {
        Self::for_terms(0, None)
    }
}

impl Work {
    /// The work for a number of terms. There is none left after `end`.
    pub(crate) fn for_terms(terms: usize, end: Option<Instant>) -> Self {
        let terms = u64::try_from(terms).unwrap_or(u64::MAX);
        Self {
            steps: Cell::new(terms.saturating_mul(PER_TERM).saturating_add(BASE)),
            end,
        }
    }

    /// Takes steps. Returns whether enough steps and time were left.
    pub(crate) fn spend(&self, steps: usize) -> bool {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        let left = self.steps.get();
        let after = left.saturating_sub(steps);
        let looks = left / STEPS_PER_LOOK != after / STEPS_PER_LOOK;
        if looks && self.end.is_some_and(|end| Instant::now() >= end) {
            self.steps.set(0);
            return false;
        }
        self.steps.set(after);
        left > steps
    }

    /// Takes the steps for a copy of a type's parts. Copying a part costs less than a step.
    pub(crate) fn spend_copy(&self, of: Option<&Type>) -> bool {
        self.spend(of.map_or(0, Type::breadth) / 8)
    }

    pub(crate) fn is_spent(&self) -> bool {
        self.steps.get() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_grows_with_the_source() {
        let (none, some) = (Work::default(), Work::for_terms(7, None));
        assert_eq!(some.steps.get() - none.steps.get(), 7 * PER_TERM);
    }

    #[test]
    fn work_ends() {
        let work = Work::default();
        work.steps.set(3);
        assert!(work.spend(2) && !work.is_spent());
        assert!(!work.spend(2) && work.is_spent());
        assert!(!work.spend(0));
    }

    #[test]
    fn work_ends_after_the_time_limit() {
        let work = Work::for_terms(0, Some(Instant::now()));
        assert!(work.spend(1));
        assert!(!work.spend(STEPS_PER_LOOK as usize) && work.is_spent());
    }
}

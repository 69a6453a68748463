//! The work limit of a type check.
//!
//! OPA's checks take more than linear time for hostile sources: nested bodies are checked again at each level, and types with many
//! alternatives are compared with each other. Here each step counts, and a source that needs too many steps is rejected.

use crate::rego::types::model::kind::Type;
use std::cell::Cell;

/// The number of steps for a check of any size. A step takes about ten nanoseconds.
const BASE: u64 = 5_000_000;

/// The additional steps per term. Typical policies need about ten.
const PER_TERM: u64 = 100;

/// The remaining steps.
#[derive(Debug)]
pub(crate) struct Work(Cell<u64>);

impl Default for Work {
    fn default() -> Self {
        Self::for_terms(0)
    }
}

impl Work {
    /// The steps for a number of terms.
    pub(crate) fn for_terms(terms: usize) -> Self {
        let terms = u64::try_from(terms).unwrap_or(u64::MAX);
        Self(Cell::new(
            terms.saturating_mul(PER_TERM).saturating_add(BASE),
        ))
    }

    /// Takes steps. Returns whether enough steps were left.
    pub(crate) fn spend(&self, steps: usize) -> bool {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        let left = self.0.get();
        self.0.set(left.saturating_sub(steps));
        left > steps
    }

    /// Takes the steps for a copy of a type's parts. Copying a part costs less than a step.
    pub(crate) fn spend_copy(&self, of: Option<&Type>) -> bool {
        self.spend(of.map_or(0, Type::breadth) / 8)
    }

    pub(crate) fn is_spent(&self) -> bool {
        self.0.get() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_grows_with_the_source() {
        let (none, some) = (Work::default(), Work::for_terms(7));
        assert_eq!(some.0.get() - none.0.get(), 7 * PER_TERM);
    }

    #[test]
    fn work_ends() {
        let work = Work(Cell::new(3));
        assert!(work.spend(2) && !work.is_spent());
        assert!(!work.spend(2) && work.is_spent());
        assert!(!work.spend(0));
    }
}

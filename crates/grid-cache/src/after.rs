//! The work of a call after it has released the lock of a cache.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::leases::Wake;
use crate::value::Value;

/// Wakes to call, and large values to free.
#[derive(Default)]
pub(crate) struct After {
    pub(crate) wakes: Vec<Wake>,
    pub(crate) values: Vec<Value>,
}

impl After {
    /// Runs code of callers: no lock may be held. If one panics, the others still run.
    pub(crate) fn run(self) {
        drop(self.values);
        let panics = self
            .wakes
            .into_iter()
            .filter_map(|wake| catch_unwind(AssertUnwindSafe(wake)).err());
        if let Some(first) = panics.reduce(|first, _| first) {
            resume_unwind(first);
        }
    }
}

//! What is left to do when the lock of a cache is released.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::leases::Wake;
use crate::value::Value;

/// Who is to be woken, and large values that are to be freed.
#[derive(Default)]
pub(crate) struct After {
    pub(crate) wakes: Vec<Wake>,
    pub(crate) values: Vec<Value>,
}

impl After {
    /// Runs code of callers: no lock may be held. One that panics does not keep the others from being told.
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

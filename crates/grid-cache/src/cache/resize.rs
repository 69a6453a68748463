//! Other caps for a cache that is in use.

use std::sync::atomic::Ordering;

use super::Cache;
use crate::limits::Limit;
use crate::{CacheOptions, Error};

/// Entries that one hold of the lock evicts, so that other threads wait for microseconds.
const BATCH: usize = 256;

impl Cache {
    /// Changes the caps; one that is `None` stays. Returns how many live entries had to go: those that the policy
    /// names.
    ///
    /// A cap that is lowered is reached in steps, between which other threads get the lock; meanwhile the cap is what the cache
    /// holds, and no call makes it hold more. Of two calls at a time the later one decides. [`Cache::open`] goes on comparing
    /// with the caps that the cache was opened with.
    ///
    /// # Errors
    /// [`Error::Count`] (`GRID_ARGUMENT`) for a cap that is out of its range; then neither changes.
    pub fn resize(
        &self,
        max_entries: Option<usize>,
        max_bytes: Option<usize>,
    ) -> Result<usize, Error> {
        let check = |limit: Limit, count: Option<usize>| {
            count
                .map(|count| limit.check(self.policy(), Some(count)))
                .transpose()
        };
        let max_entries = check(Limit::Entries, max_entries)?;
        let max_bytes = check(Limit::Bytes, max_bytes)?;
        self.with(|store| {
            store.goal.max_entries = max_entries.unwrap_or(store.goal.max_entries);
            store.goal.max_bytes = max_bytes.unwrap_or(store.goal.max_bytes);
        });
        let mut total = 0;
        loop {
            let (evicted, done) = self.with(|store| {
                let step = store.shrink(self.shared.clock.now(), BATCH);
                let max_bytes = store.limits().max_bytes;
                self.shared.max_bytes.store(max_bytes, Ordering::Relaxed);
                step
            });
            total += evicted;
            if done {
                return Ok(total);
            }
        }
    }

    /// The options that make an empty cache like this one, with its caps of now.
    pub fn options(&self) -> CacheOptions {
        let limits = self.lock().limits();
        let settings = self.settings();
        CacheOptions {
            max_entries: Some(limits.max_entries),
            max_bytes: Some(limits.max_bytes),
            policy: Some(settings.policy),
            ttl: Some(settings.ttl),
            sliding: Some(settings.sliding),
            keep: Some(settings.keep),
        }
    }
}

//! Changes of the caps.

use std::sync::atomic::Ordering;

use super::Cache;
use crate::limits::Limit;
use crate::{CacheOptions, Error};

/// Evictions per lock, so that other threads wait for microseconds.
const BATCH: usize = 256;

impl Cache {
    /// Changes the caps; one that is `None` stays. Returns how many live entries were evicted: those that the policy chooses.
    ///
    /// A lowered cap is reached in steps, and other threads get the lock between them; meanwhile the cap is the current size, and no call
    /// makes the cache larger. Of two calls at a time the later one decides. [`Cache::open`] still compares with the original caps.
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

    /// The options of a cache like this one, with its current caps.
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

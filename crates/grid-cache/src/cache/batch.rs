//! Calls about many keys, and clean-up: in batches, so that other threads wait for microseconds.

use super::Cache;
use crate::{Error, Ttl, Value, ValueRef};

/// Keys per lock.
const BATCH: usize = 64;

/// Expired entries per lock.
const CLEANUP_BATCH: usize = 256;

impl Cache {
    /// Sets many keys, each as [`Cache::set`] does, in the order given: the last becomes the most recently used. Other threads
    /// may see some of them set and others not yet.
    ///
    /// # Errors
    /// Those of [`Cache::set`]. An entry that is too large is found before any is set; an allocation may fail after some are.
    pub fn set_many(&self, entries: &[(&str, ValueRef<'_>, Option<Ttl>)]) -> Result<(), Error> {
        for (key, value, _) in entries {
            self.check_size(key, *value)?;
        }
        for batch in entries.chunks(BATCH) {
            let mut copies = Vec::with_capacity(batch.len());
            for (key, value, ttl) in batch {
                let value = self.copy_in(key, *value)?;
                copies.push((self.hash(key), *key, value, self.ttl_or_own(*ttl)));
            }
            self.with(|store| {
                copies.into_iter().try_for_each(|(hash, key, value, ttl)| {
                    store.set(hash, key, value, ttl, &self.shared.clock)
                })
            })?;
        }
        Ok(())
    }

    /// The values of many keys, each as [`Cache::get`] returns it, in the order of the keys.
    pub fn get_many(&self, keys: &[&str]) -> Vec<Option<Value>> {
        let mut values = Vec::with_capacity(keys.len());
        for batch in keys.chunks(BATCH) {
            let hashes: Vec<u32> = batch.iter().map(|key| self.hash(key)).collect();
            self.with(|store| {
                for (key, hash) in batch.iter().zip(hashes) {
                    values.push(store.get(hash, key, &self.shared.clock).cloned());
                }
            });
        }
        values
    }

    /// Removes many keys, each as [`Cache::delete`] does; returns how many were there.
    pub fn delete_many(&self, keys: &[&str]) -> usize {
        let mut deleted = 0;
        for batch in keys.chunks(BATCH) {
            let hashes: Vec<u32> = batch.iter().map(|key| self.hash(key)).collect();
            // Freed after the lock.
            let values: Vec<Value> = self.with(|store| {
                let keys = batch.iter().zip(hashes);
                keys.filter_map(|(key, hash)| store.remove(hash, key, &self.shared.clock))
                    .collect()
            });
            deleted += values.len();
        }
        deleted
    }

    /// Removes all expired entries; returns how many. It visits no other entry, and lets other threads in between batches.
    pub fn cleanup_expired(&self) -> usize {
        let now = self.shared.clock.now();
        let mut total = 0;
        loop {
            let removed = self.with(|store| store.remove_expired(now, CLEANUP_BATCH));
            total += removed;
            if removed < CLEANUP_BATCH {
                return total;
            }
        }
    }
}

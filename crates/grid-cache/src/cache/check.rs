//! Checks of a cache, for tests and fuzzers.

use super::Cache;

impl Cache {
    /// Walks through all links and compares them with the counts and the caps, for tests and fuzzers.
    ///
    /// # Errors
    /// The fault, in words.
    #[doc(hidden)]
    pub fn verify(&self) -> Result<(), String> {
        let store = self.lock();
        let (limits, stats) = (store.limits(), store.stats());
        if stats.entries > limits.max_entries || stats.bytes > limits.max_bytes {
            return Err(format!("over a cap: {stats:?}"));
        }
        let left = stats.evictions() + stats.expirations + stats.deletes + stats.cleared;
        if stats.inserts != stats.entries as u64 + left {
            return Err(format!(
                "entries that were inserted and removed do not add up: {stats:?}"
            ));
        }
        store.table.fault().map_or(Ok(()), Err)
    }

    /// Whether two of these keys have the same hash, so that a policy confuses them, for tests and fuzzers.
    #[doc(hidden)]
    pub fn confuses(&self, keys: &[String]) -> bool {
        let mut hashes: Vec<u32> = keys.iter().map(|key| self.hash(key)).collect();
        hashes.sort_unstable();
        hashes.windows(2).any(|pair| pair[0] == pair[1])
    }
}

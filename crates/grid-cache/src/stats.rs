//! The counts of a cache.

use crate::Reason;

/// Counts since a cache was made, and its current size. Each inserted entry is still there or was removed in one way:
/// `inserts == entries + evictions() + expirations + deletes + cleared`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Reads that found their key: `get`, `get_many`, `take`, `get_or_insert` and `lease`.
    pub hits: u64,
    /// Reads of the same kinds that did not find it.
    pub misses: u64,
    /// Entries that were inserted under a new key.
    pub inserts: u64,
    /// Entries that replaced one under their key.
    pub updates: u64,
    /// Entries that were evicted for the entry cap.
    pub evicted_for_entries: u64,
    /// Entries that were evicted for the byte cap.
    pub evicted_for_bytes: u64,
    /// Entries that were evicted because `resize` lowered a cap.
    pub evicted_by_resize: u64,
    /// Expired entries that any call reclaimed.
    pub expirations: u64,
    /// Entries that `delete`, `delete_many` and `take` removed.
    pub deletes: u64,
    /// Entries that `clear` and `restore` removed.
    pub cleared: u64,
    /// Entries that were refused as too large.
    pub refused: u64,
    /// Current entries, as [`crate::Cache::len`] counts them.
    pub entries: usize,
    /// Current bytes, as [`crate::Cache::bytes`] counts them.
    pub bytes: usize,
    /// Most entries at any instant since the cache was made or resized.
    pub peak_entries: usize,
    /// Most bytes at any instant since the cache was made or resized.
    pub peak_bytes: usize,
    /// The current entry cap.
    pub max_entries: usize,
    /// The current byte cap.
    pub max_bytes: usize,
    /// Leases, including those that have timed out until the next call about their key.
    pub leases: usize,
}

impl Stats {
    /// Entries that were evicted for a cap.
    pub fn evictions(&self) -> u64 {
        self.evicted_for_entries + self.evicted_for_bytes + self.evicted_by_resize
    }

    /// All fields with their names, in this order, for bindings.
    pub fn fields(&self) -> [(&'static str, u64); 18] {
        [
            ("hits", self.hits),
            ("misses", self.misses),
            ("inserts", self.inserts),
            ("updates", self.updates),
            ("evicted_for_entries", self.evicted_for_entries),
            ("evicted_for_bytes", self.evicted_for_bytes),
            ("evicted_by_resize", self.evicted_by_resize),
            ("expirations", self.expirations),
            ("deletes", self.deletes),
            ("cleared", self.cleared),
            ("refused", self.refused),
            ("entries", self.entries as u64),
            ("bytes", self.bytes as u64),
            ("peak_entries", self.peak_entries as u64),
            ("peak_bytes", self.peak_bytes as u64),
            ("max_entries", self.max_entries as u64),
            ("max_bytes", self.max_bytes as u64),
            ("leases", self.leases as u64),
        ]
    }

    /// Counts a removed entry.
    pub(crate) fn count(&mut self, reason: Reason) {
        match reason {
            Reason::EntryCap => self.evicted_for_entries += 1,
            Reason::ByteCap => self.evicted_for_bytes += 1,
            Reason::Resize => self.evicted_by_resize += 1,
            Reason::Expired => self.expirations += 1,
            Reason::Deleted => self.deletes += 1,
            // The new entry counts as the update.
            Reason::Replaced => {}
        }
    }
}

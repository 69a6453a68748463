//! The state of a cache, for one thread at a time: a slab of entries, the index, the order of use and the order of expiry.
//!
//! Nothing here can panic but a broken link, and no code of a caller runs inside; so a lock around it is not poisoned.

use crate::clock::Clock;
use crate::expiry::Expiry;
use crate::index::Index;
use crate::limits::Limits;
use crate::lru::LruList;
use crate::slab::{NO_DEADLINE, Slab};
use crate::ttl::Ttl;
use crate::value::Value;

/// All of a cache but its lock.
pub(crate) struct Store {
    limits: Limits,
    slab: Slab,
    index: Index,
    lru: LruList,
    expiry: Expiry,
    bytes: usize,
}

impl Store {
    /// An empty store; it takes no memory for entries that are not there.
    pub(crate) fn new(limits: Limits) -> Self {
        Self::with_capacity(limits, 0, 0)
    }

    /// An empty store with room for some entries, at a time of the clock.
    fn with_capacity(limits: Limits, capacity: usize, elapsed: u64) -> Self {
        Self {
            limits,
            slab: Slab::with_capacity(capacity),
            index: Index::new(),
            lru: LruList::new(),
            expiry: Expiry::new(elapsed),
            bytes: 0,
        }
    }

    /// Entries held.
    pub(crate) fn len(&self) -> usize {
        self.slab.len()
    }

    /// Bytes held, each entry's overhead included.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Puts an entry in as the newest. It must fit into an empty cache; room is made before it goes in.
    pub(crate) fn set(
        &mut self,
        hash: u32,
        key: &str,
        value: Value,
        ttl: Option<Ttl>,
        clock: &Clock,
    ) {
        if let Some(number) = self.index.find(&self.slab.slots, hash, key) {
            self.remove(number);
        }
        // A read of the clock costs tens of nanoseconds: not for a cache without deadlines.
        let now = if ttl.is_some() || self.expiry.len() > 0 {
            clock.now()
        } else {
            0
        };
        let deadline = ttl.map_or(NO_DEADLINE, |ttl| now.saturating_add(ttl.as_micros()));
        self.make_room(value.cost(), now);
        self.insert(hash, value, deadline);
        self.compact_if_sparse();
    }

    /// The value of a key, which becomes the newest. An expired one is removed instead.
    pub(crate) fn get(&mut self, hash: u32, key: &str, clock: &Clock) -> Option<Value> {
        let number = self.index.find(&self.slab.slots, hash, key)?;
        if self.has_expired(number, clock) {
            self.remove(number);
            self.compact_if_sparse();
            return None;
        }
        self.lru.touch(&mut self.slab.slots, number);
        self.slab.slots[number as usize].value.clone()
    }

    /// Removes a key; whether it was there, which an expired one was not.
    pub(crate) fn delete(&mut self, hash: u32, key: &str, clock: &Clock) -> bool {
        let Some(number) = self.index.find(&self.slab.slots, hash, key) else {
            return false;
        };
        let live = !self.has_expired(number, clock);
        self.remove(number);
        self.compact_if_sparse();
        live
    }

    /// Removes at most `most` entries that have expired by `now`; how many it removed.
    pub(crate) fn remove_expired(&mut self, now: u64, most: usize) -> usize {
        let mut removed = 0;
        while removed < most
            && let Some(number) = self.expiry.due(&mut self.slab.slots, now)
        {
            self.remove(number);
            removed += 1;
        }
        self.compact_if_sparse();
        removed
    }

    /// Whether the deadline of a slot has passed.
    fn has_expired(&self, number: u32, clock: &Clock) -> bool {
        let deadline = self.slab.slots[number as usize].deadline;
        deadline != NO_DEADLINE && deadline <= clock.now()
    }

    /// Evicts until an entry of this cost fits under both caps: expired entries first, then the oldest.
    fn make_room(&mut self, cost: usize, now: u64) {
        // Neither side of the sum passes isize::MAX, so it does not overflow.
        while self.slab.len() >= self.limits.max_entries
            || self.bytes + cost > self.limits.max_bytes
        {
            let due = self.expiry.due(&mut self.slab.slots, now);
            let Some(victim) = due.or_else(|| self.lru.oldest()) else {
                return;
            };
            self.remove(victim);
        }
    }

    /// Links an entry everywhere; there is room, and its key is not in.
    fn insert(&mut self, hash: u32, value: Value, deadline: u64) {
        self.bytes += value.cost();
        let number = self
            .slab
            .insert(value, hash, deadline, self.limits.max_entries);
        let entries = self.slab.len();
        self.index.insert(&mut self.slab.slots, number, entries);
        self.lru.push_newest(&mut self.slab.slots, number);
        self.expiry.insert(&mut self.slab.slots, number);
    }

    /// Unlinks an entry everywhere and frees it.
    fn remove(&mut self, number: u32) {
        self.index.remove(&mut self.slab.slots, number);
        self.lru.unlink(&mut self.slab.slots, number);
        self.expiry.remove(&mut self.slab.slots, number);
        if let Some(value) = self.slab.remove(number) {
            self.bytes -= value.cost();
        }
    }

    /// Moves the entries into a block of their size once more than half of it is idle: the slots of many small entries would
    /// otherwise stay beside the few large ones that replaced them. At least as many removals pay for each move.
    fn compact_if_sparse(&mut self) {
        if !self.slab.is_sparse() {
            return;
        }
        let mut packed = Store::with_capacity(self.limits, self.slab.len(), self.expiry.elapsed());
        while let Some(oldest) = self.lru.oldest() {
            self.lru.unlink(&mut self.slab.slots, oldest);
            let slot = &self.slab.slots[oldest as usize];
            let (hash, deadline) = (slot.hash, slot.deadline);
            if let Some(value) = self.slab.remove(oldest) {
                packed.insert(hash, value, deadline);
            }
        }
        *self = packed;
    }
}

#[cfg(test)]
mod tests;

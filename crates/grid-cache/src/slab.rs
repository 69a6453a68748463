//! The slots of a cache: entries in one growing block, found by number, with all links inside them.

use crate::value::Value;

/// The number that stands for no slot.
pub(crate) const NONE: u32 = u32::MAX;

/// The number that stands for no deadline.
pub(crate) const NO_DEADLINE: u64 = u64::MAX;

/// Bytes that each entry counts besides its key and value: its slot, the two reference counts of its allocation and at most
/// two heads of the hash index.
///
/// The same on every target, so that one byte cap evicts alike on all boards (32-bit slots are smaller). Not counted: the
/// rounding of the allocator, the slab's reserve (an eighth while it grows, half after it emptied), buckets left from a time
/// with more entries until the slab is packed, and about 3 KiB a cache.
pub const ENTRY_OVERHEAD: usize = 80;

const _: () = {
    let counted = size_of::<Slot>() + 2 * size_of::<usize>() + 2 * size_of::<u32>();
    assert!(
        counted <= ENTRY_OVERHEAD,
        "an entry takes more than it counts"
    );
    assert!(
        counted == ENTRY_OVERHEAD || size_of::<usize>() < 8,
        "an entry counts more than it takes"
    );
};

/// Both neighbours in a doubly linked list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    pub(crate) prev: u32,
    pub(crate) next: u32,
}

impl Link {
    pub(crate) const NONE: Link = Link {
        prev: NONE,
        next: NONE,
    };
}

/// An entry and its place in the three structures; a free slot has no value, and `lru.next` is the next free one.
pub(crate) struct Slot {
    pub(crate) value: Option<Value>,
    /// Microseconds of the cache's clock, or [`NO_DEADLINE`].
    pub(crate) deadline: u64,
    pub(crate) lru: Link,
    pub(crate) expiry: Link,
    /// The next slot of the same bucket of the index.
    pub(crate) chain: u32,
    /// Kept so that neither an eviction nor a growing index hashes a key again.
    pub(crate) hash: u32,
}

/// Slots, and the list of the free ones.
pub(crate) struct Slab {
    pub(crate) slots: Vec<Slot>,
    free: u32,
    live: usize,
}

impl Slab {
    /// No slots, and memory for some.
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self {
            slots: Vec::with_capacity(capacity),
            free: NONE,
            live: 0,
        }
    }

    /// Entries in use.
    pub(crate) fn len(&self) -> usize {
        self.live
    }

    /// Whether more than half of a block worth the work lies idle.
    pub(crate) fn is_sparse(&self) -> bool {
        self.slots.len() >= 128 && self.live < self.slots.len() / 2
    }

    /// Puts an entry into a free slot; its links are for the caller to set. `max` is the most slots that will ever be needed.
    pub(crate) fn insert(&mut self, value: Value, hash: u32, deadline: u64, max: usize) -> u32 {
        let slot = Slot {
            value: Some(value),
            deadline,
            lru: Link::NONE,
            expiry: Link::NONE,
            chain: NONE,
            hash,
        };
        self.live += 1;
        if let Some(free) = self.slots.get_mut(self.free as usize) {
            let number = self.free;
            self.free = free.lru.next;
            *free = slot;
            return number;
        }
        let len = self.slots.len();
        if len == self.slots.capacity() {
            // Doubling, as Vec does, would leave up to half of the block unused.
            let step = (len / 8).max(16).min(max.saturating_sub(len)).max(1);
            self.slots.reserve_exact(step);
        }
        self.slots.push(slot);
        // The cap on entries is below 2^31, and there are no more slots than entries at any time.
        len as u32
    }

    /// Frees a slot that no structure links to any more and hands out its value.
    pub(crate) fn remove(&mut self, number: u32) -> Option<Value> {
        let slot = &mut self.slots[number as usize];
        let value = slot.value.take()?;
        slot.lru.next = self.free;
        self.free = number;
        self.live -= 1;
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_slots_are_used_before_the_block_grows() {
        let mut slab = Slab::with_capacity(0);
        let value = || Value::new("k", "v".into()).unwrap();
        let numbers: Vec<u32> = (0..3)
            .map(|_| slab.insert(value(), 0, NO_DEADLINE, 3))
            .collect();
        assert_eq!(
            (numbers, slab.len(), slab.slots.capacity()),
            (vec![0, 1, 2], 3, 3)
        );
        assert!(slab.remove(1).is_some() && slab.remove(0).is_some());
        assert!(
            slab.remove(0).is_none(),
            "a free slot has nothing to remove"
        );
        assert_eq!(slab.insert(value(), 0, NO_DEADLINE, 3), 0);
        assert_eq!(slab.insert(value(), 0, NO_DEADLINE, 3), 1);
        assert_eq!((slab.len(), slab.slots.len()), (3, 3));
    }
}

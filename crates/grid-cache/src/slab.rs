//! The slots of a cache: entries in one growing block, by number, with all links inside them.

use std::collections::TryReserveError;
use std::ops::{Index, IndexMut};

use crate::value::Value;

pub(crate) mod expiry;
pub(crate) mod index;
pub(crate) mod list;

/// The number of no slot.
pub(crate) const NONE: u32 = u32::MAX;

/// The value for no deadline.
pub(crate) const NO_DEADLINE: u64 = u64::MAX;

/// Bytes that an entry counts under LRU in addition to its key and value: its slot, the two reference counts of its allocation, its bucket
/// of the index, and its part of the spare room of the slab and the index.
///
/// The same on every target, so that a byte cap evicts alike on all boards (32-bit slots are smaller). Not counted: the rounding of its
/// allocation, unused slots until the block is packed, 4 bytes per entry if reads renew TTLs, and about 3 KiB per cache.
pub const ENTRY_OVERHEAD: usize = 80;

/// A full block grows by one part in this many, and by at least 16: doubling, as Vec does, would leave up to half of it unused.
const GROWTH: usize = 16;

/// The number of items by which a block of `len` grows.
pub(crate) fn growth_step(len: usize) -> usize {
    (len / GROWTH).max(16)
}

/// Checks an overhead against the memory of an entry: its slot, its bucket, the reference counts of its allocation, and `of_policy` bytes
/// for its policy.
pub(crate) const fn check_overhead(counted: usize, of_policy: usize) {
    let each = size_of::<Slot>() + size_of::<Link>() + size_of::<u32>() + of_policy;
    let taken = each * (GROWTH + 1) / GROWTH + 2 * size_of::<usize>();
    assert!(taken <= counted, "an entry takes more than it counts");
    assert!(
        taken == counted - 1 || size_of::<usize>() < 8,
        "an entry counts more than it takes"
    );
}

const _: () = check_overhead(ENTRY_OVERHEAD, 0);

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

/// An entry and its place in the index and in the order of expiry; a free slot has no value, and `chain` is the next free one.
pub(crate) struct Slot {
    pub(crate) value: Option<Value>,
    /// Microseconds of the cache's clock, or [`NO_DEADLINE`].
    pub(crate) deadline: u64,
    pub(crate) expiry: Link,
    /// The next slot of the same bucket of the index.
    pub(crate) chain: u32,
    /// Stored so that neither an eviction nor a growing index hashes a key again.
    pub(crate) hash: u32,
}

impl Slot {
    /// Bytes of its key and value.
    pub(crate) fn bytes(&self) -> usize {
        self.value.as_ref().map_or(0, Value::bytes)
    }
}

/// The slots, by number. One block, which the allocators of Linux grow by remapping when it is large. Chunks of 1024, which never move,
/// were not faster with link-time optimisation, and a `get` took 11 ns more without it.
pub(crate) struct Slots {
    slots: Vec<Slot>,
    /// The place of each in the order of eviction, or in a queue of it. A read moves its slot there, and so writes three other links:
    /// side by side they seldom miss the processor's cache, and the slots stay in the caches of all threads that only read them.
    order: Vec<Link>,
}

impl Slots {
    pub(crate) fn get(&self, number: u32) -> Option<&Slot> {
        self.slots.get(number as usize)
    }

    pub(crate) fn get_mut(&mut self, number: u32) -> Option<&mut Slot> {
        self.slots.get_mut(number as usize)
    }

    /// The place of a slot in the order of eviction. A number that no slot has is a broken link: see below.
    pub(crate) fn order(&self, number: u32) -> Link {
        self.order[number as usize]
    }

    pub(crate) fn set_order(&mut self, number: u32, link: Link) {
        self.order[number as usize] = link;
    }

    pub(crate) fn order_mut(&mut self, number: u32) -> Option<&mut Link> {
        self.order.get_mut(number as usize)
    }

    /// Slots in use and free ones.
    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }
}

/// A number that no slot has is a broken link, the one fault that is worth a panic: see [`crate::store`].
impl Index<u32> for Slots {
    type Output = Slot;

    fn index(&self, number: u32) -> &Slot {
        &self.slots[number as usize]
    }
}

impl IndexMut<u32> for Slots {
    fn index_mut(&mut self, number: u32) -> &mut Slot {
        &mut self.slots[number as usize]
    }
}

/// Slots, and the list of the free ones.
pub(crate) struct Slab {
    pub(crate) slots: Slots,
    free: u32,
    live: usize,
}

impl Slab {
    /// No slots, and no memory for any.
    pub(crate) const fn new() -> Self {
        Self {
            slots: Slots {
                slots: Vec::new(),
                order: Vec::new(),
            },
            free: NONE,
            live: 0,
        }
    }

    /// Entries in use.
    pub(crate) fn len(&self) -> usize {
        self.live
    }

    /// Whether more than half of a block is unused, and the block is worth the work.
    pub(crate) fn is_sparse(&self) -> bool {
        let len = self.slots.len();
        len >= 128 && self.live < len / 2
    }

    /// Gets memory for another entry, so that the next `insert` cannot fail. `most` is the highest number of slots ever.
    pub(crate) fn reserve(&mut self, most: usize) -> Result<(), TryReserveError> {
        let Slots { slots, order } = &mut self.slots;
        let len = slots.len();
        if self.free == NONE && len == slots.capacity().min(order.capacity()) {
            let step = growth_step(len).min(most.saturating_sub(len)).max(1);
            slots.try_reserve_exact(step)?;
            order.try_reserve_exact(step)?;
        }
        Ok(())
    }

    /// Puts an entry into a free slot; the caller sets its links.
    pub(crate) fn insert(&mut self, value: Value, hash: u32, deadline: u64) -> u32 {
        let slot = Slot {
            value: Some(value),
            deadline,
            expiry: Link::NONE,
            chain: NONE,
            hash,
        };
        self.live += 1;
        let Some(free) = self.slots.get_mut(self.free) else {
            self.slots.slots.push(slot);
            self.slots.order.push(Link::NONE);
            // The cap on entries is below 2^31, and there are no more slots than entries at any time.
            return self.slots.len() as u32 - 1;
        };
        let number = self.free;
        self.free = free.chain;
        *free = slot;
        number
    }

    /// Frees a slot that no structure links to any more; returns its value.
    pub(crate) fn remove(&mut self, number: u32) -> Option<Value> {
        let slot = &mut self.slots[number];
        let value = slot.value.take()?;
        slot.chain = self.free;
        self.free = number;
        self.live -= 1;
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value() -> Value {
        Value::new("k", "v".into()).unwrap()
    }

    #[test]
    fn free_slots_are_used_before_the_block_grows() {
        let mut slab = Slab::new();
        let numbers: Vec<u32> = (0..3)
            .map(|_| {
                slab.reserve(3).unwrap();
                slab.insert(value(), 0, NO_DEADLINE)
            })
            .collect();
        assert_eq!((numbers, slab.len()), (vec![0, 1, 2], 3));
        assert_eq!(slab.slots.slots.capacity(), 3);
        assert!(slab.remove(1).is_some() && slab.remove(0).is_some());
        assert!(
            slab.remove(0).is_none(),
            "a free slot has nothing to remove"
        );
        assert_eq!(slab.insert(value(), 0, NO_DEADLINE), 0);
        assert_eq!(slab.insert(value(), 0, NO_DEADLINE), 1);
        assert_eq!((slab.len(), slab.slots.len()), (3, 3));
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri takes minutes for it")]
    fn the_reserve_stays_within_its_part() {
        let mut slab = Slab::new();
        for n in 0..3000 {
            slab.reserve(usize::MAX).unwrap();
            assert_eq!(slab.insert(value(), n, NO_DEADLINE), n);
            let (len, room) = (slab.slots.len(), slab.slots.slots.capacity());
            assert!(room <= len + growth_step(len), "{room} for {len}");
        }
        assert!(slab.slots.get(2999).is_some_and(|slot| slot.hash == 2999));
        assert!(slab.slots.get(3000).is_none() && slab.slots.get(NONE).is_none());
    }
}

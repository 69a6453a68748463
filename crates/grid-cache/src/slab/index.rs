//! The index of keys: buckets of chains through the slots.
//!
//! Not hashbrown: a full cache always removes and inserts, and an open table collects tombstones. Measured with hashbrown 0.17 at 60,000
//! entries: one `set` of the full cache rehashes all of them, into a table of 22 bytes per entry. A chain has no tombstones.
//!
//! The table grows by linear hashing (Litwin 1980), one bucket per entry: no `set` waits while a million keys move, and there are 4 bytes
//! of buckets per entry; powers of two have 4 to 8.

use std::collections::TryReserveError;

use crate::slab::{NONE, Slots, growth_step};

/// The end of every scan: one after the highest position.
pub(crate) const SCAN_END: u64 = 1 << 32;

/// Items that chains link.
pub(crate) trait Chained {
    /// The hash of an item and the next of its chain; `None` for [`NONE`].
    fn hash_and_next(&self, number: u32) -> Option<(u32, u32)>;
    /// Sets the next of a chain.
    fn set_next(&mut self, number: u32, next: u32);
}

impl Chained for Slots {
    fn hash_and_next(&self, number: u32) -> Option<(u32, u32)> {
        self.get(number).map(|slot| (slot.hash, slot.chain))
    }

    fn set_next(&mut self, number: u32, next: u32) {
        self[number].chain = next;
    }
}

/// Heads of the chains, as many as the highest number of entries.
pub(crate) struct Index {
    heads: Vec<u32>,
}

impl Index {
    /// An index without buckets.
    pub(crate) const fn new() -> Self {
        Self { heads: Vec::new() }
    }

    /// The slot of a key.
    pub(crate) fn find(&self, slots: &Slots, hash: u32, key: &str) -> Option<u32> {
        let mut number = self.first(hash);
        while let Some(slot) = slots.get(number) {
            if slot.hash == hash && slot.value.as_ref().is_some_and(|value| value.has_key(key)) {
                return Some(number);
            }
            number = slot.chain;
        }
        None
    }

    /// Gets memory for so many entries, so that the next `insert` cannot fail.
    pub(crate) fn reserve(&mut self, entries: usize) -> Result<(), TryReserveError> {
        let len = self.heads.len();
        if entries > len && len == self.heads.capacity() {
            self.heads.try_reserve_exact(growth_step(len))?;
        }
        Ok(())
    }

    /// The first of the chain of a hash; [`NONE`] if there is none.
    pub(crate) fn first(&self, hash: u32) -> u32 {
        self.heads.get(self.bucket(hash)).copied().unwrap_or(NONE)
    }

    /// Links a slot with a new key; `entries` is the number of entries with this one.
    pub(crate) fn insert(&mut self, slots: &mut impl Chained, number: u32, entries: usize) {
        if entries > self.heads.len() {
            self.grow(slots);
        }
        if let Some((hash, _)) = slots.hash_and_next(number) {
            self.link(slots, number, hash);
        }
    }

    /// Unlinks a slot from its chain.
    pub(crate) fn remove(&mut self, slots: &mut impl Chained, number: u32) {
        let Some((hash, next)) = slots.hash_and_next(number) else {
            return;
        };
        let bucket = self.bucket(hash);
        if self.heads[bucket] == number {
            self.heads[bucket] = next;
            return;
        }
        let mut at = self.heads[bucket];
        while let Some((_, after)) = slots.hash_and_next(at) {
            if after == number {
                slots.set_next(at, next);
                return;
            }
            at = after;
        }
    }

    /// The slots of the bucket of a position, without those before the position, by position; and the position after the bucket.
    ///
    /// A position is a hash with its bits reversed. Each bucket, however many there are, has one range of positions, so a scan by position
    /// visits every key once, whatever grows, shrinks or moves meanwhile.
    pub(crate) fn scan(&self, slots: &Slots, from: u32) -> (Vec<(u32, u32)>, u64) {
        let mut found = Vec::new();
        let mut number = self.first(from.reverse_bits());
        while let Some(slot) = slots.get(number) {
            let place = slot.hash.reverse_bits();
            if place >= from {
                found.push((place, number));
            }
            number = slot.chain;
        }
        found.sort_unstable();
        (found, self.end_of_bucket(from))
    }

    /// The position after the bucket of a position.
    fn end_of_bucket(&self, place: u32) -> u64 {
        let buckets = self.heads.len();
        if buckets == 0 {
            return SCAN_END;
        }
        let mask = buckets.next_power_of_two() - 1;
        let low = place.reverse_bits() as usize & (mask >> 1);
        // If the bucket has been split, another bit of the hash decides.
        let split = low + mask.div_ceil(2) < buckets;
        let free_bits = 32 - mask.count_ones() + u32::from(!split);
        ((u64::from(place) >> free_bits) + 1) << free_bits
    }

    /// The bucket of a hash; out of range if there are none.
    fn bucket(&self, hash: u32) -> usize {
        let buckets = self.heads.len();
        let mask = buckets.next_power_of_two() - 1;
        let bucket = hash as usize & mask;
        if bucket < buckets {
            bucket
        } else {
            bucket & (mask >> 1)
        }
    }

    /// Puts a slot in front of its chain.
    fn link(&mut self, slots: &mut impl Chained, number: u32, hash: u32) {
        let bucket = self.bucket(hash);
        slots.set_next(number, self.heads[bucket]);
        self.heads[bucket] = number;
    }

    /// Adds a bucket and moves its slots there, all from one other bucket.
    fn grow(&mut self, slots: &mut impl Chained) {
        let added = self.heads.len();
        self.heads.push(NONE);
        if added == 0 {
            return;
        }
        // Its number without the highest bit.
        let parent = added & !(1 << added.ilog2());
        let mut number = std::mem::replace(&mut self.heads[parent], NONE);
        while let Some((hash, next)) = slots.hash_and_next(number) {
            self.link(slots, number, hash);
            number = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slab::{NO_DEADLINE, Slab};
    use crate::value::Value;

    fn insert(slab: &mut Slab, index: &mut Index, n: u32, hash: u32) {
        let value = Value::new(&n.to_string(), "".into()).unwrap();
        let number = slab.insert(value, hash, NO_DEADLINE);
        let entries = slab.len();
        index.insert(&mut slab.slots, number, entries);
    }

    #[test]
    fn finds_what_is_in_and_only_that() {
        let mut slab = Slab::new();
        let mut index = Index::new();
        assert_eq!(index.find(&slab.slots, 0, "k"), None);
        // Three hashes for 100 keys: every chain is long, and most neighbours have the same hash.
        let hash = |n: u32| n % 3;
        for n in 0..100 {
            insert(&mut slab, &mut index, n, hash(n));
        }
        for n in (0..100).filter(|n| n % 2 == 0) {
            index.remove(&mut slab.slots, n);
        }
        for n in 0..100 {
            let found = index.find(&slab.slots, hash(n), &n.to_string());
            assert_eq!(found, (n % 2 == 1).then_some(n));
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri takes minutes for it")]
    fn every_size_of_the_table_finds_and_scans_all() {
        let mut slab = Slab::new();
        let mut index = Index::new();
        let hash = |n: u32| n.wrapping_mul(0x9E37_79B9);
        for n in 0..70 {
            insert(&mut slab, &mut index, n, hash(n));
            for k in 0..=n {
                let found = index.find(&slab.slots, hash(k), &k.to_string());
                assert_eq!(found, Some(k), "of {n}");
            }
            let (mut places, mut buckets, mut from) = (Vec::new(), 0, 0);
            while let Ok(place) = u32::try_from(from) {
                let (found, end) = index.scan(&slab.slots, place);
                assert!(found.iter().all(|&(place, _)| u64::from(place) < end));
                places.extend(found);
                (buckets, from) = (buckets + 1, end);
            }
            assert_eq!(
                (places.len(), buckets, from),
                (n as usize + 1, n + 1, SCAN_END)
            );
            assert!(places.is_sorted());
        }
    }
}

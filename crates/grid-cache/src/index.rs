//! The way from a key to its slot: buckets of chains through the slots.
//!
//! Not hashbrown: a full cache removes and inserts for ever, and an open table gathers tombstones from it. Measured with
//! hashbrown 0.17 at 60,000 entries: one `set` of the full cache rehashes all of them, into a table of 22 bytes an entry. A
//! chain leaves nothing behind, takes 8 to 12 bytes (its link included) and grows only with the number of entries.

use crate::slab::{NONE, Slot};

/// Heads of the chains: none, or a power of two that is at least the number of entries.
pub(crate) struct Index {
    heads: Vec<u32>,
}

impl Index {
    /// No buckets until there is an entry.
    pub(crate) const fn new() -> Self {
        Self { heads: Vec::new() }
    }

    /// The slot of a key.
    pub(crate) fn find(&self, slots: &[Slot], hash: u32, key: &str) -> Option<u32> {
        let mut number = *self.heads.get(self.bucket(hash))?;
        while let Some(slot) = slots.get(number as usize) {
            if slot.hash == hash && slot.value.as_ref().is_some_and(|value| value.has_key(key)) {
                return Some(number);
            }
            number = slot.chain;
        }
        None
    }

    /// Links a slot whose key is not there yet; `entries` is their number with this one.
    pub(crate) fn insert(&mut self, slots: &mut [Slot], number: u32, entries: usize) {
        if entries > self.heads.len() {
            self.grow(slots, entries);
        }
        self.link(slots, number);
    }

    /// Takes a slot out of its chain.
    pub(crate) fn remove(&mut self, slots: &mut [Slot], number: u32) {
        let Slot {
            hash, chain: next, ..
        } = slots[number as usize];
        let bucket = self.bucket(hash);
        if self.heads[bucket] == number {
            self.heads[bucket] = next;
            return;
        }
        let mut at = self.heads[bucket];
        while let Some(slot) = slots.get_mut(at as usize) {
            if slot.chain == number {
                slot.chain = next;
                return;
            }
            at = slot.chain;
        }
    }

    /// The bucket of a hash; out of range while there are none.
    fn bucket(&self, hash: u32) -> usize {
        hash as usize & self.heads.len().wrapping_sub(1)
    }

    /// Puts a slot in front of its chain.
    fn link(&mut self, slots: &mut [Slot], number: u32) {
        let slot = &mut slots[number as usize];
        let bucket = self.bucket(slot.hash);
        slot.chain = self.heads[bucket];
        self.heads[bucket] = number;
    }

    /// Gets room for `entries` and links every slot anew; the new slot is not linked yet.
    fn grow(&mut self, slots: &mut [Slot], entries: usize) {
        let old = std::mem::replace(
            &mut self.heads,
            vec![NONE; entries.next_power_of_two().max(16)],
        );
        for head in old {
            let mut number = head;
            while let Some(slot) = slots.get(number as usize) {
                let next = slot.chain;
                self.link(slots, number);
                number = next;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slab::{NO_DEADLINE, Slab};
    use crate::value::Value;

    #[test]
    fn finds_what_is_in_and_only_that() {
        let mut slab = Slab::with_capacity(0);
        let mut index = Index::new();
        assert_eq!(index.find(&slab.slots, 0, "k"), None);
        // Three hashes for 100 keys: every chain is long, and most neighbours share the whole hash.
        let hash = |n: u32| n % 3;
        for n in 0..100 {
            let number = slab.insert(
                Value::new(&n.to_string(), "".into()).unwrap(),
                hash(n),
                NO_DEADLINE,
                100,
            );
            let entries = slab.len();
            index.insert(&mut slab.slots, number, entries);
        }
        for n in (0..100).filter(|n| n % 2 == 0) {
            index.remove(&mut slab.slots, n);
        }
        for n in 0..100 {
            let found = index.find(&slab.slots, hash(n), &n.to_string());
            assert_eq!(found, (n % 2 == 1).then_some(n));
        }
    }
}

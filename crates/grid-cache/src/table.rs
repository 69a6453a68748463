//! The entries of a cache and their four structures: a slab of slots, the index, the order of eviction and the order of expiry.
//!
//! It has no caps and only counts bytes; [`crate::store`] decides about insertions and evictions.

use crate::Error;
use crate::order::Order;
use crate::policy::Policy;
use crate::s3fifo::{Measure, Size, Usage};
use crate::slab::expiry::Expiry;
use crate::slab::index::Index;
use crate::slab::{NO_DEADLINE, Slab, Slot, growth_step};
use crate::ttl::Ttl;
use crate::value::Value;

mod packing;

/// The deadline of an entry, and the TTL that a read may renew; both in microseconds, [`NO_DEADLINE`] for an entry that does not expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Life {
    pub(crate) deadline: u64,
    pub(crate) ttl: u64,
}

impl Life {
    /// A life that starts now.
    pub(crate) fn starting(now: u64, ttl: Ttl) -> Self {
        let ttl = ttl.as_micros();
        Self {
            deadline: now.saturating_add(ttl),
            ttl,
        }
    }
}

/// The entries. The fields that a read writes come first: see [`crate::store::Store`].
#[repr(C)]
pub(crate) struct Table {
    order: Order,
    slab: Slab,
    index: Index,
    expiry: Expiry,
    bytes: usize,
    /// Bytes that an entry counts in addition to its key and value.
    overhead: usize,
    /// The TTL of each slot, if reads renew it: 4 bytes per entry; 24 bits of a TTL are enough.
    ttls: Option<Vec<f32>>,
}

impl Table {
    /// An empty table, without memory for entries. `sliding` means that reads renew TTLs.
    pub(crate) fn new(policy: Policy, sliding: bool) -> Self {
        Self {
            slab: Slab::new(),
            index: Index::new(),
            order: Order::new(policy),
            expiry: Expiry::new(0),
            bytes: 0,
            overhead: policy.entry_overhead(),
            ttls: sliding.then(Vec::new),
        }
    }

    /// An empty table with the same policy and treatment of TTLs.
    pub(crate) fn new_alike(&self) -> Self {
        Self::new(self.order.policy(), self.ttls.is_some())
    }

    /// Number of entries.
    pub(crate) fn len(&self) -> usize {
        self.slab.len()
    }

    /// Bytes of all entries, with their overhead.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Bytes that an entry counts in addition to its key and value.
    pub(crate) fn overhead(&self) -> usize {
        self.overhead
    }

    /// Bytes that an entry of this value counts.
    pub(crate) fn cost(&self, value: &Value) -> usize {
        self.overhead + value.bytes()
    }

    /// Whether any entry has a deadline.
    pub(crate) fn has_deadlines(&self) -> bool {
        self.expiry.len() > 0
    }

    /// The slot of a key.
    pub(crate) fn find(&self, hash: u32, key: &str) -> Option<u32> {
        self.index.find(&self.slab.slots, hash, key)
    }

    /// The value of a slot.
    pub(crate) fn value(&self, number: u32) -> Option<&Value> {
        self.slab.slots[number].value.as_ref()
    }

    /// The deadline of a slot.
    pub(crate) fn deadline(&self, number: u32) -> u64 {
        self.slab.slots[number].deadline
    }

    /// The life of a slot; its TTL is only known if reads renew it.
    pub(crate) fn life(&self, number: u32) -> Life {
        let deadline = self.deadline(number);
        let ttl = match &self.ttls {
            Some(ttls) if deadline != NO_DEADLINE => ttls
                .get(number as usize)
                .map_or(NO_DEADLINE, |&ttl| ttl as u64),
            _ => NO_DEADLINE,
        };
        Life { deadline, ttl }
    }

    /// Gives a slot another life.
    pub(crate) fn set_life(&mut self, number: u32, life: Life) {
        self.expiry.remove(&mut self.slab.slots, number);
        self.slab.slots[number].deadline = life.deadline;
        self.expiry.insert(&mut self.slab.slots, number);
        self.set_ttl(number, life.ttl);
    }

    /// Notes a use of a slot and, if reads renew TTLs, restarts its TTL. `now` only matters to a slot with a deadline.
    pub(crate) fn touch(&mut self, number: u32, now: u64) {
        self.order.touch(&mut self.slab.slots, number);
        if self.ttls.is_some() && self.deadline(number) != NO_DEADLINE {
            self.set_life(number, self.renewed_life(number, now));
        }
    }

    /// The life of a slot after a read.
    pub(crate) fn renewed_life(&self, number: u32, now: u64) -> Life {
        let life = self.life(number);
        if life.ttl == NO_DEADLINE {
            return life;
        }
        Life {
            deadline: now.saturating_add(life.ttl),
            ..life
        }
    }

    /// The slot to evict for a cap of this measure.
    pub(crate) fn victim(&mut self, measure: Measure) -> Option<u32> {
        let all = Size {
            entries: self.len(),
            bytes: self.bytes,
        };
        self.order.victim(&mut self.slab.slots, all, measure)
    }

    /// The usage of a slot, if the policy keeps one.
    pub(crate) fn usage(&self, number: u32) -> Option<Usage> {
        self.order.usage(number)
    }

    /// A slot that has expired by `now`, the earliest deadline first.
    pub(crate) fn due(&mut self, now: u64) -> Option<u32> {
        self.expiry.due(&mut self.slab.slots, now)
    }

    /// All slots in the order of eviction without further use.
    pub(crate) fn by_leaving(&self) -> impl Iterator<Item = u32> {
        self.order.by_leaving(&self.slab.slots)
    }

    /// Slots by place, and the next place: see [`Index::scan`].
    pub(crate) fn scan(&self, from: u32) -> (Vec<(u32, u32)>, u64) {
        self.index.scan(&self.slab.slots, from)
    }

    /// Gets memory for another entry, so that the next `insert` cannot fail; without memory nothing changes.
    pub(crate) fn reserve(&mut self, max_entries: usize) -> Result<(), Error> {
        let entries = self.len() + 1;
        let reserved = self
            .slab
            .reserve(max_entries)
            .and_then(|()| self.index.reserve(entries))
            .and_then(|()| self.order.reserve())
            .and_then(|()| match &mut self.ttls {
                Some(ttls) if ttls.len() == ttls.capacity() => {
                    ttls.try_reserve_exact(growth_step(ttls.len()))
                }
                _ => Ok(()),
            });
        reserved.map_err(|_| Error::OutOfMemory {
            bytes: growth_step(entries) * size_of::<Slot>(),
        })
    }

    /// Links an entry in all structures, as the newest. Its key must be new, and there must be memory: reserved, or of a removed entry.
    /// Without a usage the entry is new to the policy.
    pub(crate) fn insert(&mut self, hash: u32, value: Value, life: Life, usage: Option<Usage>) {
        self.bytes += self.cost(&value);
        let number = self.slab.insert(value, hash, life.deadline);
        let entries = self.slab.len();
        self.index.insert(&mut self.slab.slots, number, entries);
        self.order.insert(&mut self.slab.slots, number, usage);
        self.expiry.insert(&mut self.slab.slots, number);
        self.set_ttl(number, life.ttl);
    }

    /// Unlinks an entry from all structures and returns its value. An evicted one may leave a ghost.
    pub(crate) fn remove(&mut self, number: u32, evicted: bool) -> Option<Value> {
        self.index.remove(&mut self.slab.slots, number);
        self.order.unlink(&mut self.slab.slots, number);
        self.expiry.remove(&mut self.slab.slots, number);
        let value = self.slab.remove(number)?;
        self.bytes -= self.cost(&value);
        if let Order::S3Fifo(s3fifo) = &mut self.order {
            let (hash, entries) = (self.slab.slots[number].hash, self.slab.len());
            s3fifo.forget(number, hash, evicted, entries);
        }
        Some(value)
    }

    /// Stores the TTL of a slot, if reads renew it.
    fn set_ttl(&mut self, number: u32, ttl: u64) {
        if let Some(ttls) = &mut self.ttls {
            match ttls.get_mut(number as usize) {
                Some(kept) => *kept = ttl as f32,
                // Slots are numbered in the order of their creation, and each gets its TTL then.
                None => ttls.push(ttl as f32),
            }
        }
    }

    /// A fault of the links, if there is one; it walks through all of them.
    pub(crate) fn fault(&self) -> Option<String> {
        let (mut entries, mut bytes, mut deadlines) = (0, 0, 0);
        let linked = self.order.linked(&self.slab.slots);
        for number in linked.take(self.len() + 1) {
            let Some(value) = self.value(number) else {
                return Some(format!(
                    "slot {number} is in the order of eviction and free"
                ));
            };
            if self.find(self.slab.slots[number].hash, value.key()) != Some(number) {
                return Some(format!("slot {number} is not found by its key"));
            }
            entries += 1;
            bytes += self.cost(value);
            deadlines += usize::from(self.deadline(number) != NO_DEADLINE);
        }
        let counted = (entries, bytes, deadlines);
        let kept = (self.len(), self.bytes, self.expiry.len());
        if counted != kept {
            return Some(format!(
                "entries, bytes and deadlines are {counted:?} by the links and {kept:?} by the counts"
            ));
        }
        match &self.order {
            Order::Lru(_) => None,
            Order::S3Fifo(s3fifo) => s3fifo.fault(&self.slab.slots, entries),
        }
    }
}

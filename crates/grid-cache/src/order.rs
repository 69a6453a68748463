//! The order in which entries leave for a cap, by the policy of the cache.

use std::collections::TryReserveError;

use crate::policy::Policy;
use crate::s3fifo::{Measure, RANKS, S3Fifo, Size, Usage};
use crate::slab::Slots;
use crate::slab::list::List;

/// No entries.
const EMPTY: &List = &List::new();

/// The order of a policy.
pub(crate) enum Order {
    /// By use, the newest last.
    Lru(List),
    S3Fifo(S3Fifo),
}

impl Order {
    /// The empty order of a policy.
    pub(crate) const fn new(policy: Policy) -> Self {
        match policy {
            Policy::Lru => Self::Lru(List::new()),
            Policy::S3Fifo => Self::S3Fifo(S3Fifo::new()),
        }
    }

    pub(crate) fn policy(&self) -> Policy {
        match self {
            Self::Lru(_) => Policy::Lru,
            Self::S3Fifo(_) => Policy::S3Fifo,
        }
    }

    /// Gets memory for one more slot.
    pub(crate) fn reserve(&mut self) -> Result<(), TryReserveError> {
        match self {
            Self::Lru(_) => Ok(()),
            Self::S3Fifo(s3fifo) => s3fifo.reserve(),
        }
    }

    /// Notes a use of a slot.
    pub(crate) fn touch(&mut self, slots: &mut Slots, number: u32) {
        match self {
            Self::Lru(list) => list.touch(slots, number),
            Self::S3Fifo(s3fifo) => s3fifo.touch(number),
        }
    }

    /// The usage of a slot, if the policy keeps more than an order.
    pub(crate) fn usage(&self, number: u32) -> Option<Usage> {
        match self {
            Self::Lru(_) => None,
            Self::S3Fifo(s3fifo) => Some(s3fifo.usage(number)),
        }
    }

    /// Links a slot as the newest; without a usage it is new.
    pub(crate) fn insert(&mut self, slots: &mut Slots, number: u32, usage: Option<Usage>) {
        match self {
            Self::Lru(list) => list.push_newest(slots, number),
            Self::S3Fifo(s3fifo) => s3fifo.insert(slots, number, usage),
        }
    }

    /// Unlinks a slot.
    pub(crate) fn unlink(&mut self, slots: &mut Slots, number: u32) {
        match self {
            Self::Lru(list) => list.unlink(slots, number),
            Self::S3Fifo(s3fifo) => s3fifo.unlink(slots, number),
        }
    }

    /// The slot to evict; `all` is the size of the cache.
    pub(crate) fn victim(&mut self, slots: &mut Slots, all: Size, measure: Measure) -> Option<u32> {
        match self {
            Self::Lru(list) => list.oldest(),
            Self::S3Fifo(s3fifo) => s3fifo.victim(slots, all, measure),
        }
    }

    /// All slots, queue by queue, the oldest of each first.
    pub(crate) fn linked(&self, slots: &Slots) -> impl Iterator<Item = u32> {
        let [first, second] = match self {
            Self::Lru(list) => [list, EMPTY],
            Self::S3Fifo(s3fifo) => s3fifo.queues(),
        };
        first.iter(slots).chain(second.iter(slots))
    }

    /// All slots in the order of eviction without further use.
    pub(crate) fn by_leaving(&self, slots: &Slots) -> impl Iterator<Item = u32> {
        let (ranks, s3fifo) = match self {
            Self::Lru(_) => (1, None),
            Self::S3Fifo(s3fifo) => (RANKS, Some(s3fifo)),
        };
        (0..ranks).flat_map(move |rank| {
            self.linked(slots)
                .filter(move |&number| s3fifo.is_none_or(|s3fifo| s3fifo.rank(number) == rank))
        })
    }
}

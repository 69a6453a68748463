//! S3-FIFO (Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023): two queues, a count of uses for each
//! entry, and ghosts of evicted keys.
//!
//! A new entry enters the small queue, which has a tenth of the entries or of the bytes. Its oldest entry is evicted, unless it was used
//! twice: then it moves to the main queue. The oldest entry of the main queue is evicted, unless it was used: then it becomes the newest
//! there, with one use less. A key that was evicted from the small queue is a ghost for a while; if it returns meanwhile, it enters the
//! main queue. A read increments a count of two bits and writes no link.
//!
//! Choices that the paper leaves open:
//! - Shares are parts of the current size, so that caps may move: of entries if the entry cap has no room, of bytes if the byte cap has
//!   none. With a few large entries among small ones (20 bytes and 4000, Zipf 0.9, a cache of 1 %), the other measure has 0.9 and 0.4
//!   percentage points fewer hits; with a cache of a tenth both are equal to 0.1.
//! - A write of an existing key counts as a use, and makes it the newest of its queue.
//! - There are never more ghosts than entries: an entry counts the bytes of both.

use std::collections::TryReserveError;

use crate::slab::list::List;
use crate::slab::{Slots, check_overhead, growth_step};
use ghosts::{Ghost, Ghosts};

mod ghosts;
#[cfg(test)]
mod tests;

/// Bytes that an entry counts under S3-FIFO in addition to its key and value: [`crate::ENTRY_OVERHEAD`], its count of uses, and a ghost
/// with its bucket.
pub const S3FIFO_ENTRY_OVERHEAD: usize = 94;

const _: () = check_overhead(
    S3FIFO_ENTRY_OVERHEAD,
    size_of::<Usage>() + size_of::<Ghost>() + size_of::<u32>(),
);

/// The share of the small queue is one part of this many.
const SMALL: usize = 10;

/// Most uses that are counted.
const MOST_USES: u8 = 3;

/// Uses that move an entry from the small queue to the main one.
const USES_TO_STAY: u8 = 2;

/// Most entries that an eviction passes over. Each of them then has a use less or has changed its queue, so over many evictions there
/// are at most as many as reads and writes; the limit keeps one eviction from paying for all of them.
const MOST_PASSED: usize = 256;

/// The ranks in the order of eviction without further use: see [`S3Fifo::rank`].
pub(crate) const RANKS: u8 = 6;

/// The queue of an entry and its uses since it came there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Usage(u8);

const MAIN: u8 = 4;

impl Usage {
    /// Of a new entry.
    const NEW: Usage = Usage(0);

    /// Of an entry of a snapshot: entries keep their order of eviction.
    pub(crate) const RESTORED: Usage = Usage(MAIN);

    /// After one more use.
    pub(crate) fn used(self) -> Self {
        if self.uses() < MOST_USES {
            Self(self.0 + 1)
        } else {
            self
        }
    }

    fn uses(self) -> u8 {
        self.0 % MAIN
    }

    fn is_main(self) -> bool {
        self.0 >= MAIN
    }
}

/// The measure of a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Measure {
    Entries,
    Bytes,
}

/// A number of entries, and the bytes that they count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) entries: usize,
    pub(crate) bytes: usize,
}

/// The two queues.
pub(crate) struct S3Fifo {
    small: List,
    main: List,
    /// The size of the small queue.
    small_size: Size,
    /// By slot.
    usages: Vec<Usage>,
    ghosts: Ghosts,
}

/// The bytes that the entry of a slot counts.
fn cost(slots: &Slots, number: u32) -> usize {
    S3FIFO_ENTRY_OVERHEAD + slots[number].bytes()
}

impl S3Fifo {
    /// Empty queues.
    pub(crate) const fn new() -> Self {
        Self {
            small: List::new(),
            main: List::new(),
            small_size: Size {
                entries: 0,
                bytes: 0,
            },
            usages: Vec::new(),
            ghosts: Ghosts::new(),
        }
    }

    /// Both queues; entries of the first are evicted first.
    pub(crate) fn queues(&self) -> [&List; 2] {
        [&self.small, &self.main]
    }

    /// The usage of a slot.
    pub(crate) fn usage(&self, number: u32) -> Usage {
        self.usages[number as usize]
    }

    /// Counts a use.
    pub(crate) fn touch(&mut self, number: u32) {
        let usage = &mut self.usages[number as usize];
        *usage = usage.used();
    }

    /// Gets memory for one more slot.
    pub(crate) fn reserve(&mut self) -> Result<(), TryReserveError> {
        if self.usages.len() == self.usages.capacity() {
            self.usages
                .try_reserve_exact(growth_step(self.usages.len()))?;
        }
        Ok(())
    }

    /// Links a slot as the newest of the queue of its usage; without a usage its ghost decides.
    pub(crate) fn insert(&mut self, slots: &mut Slots, number: u32, usage: Option<Usage>) {
        let usage = usage.unwrap_or_else(|| {
            if self.ghosts.take(slots[number].hash) {
                Usage(MAIN)
            } else {
                Usage::NEW
            }
        });
        match self.usages.get_mut(number as usize) {
            Some(kept) => *kept = usage,
            // Slots are numbered in the order of their creation, and each gets its usage then.
            None => self.usages.push(usage),
        }
        if usage.is_main() {
            self.main.push_newest(slots, number);
        } else {
            self.small_size.entries += 1;
            self.small_size.bytes += cost(slots, number);
            self.small.push_newest(slots, number);
        }
    }

    /// Unlinks a slot from its queue.
    pub(crate) fn unlink(&mut self, slots: &mut Slots, number: u32) {
        if self.usage(number).is_main() {
            self.main.unlink(slots, number);
        } else {
            self.small_size.entries -= 1;
            self.small_size.bytes -= cost(slots, number);
            self.small.unlink(slots, number);
        }
    }

    /// The slot to evict; slots that are spared before it move.
    pub(crate) fn victim(&mut self, slots: &mut Slots, all: Size, measure: Measure) -> Option<u32> {
        for _ in 0..MOST_PASSED {
            let number = self.next_out(all, measure)?;
            let usage = self.usage(number);
            if usage.is_main() && usage.uses() > 0 {
                self.usages[number as usize] = Usage(usage.0 - 1);
                self.main.touch(slots, number);
            } else if !usage.is_main() && usage.uses() >= USES_TO_STAY {
                self.unlink(slots, number);
                self.insert(slots, number, Some(Usage(MAIN)));
            } else {
                return Some(number);
            }
        }
        self.next_out(all, measure)
    }

    /// The oldest slot of the small queue if that has more than its share, else of the main queue.
    fn next_out(&self, all: Size, measure: Measure) -> Option<u32> {
        let is_over = match measure {
            Measure::Entries => self.small_size.entries >= (all.entries / SMALL).max(1),
            Measure::Bytes => self.small_size.bytes >= (all.bytes / SMALL).max(1),
        };
        let queue = if is_over { &self.small } else { &self.main };
        queue.oldest()
    }

    /// Updates the ghosts after a removal: there are at most as many as remaining entries, and an entry that was evicted from the small
    /// queue gets one.
    pub(crate) fn forget(&mut self, number: u32, hash: u32, evicted: bool, entries: usize) {
        let remembered = evicted && !self.usage(number).is_main() && entries > 0;
        while self.ghosts.len() + usize::from(remembered) > entries {
            self.ghosts.drop_oldest();
        }
        if remembered {
            self.ghosts.push(hash);
        }
    }

    /// Takes the ghosts of another, in a block of their size.
    pub(crate) fn take_ghosts(&mut self, other: &Self) {
        self.ghosts = other.ghosts.packed();
    }

    /// The rank of a slot in the order of eviction without further use, below [`RANKS`]: the small queue first, then the main one in
    /// rounds, each of which takes a use from the slots that it spares.
    pub(crate) fn rank(&self, number: u32) -> u8 {
        let usage = self.usage(number);
        match (usage.is_main(), usage.uses()) {
            (false, 0..USES_TO_STAY) => 0,
            (true, 0) => 1,
            (false, _) => 2,
            (true, uses) => 2 + uses,
        }
    }

    /// A fault of the queues, if there is one.
    pub(crate) fn fault(&self, slots: &Slots, entries: usize) -> Option<String> {
        let mut small = Size::default();
        for number in self.small.iter(slots).take(entries) {
            small.entries += 1;
            small.bytes += cost(slots, number);
        }
        if small != self.small_size {
            return Some(format!(
                "the small queue has {small:?} by its links and {:?} by its counts",
                self.small_size
            ));
        }
        let misplaced = |queue: &List, is_main: bool| {
            let mut slots = queue.iter(slots).take(entries);
            slots.find(|&number| self.usage(number).is_main() != is_main)
        };
        if let Some(number) = misplaced(&self.small, false).or_else(|| misplaced(&self.main, true))
        {
            return Some(format!("slot {number} is in the wrong queue"));
        }
        if self.ghosts.len() > entries {
            return Some(format!("{} ghosts, {entries} entries", self.ghosts.len()));
        }
        self.ghosts.fault()
    }
}

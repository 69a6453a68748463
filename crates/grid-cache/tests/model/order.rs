//! The order of eviction: for LRU the list of the reference itself, for S3-FIFO its rules in plain lists.

use std::collections::VecDeque;

use grid_cache::{Policy, Reason};

use super::reference::{Entry, Reference};

/// Most entries that an eviction passes over.
const MOST_PASSED: usize = 256;

/// The usage of an entry under S3-FIFO. Under LRU it does not change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) is_main: bool,
    uses: usize,
}

impl Usage {
    pub(crate) const RESTORED: Usage = Usage {
        is_main: true,
        uses: 0,
    };

    pub(crate) fn used(self) -> Self {
        Self {
            uses: (self.uses + 1).min(3),
            ..self
        }
    }
}

/// Keys that were evicted from the small queue, the oldest first; a key that has returned leaves its place empty.
#[derive(Default)]
pub(crate) struct Ghosts(VecDeque<Option<String>>);

impl Ghosts {
    fn take(&mut self, key: &str) -> bool {
        let place = self.0.iter_mut().find(|one| one.as_deref() == Some(key));
        place.is_some_and(|place| place.take().is_some())
    }

    fn keep(&mut self, most: usize) {
        while self.0.len() > most {
            self.0.pop_front();
        }
    }
}

impl Reference {
    /// Updates the order for a read; returns the new place of the entry.
    pub(crate) fn use_entry(&mut self, at: usize) -> usize {
        if self.setup.policy == Policy::S3Fifo {
            self.entries[at].usage = self.entries[at].usage.used();
            return at;
        }
        let entry = self.entries.remove(at);
        self.entries.push(entry);
        self.entries.len() - 1
    }

    /// The usage of a new entry.
    pub(crate) fn usage_of_new(&mut self, key: &str) -> Usage {
        Usage {
            is_main: self.ghosts.take(key),
            uses: 0,
        }
    }

    /// The place of the entry to evict.
    pub(crate) fn victim(&mut self, by_entries: bool) -> usize {
        if self.setup.policy == Policy::Lru {
            return 0;
        }
        for _ in 0..MOST_PASSED {
            let at = self.next_out(by_entries);
            let usage = &mut self.entries[at].usage;
            match usage {
                Usage {
                    is_main: true,
                    uses: 1..,
                } => usage.uses -= 1,
                Usage {
                    is_main: false,
                    uses: 2..,
                } => *usage = Usage::RESTORED,
                _ => return at,
            }
            let entry = self.entries.remove(at);
            self.entries.push(entry);
        }
        self.next_out(by_entries)
    }

    /// The first entry of the small queue if that has its share, else of the main queue; both are in one list.
    fn next_out(&self, by_entries: bool) -> usize {
        let measure = |entry: &Entry| if by_entries { 1 } else { self.cost(entry) };
        let small: usize = self
            .entries
            .iter()
            .filter(|entry| !entry.usage.is_main)
            .map(measure)
            .sum();
        let all: usize = self.entries.iter().map(measure).sum();
        let is_main = small < (all / 10).max(1);
        let mut entries = self.entries.iter();
        entries
            .position(|entry| entry.usage.is_main == is_main)
            .unwrap()
    }

    /// Updates the ghosts after a removal.
    pub(crate) fn forget(&mut self, entry: &Entry, reason: Reason) {
        let evicted = matches!(reason, Reason::EntryCap | Reason::ByteCap | Reason::Resize);
        let entries = self.entries.len();
        if self.setup.policy == Policy::S3Fifo && evicted && !entry.usage.is_main && entries > 0 {
            self.ghosts.0.push_back(Some(entry.key.clone()));
        }
        self.ghosts.keep(entries);
    }

    /// All entries in the order of eviction without further use.
    pub(crate) fn by_leaving(&self) -> Vec<&Entry> {
        let mut entries: Vec<&Entry> = self.entries.iter().collect();
        if self.setup.policy == Policy::S3Fifo {
            // Small entries that were not used twice, then unused main entries, then small entries that move to the main queue.
            entries.sort_by_key(|entry| match entry.usage {
                Usage {
                    is_main: false,
                    uses: 0 | 1,
                } => 0,
                Usage {
                    is_main: true,
                    uses: 0,
                } => 1,
                Usage { is_main: false, .. } => 2,
                Usage { uses, .. } => 2 + uses,
            });
        }
        entries
    }
}

//! Removal of entries, and the events about it.

use std::sync::Arc;

use super::Store;
use crate::Reason;
use crate::events::Pushed;
use crate::limits::Limits;
use crate::s3fifo::Measure;

/// Values from this size on, in bytes, are freed after the lock: giving so much back may take a call of the system.
const LARGE: usize = 64 * 1024;

impl Store {
    /// Removes at most `most` entries that have expired by `now`; how many it removed.
    pub(crate) fn remove_expired(&mut self, now: u64, most: usize) -> usize {
        let mut removed = 0;
        while removed < most
            && let Some(number) = self.table.due(now)
        {
            self.discard(number, Reason::Expired);
            removed += 1;
        }
        self.table.compact_if_sparse();
        removed
    }

    /// Brings the caps nearer to the goal by at most `most` removals; how many live entries it evicted, and whether the caps
    /// are there. Until then they are what is held, so that nothing grows meanwhile.
    pub(crate) fn shrink(&mut self, now: u64, most: usize) -> (usize, bool) {
        let mut evicted = 0;
        for _ in 0..most {
            if self.table.len() <= self.goal.max_entries
                && self.table.bytes() <= self.goal.max_bytes
            {
                break;
            }
            let measure = if self.table.len() > self.goal.max_entries {
                Measure::Entries
            } else {
                Measure::Bytes
            };
            evicted += usize::from(self.evict(now, measure, Reason::Resize));
        }
        self.limits = Limits {
            max_entries: self.goal.max_entries.max(self.table.len()),
            max_bytes: self.goal.max_bytes.max(self.table.bytes()),
        };
        self.stats.peak_entries = self.table.len();
        self.stats.peak_bytes = self.table.bytes();
        self.table.compact_if_sparse();
        (evicted, self.limits == self.goal)
    }

    /// Whether an entry of this cost needs another to go first.
    pub(super) fn is_full_for(&self, cost: usize) -> bool {
        // Neither side of the sum passes isize::MAX, so it does not overflow.
        self.table.len() >= self.limits.max_entries
            || self.table.bytes() + cost > self.limits.max_bytes
    }

    /// Evicts until an entry of this cost fits under both caps: expired entries first, then whichever the policy names.
    pub(super) fn make_room(&mut self, cost: usize, now: u64) {
        while self.is_full_for(cost) && self.table.len() > 0 {
            let (measure, reason) = if self.table.len() >= self.limits.max_entries {
                (Measure::Entries, Reason::EntryCap)
            } else {
                (Measure::Bytes, Reason::ByteCap)
            };
            self.evict(now, measure, reason);
        }
    }

    /// Removes an expired entry, or else the one that the policy names for this reason; whether it was a live one.
    fn evict(&mut self, now: u64, measure: Measure, reason: Reason) -> bool {
        if let Some(number) = self.table.due(now) {
            self.discard(number, Reason::Expired);
            return false;
        }
        let Some(number) = self.table.victim(measure) else {
            return false;
        };
        self.discard(number, reason);
        true
    }

    /// Removes an entry, counts it and tells of it.
    pub(super) fn discard(&mut self, number: u32, reason: Reason) {
        let Some(value) = self.table.remove(number, reason.is_eviction()) else {
            return;
        };
        self.stats.count(reason);
        if !self.queues.is_empty() {
            self.tell(value.key(), reason);
        }
        if value.bytes() >= LARGE {
            self.after.get_or_insert_default().values.push(value);
        }
    }

    /// Puts an event into every queue that wants it, and forgets those whose subscription has ended.
    fn tell(&mut self, key: &str, reason: Reason) {
        let mut copy = None;
        let after = &mut self.after;
        self.queues.retain(|queue| {
            if !queue.wants(reason) {
                return true;
            }
            match queue.push(key, reason, &mut copy) {
                Pushed::Ended => return false,
                Pushed::Kept => {}
                Pushed::First => {
                    let queue = Arc::clone(queue);
                    let wakes = &mut after.get_or_insert_default().wakes;
                    wakes.push(Box::new(move || queue.wake()));
                }
            }
            true
        });
    }
}

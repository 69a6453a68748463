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
    /// Removes at most `most` entries that have expired by `now`; returns how many.
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

    /// Moves the caps towards the goal by at most `most` removals; returns how many live entries it evicted, and whether the goal is
    /// reached. Until then the caps are the current size, so that nothing grows meanwhile.
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

    /// Whether an entry of this cost needs an eviction first.
    pub(super) fn is_full_for(&self, cost: usize) -> bool {
        // Neither operand is more than isize::MAX, so the sum does not overflow.
        self.table.len() >= self.limits.max_entries
            || self.table.bytes() + cost > self.limits.max_bytes
    }

    /// Evicts until an entry of this cost fits under both caps: expired entries first, then those that the policy chooses.
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

    /// Removes an expired entry, or else the one that the policy chooses; returns whether it was a live one.
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

    /// Removes an entry, counts it and queues its events.
    pub(super) fn discard(&mut self, number: u32, reason: Reason) {
        let Some(value) = self.table.remove(number, reason.is_eviction()) else {
            return;
        };
        self.stats.count(reason);
        if !self.queues.is_empty() {
            self.queue_event(value.key(), reason);
        }
        if value.bytes() >= LARGE {
            self.after.get_or_insert_default().values.push(value);
        }
    }

    /// Pushes an event to every queue that wants it, and drops queues whose subscription has ended.
    fn queue_event(&mut self, key: &str, reason: Reason) {
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

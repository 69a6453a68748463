//! A cache too simple to be wrong: a list in the order of use, searched from end to end.

use crate::limits::Limits;
use crate::slab::ENTRY_OVERHEAD;

/// An entry with all that decides its fate.
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) value: String,
    pub(super) deadline: u64,
}

impl Entry {
    fn cost(&self) -> usize {
        ENTRY_OVERHEAD + self.key.len() + self.value.len()
    }
}

/// The oldest entry first.
pub(super) struct Reference {
    pub(super) limits: Limits,
    pub(super) entries: Vec<Entry>,
}

impl Reference {
    pub(super) fn bytes(&self) -> usize {
        self.entries.iter().map(Entry::cost).sum()
    }

    pub(super) fn take(&mut self, key: &str) -> Option<Entry> {
        let at = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.remove(at))
    }

    pub(super) fn set(&mut self, entry: Entry, now: u64) {
        self.take(&entry.key);
        while self.entries.len() >= self.limits.max_entries
            || self.bytes() + entry.cost() > self.limits.max_bytes
        {
            let due = (0..self.entries.len())
                .filter(|&at| self.entries[at].deadline <= now)
                .min_by_key(|&at| self.entries[at].deadline);
            self.entries.remove(due.unwrap_or(0));
        }
        self.entries.push(entry);
    }

    pub(super) fn get(&mut self, key: &str, now: u64) -> Option<String> {
        let entry = self.take(key).filter(|entry| entry.deadline > now)?;
        let value = entry.value.clone();
        self.entries.push(entry);
        Some(value)
    }

    pub(super) fn remove_expired(&mut self, now: u64) -> usize {
        let before = self.entries.len();
        self.entries.retain(|entry| entry.deadline > now);
        before - self.entries.len()
    }
}

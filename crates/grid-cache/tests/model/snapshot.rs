//! Snapshots of the reference.

use super::order::Usage;
use super::reference::{Entry, NEVER, Reference};
use grid_cache::Ttl;

impl Reference {
    /// The live entries, with what is left in place of the deadline.
    pub(crate) fn snapshot(&self) -> Vec<Entry> {
        let longest = (Ttl::MAX.as_millis() * 1000.0) as u64;
        let entries = self.by_leaving().into_iter();
        let live = entries.filter(|entry| entry.deadline > self.now);
        live.map(|entry| {
            let left = match entry.deadline {
                NEVER => NEVER,
                deadline => deadline - self.now,
            };
            let ttl = match (left, self.setup.sliding) {
                (NEVER, _) => NEVER,
                (_, true) => entry.ttl.min(longest),
                (_, false) => left,
            };
            Entry {
                deadline: left,
                ttl,
                ..entry.clone()
            }
        })
        .collect()
    }

    /// Puts a snapshot in place of all entries; how many were left out.
    pub(crate) fn restore(&mut self, entries: &[Entry]) -> usize {
        self.end_all_leases();
        self.counts.cleared += self.entries.len() as u64;
        // As if they were set one after the other, without a trace in counts and events: what does not fit leaves from the front.
        let mut fresh = Reference::new(self.setup);
        fresh.now = self.now;
        for entry in entries {
            let deadline = self.now.saturating_add(entry.deadline);
            let ttl = fresh.kept_ttl(entry.ttl);
            let usage = Some(Usage::RESTORED);
            let _ = fresh.put(&entry.key, entry.value.clone(), deadline, ttl, usage);
        }
        self.entries = fresh.entries;
        self.ghosts = fresh.ghosts;
        self.counts.inserts += self.entries.len() as u64;
        entries.len() - self.entries.len()
    }
}

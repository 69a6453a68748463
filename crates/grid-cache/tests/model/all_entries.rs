//! Steps about all entries: caps and snapshots.

use grid_cache::Reason;

use super::run::{Run, same};
use super::step::Step;

impl Run {
    pub(super) fn resize(&mut self, step: &Step) -> Result<(), String> {
        let entries = (!step.other.is_multiple_of(3))
            .then(|| 1 + usize::from(step.value) % (2 * self.setup.max_entries).clamp(4, 700));
        let bytes = (!step.other.is_multiple_of(5)).then(|| {
            self.setup.policy.entry_overhead() + usize::from(step.ttl) * usize::from(step.other % 7)
        });
        let cache = self.cache.resize(entries, bytes);
        self.take_events();
        let setup = &mut self.reference.setup;
        setup.max_entries = entries.unwrap_or(setup.max_entries);
        setup.max_bytes = bytes.unwrap_or(setup.max_bytes);
        self.setup = *setup;
        let mut evicted = 0;
        while self.reference.entries.len() > self.setup.max_entries
            || self.reference.bytes() > self.setup.max_bytes
        {
            let by_entries = self.reference.entries.len() > self.setup.max_entries;
            evicted += usize::from(self.reference.evict(by_entries, Reason::Resize));
        }
        same(cache.map_err(|error| error.to_string()), Ok(evicted))
    }

    pub(super) fn keep_or_restore(&mut self, step: &Step) -> Result<(), String> {
        let Some((bytes, entries)) = self.snapshot.take_if(|_| step.other.is_multiple_of(2)) else {
            let bytes = self.cache.snapshot().map_err(|error| error.to_string())?;
            self.snapshot = Some((bytes, self.reference.snapshot()));
            return Ok(());
        };
        let restored = self
            .cache
            .restore(&bytes)
            .map_err(|error| error.to_string())?;
        let left_out = self.reference.restore(&entries);
        same(
            (restored.entries, restored.left_out),
            (self.reference.entries.len(), left_out),
        )
    }
}

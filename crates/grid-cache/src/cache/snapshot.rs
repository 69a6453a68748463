//! All entries as bytes, and back.

use super::Cache;
use crate::limits::Settings;
use crate::s3fifo::Usage;
use crate::slab::NO_DEADLINE;
use crate::snapshot::{Entry, decode, encode};
use crate::store::Store;
use crate::table::{Life, Table};
use crate::{Error, Value};

/// What a snapshot brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restored {
    /// Entries that the cache holds now.
    pub entries: usize,
    /// Entries that the caps left no room for: those that would have left first, and those larger than the cache.
    pub left_out: usize,
}

impl Cache {
    /// All entries that have not expired as bytes with a checksum: keys, values, the order in which they would leave if nothing
    /// were used any more (under LRU that of use), and what is left of each TTL, so that the time between a snapshot and its
    /// restoring does not count. No options, counts, uses, ghosts or leases.
    ///
    /// It is of one instant. The lock is held while references to the values are copied, some 10 to 50 ns an entry, and released
    /// before the values are.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] (`GRID_LIMIT`).
    pub fn snapshot(&self) -> Result<Vec<u8>, Error> {
        let entries = self.with(|store| {
            let now = store.now(false, &self.shared.clock);
            let count = store.table.len();
            let mut entries: Vec<(Value, Life)> = Vec::new();
            entries
                .try_reserve_exact(count)
                .map_err(|_| Error::OutOfMemory {
                    bytes: count.saturating_mul(size_of::<(Value, Life)>()),
                })?;
            for number in store.table.by_leaving() {
                let life = store.table.life(number);
                if life.deadline > now {
                    entries.extend(
                        store
                            .table
                            .value(number)
                            .map(|value| (value.clone(), time_left(life, now))),
                    );
                }
            }
            Ok(entries)
        })?;
        encode(&entries)
    }

    /// Takes what a snapshot holds in place of all that is there, in its order, whatever the policy it was taken under: what
    /// exceeds the caps of this cache is left out, and leaves first later on. Under S3-FIFO all of it comes into the main queue. Other threads see the cache before or after, nothing
    /// between. All leases end; subscriptions are not told.
    ///
    /// Until the old entries are freed both are in memory, so for a moment twice the byte cap at most.
    ///
    /// # Errors
    /// [`Error::Snapshot`] (`GRID_ARGUMENT`) for bytes that are no snapshot, or of another version, or damaged, and
    /// [`Error::OutOfMemory`] (`GRID_LIMIT`); then the cache stays as it is.
    pub fn restore(&self, snapshot: &[u8]) -> Result<Restored, Error> {
        let entries = decode(snapshot)?;
        loop {
            let limits = self.lock().limits();
            let settings = Settings {
                limits,
                ..self.settings()
            };
            check_memory(&entries, &settings)?;
            let now = self.shared.clock.now();
            let mut built = Store::new(&settings);
            let usage = Some(Usage::RESTORED);
            for entry in &entries {
                let life = Life {
                    deadline: now.saturating_add(entry.left.deadline),
                    ttl: entry.left.ttl,
                };
                let hash = self.hash(entry.key);
                let put = Value::new(entry.key, entry.value)
                    .and_then(|value| built.put(hash, entry.key, value, life, usage, now));
                match put {
                    Ok(()) | Err(Error::EntryTooLarge { .. }) => {}
                    Err(error) => return Err(error),
                }
            }
            let restored = Restored {
                entries: built.table.len(),
                left_out: entries.len() - built.table.len(),
            };
            // The old values are freed when this goes, after the lock.
            let mut table = built.table;
            if self.with(|store| swap_if_it_fits(store, &mut table)) {
                return Ok(restored);
            }
            // The cache was made smaller meanwhile: what fits is another question now.
        }
    }
}

/// Puts a table in place, unless it is over a cap; whether it did.
fn swap_if_it_fits(store: &mut Store, table: &mut Table) -> bool {
    let limits = store.limits();
    let fits = table.len() <= limits.max_entries && table.bytes() <= limits.max_bytes;
    if fits {
        store.swap_table(table);
    }
    fits
}

/// Refuses a snapshot whose entries there is no memory for: std makes small values or ends the process.
fn check_memory(entries: &[Entry<'_>], settings: &Settings) -> Result<(), Error> {
    let overhead = settings.policy.entry_overhead();
    let needed = entries
        .iter()
        .map(|entry| overhead + entry.key.len() + entry.value.len())
        .fold(0, usize::saturating_add);
    let bytes = needed.min(settings.limits.max_bytes);
    Vec::<u8>::new()
        .try_reserve_exact(bytes)
        .map_err(|_| Error::OutOfMemory { bytes })
}

/// A life with what is left in place of the deadline. A TTL that no read renews is not kept, and what is left stands for it.
fn time_left(life: Life, now: u64) -> Life {
    if life.deadline == NO_DEADLINE {
        return life;
    }
    let deadline = life.deadline - now;
    let ttl = if life.ttl == NO_DEADLINE {
        deadline
    } else {
        life.ttl
    };
    Life { deadline, ttl }
}

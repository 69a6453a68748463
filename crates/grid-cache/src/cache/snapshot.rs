//! Snapshots of all entries.

use super::Cache;
use crate::limits::Settings;
use crate::s3fifo::Usage;
use crate::slab::NO_DEADLINE;
use crate::snapshot::{Entry, decode, encode};
use crate::store::Store;
use crate::table::{Life, Table};
use crate::{Error, Value};

/// The result of a restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Restored {
    /// Entries in the cache now.
    pub entries: usize,
    /// Entries without room under the caps: the first in the order of eviction, and those larger than the cache.
    pub left_out: usize,
}

impl Cache {
    /// All entries that have not expired as bytes with a checksum: keys, values, the order of eviction without further use (under LRU that
    /// of use), and the remaining time of each TTL, so that the time between a snapshot and its restore does not count. No options,
    /// counts, uses, ghosts or leases.
    ///
    /// It shows one instant. The lock covers the copy of the references to the values, some 10 to 50 ns per entry, but not that of the
    /// values.
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

    /// Replaces all entries by those of a snapshot, in its order, whatever its policy. Entries that exceed the caps are left out, those
    /// that would be evicted first before others. Under S3-FIFO all enter the main queue. Other threads see the cache before or after,
    /// nothing in between. All leases end; it sends no events.
    ///
    /// Until the old entries are freed both are in memory, so for a moment at most twice the byte cap.
    ///
    /// # Errors
    /// [`Error::Snapshot`] (`GRID_ARGUMENT`) for bytes that are not a snapshot, of another version or damaged, and
    /// [`Error::OutOfMemory`] (`GRID_LIMIT`); then the cache does not change.
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
            // The old values are freed with this table, after the lock.
            let mut table = built.table;
            if self.with(|store| swap_if_it_fits(store, &mut table)) {
                return Ok(restored);
            }
            // The caps were lowered meanwhile: fewer entries fit now.
        }
    }
}

/// Swaps in a table, unless it is over a cap; returns whether it did.
fn swap_if_it_fits(store: &mut Store, table: &mut Table) -> bool {
    let limits = store.limits();
    let fits = table.len() <= limits.max_entries && table.bytes() <= limits.max_bytes;
    if fits {
        store.swap_table(table);
    }
    fits
}

/// Refuses a snapshot if there is no memory for its entries: std makes small values or ends the process.
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

/// A life with the remaining time as its deadline. A TTL that no read renews is not stored; the remaining time replaces it.
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
